/** Expressions as functions of one point. */
import { OptionsError } from "../../engine/errors.ts";
import { type Expression, evaluate, numbers } from "./expression.ts";
import { scalarFunctions } from "./functions.ts";

/** A function of one point, for calling very often: the tree is walked once, not for each point. */
export function functionOfPoint(
  expression: Expression,
  constants: Readonly<Record<string, number>> = {},
): (point: ArrayLike<number>) => number {
  type F = (x: ArrayLike<number>) => number;
  const inner = numbers({ constants });
  const refuse = (what: string) => (): never => {
    throw new OptionsError(`evaluate: ${what} has no value at a point alone; bind it`, "bindings", undefined);
  };
  return evaluate<F>(expression, {
    number: (value) => () => value,
    coordinate: (axis) => (x) => x[axis]!,
    constant: (name) => {
      const value = inner.constant(name);
      return () => value;
    },
    data: (name) => refuse(`data "${name}"`),
    derivative: refuse("an unknown"),
    laplacian: refuse("an unknown"),
    call(name, [a, b, c]) {
      const f = scalarFunctions[name];
      return (x) => f(a!(x), b?.(x) ?? Number.NaN, c?.(x) ?? Number.NaN);
    },
  });
}
