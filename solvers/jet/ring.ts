/** Coefficients of jets: numbers, columns of numbers on the host, or tensors of a graph. */
import { unaryFunctions } from "../expression/functions.ts";

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
 * The angle in (−π, π] of the point (x, y): φ = 2 arctan(y/(r + |x|)) where x > 0, else ±π − φ. Its derivatives are those of the parts that are
 * chosen.
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

/** A column of numbers, or a number that stands for a constant column. */
export type Column = number | Float64Array;

function zip(a: Column, b: Column, f: (a: number, b: number) => number): Column {
  if (typeof a === "number") return typeof b === "number" ? f(a, b) : b.map((y) => f(a, y));
  if (typeof b === "number") return a.map((x) => f(x, b));
  return a.map((x, i) => f(x, b[i]!));
}

const map = (a: Column, f: (a: number) => number): Column => (typeof a === "number" ? f(a) : a.map((x) => f(x)));

/** Columns of the same length, element by element. */
export const columnRing: Ring<Column> = {
  number: (value) => value,
  known: (x) => (typeof x === "number" ? x : undefined),
  add: (a, b) => zip(a, b, (x, y) => x + y),
  sub: (a, b) => zip(a, b, (x, y) => x - y),
  mul: (a, b) => zip(a, b, (x, y) => x * y),
  div: (a, b) => zip(a, b, (x, y) => x / y),
  power: (a, n) => map(a, (x) => x ** n),
  unary: (name, a) => map(a, unary[name]),
  min: (a, b) => zip(a, b, Math.min),
  max: (a, b) => zip(a, b, Math.max),
  where: (c, a, b) => {
    if (typeof c === "number") return c > 0 ? a : b;
    const at = (x: Column, i: number) => (typeof x === "number" ? x : x[i]!);
    return c.map((x, i) => (x > 0 ? at(a, i) : at(b, i)));
  },
};
