/** The names that an equation may use, and what each of them stands for. */
import { OptionsError } from "../../engine/errors.ts";
import { arity, type FunctionName } from "./functions.ts";
import type { Syntax } from "./syntax.ts";
import type { Table } from "./table.ts";

/** A function of the user's as it was read: `k(s) = 0.1 + s^2`, or one on a grid. */
export interface UserFunction {
  /** Of one on a grid the names of its axes. */
  readonly parameters: readonly string[];
  readonly body: Syntax | Table;
  /** Of the formula, for messages. */
  readonly text: string;
  /** Functions that it may call. @defaultValue none */
  readonly before?: ReadonlyMap<string, UserFunction>;
}

/** Names of a problem, as the parser needs them. */
export interface Scope {
  /** Space axes, then `t` if present. */
  readonly axes: readonly string[];
  /** Index of `t`. */
  readonly time: number | undefined;
  readonly unknowns: readonly string[];
  /** Fixed and trainable ones. */
  readonly constants: readonly string[];
  /** Indices of axes that are neither space nor time: parameters of a family of problems. */
  readonly parameters?: readonly number[];
  /** Functions of the user's by name; each may use those before it. */
  readonly functions?: ReadonlyMap<string, UserFunction>;
  /** Complex unknowns: indices of their real and imaginary parts. */
  readonly complex?: ReadonlyMap<string, readonly [number, number]>;
  /** Derivatives are written with primes somewhere, so that y^(4) is one. */
  readonly primes?: boolean;
}

/** Functions of numbers as they are written; sums, products and so on have their signs. */
export const functions = (Object.keys(arity) as FunctionName[]).filter(
  (name) => !["add", "sub", "mul", "div", "neg"].includes(name),
);

/** Functions of numbers that are written by other names or made of others. */
export const synonyms = [
  ...(["ln", "arctan", "sech", "erfc", "heaviside", "relu"] as const),
  ...(["sec", "csc", "cot", "coth", "cbrt", "asin", "acos", "arcsin", "arccos"] as const),
];

/** Names of other languages, and those that are not known, with the text to write instead. */
export const calledOtherwise: ReadonlyMap<string, string> = new Map([
  ...["laplacian", "laplace", "Laplacian"].map((name) => [name, "lap(u)"] as const),
  ...["gradient", "nabla"].map((name) => [name, "grad(u)"] as const),
  ...["divergence"].map((name) => [name, "div(…)"] as const),
  ...["derivative", "Derivative", "D", "deriv"].map((name) => [name, "diff(u, x), or u_x"] as const),
  ...["sgn", "signum"].map((name) => [name, "sign(…)"] as const),
  ...["hypot"].map((name) => [name, "norm(x, y)"] as const),
  ...["log10"].map((name) => [name, "log(x)/log(10)"] as const),
  ...["log2"].map((name) => [name, "log(x)/log(2)"] as const),
  ...["step", "Heaviside"].map((name) => [name, "heaviside(…)"] as const),
  ...["floor", "ceil", "round", "mod", "fmod"].map(
    (name) => [name, "jumps as if(x < 1, …, …), and what is periodic with sin and cos"] as const,
  ),
  ...["delta", "dirac"].map((name) => [name, "a narrow peak, as in exp(-(x/0.01)^2)/(0.01*sqrt(pi))"] as const),
]);

/** Functions that take derivatives or integrals, or make other kinds of numbers. */
export const operations = [
  ...(["lap", "grad", "div", "diff", "dn", "dot", "normsq", "norm", "sum", "prod"] as const),
  ...(["re", "im", "conj", "integral", "int"] as const),
];

const taken = new Set<string>([
  ...functions,
  ...synonyms,
  ...operations,
  "if",
  "pi",
  "source",
  "exact",
  "boundary",
  "and",
  "or",
]);

/** True for a name with a meaning in every formula. */
export const hasMeaning = (name: string): boolean => taken.has(name);

/** True where `name` denotes the whole position: axes x1 … xd make `x` the vector of them. */
export function isPosition(name: string, scope: Scope): boolean {
  const space = spaceAxes(scope);
  return space.length > 0 && space.every((k, i) => scope.axes[k] === `${name}${i + 1}`);
}

/** Indices of the space axes. */
export function spaceAxes(scope: Pick<Scope, "axes" | "time" | "parameters">): number[] {
  return scope.axes.map((_, k) => k).filter((k) => k !== scope.time && !scope.parameters?.includes(k));
}

/**
 * The axes that `suffix` names one after the other: "xxt" or "x1x2"; undefined where it is not a row of axis names.
 * Longer names are preferred, so that x11 is not x1 followed by 1.
 */
export function axesOfSuffix(suffix: string, axes: readonly string[]): number[] | undefined {
  const names = axes.map((name, axis) => ({ name, axis })).sort((a, b) => b.name.length - a.name.length);
  // Axes with which what begins at an offset goes on, known from the end backwards: linear, whatever the names are.
  const next: ({ readonly name: string; readonly axis: number } | undefined)[] = new Array(suffix.length);
  const fits = (at: number) => at === suffix.length || next[at] !== undefined;
  for (let at = suffix.length - 1; at >= 0; at--)
    next[at] = names.find(({ name }) => suffix.startsWith(name, at) && fits(at + name.length));
  if (!fits(0)) return undefined;
  const found: number[] = [];
  for (let at = 0; at < suffix.length; at += next[at]!.name.length) found.push(next[at]!.axis);
  return found;
}

/** @throws OptionsError for names that are malformed, taken by a function, given twice, or look like a derivative. */
export function checkNames(scope: Scope): void {
  const seen = new Map<string, string>();
  const check = (name: string, what: string, pattern: RegExp, hint: string) => {
    if (!pattern.test(name)) throw new OptionsError(`pde: the ${what} "${name}" is no name; give ${hint}`, what, name);
    if (taken.has(name))
      throw new OptionsError(`pde: the ${what} "${name}" has a meaning of its own; rename it`, what, name);
    const other = seen.get(name);
    if (other) throw new OptionsError(`pde: "${name}" is both ${other} and ${what}; rename one of them`, what, name);
    if (isPosition(name, scope))
      throw new OptionsError(`pde: the ${what} "${name}" would hide the vector of the axes; rename it`, what, name);
    seen.set(name, what);
  };
  const letters = "a letter followed by letters and digits";
  const numbered = `${letters}, and _ with a number, as in y_1`;
  for (const axis of scope.axes) check(axis, "axis", /^(?!n$)\p{L}[\p{L}\p{Nd}]*$/u, `${letters}, not n (the normal)`);
  for (const unknown of scope.unknowns) check(unknown, "unknown", /^\p{L}[\p{L}\p{Nd}]*(?:_\p{Nd}+)?$/u, numbered);
  for (const constant of scope.constants) {
    check(constant, "constant", /^\p{L}[\p{L}\p{Nd}_]*$/u, "a letter followed by letters, digits and underscores");
    const [head, suffix] = splitDerivative(constant);
    const derivative = suffix !== undefined && (suffix === "n" || axesOfSuffix(suffix, scope.axes) !== undefined);
    if (scope.unknowns.includes(head) && derivative)
      throw new OptionsError(
        `pde: the constant "${constant}" reads as a derivative of ${head}; rename it`,
        "constant",
        constant,
      );
  }
}

/**
 * "u_xx" → ["u", "xx"], "y_1_xx" → ["y_1", "xx"]; a name without an underscore, or with a number after it alone, has no
 * suffix.
 */
export function splitDerivative(name: string): [head: string, suffix: string | undefined] {
  const cut = name.indexOf("_", /^[^_]*_\p{Nd}+(?=_|$)/u.exec(name)?.[0].length ?? 0);
  return cut < 0 ? [name, undefined] : [name.slice(0, cut), name.slice(cut + 1)];
}
