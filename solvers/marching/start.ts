/** The state at the first moment, as coefficients of splines. */
import { multifrontal } from "../../engine/numerics/multifrontal.ts";
import { evaluateAt } from "../expression/expression.ts";
import type { Problem } from "../problem/problem.ts";
import {
  basisOf,
  type Collocation,
  columnsOf,
  extraPoints,
  type Mesh,
  tensor,
  type UnknownSpace,
} from "./collocation.ts";
import type { EvolutionForm } from "./evolution-form.ts";
import { collocationPoints } from "./spline-space.ts";

/** Derivatives in time below the highest, level by level, of all unknowns; those that are determined at every moment are 0. */
export function startState(
  problem: Problem,
  form: EvolutionForm,
  mesh: Mesh,
  { spaces, size }: Collocation,
): Float64Array[] {
  const levels = Math.max(...form.inTime);
  const state = Array.from({ length: levels }, () => new Float64Array(size));
  form.starts.forEach((values, k) => {
    if (values.length === 0) return;
    const interpolate = interpolation(problem, form, mesh, spaces[k]!);
    values.forEach((value, j) => {
      state[j]!.set(interpolate(value), spaces[k]!.first);
    });
  });
  return state;
}

/** Coefficients of the spline that has the values of a formula, at the start, in as many points. */
function interpolation(problem: Problem, { space, time }: EvolutionForm, { edges, gauss }: Mesh, one: UnknownSpace) {
  const along = one.along.map((s, a) => {
    const inside = collocationPoints(edges[a]!, gauss);
    return s.periodic ? inside : Float64Array.from([...inside, ...extraPoints(inside, edges[a]!, s.order)]);
  });
  const points = tensor(along, edges);
  const columns = columnsOf({ ...one, first: 0 }, points);
  const basis = basisOf(
    one,
    points,
    space.map(() => 0),
  );
  const count = points.coordinates.length;
  const starts = Int32Array.from({ length: count + 1 }, (_, i) => i * one.local);
  const plan = multifrontal({ starts, columns, width: one.size }, Int32Array.from(points.cells.flat()), space.length);
  const factors = plan.factor(basis, false);
  const d = problem.axes.length;
  const all = new Float64Array(count * d);
  points.coordinates.forEach((x, i) => {
    space.forEach((axis, a) => {
      all[i * d + axis] = x[a]!;
    });
    all[i * d + time] = problem.bounds[time]![0];
  });
  return (value: Parameters<typeof evaluateAt>[0]) => factors.solve(evaluateAt(value, all, d, problem.constants));
}
