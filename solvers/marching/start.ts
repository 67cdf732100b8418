/** The state at the first moment, as coefficients of splines. */
import { multifrontal } from "../../engine/numerics/multifrontal.ts";
import { evaluateAt } from "../expression/expression.ts";
import type { Problem } from "../problem/problem.ts";
import { basisOf, columnsOf, extraPoints, type Mesh, tensor, type UnknownSpace } from "./collocation.ts";
import type { EvolutionForm } from "./evolution-form.ts";
import { collocationPoints } from "./spline-space.ts";

/** Derivatives in time below the highest, level by level, of all unknowns; those that are determined at every moment are 0. */
export function startState(
  problem: Problem,
  form: EvolutionForm,
  mesh: Mesh,
  spaces: readonly UnknownSpace[],
): Float64Array[] {
  const size = spaces.reduce((sum, one) => sum + one.size, 0);
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

/** Coefficients of the spline that has the values of a formula, at the start, in as many points: along one axis after the other. */
function interpolation(problem: Problem, { space, time }: EvolutionForm, { edges, gauss }: Mesh, one: UnknownSpace) {
  const along = one.along.map((s, a) => {
    const inside = collocationPoints(edges[a]!, gauss);
    return s.periodic ? inside : Float64Array.from([...inside, ...extraPoints(inside, edges[a]!, s.order)]);
  });
  const solvers = one.along.map((s, a) => {
    const points = tensor([along[a]!], [edges[a]!]);
    const line = { along: [s], first: 0, size: s.size, local: s.local };
    const starts = Int32Array.from({ length: s.size + 1 }, (_, i) => i * s.local);
    const pattern = { starts, columns: columnsOf(line, points), width: s.size };
    const plan = multifrontal(pattern, Int32Array.from(points.cells.flat()), 1);
    return plan.factor(basisOf(line, points, [0]), false).solve;
  });
  const { coordinates } = tensor(along, edges);
  const d = problem.axes.length;
  const all = new Float64Array(coordinates.length * d);
  coordinates.forEach((x, i) => {
    space.forEach((axis, a) => {
      all[i * d + axis] = x[a]!;
    });
    all[i * d + time] = problem.bounds[time]![0];
  });
  return (value: Parameters<typeof evaluateAt>[0]) => {
    const out = Float64Array.from(evaluateAt(value, all, d, problem.constants));
    let stride = out.length;
    one.along.forEach(({ size }, a) => {
      stride /= size;
      for (let line = 0; line < out.length / size; line++) {
        const first = Math.floor(line / stride) * stride * size + (line % stride);
        solvers[a]!(Float64Array.from({ length: size }, (_, i) => out[first + i * stride]!)).forEach((v, i) => {
          out[first + i * stride] = v;
        });
      }
    });
    return out;
  };
}
