/** Values that conditions prescribe: how large they are, and whether a lift may carry them. */
import { rng } from "../../engine/random/rng.ts";
import type { Domain } from "../../equations/domain/index.ts";
import { type BoxFace, peakOf, sidesOf } from "../../equations/domain/index.ts";
import {
  call,
  type Expression,
  evaluateAt,
  movedTo,
  nodesOf,
  number,
  one,
  spaceAxes,
  turnOf,
  unrolled,
} from "../../equations/expression/index.ts";
import type { Prescription, Problem, ValueCondition } from "../../equations/problem/index.ts";
import { boundaryPart } from "../../equations/problem/index.ts";

/** Values below this share of the largest one given are what rounding left of zero. */
export const negligible = 1e-14;
/** Values that no double-precision computation beside values of order one can see. */
export const invisible = 1e-30;
/** The ray on which an angle jumps, y = 0 where x < 0, as something that turns there. */
function cutOf(e: Expression): Expression[] {
  if (e.kind !== "call" || e.name !== "atan2") return [];
  const [y, x] = e.args as [Expression, Expression];
  return [call("if", call("neg", x), y, one)];
}

/** The arguments of an expression whose change of sign makes a kink or a jump. */
const turnsOf = (value: Expression): Expression[] =>
  [...nodesOf(unrolled(value))].flatMap((e) => [turnOf(e) ?? [], cutOf(e)].flat());

/**
 * True for a value without kink or jump in the box: a lift would carry it to all times and depths, where the solution
 * has none (the payoff of an option).
 */
export function isSmooth(problem: Problem, domain: Domain, value: Expression): boolean {
  const turns = turnsOf(value);
  if (turns.length === 0) return true;
  const points = probePoints(domain);
  return turns.every((turn) => {
    const signs = new Set(evaluateAt(turn, points, domain.dimension, problem.constants).map(Math.sign));
    return !(signs.has(1) && signs.has(-1));
  });
}

/** A value that contains a constant to be found stays a row: its lift would move with the constant. */
export function usesTrainable(problem: Problem, condition: ValueCondition): boolean {
  for (const node of nodesOf(condition.residual)) {
    if (node.kind === "constant" && Object.hasOwn(problem.trainable, node.name)) return true;
  }
  return false;
}

/** True for a value with a function on a grid: no lift of tensors has one. */
export const isOnGrid = (value: Expression): boolean => [...nodesOf(value)].some(({ kind }) => kind === "table");

/** The expression on the plane x_axis = at. */
export const substitute = (expression: Expression, axis: number, at: number): Expression =>
  movedTo(expression, { [axis]: number(at) });

/** Largest absolute value that is found in a box. */
export const sizeOf = (problem: Problem, domain: Domain, expression: Expression): number =>
  peakOf((points) => evaluateAt(expression, points, domain.dimension, problem.constants), domain);

/** Quasi-uniform points of the bounding box. */
export const probePoints = (domain: Domain): Float64Array => {
  const unit = rng(0)
    .split("lift")
    .uniform(1024 * domain.dimension);
  return unit.map((u, i) => {
    const k = i % domain.dimension;
    return domain.low[k]! + u * (domain.high[k]! - domain.low[k]!);
  });
};

/** Size of the values given, in place. */
export const largest = (problem: Problem, domain: Domain, conditions: readonly Prescription[]): number =>
  Math.max(0, ...conditions.map((c) => onBoundary(problem, domain, c)));

/**
 * Largest absolute value where a condition holds: on faces of boxes that of a peak, which quasi-uniform points miss in
 * many dimensions.
 */
function onBoundary(problem: Problem, domain: Domain, condition: Prescription): number {
  const valuesAt = (points: Float64Array) =>
    evaluateAt(condition.prescribes.value, points, domain.dimension, problem.constants);
  const seen = valuesAt(pointsOf(problem, domain, condition, 512)).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const faces = domain.isBox ? (facesOf(problem, condition) ?? []) : [];
  return Math.max(seen, ...faces.map((face) => peakOf(valuesAt, domain, face)));
}

/** The faces of a box that a condition is given on, or nothing where it is given on a part of a face. */
export function facesOf(problem: Problem, { kind, on }: ValueCondition): BoxFace[] | undefined {
  if (kind === "initial") return [{ axis: problem.time!, side: "low" }];
  const both = (axis: number, side: "low" | "high" | "both") => sidesOf(side).map((s) => ({ axis, side: s }));
  if (on === "boundary") return spaceAxes(problem).flatMap((axis) => both(axis, "both"));
  return "axis" in on ? both(on.axis, on.side) : undefined;
}

/** Points where a condition holds. */
export function pointsOf(problem: Problem, domain: Domain, condition: Prescription, count: number): Float64Array {
  return domain.boundary(count, rng(0).split("lift boundary"), boundaryPart(condition.on, problem)).points;
}

/** True for values that are zero but for rounding. */
export const isZeroValue = (problem: Problem, domain: Domain, condition: Prescription, scale: number): boolean =>
  onBoundary(problem, domain, condition) <= Math.max(invisible, negligible * scale);
