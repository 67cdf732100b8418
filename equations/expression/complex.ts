/** Complex values while a formula is read: pairs of real expressions, so that nothing after reading knows of them. */
import { call, isZero, number, total, zero } from "./build.ts";
import type { Expression } from "./expression.ts";
import type { FunctionName } from "./functions.ts";

/** re + i·im. */
export interface Complex {
  readonly kind: "complex";
  readonly re: Expression;
  readonly im: Expression;
}

/** A value that is no vector. */
export type Scalar = Expression | Complex;

export const isComplex = (value: Scalar): value is Complex => value.kind === "complex";

/** re + i·im, real where im is 0. */
export const complex = (re: Expression, im: Expression): Scalar =>
  isZero(im) ? re : Object.freeze({ kind: "complex", re, im });

/** Real and imaginary part. */
export const parts = (value: Scalar): readonly [re: Expression, im: Expression] =>
  isComplex(value) ? [value.re, value.im] : [value, zero];

/** Makes calls of real arguments, as the reader does. */
type Make = (name: FunctionName, args: readonly Expression[]) => Expression;

/** A function of complex arguments; undefined where it is not known for them. */
export function complexCall(name: FunctionName, args: readonly Scalar[], make: Make): Scalar | undefined {
  const [[a, b], [c, d]] = [parts(args[0]!), parts(args[1] ?? zero)];
  const mul = (x: Expression, y: Expression) => make("mul", [x, y]);
  switch (name) {
    case "add":
    case "sub":
      return complex(make(name, [a, c]), make(name, [b, d]));
    case "neg":
      return complex(make(name, [a]), make(name, [b]));
    case "mul":
      return complex(make("sub", [mul(a, c), mul(b, d)]), make("add", [mul(a, d), mul(b, c)]));
    case "div": {
      if (isZero(d)) return complex(make("div", [a, c]), make("div", [b, c]));
      const size = total([call("square", c), call("square", d)]);
      const re = make("add", [mul(a, c), mul(b, d)]);
      const im = make("sub", [mul(b, c), mul(a, d)]);
      return complex(make("div", [re, size]), make("div", [im, size]));
    }
    case "square":
      return complexCall("mul", [args[0]!, args[0]!], make);
    case "pow":
      return wholePower(args[0]!, args[1]!, make);
    case "abs":
      return make("sqrt", [total([call("square", a), call("square", b)])]);
    case "exp": {
      const size = make("exp", [a]);
      return complex(mul(size, make("cos", [b])), mul(size, make("sin", [b])));
    }
    case "sin":
      return complex(mul(make("sin", [a]), make("cosh", [b])), mul(make("cos", [a]), make("sinh", [b])));
    case "cos":
      return complex(mul(make("cos", [a]), make("cosh", [b])), make("neg", [mul(make("sin", [a]), make("sinh", [b]))]));
    case "if":
      return isComplex(args[0]!)
        ? undefined
        : complex(make(name, [a, c, parts(args[2]!)[0]]), make(name, [a, d, parts(args[2]!)[1]]));
    default:
      return undefined;
  }
}

/** Powers of 2 … 16. */
function wholePower(base: Scalar, exponent: Scalar, make: Make): Scalar | undefined {
  if (isComplex(exponent) || exponent.kind !== "number") return undefined;
  const n = exponent.value;
  if (!(Number.isInteger(n) && n >= 1 && n <= 16)) return undefined;
  let result = base;
  for (let k = 1; k < n; k++) result = complexCall("mul", [result, base], make)!;
  return result;
}

/**
 * Even powers of roots without the root: |ψ|² has slopes where ψ is 0, and a root has none. Undefined for anything
 * else.
 */
export function powerOfRoot(
  name: FunctionName,
  [base, exponent]: readonly Scalar[],
  make: Make,
): Expression | undefined {
  if (base?.kind !== "call" || base.name !== "sqrt") return undefined;
  const n = name === "square" ? 2 : name === "pow" && exponent?.kind === "number" ? exponent.value : 0;
  if (!(n > 0 && n % 2 === 0)) return undefined;
  return n === 2 ? base.args[0] : make("pow", [base.args[0]!, number(n / 2)]);
}

/** i. */
export const imaginary: Complex = Object.freeze({ kind: "complex", re: zero, im: number(1) });
