/** Coefficients of jets: numbers, or tensors of a graph. */
import { unaryFunctions } from "../../equations/expression/index.ts";

/** Functions of one variable that a ring computes. */
export type UnaryName = keyof typeof unaryFunctions;

/** Arithmetic on `T` with float64 numbers as constants. */
export interface Ring<T> {
  number(value: number): T;
  /** The number that `x` is, where it is a constant. */
  known(x: T): number | undefined;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  /** Power with a constant exponent. */
  power(a: T, exponent: number): T;
  unary(name: UnaryName, a: T): T;
  min(a: T, b: T): T;
  max(a: T, b: T): T;
  /** `a` where `condition` > 0, else `b`. */
  where(condition: T, a: T, b: T): T;
}

/**
 * The angle in (−π, π] of the point (x, y): φ = 2 arctan(y/(r + |x|)) where x > 0, else ±π − φ. Its derivatives are
 * those of the parts that are chosen.
 */
export function angle<T>({ number, add, sub, mul, div, unary, max, where }: Ring<T>, y: T, x: T): T {
  const radius = unary("sqrt", add(mul(x, x), mul(y, y)));
  const half = div(y, max(add(radius, unary("abs", x)), number(Number.MIN_VALUE)));
  const near = mul(number(2), unary("atan", half));
  const turn = where(sub(number(0), y), number(-Math.PI), number(Math.PI));
  return where(x, near, sub(turn, near));
}

const unary: Readonly<Record<UnaryName, (x: number) => number>> = unaryFunctions;

/** Numbers. */
export const numberRing: Ring<number> = {
  number: (value) => value,
  known: (x) => x,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  power: (a, n) => a ** n,
  unary: (name, a) => unary[name](a),
  min: Math.min,
  max: Math.max,
  where: (condition, a, b) => (condition > 0 ? a : b),
};
