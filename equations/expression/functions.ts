/** The functions that expressions are made of. */
import { erf } from "../../engine/numerics/special.ts";

/** Number of arguments of every function an expression may call. */
export const arity = {
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  neg: 1,
  pow: 2,
  sin: 1,
  cos: 1,
  tan: 1,
  exp: 1,
  log: 1,
  sqrt: 1,
  abs: 1,
  tanh: 1,
  sinh: 1,
  cosh: 1,
  atan: 1,
  atan2: 2,
  min: 2,
  max: 2,
  sign: 1,
  square: 1,
  erf: 1,
  if: 3,
} as const;

export type FunctionName = keyof typeof arity;

/** Functions of one number that have a name in mathematics, on float64. */
export const unaryFunctions = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  tanh: Math.tanh,
  sinh: Math.sinh,
  cosh: Math.cosh,
  atan: Math.atan,
  sign: Math.sign,
  erf,
} as const;

/**
 * Every function on float64 numbers; `atan2` is in (−π, π] whatever the sign of zero is; those of fewer arguments
 * ignore the rest. `if` has the second where the first is > 0, else the third.
 */
export const scalarFunctions: Readonly<Record<FunctionName, (a: number, b: number, c: number) => number>> = {
  ...unaryFunctions,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  pow: (a, b) => a ** b,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  atan2: (y, x) => Math.atan2(y + 0, x),
  square: (a) => a * a,
  if: (a, b, c) => (a > 0 ? b : c),
};
