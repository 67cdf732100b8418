/** Open functions of a linear problem: those that can be added to a solution without a change of its rows. */
import { leastSquares } from "../../engine/numerics/householder.ts";
import { rng } from "../../engine/random/rng.ts";
import { partial, unit } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { mlp } from "../network/mlp.ts";
import { blasOf } from "../solution/options.ts";
import type { Solution } from "../solution/solution.ts";
import { assemble } from "../solve/assemble.ts";
import { ask, type Deadline } from "./deadline.ts";
import { type FilledGroup, featurePrograms, type RowMatrix } from "./feature-rows.ts";
import { frozen } from "./feature-weights.ts";
import { longest } from "./newton.ts";
import { filledGroups, firstFeatures } from "./random-features.ts";
import { sumOfSquares } from "./unit.ts";

/**
 * Most coefficients, scales of features, which are smooth, and quasi-uniform points at which functions are measured.
 */
const [mostCoefficients, scales, measured] = [400, [1, 2, 4], 512] as const;
/** Weights as where a solution is fitted. */
const weights = { equations: 1, conditions: 1e4, observations: 1 };
/**
 * Residuals of a function as large as the solution, in units of that of u = 0: rounding, and most where they fall with
 * more features.
 */
const [rounding, most] = [1e-8, 1e-3];
/**
 * Least factor by which they fall with twice the features: 60 and more were seen where functions are open, at most 1.4
 * where not.
 */
const falls = 5;
/** Inverse power steps. */
const steps = 2;

/** Options of {@link isUndetermined}. */
interface UndeterminedOptions {
  readonly threads: number;
  /** Name of the machine's library, as of `solve`. */
  readonly blas: string | undefined;
  readonly pace: Deadline;
}

/**
 * True where some function leaves nothing of the homogeneous rows of a linear problem but what features cannot resolve:
 * it then has infinitely many solutions. The least ‖Jc‖/‖Vc‖ is sought by inverse power steps, V the values of features
 * at points: that features nearly depend on one another makes no difference. Where all is determined it stays with
 * twice the features; else it is rounding, or falls fast.
 *
 * @param solution - of a linear problem without observations and constants to be found
 * @throws OutOfTime where there is no time for it
 */
export async function isUndetermined(solution: Solution, options: UndeterminedOptions): Promise<boolean> {
  const { problem, domain, report } = solution;
  const { threads, blas, pace } = options;
  const unknowns = problem.unknowns.length;
  const features = Math.max(2, Math.floor(mostCoefficients / unknowns));
  const random = rng(0).split("undetermined");
  const network = mlp({ width: features, depth: 1, activation: "sin", scale: scales[0] });
  const assembly = assemble(problem, domain, network, report.conditions);
  const stretch = problem.axes.map(() => 1);
  const theta = frozen(assembly, { network, scales, stretch, known: 0 }, random.split("features"));
  const filling = { points: 3 * features, boundaryPoints: 2 * features, weights, scale: report.scale };
  const at = domain.interior(measured, random.split("values"));
  const size = length(await solution.evaluate(at)) / Math.sqrt(measured) || 1;
  const programs = [featurePrograms(assembly.model, threads), featurePrograms(assembly.model, threads)] as const;
  const rows = programs[0].of(filledGroups(assembly, filling, random.split("points")).groups);
  const values = programs[1].of([valuesOf(problem, at)]);
  const total = rows.count + values.count + (features + 1) * unknowns;
  const machine = { threads, blas: blasOf(blas ?? "auto") };
  /**
   * ‖Jc‖/‖Vc‖ with so many features, in units of the residual of u = 0 over the size of the solution: about the least,
   * and that of any function.
   */
  const leftWith = async (some: number) => {
    const free = firstFeatures(some, features, unknowns);
    const n = free.length;
    const [j, v] = [rows, values].map(({ count }) => ({ values: new Float64Array(count * n), width: n })) as [
      RowMatrix,
      RowMatrix,
    ];
    await rows.rowsAndColumns(theta, j, pace, free);
    await values.rowsAndColumns(theta, v, pace, free);
    const left = (c: Float64Array) => (size * length(times(j, c))) / length(times(v, c));
    let c = random.split("start").normal(n);
    const usual = left(c);
    const shift = (rounding / size) * Math.min(1, usual);
    const held = 1e-14 * longest(j, n);
    for (let step = 0; step < steps; step++) {
      ask(pace, "a linear solve", (2 * total * n * n) / pace.rate);
      const wanted = times(v, c);
      const matrix = new Float64Array(total * (n + 1));
      for (let i = 0; i < rows.count; i++) matrix.set(j.values.subarray(i * n, (i + 1) * n), i * (n + 1));
      for (let i = 0; i < values.count; i++) {
        const at = (rows.count + i) * (n + 1);
        for (let k = 0; k < n; k++) matrix[at + k] = shift * v.values[i * n + k]!;
        matrix[at + n] = (shift * wanted[i]!) / length(wanted);
      }
      for (let k = 0; k < n; k++) matrix[(rows.count + values.count + k) * (n + 1) + k] = held;
      c = Float64Array.from(leastSquares(matrix, total, n, 1, machine));
    }
    return { least: left(c), usual };
  };
  try {
    const { least, usual } = await leftWith(features);
    if (least <= rounding * Math.min(1, usual)) return true;
    return least <= most * Math.min(1, usual) && falls * least <= (await leftWith(Math.floor(features / 2))).least;
  } finally {
    for (const own of programs) await own.dispose();
  }
}

/** The unknowns at points; the sum of squares is a mean over points. */
function valuesOf({ unknowns, axes }: Problem, points: Float64Array): FilledGroup {
  const count = points.length / axes.length;
  const residuals = unknowns.map((_, k) => partial(k, unit(axes.length, -1)));
  const rootWeights = new Float64Array(count).fill(1 / Math.sqrt(count));
  const group = { name: "values", count, residuals, data: [] };
  return { group, at: { points, rootWeights, data: new Float64Array(count) } };
}

/** The product of a matrix and a vector. */
const times = ({ values, width }: RowMatrix, x: Float64Array): Float64Array =>
  Float64Array.from({ length: values.length / width }, (_, row) => {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += values[row * width + k]! * x[k]!;
    return sum;
  });

const length = (values: Float64Array): number => Math.sqrt(sumOfSquares(values));
