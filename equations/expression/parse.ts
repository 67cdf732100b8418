/**
 * Text to Expression. Formulas are those of the papers: `u_t + u*u_x = nu*u_xx`, `lap(u)`, `u_xy`, `du/dx`, `du/dn`,
 * with `pi`, `e`, the constants of the problem and these functions:
 *
 * - of numbers: sin cos tan exp log (ln) sqrt abs tanh sinh cosh sech atan (arctan) min max sign square pow erf erfc
 *   heaviside relu, and `if(x < 0, a, b)`
 * - derivatives of anything: `dx(f)`, `dt(f)`, … one for each axis, `diff(f, x, y)`, `dn(f)` along the outward normal,
 *   `lap(f)`, `grad(f)` (a vector), `div(v)` or `div(f, g, …)`; `lap`, `grad` and `div` act in space, not in time
 * - vectors: `[a, b, …]`, `grad(f)`, and the position: axes x1 … xd make `x` the vector of them. Arithmetic and
 *   functions of vectors act entry by entry, as in `sum(cos(pi*x))`; `sum prod dot normsq norm` give numbers; `x[3]`
 *   and `x[1:5]` pick entries, counted from 1.
 * - elsewhere: `u(x - 1, t)` is the unknown at another point, `integral(exp(s - t)*u(s), s, 0, t)` a sum over such
 *   points
 * - complex numbers, where unknowns are complex: `i`, `re`, `im`, `conj`
 */
import { isComplex, parts } from "./complex.ts";
import type { Expression } from "./expression.ts";
import { type ParseOptions, Reader } from "./reader.ts";
import type { Scope } from "./scope.ts";
import { parseSyntax } from "./syntax.ts";
import { textError } from "./syntax-error.ts";

export { type Differentiated, nameOfDerivative, type ParseOptions } from "./reader.ts";

/**
 * Reads an expression.
 * @throws FormatError that shows the text with a caret under what is wrong
 */
export function parseExpression(
  text: string,
  scope: Scope,
  options: ParseOptions,
  start = 0,
  end = text.length,
): Expression {
  return new Reader(text, scope, options).scalar(parseSyntax(text, start, end));
}

/** Real and imaginary part of a formula. @throws FormatError as {@link parseExpression} */
export function parseParts(text: string, scope: Scope, options: ParseOptions): readonly [Expression, Expression] {
  return parts(new Reader(text, scope, options).number(parseSyntax(text)));
}

/**
 * Reads `left = right`.
 * @throws FormatError as parseExpression, and where there is not exactly one =
 */
export function parseEquation(
  text: string,
  scope: Scope,
  options: ParseOptions,
): [left: Expression, right: Expression] {
  const cut = equalSign(text);
  return [parseExpression(text, scope, options, 0, cut), parseExpression(text, scope, options, cut + 1)];
}

/** Reads `left = right`; between complex sides it is two equations. @throws FormatError as {@link parseEquation} */
export function parseEquations(
  text: string,
  scope: Scope,
  options: ParseOptions,
): readonly (readonly [left: Expression, right: Expression])[] {
  if (!scope.complex?.size) return [parseEquation(text, scope, options)];
  const cut = equalSign(text);
  const reader = new Reader(text, scope, options);
  const [left, right] = [reader.number(parseSyntax(text, 0, cut)), reader.number(parseSyntax(text, cut + 1))];
  const [[a, b], [c, d]] = [parts(left), parts(right)];
  return isComplex(left) || isComplex(right)
    ? [
        [a, c],
        [b, d],
      ]
    : [[a, c]];
}

function equalSign(text: string): number {
  const signs = [...text.matchAll(/(?<![<>=!])=(?!=)/g)].map((m) => m.index);
  const [cut, second] = signs;
  const unequal = text.search(/[<>]/);
  if (cut === undefined && unequal >= 0) {
    const way = 'what must hold on one side alone is an obstacle, as in "min(-u_xx - f, u - psi) = 0"';
    throw textError(text, unequal, "this is no equation", way);
  }
  const twice = text.indexOf("==");
  if (cut === undefined && twice >= 0)
    throw textError(text, twice, '"==" has no meaning here', "write one = between the two sides");
  if (cut === undefined) throw textError(text, text.length, "there is no = here", "write left = right");
  if (second !== undefined) throw textError(text, second, "this is a second =", "write one equation at a time");
  return cut;
}

/**
 * Reads a condition on points, such as `x < 0.5 and y > 0`: an expression that is positive where it holds.
 *
 * @param tolerance - where it is given, `y = 0 and x < 0` is read as well: both sides of =, and of <= and >=, may be
 *   that far apart
 * @throws FormatError as parseExpression
 */
export function parsePredicate(text: string, scope: Scope, tolerance?: number): Expression {
  const options = { unknowns: false, ...(tolerance !== undefined && { tolerance }) };
  return new Reader(text, scope, options).condition(parseSyntax(text, 0, text.length, tolerance !== undefined));
}
