/**
 * Places along an axis where the functions of a problem have a kink or a jump that lies across it, or turn within a
 * short length.
 */
import { type Expression, functionOfPoint } from "../expression/expression.ts";
import { turnOf } from "../expression/kinks.ts";
import { nodesOf } from "../expression/tree.ts";
import type { Problem } from "./problem.ts";

/** A place where an argument changes its sign, and the length over which it grows by 1 there. */
export interface Turn {
  readonly at: number;
  readonly length: number;
}

/** Places that are looked at. */
const looks = 256;

/** True of an expression of one coordinate and constants alone. */
export function isOfAxis(e: Expression, axis: number): boolean {
  const inside = [...nodesOf(e)];
  const isCoordinate = (node: Expression) => node.kind === "coordinate" && node.axis === axis;
  return (
    inside.some(isCoordinate) &&
    inside.every((node) => ["number", "constant", "call"].includes(node.kind) || isCoordinate(node))
  );
}

/** An expression of one coordinate as a function. */
export function alongAxis({ constants, axes }: Problem, e: Expression, axis: number): (x: number) => number {
  const [f, point] = [functionOfPoint(e, constants), new Float64Array(axes.length)];
  return (x) => {
    point[axis] = x;
    return f(point);
  };
}

/**
 * Turns in the equations and sources of a problem across an axis.
 *
 * @param argumentOf - the argument of a call that turns where it is 0, by default of kinks and jumps
 */
export function turnsAlong(
  problem: Problem,
  axis: number,
  [low, high]: readonly [number, number],
  argumentOf: (e: Expression) => Expression | undefined = turnOf,
): readonly Turn[] {
  const { equations, source = [] } = problem;
  const found = new Map<number, Turn>();
  // Not at even places: a turn at a node would be missed, or found twice.
  const place = (k: number) => low + ((high - low) * (k + 0.318)) / (looks + 0.636);
  for (const node of nodesOf([...equations, ...source])) {
    const argument = argumentOf(node);
    if (!argument || !isOfAxis(argument, axis)) continue;
    const value = alongAxis(problem, argument, axis);
    for (let k = 0; k < looks; k++) {
      let [a, b] = [place(k), place(k + 1)];
      if (value(a) > 0 === value(b) > 0) continue;
      const above = value(b) > 0;
      for (let round = 0; round < 60; round++) {
        const middle = (a + b) / 2;
        if (value(middle) > 0 === above) b = middle;
        else a = middle;
      }
      const h = 1e-9 * (high - low);
      found.set(b, { at: b, length: (2 * h) / Math.abs(value(b + h) - value(b - h)) });
    }
  }
  return [...found.values()];
}

/** Knots of the functions on grids in expressions along an axis, rising, where they are polynomials piece by piece. */
export function knotsAlong(
  expressions: readonly Expression[],
  axis: number,
  [low, high]: readonly [number, number],
): readonly number[] {
  const knots = [...nodesOf(expressions)].flatMap((node) =>
    node.kind !== "table"
      ? []
      : node.args.flatMap((arg, k) =>
          arg.kind === "coordinate" && arg.axis === axis ? [...node.table.axes[k]!.knots] : [],
        ),
  );
  return [...new Set(knots.filter((at) => at > low && at < high))].sort((a, b) => a - b);
}
