/**
 * Standard deviations of constants by Laplace's approximation, the noise of observations, and constants that no row
 * depends on.
 */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import { dotInOrder } from "../../engine/numerics/vectors.ts";
import type { Problem } from "../../equations/problem/index.ts";

/**
 * Of the inverse of a matrix with a ridge on its diagonal, times the ridge: 1 for a constant that no row depends on; ½
 * for two that appear as their product; an eigenvalue has 1e-11.
 */
export const unseen = 0.01;
/** Ridge of normal equations, beside columns of length 1. */
const ridge = 1e-14;
/** Standard deviations of χ² by which chance alone may take observations farther off than sigma says. */
const byChance = 5;

/**
 * σ² of all observations in units of sigma²: 1, or χ²/(values − constants) where none was given, or that is more than
 * chance makes of it.
 */
export function noise({ observations, trainable }: Problem, rows: Float64Array, temperature = 1): number {
  const count = valuesIn(observations);
  const squares = rows.subarray(rows.length - count).reduce((sum, v) => sum + v * v, 0) / temperature;
  const free = Math.max(1, count - Object.keys(trainable).length);
  const ofRows = squares / free;
  const agreesWithSigma = observations.some(({ hasSigma }) => hasSigma) && ofRows <= 1 + byChance * Math.sqrt(2 / free);
  return agreesWithSigma ? 1 : ofRows;
}

/** True where as many constants as values leave nothing to see their noise by. */
export const isNoiseOpen = ({ observations, trainable }: Problem): boolean =>
  observations.every(({ hasSigma }) => !hasSigma) && valuesIn(observations) <= Object.keys(trainable).length;

const valuesIn = (observations: Problem["observations"]): number =>
  observations.reduce((sum, { values }) => sum + values.length, 0);

/**
 * Sizes of the constants to be found, which are the last of these values: of what they are or their first guess,
 * whichever is larger.
 */
export const sizesOfConstants = ({ trainable }: Problem, values: ArrayLike<number>): readonly number[] =>
  Object.values(trainable).map((guess, i, all) => {
    const value = values[values.length - all.length + i]!;
    return Math.max(Math.abs(value), Math.abs(guess)) || 1;
  });

/** Rows about constants, in units of their sizes, where all else follows them. */
export interface NormalEquations {
  readonly sizes: readonly number[];
  /** Lengths of the columns. */
  readonly lengths: readonly number[];
  /** JᵀJ [k, k]. */
  readonly square: Float64Array;
  /** −Jᵀr. */
  readonly downhill: Float64Array;
}

/** Normal equations of columns ∂rows/∂c in units of sizes. */
export function normalEquations(
  columns: readonly Float64Array[],
  rows: Float64Array,
  sizes: readonly number[],
): NormalEquations {
  return {
    sizes,
    lengths: columns.map((column) => Math.sqrt(dotInOrder(column, column)) || 1),
    square: Float64Array.from(columns.flatMap((a) => columns.map((b) => dotInOrder(a, b)))),
    downhill: Float64Array.from(columns, (column) => -dotInOrder(column, rows)),
  };
}

/** The factor of JᵀJ with its diagonal raised; undefined where it is not positive definite. */
export const factorOf = ({ square, lengths }: NormalEquations, damping: number) => {
  const k = lengths.length;
  return cholesky(
    square.map((v, at) => (at % (k + 1) === 0 ? v * (1 + damping) + ridge * lengths[at % k]! ** 2 : v)),
    k,
  );
};

/**
 * Standard deviations by the covariance (JᵀJ)⁻¹ for rows of variance 1: Infinity where no row depends on a constant, or
 * others make up for it, NaN where rounding hides it; and columns of a square root of the covariance in units of sizes,
 * none where rounding hides it.
 *
 * @param least - ridge beside columns of length 1: the square of what columns are off by
 */
export function covarianceOf({ square, lengths, sizes }: NormalEquations, least = ridge) {
  const k = sizes.length;
  const even = square.map((v, at) => v / (lengths[at % k]! * lengths[Math.floor(at / k)]!));
  const factor = cholesky(
    even.map((v, at) => (at % (k + 1) === 0 ? v + least : v)),
    k,
  );
  if (!factor) return { deviations: sizes.map(() => Number.NaN), root: [] as Float64Array[] };
  const unit = (i: number) => Float64Array.from(sizes, (_, c) => (c === i ? 1 : 0));
  return {
    deviations: sizes.map((size, i) => {
      const variance = factor.solve(unit(i))[i]!;
      return least * variance > unseen ? Number.POSITIVE_INFINITY : (size * Math.sqrt(variance)) / lengths[i]!;
    }),
    // With LLᵀ = JᵀJ those of L⁻ᵀ = (JᵀJ)⁻¹ L.
    root: sizes.map((_, j) =>
      factor.solve(Float64Array.from(sizes, (_, i) => factor.lower[i * k + j]!)).map((v, i) => v / lengths[i]!),
    ),
  };
}
