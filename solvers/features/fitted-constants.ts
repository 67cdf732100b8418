/**
 * Constants of an equation beside the coefficients of frozen features, by variable projection (Golub and Pereyra 1973, doi:10.1137/0710036): the coefficients are always those that
 * are best for the constants, so that these move along what the equation allows, and not in the narrow valley beside it.
 */
import { DomainError } from "../../engine/errors.ts";
import { cholesky } from "../../engine/numerics/cholesky.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { Status } from "../solution/budget.ts";
import { OutOfTime } from "./deadline.ts";
import type { FeatureRows } from "./feature-rows.ts";
import { leastSquaresSolver, panelMatrix, setEntry, setRow } from "./least-squares.ts";
import { longest, type Minimisation, minimise } from "./newton.ts";
import { sumOfSquares } from "./unit.ts";

/** Steps of the constants, trials of one, and the part of the loss by which a step has to lower it to be followed by another. */
const [most, trials, enough] = [20, 8, 1e-3];
/** Damping of the first step, beside the diagonal (Marquardt 1963, doi:10.1137/0111030); its factors after a trial that lowers the loss and one that does not; below what it holds nothing back. */
const [first, down, up, small] = [1e-3, 0.1, 10, 1e-6];
/** Sizes of a constant by which a step may move it. */
const leap = 5;

/** A step as long as it may be. */
function bounded(step: Float64Array, from: Float64Array, sizes: readonly number[]): Float64Array {
  const first = step.length - sizes.length;
  const leaps = sizes.map(
    (size, c) => Math.abs(step[first + c]!) / (leap * Math.max(size, Math.abs(from[first + c]!))),
  );
  const longest = Math.max(1, ...leaps);
  return step.map((by) => by / longest);
}

/** The largest factor between constants and guesses that are not 0. */
const farthest = (values: readonly number[], guesses: readonly number[]): number =>
  Math.max(
    1,
    ...guesses.map((guess, i) => (guess === 0 ? 1 : Math.exp(Math.abs(Math.log(Math.abs(values[i]! / guess)))))),
  );

/** Added to the diagonal in any case; of its inverse times this, the mark of a constant that no row depends on, as in `laplace`. */
const [ridge, unseen] = [1e-14, 0.01];

/** With the sizes of constants, which are the last of the coefficients. */
export type ConstantsOptions = Minimisation & {
  readonly sizes: readonly number[];
};

/** Constants to which another start led. */
export interface Alternative {
  readonly values: readonly number[];
  /** Σ r² with them. */
  readonly loss: number;
}

/** The outcome of other starts. */
export interface OtherStarts {
  /** Σ r² of θ. */
  readonly loss: number;
  /** Constants of all the others. */
  readonly alternatives: readonly Alternative[];
}

/** Standard deviation of the logarithm of what a constant of another start is beside a guess, or what was found; factor beside the guess beyond which it is lost. */
const [apart, lost] = [1, 30];

/** Other starts of constants. */
export interface Starts {
  readonly guesses: readonly number[];
  /** The same rows with observations that count more: what they lead to are the first of the starts. */
  readonly led: readonly FeatureRows[];
  /** Their number; fewer where time is over. */
  readonly starts: number;
  readonly random: Rng;
}

/** The constants once more from other starts: led by the observations, then about the guesses and about what was found in turns. θ ends as that of the least loss. */
export async function otherStarts(
  rows: FeatureRows,
  theta: Float64Array,
  options: ConstantsOptions,
  { guesses, led, starts, random }: Starts,
): Promise<OtherStarts> {
  const k = guesses.length;
  const valuesOf = (of: Float64Array) => [...of.subarray(of.length - k)];
  const lossOf = async (of: Float64Array) => sumOfSquares(await rows.rows(of, options.pace));
  const found = valuesOf(theta);
  let loss = await lossOf(theta);
  const alternatives: Alternative[] = [];
  for (let i = 0; i < starts; i++) {
    const about = i < led.length || i % 2 === 0 ? guesses : found;
    const leading = led[i];
    const draw = leading ? new Float64Array(k) : random.split(i).normal(k);
    const other = theta.slice();
    other.fill(0, theta.length - options.coefficients);
    other.set(
      about.map((v, c) => (v === 0 ? options.sizes[c]! * draw[c]! : v * Math.exp(apart * draw[c]!))),
      theta.length - k,
    );
    try {
      if (leading) await fitConstants(leading, other, options);
      await fitConstants(rows, other, options);
      const its = await lossOf(other);
      if (farthest(valuesOf(other), guesses) > Math.max(lost, farthest(valuesOf(theta), guesses))) continue;
      alternatives.push(its < loss ? { values: valuesOf(theta), loss } : { values: valuesOf(other), loss: its });
      if (its < loss) {
        theta.set(other);
        loss = its;
      }
    } catch (error) {
      if (error instanceof OutOfTime) break;
      if (!(error instanceof DomainError)) throw error;
    }
  }
  return { loss, alternatives };
}

/** Places of the features' own coefficients. */
const ownOf = ({ coefficients, sizes }: ConstantsOptions): number[] => [...Array(coefficients - sizes.length).keys()];

/**
 * Levenberg and Marquardt's method on the constants; θ is changed in place.
 *
 * @param start - damping of the first step
 * @returns "converged" where a step that nothing holds back does not lower the loss by a thousandth
 * @throws OutOfTime where there was no time for the coefficients of the guesses
 */
export async function fitConstants(
  rows: FeatureRows,
  theta: Float64Array,
  options: ConstantsOptions,
  start = first,
): Promise<{ readonly status: Status; readonly steps: number }> {
  const taken = ownOf(options);
  const refit = async () => {
    await minimise(rows, theta, { ...options, taken });
    return sumOfSquares(await rows.rows(theta, options.pace));
  };
  let loss = await refit();
  let best = theta.slice();
  let damping = start;
  let [steps, status]: [number, Status] = [0, "budget"];
  try {
    while (steps < most && status === "budget") {
      const along = await movesOf(rows, theta, options);
      const before = loss;
      for (let k = 0; k < trials && !(loss < before); k++) {
        theta.set(bounded(along.step(damping), best, options.sizes).map((by, i) => best[i]! + by));
        const after = await refit();
        if (after < before) loss = after;
        damping *= after < before ? down : up;
      }
      steps++;
      if (loss < before) best = theta.slice();
      if (!(loss < before) || (damping < small && loss > (1 - enough) * before)) status = "converged";
      theta.set(best);
    }
  } catch (error) {
    const isOver = error instanceof OutOfTime;
    // A constant may have gone where columns depend on one another.
    if (!isOver && !(error instanceof DomainError)) throw error;
    status = isOver ? "budget" : "stalled";
    theta.set(best);
  }
  return { status, steps };
}

/**
 * Square roots of the diagonal of (JᵀJ)⁻¹ that belong to the constants.
 *
 * @returns Infinity where no row depends on a constant; NaN where rounding hides it
 * @throws OutOfTime
 */
export async function deviationsOf(
  rows: FeatureRows,
  theta: Float64Array,
  options: ConstantsOptions,
): Promise<readonly number[]> {
  const { inverse, size } = await movesOf(rows, theta, options);
  const variances = inverse();
  return options.sizes.map((unit, i) => {
    const variance = variances?.(i)[i] ?? Number.NaN;
    return ridge * size * variance > unseen ? Number.POSITIVE_INFINITY : unit * Math.sqrt(variance);
  });
}

/**
 * The step of the constants where the coefficients a follow, with J_c in units of the constants: S = J_cᵀ(1 − J_a J_a⁺)J_c, and the step (S + λ diag S)⁻¹ of −J_cᵀr, where J_aᵀr = 0
 * (Kaufman's form, 1975, doi:10.1007/BF01932995).
 */
async function movesOf(rows: FeatureRows, theta: Float64Array, options: ConstantsOptions) {
  const { threads, blas, pace, regularization, sizes } = options;
  const [m, k] = [rows.count, sizes.length];
  const n = options.coefficients - k;
  const total = m + n;
  const solver = leastSquaresSolver(total, threads, blas);
  try {
    const all = panelMatrix(m, n + k, n + k);
    const r = await rows.rowsAndColumns(theta, all, pace);
    const columns = all.panels[0]!;
    const own = solver.matrix(n);
    for (let i = 0; i < m; i++) setRow(own, i, columns, i * (n + k));
    const mu = regularization * longest(own);
    for (let j = 0; j < n; j++) setEntry(own, m + j, j, mu);
    const sides = new Float64Array(k * total);
    const downhill = new Float64Array(k);
    let size = 0;
    for (const [c, unit] of sizes.entries()) {
      const column = sides.subarray(c * total, c * total + m);
      for (let i = 0; i < m; i++) column[i] = unit * columns[i * (n + k) + n + c]!;
      downhill[c] = -column.reduce((sum, v, i) => sum + v * r[i]!, 0);
      size = Math.max(size, sumOfSquares(column));
    }
    const followed = await solver.solve(own, sides);
    // What is left below the triangle is what the coefficients cannot follow.
    const left = sizes.map((_, c) => sides.subarray(c * total + n, (c + 1) * total));
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
    const complement = Float64Array.from({ length: k * k }, (_, at) => dot(left[Math.floor(at / k)]!, left[at % k]!));
    const factorOf = (added: (own: number) => number) =>
      cholesky(
        complement.map((v, at) => v + (at % (k + 1) === 0 ? added(v) : 0)),
        k,
      );
    return {
      size,
      /** Columns of (S + ρ)⁻¹ with a ridge ρ, if it is positive definite. */
      inverse() {
        const factor = factorOf(() => ridge * size);
        return factor && ((c: number) => factor.solve(Float64Array.from(sizes, (_, i) => (i === c ? 1 : 0))));
      },
      /** Of all of θ. */
      step(damping: number): Float64Array {
        const by = factorOf((own) => ridge * size + damping * own)?.solve(downhill) ?? new Float64Array(k);
        const whole = new Float64Array(theta.length);
        const from = theta.length - n - k;
        for (let c = 0; c < k; c++) {
          for (let j = 0; j < n; j++) whole[from + j]! -= followed[c * n + j]! * by[c]!;
          whole[from + n + c] = by[c]! * sizes[c]!;
        }
        return whole;
      },
    };
  } finally {
    await solver.dispose();
  }
}
