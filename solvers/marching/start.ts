/** The state at the first moment, as coefficients of splines. */
import { multifrontal } from "../../engine/numerics/multifrontal.ts";
import { dotInOrder } from "../../engine/numerics/vectors.ts";
import { evaluateAt } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import {
  basisOf,
  type Collocation,
  columnsOf,
  extraPoints,
  type Mesh,
  tensor,
  type UnknownSpace,
  type Walls,
} from "./collocation.ts";
import type { EvolutionForm } from "./evolution-form.ts";
import { collocationPoints } from "./spline-space.ts";

/**
 * Derivatives in time below the highest, level by level, of all unknowns; those that are determined at every moment are
 * as conditions say, or 0.
 */
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
  for (const { unknown, order, value } of form.stated)
    if (order === 0 && form.inTime[unknown] === 0)
      state[0]!.set(interpolation(problem, form, mesh, spaces[unknown]!)(value), spaces[unknown]!.first);
  return state;
}

/**
 * Coefficients of the spline that has the values of a formula, at the start, in as many points: along one axis after
 * the other.
 */
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

/** Newton's steps, iterations of conjugate gradients, and the residual beside the first at which they end. */
const [newtonSteps, mostIterations, small] = [3, 200, 1e-13];

/**
 * Moves values and velocities at the first moment as little as makes the conditions on the faces hold, where equations
 * are of the second order in time: what a wall misses at first is a velocity that grows as steps shrink, and no step
 * would be short enough.
 *
 * @param short - a time in which conditions hardly change
 */
export function meetWalls(rows: Collocation, t: number, state: readonly Float64Array[], short: number): void {
  const { walls, size } = rows;
  if (walls === undefined) return;
  const nothing = new Float64Array(size);
  const [values, velocities] = [state[0]!.slice(), state[1]!.slice()];
  const left = (y: Float64Array, later: number) => {
    const all = rows.evaluate(t + later, [y, ...state.slice(1), nothing]);
    return Float64Array.from(walls.rows, (row) => all[row]!);
  };
  const moved = (by: number) => values.map((v, i) => v + by * velocities[i]!);
  for (let step = 0; step < newtonSteps; step++) {
    const misses = left(values, 0);
    if (!misses.every(Number.isFinite)) return;
    rows.linearise(t, [values, ...state.slice(1), nothing]);
    leastMove(walls, misses).forEach((d, i) => {
      values[i]! -= d;
    });
  }
  // The rows' derivative in time, by a difference of the second order.
  const [now, soon, later] = [left(values, 0), left(moved(short), short), left(moved(2 * short), 2 * short)];
  const rates = now.map((f, i) => (4 * soon[i]! - 3 * f - later[i]!) / (2 * short));
  if (!rates.every(Number.isFinite)) return;
  const d = leastMove(walls, rates);
  state[0]!.set(values);
  state[1]!.forEach((v, i) => {
    state[1]![i] = v - d[i]!;
  });
}

/** The least vector that a matrix takes to a right side, Aᵀz with A·Aᵀ·z = b by conjugate gradients. */
function leastMove({ rows, pattern, values }: Walls, b: Float64Array): Float64Array {
  const { starts, columns, width } = pattern;
  const sizes = rows.map((row) => Math.hypot(...values.subarray(starts[row], starts[row + 1])) || 1);
  const transposed = (z: Float64Array) => {
    const out = new Float64Array(width);
    rows.forEach((row, i) => {
      const by = z[i]! / sizes[i]!;
      for (let at = starts[row]!; at < starts[row + 1]!; at++) out[columns[at]!]! += by * values[at]!;
    });
    return out;
  };
  const times = (x: Float64Array) =>
    Float64Array.from(rows, (row, i) => {
      let sum = 0;
      for (let at = starts[row]!; at < starts[row + 1]!; at++) sum += values[at]! * x[columns[at]!]!;
      return sum / sizes[i]!;
    });
  const z = new Float64Array(rows.length);
  const r = b.map((v, i) => v / sizes[i]!);
  const p = r.slice();
  let square = dotInOrder(r, r);
  const goal = small ** 2 * square;
  for (let k = 0; k < mostIterations && square > goal; k++) {
    const q = times(transposed(p));
    const by = square / dotInOrder(p, q);
    for (let i = 0; i < z.length; i++) {
      z[i]! += by * p[i]!;
      r[i]! -= by * q[i]!;
    }
    const next = dotInOrder(r, r);
    for (let i = 0; i < p.length; i++) p[i] = r[i]! + (next / square) * p[i]!;
    square = next;
  }
  return transposed(z);
}
