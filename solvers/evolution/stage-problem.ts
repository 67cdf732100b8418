/**
 * An evolution as a problem in space at one stage of a Runge–Kutta method: derivatives in time are multiples of what the
 * unknowns differ by from known functions.
 */

import {
  call,
  coordinate,
  data,
  type Expression,
  nodesOf,
  partial,
  rewritten,
  spaceAxes,
} from "../../equations/expression/index.ts";
import { type Condition, fieldsOf, highestOrders, type Problem, substitution } from "../../equations/problem/index.ts";
import { type GivenFunctions, unsuitedToElements } from "../elements/discretisation.ts";
import { startsOf } from "../marching/evolution-form.ts";
import { domainInSpace } from "./evolution-pieces.ts";

/** Constants of a stage: its time, and 1/(γ Δt), of which derivatives in time are multiples. */
export const [timeOfStage, rateOfStage] = ["time of the stage", "rate of the stage"];

/** The problem of a stage. */
export interface StageProblem {
  /** In space, with the constants of a stage left open. */
  readonly problem: Problem;
  /** Highest order in time of each unknown; 0 of one that equations determine at every moment. */
  readonly inTime: readonly number[];
  /** The same of each equation. */
  readonly powers: readonly number[];
  /** Known functions: derivative m in time of unknown k is number m·unknowns + k. */
  readonly leaves: GivenFunctions["leaves"];
  /** Derivatives in time at the first moment [unknown][order]. */
  readonly starts: readonly (readonly Expression[])[];
  /** True where an unknown is carried without diffusion, which least squares on cut elements let grow. */
  readonly isCarried: boolean;
}

/** Most axes of space. */
const mostAxes = 2;

/** The problem of a stage, or why there is none, in words. */
export function stageProblem(problem: Problem): StageProblem | string {
  const { axes, time, unknowns, text, trainable } = problem;
  if (time === undefined) return "it has no time";
  if (problem.parameters) return "its solution depends on parameters";
  if (Object.keys({ ...trainable, ...fieldsOf(text) }).length > 0) return "constants or coefficients are to be found";
  if (problem.observations.length > 0) return "observations are to be met";
  if (problem.integrals.length > 0) return "integrals are prescribed";
  const space = spaceAxes(problem);
  if (space.length > mostAxes) return `it has ${space.length} axes of space`;
  if (space.length === 0) return "it has no space";
  const orders = highestOrders(problem.equations, problem);
  const inTime = orders.map((row) => row[time]!);
  if (inTime.every((order) => order === 0)) return "no unknown is differentiated in time";
  const powers = problem.equations.map((e) => Math.max(...highestOrders([e], problem).map((row) => row[time]!)));
  const starts = startsOf(problem, inTime);
  if (typeof starts === "string") return starts;
  const leaves = new Map<string, { readonly field: number; readonly order: readonly number[] }>();
  const held = holder(problem, leaves);
  const conditions: Condition[] = [];
  for (const c of problem.conditions) {
    if (c.kind === "initial") continue;
    if (c.kind === "periodic") {
      if (c.on.axis === time) return "it is periodic in time";
      conditions.push({ ...c, matched: [] });
      continue;
    }
    const { prescribes, ...rest } = c;
    if (typeof c.on === "object" && "axis" in c.on && c.on.axis === time) return "a condition holds at the end of time";
    if (typeof c.on === "object" && "where" in c.on && hasCoordinate(c.on.where, time))
      return "the place of a condition moves";
    const orders = highestOrders([c.residual], problem);
    if (orders.some((row, k) => row[time]! > inTime[k]!))
      return "a condition has a higher derivative in time than the equations";
    conditions.push({ ...rest, residual: held(c.residual) });
  }

  const inSpace: Problem = {
    ...{ ...problem, exact: undefined, source: undefined },
    ...{ domain: domainInSpace(problem.domain), axes: axes.slice(0, time), time: undefined },
    ...{ bounds: problem.bounds.slice(0, time), equations: problem.equations.map(held), conditions },
    ...{ quantities: [], unknowns },
  };
  const isCarried = orders.some((row, k) => inTime[k]! > 0 && Math.max(...row.slice(0, time)) < 2);
  return unsuitedToElements(inSpace) ?? { problem: inSpace, inTime, leaves, powers, starts, isCarried };
}

const hasCoordinate = (e: Expression, axis: number) =>
  [...nodesOf(e)].some((node) => node.kind === "coordinate" && node.axis === axis);

/** Writes residuals of an evolution as those of a stage, and lists the known functions in them. */
function holder(problem: Problem, leaves: Map<string, { readonly field: number; readonly order: readonly number[] }>) {
  const { time, source = [], unknowns, axes } = problem;
  const put = substitution([], axes.length, Object.fromEntries(source.map((e, i) => [`source${i}`, e])));
  const rate: Expression = { kind: "constant", name: rateOfStage! };
  const known = (field: number, order: readonly number[]): Expression => {
    const name = `known ${field} [${order}]`;
    leaves.set(name, { field, order });
    return data(name);
  };
  const memo = new Map<Expression, Expression>();
  const made = (e: Expression): Expression | undefined => {
    if (e.kind === "coordinate") return e.axis === time ? { kind: "constant", name: timeOfStage! } : coordinate(e.axis);
    if (e.kind !== "derivative") return undefined;
    const inSpace = e.order.slice(0, time);
    let value = partial(e.unknown, inSpace);
    for (let m = 0; m < e.order[time!]!; m++)
      value = call("mul", rate, call("sub", value, known(m * unknowns.length + e.unknown, inSpace)));
    return value;
  };
  return (residual: Expression) => rewritten(put(residual), made, memo);
}
