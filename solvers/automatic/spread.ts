/**
 * What noise leaves open: how far a solution moves when its rows change by as much as they are off. Observations are off by their noise, and hold the solution where conditions
 * were left open; a correction that takes the found constants as known does not see it.
 */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import { rng } from "../../engine/rng.ts";
import type { Problem } from "../problem/problem.ts";
import { leastSquaresProgram, type ProgramOptions } from "../residual/program.ts";
import type { Assembly, GroupWeights } from "../solve/assemble.ts";
import type { Solution } from "../solve/solution.ts";
import { between, type Distance, evenPoints, expressionsOf } from "./distance.ts";
import { areCheap, type RowsOptions, rowsAbout, tail } from "./rows-about.ts";

/** Solutions that are drawn, and at how many points they are compared. */
const [draws, compared] = [16, 256];
/** Least that rows are thought to be off, in units of what u = 0 leaves: what is left of the precision of JᵀJ has to tell of the others. */
const least = 1e-7;
/** The same for equations, beside the noise over what is observed: the tangents of a network cannot follow a change of a constant to the last digit. */
const leastBesideNoise = 0.01;
/** Added to the diagonal of JᵀJ, which is 1; the first with which it is positive definite. */
const ridges = [1e-14, 1e-12, 1e-10];

/** Whether {@link spread} has something to tell: there are observations. */
export const isObserved = (problem: Pick<Problem, "observations" | "equations">): boolean =>
  problem.observations.length > 0 && areCheap(problem);

/**
 * Root mean square of ‖δu‖/‖u‖ over draws of the parameters from a normal law of covariance (Σ_g J_gᵀJ_g/s_g²)⁻¹ about a solution (Laplace's approximation), constants to be
 * found among them. s_g is how far the rows of a group are off: the root mean square of what is left of them; for observations of which σ is told σ if that is more. A group has
 * no more independent rows than there are parameters.
 *
 * @returns undefined where JᵀJ is not positive definite to rounding
 */
export async function spread(solution: Solution, options: RowsOptions): Promise<Distance | undefined> {
  const { problem, theta } = solution;
  const n = options.found ?? theta.length;
  const random = rng(0).split("spread");
  const { program, sets, counts, assembly, machine, weights } = rowsAbout(solution, options, random);
  try {
    const { rows } = await program.linearize(theta);
    const off = howFarOff(solution.problem, rows, counts, assembly.temperature(weights.observations), weights);
    const scaled = sets.map((set, g) => {
      const factor = Math.sqrt(Math.min(1, n / counts[g]!)) / off[g]!;
      return { ...set, rootWeights: set.rootWeights.map((w) => w * factor) };
    });
    program.setPoints(scaled);
    const { matrix } = await program.linearize(theta);
    const move = drawFrom(tail(matrix, n), n);
    if (!move) return undefined;
    const { values, moves, at } = await valuesOf(solution, n, assembly, machine);
    const found = Array.from({ length: draws }, (_, k) => {
      const along = move(random.split(`draw ${k}`).normal(n));
      return between(problem, values, moved(values, moves, along), at);
    });
    const over = (of: (one: Distance) => number) =>
      Math.sqrt(found.reduce((sum, one) => sum + of(one) ** 2, 0) / draws);
    return {
      unknowns: over((one) => one.unknowns),
      each: problem.unknowns.map((_, k) => over((one) => one.each[k]!)),
      gradient: over((one) => one.gradient),
      quantities: problem.quantities.map((_, k) => over((one) => one.quantities[k]!)),
      ...(found[0]!.end !== undefined && { end: over((one) => one.end!) }),
    };
  } finally {
    await program.dispose();
  }
}

/** s_g of each group: the equations, others, observations. */
function howFarOff(
  { observations }: Problem,
  rows: Float64Array,
  counts: readonly number[],
  temperature: number,
  weights: GroupWeights,
): readonly number[] {
  const first = counts.length - observations.length;
  let from = 0;
  const off = counts.map((count, g) => {
    const own = rows.subarray(from, from + count);
    from += count;
    const left = Math.sqrt(own.reduce((sum, v) => sum + v * v, 0) / count);
    const told = observations[g - first]?.told ? Math.sqrt(temperature) : 0;
    return Math.max(left, told, least / Math.sqrt(count));
  });
  const observed = observations.reduce((sum, { values }) => sum + values.length, 0);
  const noise = Math.max(...off.slice(first)) * Math.sqrt(observed / weights.observations);
  return [Math.max(off[0]!, leastBesideNoise * noise * Math.sqrt(weights.equations / counts[0]!)), ...off.slice(1)];
}

/** Unknowns, slopes and what is asked for at even points, [n, expressions], and what each of the last parameters does to them. */
async function valuesOf({ problem, theta }: Solution, n: number, { model }: Assembly, machine: ProgramOptions) {
  const at = evenPoints(problem, compared);
  const count = at.points.length / problem.axes.length;
  const expressions = expressionsOf(problem);
  const groups = expressions.map((residual, k) => ({ name: `value ${k}`, count, residuals: [residual], data: [] }));
  const program = leastSquaresProgram(model, groups, machine);
  const rootWeights = new Float64Array(count).fill(1);
  program.setPoints(groups.map(() => ({ points: at.points, rootWeights, data: new Float64Array(count) })));
  try {
    const { rows, jacobian } = await program.linearize(theta);
    const width = expressions.length;
    // Rows come one expression after the other.
    const place = (row: number) => (row % width) * count + Math.floor(row / width);
    return {
      at,
      values: rows.map((_, row) => rows[place(row)]!),
      moves: Array.from({ length: rows.length }, (_, row) =>
        jacobian.slice((place(row) + 1) * theta.length - n, (place(row) + 1) * theta.length),
      ),
    };
  } finally {
    await program.dispose();
  }
}

/** Values with what a change of the parameters does to them. */
const moved = (values: Float64Array, moves: readonly Float64Array[], along: Float64Array): Float64Array =>
  values.map((v, row) => along.reduce((sum, by, i) => sum + by * moves[row]![i]!, v));

/** x = D^(−½) L⁻ᵀ z of covariance A⁻¹ for z of covariance 1, with D the diagonal of A and L Lᵀ = D^(−½) A D^(−½); undefined where that is not positive definite. */
function drawFrom(a: Float64Array, n: number): ((z: Float64Array) => Float64Array) | undefined {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, a[i * (n + 1)]!);
  // No parameter stays without a size of its own, also where no row tells of it.
  const roots = Float64Array.from({ length: n }, (_, i) => Math.sqrt(Math.max(a[i * (n + 1)]!, 1e-30 * largest)));
  const scaled = a.map((v, k) => v / (roots[Math.floor(k / n)]! * roots[k % n]!));
  const l = lowerFactor(scaled, n);
  if (!l) return undefined;
  return (z) => {
    const x = z.slice();
    for (let i = n - 1; i >= 0; i--) {
      x[i]! /= l[i * (n + 1)]!;
      for (let j = 0; j < i; j++) x[j]! -= l[i * n + j]! * x[i]!;
    }
    return x.map((v, i) => v / roots[i]!);
  };
}

/** L of the first of the ridged matrices that has one. */
function lowerFactor(a: Float64Array, n: number): Float64Array | undefined {
  for (const ridge of ridges) {
    const ridged = a.map((v, k) => (k % (n + 1) === 0 ? v + ridge : v));
    const factor = cholesky(ridged, n);
    if (factor) return factor.lower;
  }
  return undefined;
}
