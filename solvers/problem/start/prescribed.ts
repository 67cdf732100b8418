/** Values that conditions prescribe: how large they are, and whether a lift may carry them. */
import { rng } from "../../../engine/rng.ts";
import type { Domain } from "../../domain/domain.ts";
import { number } from "../../expression/build.ts";
import { type Expression, evaluateAt } from "../../expression/expression.ts";
import { movedTo } from "../../expression/moved.ts";
import { nodesOf } from "../../expression/tree.ts";
import { boundaryPart } from "../place.ts";
import type { Problem, ValueCondition } from "../problem.ts";
import { turnsOf } from "./kinked-start.ts";

/** A condition that prescribes a value. */
export type Prescription = ValueCondition & Required<Pick<ValueCondition, "prescribes">>;

/** Values below this share of the largest one given are what rounding left of zero. */
export const negligible = 1e-14;
/** Values that no double-precision computation beside values of order one can see. */
export const invisible = 1e-30;
/**
 * Whether a value has no kink or jump in the box: a lift would carry it to all times and depths, where the solution has none (the payoff of an
 * option).
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

/** The expression on the plane x_axis = at. */
export const substitute = (expression: Expression, axis: number, at: number): Expression =>
  movedTo(expression, { [axis]: number(at) });

/** Largest absolute value at even points of the bounding box. */
export function sizeOf(problem: Problem, domain: Domain, expression: Expression): number {
  const points = probePoints(domain);
  return evaluateAt(expression, points, domain.dimension, problem.constants).reduce(
    (m, v) => Math.max(m, Math.abs(v)),
    0,
  );
}

/** Even points of the bounding box. */
export const probePoints = (domain: Domain): Float64Array => {
  const unit = rng(0)
    .split("lift")
    .uniform(1024 * domain.dimension);
  return unit.map((u, i) => {
    const k = i % domain.dimension;
    return domain.low[k]! + u * (domain.high[k]! - domain.low[k]!);
  });
};

/** Size of the values given, in place; of the exact solution where it is known, since then small values are small. */
export function largest(problem: Problem, domain: Domain, conditions: readonly Prescription[]): number {
  const given = conditions.map((c) => onBoundary(problem, domain, c));
  const exact = (problem.exact ?? []).map((e) => {
    const points = domain.interior(4096, rng(0).split("lift scale"));
    return evaluateAt(e, points, domain.dimension, problem.constants).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  });
  return Math.max(0, ...given, ...exact);
}

function onBoundary(problem: Problem, domain: Domain, condition: Prescription): number {
  const points = pointsOf(problem, domain, condition, 512);
  const values = evaluateAt(condition.prescribes.value, points, domain.dimension, problem.constants);
  return values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
}

/** Points where a condition holds. */
export function pointsOf(problem: Problem, domain: Domain, condition: Prescription, count: number): Float64Array {
  const part = condition.kind === "initial" ? "initial" : boundaryPart(condition.on, problem);
  return domain.boundary(count, rng(0).split("lift boundary"), part).points;
}

/** Whether values are zero but for rounding. */
export const isNothing = (problem: Problem, domain: Domain, condition: Prescription, scale: number): boolean =>
  onBoundary(problem, domain, condition) <= Math.max(invisible, negligible * scale);
