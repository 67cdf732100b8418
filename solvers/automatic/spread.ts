/**
 * The effect of noise: the distance by which a solution moves when its rows change by as much as they are off.
 * Observations are off by their noise, and hold the solution where conditions were left open; a correction that takes
 * the found constants as known does not see it.
 */

import { type LinearMachine, leastSquares } from "../../engine/numerics/householder.ts";
import { type Rng, rng } from "../../engine/random/rng.ts";
import { pointsElsewhere } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { leastSquaresProgram, type ProgramOptions } from "../residual/program.ts";
import { rowCount } from "../residual/rows.ts";
import type { GroupWeights } from "../solution/options.ts";
import { blasOf } from "../solution/options.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { type Assembly, assemble } from "../solve/assemble.ts";
import { combined, comparisonPoints, type Distance, distanceOfValues, expressionsOf } from "./distance.ts";
import { orUndefined } from "./feature-fit.ts";

/** Solutions that are drawn, and at how many points they are compared. */
const [draws, compared] = [16, 256];
/**
 * Least that rows are thought to be off, in units of the residual of u = 0: what is left of the precision of JᵀJ has to
 * be enough for the others.
 */
const least = 1e-7;
/**
 * The same for equations, beside the noise over what is observed: the tangents of a network cannot follow a change of a
 * constant to the last digit.
 */
const leastBesideNoise = 0.01;
/**
 * Weight of rows that keep every parameter from going anywhere, beside its column: where it follows a constant, and
 * where it is drawn, since linear algebra exaggerates what is open.
 */
const [held, heldDrawn] = [1e-10, 1e-7];

/** Points of the equations and of each condition. */
const [interior, boundary] = [1024, 200];

/** Other points that a row may ask for: more, as for fractional derivatives, take longer than the solve. */
const mostElsewhere = 32;

/** True where there is time to look at the rows of a problem. */
export const areCheap = ({ equations }: Pick<Problem, "equations">): boolean =>
  pointsElsewhere(equations) <= mostElsewhere;

/** Options of {@link spread}. */
interface SpreadOptions {
  /** Parameters at the end of θ that were found; the others are as they were drawn. @defaultValue all */
  readonly found?: number | undefined;
  readonly weights?: Partial<GroupWeights> | undefined;
  readonly threads: number;
  /** Name of the machine's library, as of `solve`. */
  readonly blas: string | undefined;
}

/** Parameters of all kinds up to which J is made. */
const mostParameters = 2500;

/** True where there is time for the Jacobian of a solution. */
export const isSmall = ({ coefficients }: NetworkSolution): boolean => coefficients.length <= mostParameters;

/** True where {@link spread} applies: there are observations. */
export const isObserved = (problem: Pick<Problem, "observations" | "equations">): boolean =>
  problem.observations.length > 0 && areCheap(problem);

/**
 * Root mean square of ‖δu‖/‖u‖ over draws of the parameters from a normal distribution of covariance (Σ_g
 * J_gᵀJ_g/s_g²)⁻¹ about a solution (Laplace's approximation), constants to be found among them: least squares of rows
 * that are drawn, by Householder’s reflections, since JᵀJ forgets how features that nearly depend on one another follow
 * a constant. s_g is how far the rows of a group are off: the root mean square of what is left of them; for
 * observations with a given σ at least σ. A group has no more independent rows than there are parameters.
 *
 * @returns undefined where a parameter is determined by nothing at all
 */
export async function spread(solution: NetworkSolution, options: SpreadOptions): Promise<Distance | undefined> {
  const { problem, coefficients: theta } = solution;
  const n = options.found ?? theta.length;
  const random = rng(0).split("spread");
  const { program, sets, counts, assembly, machine, weights } = rowsAbout(solution, options, random);
  try {
    await program.loss(theta);
    const rows = program.residual();
    const off = howFarOff(solution.problem, rows, counts, assembly.temperature(weights.observations), weights);
    const scaled = sets.map((set, g) => {
      const factor = Math.sqrt(Math.min(1, n / counts[g]!)) / off[g]!;
      return { ...set, rootWeights: set.rootWeights.map((w) => w * factor) };
    });
    program.setPoints(scaled);
    const { jacobian } = await program.linearize(theta);
    const columns = {
      ...{ jacobian, n, size: theta.length, constants: Object.keys(problem.trainable).length },
      seen: counts.slice(-problem.observations.length).reduce((sum, count) => sum + count, 0),
      machine,
    };
    const all = await orUndefined(async () => drawn(columns, random));
    if (!all) return undefined;
    const { values, moves, at } = await valuesOf(solution, n, assembly, machine);
    const found = Array.from({ length: draws }, (_, k) =>
      distanceOfValues(problem, values, moved(values, moves, all.subarray(k * n, (k + 1) * n)), at),
    );
    return combined(found, (sizes) => Math.sqrt(sizes.reduce((sum, size) => sum + size ** 2, 0) / draws));
  } finally {
    await program.dispose();
  }
}

/** The rows of a solution: those of the equations, of conditions and integrals, and of observations, in this order. */
function rowsAbout({ problem, domain, trial, report }: NetworkSolution, options: SpreadOptions, random: Rng) {
  const assembly = assemble(problem, domain, trial.network, report.conditions);
  const weights: GroupWeights = { equations: 1, conditions: 1e4, observations: 0.01, ...options.weights };
  const others = assembly.others({ interior, boundary }, weights);
  const points = domain.interior(interior, random);
  const even = new Float64Array(interior).fill(1 / interior);
  const machine = { threads: options.threads, blas: blasOf(options.blas ?? "auto") };
  const groups = [assembly.interior(interior, report.scale), ...others.map(({ group }) => group)];
  const program = leastSquaresProgram(assembly.model, groups, machine);
  const sets = [
    assembly.interiorPoints({ points, weights: even, density: even }, weights.equations),
    ...others.map(({ draw }, k) => draw(random.split(`rows ${k}`))),
  ];
  program.setPoints(sets);
  return { program, sets, counts: groups.map(rowCount), assembly, machine, weights };
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
    const given = observations[g - first]?.hasSigma ? Math.sqrt(temperature) : 0;
    return Math.max(left, given, least / Math.sqrt(count));
  });
  const observed = observations.reduce((sum, { values }) => sum + values.length, 0);
  const noise = Math.max(...off.slice(first)) * Math.sqrt(observed / weights.observations);
  return [Math.max(off[0]!, leastBesideNoise * noise * Math.sqrt(weights.equations / counts[0]!)), ...off.slice(1)];
}

/**
 * Unknowns, slopes and what is asked for at quasi-uniform points, [n, expressions], and what each of the last
 * parameters does to them.
 */
async function valuesOf(
  { problem, coefficients: theta }: NetworkSolution,
  n: number,
  { model, withData }: Assembly,
  machine: ProgramOptions,
) {
  const at = comparisonPoints(problem, compared);
  const count = at.points.length / problem.axes.length;
  const expressions = expressionsOf(problem);
  const all = expressions.map((one) => withData([one]));
  const groups = all.map(({ residuals, names }, k) => ({ name: `value ${k}`, count, residuals, data: names }));
  const program = leastSquaresProgram(model, groups, machine);
  const rootWeights = new Float64Array(count).fill(1);
  program.setPoints(all.map((one) => ({ points: at.points, rootWeights, data: one.at(at.points) })));
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

/**
 * The last n columns of J of `size` ones, the last of them those of constants, and its last rows those of observations.
 */
interface Columns {
  readonly jacobian: Float64Array;
  readonly size: number;
  readonly n: number;
  readonly constants: number;
  readonly seen: number;
  readonly machine: LinearMachine;
}

/**
 * Parameters of covariance (JᵀJ)⁻¹, one draw after the other: x that minimises ‖Jx − z‖ for z of covariance 1.
 * Equations hold along what a constant does: that coefficients cannot follow it to the end, as into corners, says
 * nothing of the constant. So they follow it as well as they can, and what they leave of equations counts as nothing.
 *
 * @throws DomainError where a parameter is determined by nothing at all
 */
function drawn(of: Columns, random: Rng): Float64Array {
  const { jacobian, size, n, constants: k, seen, machine } = of;
  const count = jacobian.length / size;
  const [own, exact, total] = [n - k, count - seen, count + n];
  const sizes = sizesOf(of);
  /** A row, in units of the columns' sizes. */
  const scaled = (row: number) => {
    const values = jacobian.slice((row + 1) * size - n, (row + 1) * size);
    for (let j = 0; j < n; j++) values[j]! /= sizes[j]!;
    return values;
  };
  const heldMatrix = (columns: number, sides: number, weight: number) => {
    const matrix = new Float64Array(total * (columns + sides));
    for (let j = 0; j < columns; j++) matrix[(count + j) * (columns + sides) + j] = weight;
    return matrix;
  };
  // In units of sizes, as all that follows.
  let followed: Float64Array = new Float64Array(0);
  if (k > 0) {
    const matrix = heldMatrix(own, k, held);
    for (let row = 0; row < exact; row++) matrix.set(scaled(row), row * n);
    followed = leastSquares(matrix, total, own, k, machine);
  }
  const matrix = heldMatrix(n, draws, heldDrawn);
  for (let row = 0; row < count; row++) {
    const values = scaled(row);
    for (let c = 0; c < k; c++) {
      if (row < exact) values[own + c] = 0;
      else for (let j = 0; j < own; j++) values[own + c]! -= values[j]! * followed[c * own + j]!;
    }
    matrix.set(values, row * (n + draws));
  }
  for (let d = 0; d < draws; d++) {
    const noise = random.split(`draw ${d}`).normal(count);
    for (let row = 0; row < count; row++) matrix[row * (n + draws) + n + d] = noise[row]!;
  }
  const x = leastSquares(matrix, total, n, draws, machine);
  for (let d = 0; d < draws; d++) {
    for (let c = 0; c < k; c++) {
      for (let j = 0; j < own; j++) x[d * n + j]! -= followed[c * own + j]! * x[d * n + own + c]!;
    }
    for (let j = 0; j < n; j++) x[d * n + j]! /= sizes[j]!;
  }
  return x;
}

/** Lengths of columns; no parameter stays without a size of its own, also where no row depends on it. */
function sizesOf({ jacobian, size, n }: Columns): Float64Array {
  const squares = new Float64Array(n);
  for (let end = size; end <= jacobian.length; end += size) {
    for (let j = 0; j < n; j++) squares[j]! += jacobian[end - n + j]! ** 2;
  }
  const largest = Math.sqrt(squares.reduce((a, b) => Math.max(a, b), 0));
  return squares.map((v) => Math.max(Math.sqrt(v), 1e-15 * largest));
}
