/** Rank histogram and spread–skill ratio: the truth among the members. */
import { anything, checkOptions } from "../../engine/checks.ts";
import { DomainError } from "../../engine/errors.ts";
import { eachRank, squaresOf } from "../../engine/numerics/member-columns.ts";
import { checkFinite, checkSameShape, checkShape, type ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { Rng } from "../../engine/random/rng.ts";

/** Options of {@link rankHistogram}. */
export interface RankOptions {
  /**
   * Breaks ties at random, each rank between "below all equal members" and "above all of them" equally likely.
   * @defaultValue absent: each tied point is shared out equally over those ranks, which is the mean over all draws
   */
  readonly random?: Rng;
}

/**
 * Adds to `counts` (M + 1 ranks) the points of one case; `ensemble` is `[M, points]`.
 *
 * @param random - breaks ties; without it they are shared out
 * @param skipDry - leaves out points where the truth and every member are 0, which carry no information
 * @returns the points used; NaN where a member's value is not finite
 */
export function countRanks(
  counts: Float64Array,
  ensemble: Float32Array | Float64Array,
  truth: Float32Array | Float64Array,
  random: Rng | undefined,
  skipDry = true,
): number {
  const members = counts.length - 1;
  let used = 0;
  const finite = eachRank(ensemble, truth, members, (belows, notAboves, from, count) => {
    for (let i = 0; i < count; i++) {
      const below = -belows[2 * i]!;
      const notAbove = -notAboves[2 * i]!;
      const equal = notAbove - below;
      if (skipDry && equal === members && truth[from + i]! === 0) continue;
      used++;
      if (random) counts[below + Math.floor(random.uniform() * (equal + 1))]! += 1;
      else for (let r = below; r <= notAbove; r++) counts[r]! += 1 / (equal + 1);
    }
  });
  return finite ? used : Number.NaN;
}

/**
 * Share of points at each rank 0 … M of the truth among M members; flat at 1/(M + 1) for exchangeable members.
 * U-shaped means too little spread, a dome too much, a slope a bias (Hamill 2001, doi:10.1175/1520-0493(2001)129).
 *
 * @param ensemble `[N, M, …]`
 * @param truth `[N, …]`
 * @returns M + 1 shares with sum 1
 * @throws ShapeError, DomainError for non-finite values or where every point is dry: points where the truth and every
 * member are 0 carry
 *   no information, and are left out
 */
export function rankHistogram(ensemble: ShapedArray, truth: ShapedArray, options: RankOptions = {}): Float64Array {
  checkOptions("rankHistogram", options, { random: anything });
  const { random } = options;
  const { cases, members, points } = checkPair("rankHistogram", ensemble, truth);
  const counts = new Float64Array(members + 1);
  let used = 0;
  for (let n = 0; n < cases; n++) {
    const e = ensemble.values.subarray(n * members * points, (n + 1) * members * points);
    used += countRanks(counts, e, truth.values.subarray(n * points, (n + 1) * points), random);
  }
  if (Number.isNaN(used)) checkFinite("rankHistogram: ensemble", ensemble.values);
  if (used === 0) throw new DomainError("rankHistogram: every point is dry, and no rank is known");
  return counts.map((c) => c / used);
}

/** Sums of one case `[M, points]`: unbiased member variance and squared error of the ensemble mean; NaN where a value is not finite. */
export function spreadAndError(
  ensemble: Float32Array | Float64Array,
  truth: Float32Array | Float64Array,
  members: number,
): { variance: number; squaredError: number } {
  const [squares, squaredError] = squaresOf(ensemble, truth, members) ?? [Number.NaN, Number.NaN];
  return { variance: squares / (members - 1), squaredError };
}

/**
 * Spread over skill, √((M + 1)/M · mean variance) / RMSE of the ensemble mean: 1 for exchangeable members
 * (Fortin et al. 2014, doi:10.1175/JHM-D-14-0008.1), below 1 for too little spread.
 *
 * @throws ShapeError; DomainError for non-finite values, fewer than 2 members, or an ensemble mean without error
 */
export function spreadSkill(ensemble: ShapedArray, truth: ShapedArray): number {
  const { cases, members, points } = checkPair("spreadSkill", ensemble, truth);
  if (members < 2) throw new DomainError("spreadSkill: one member has no spread; give at least 2", members);
  let [variance, squaredError] = [0, 0];
  for (let n = 0; n < cases; n++) {
    const e = ensemble.values.subarray(n * members * points, (n + 1) * members * points);
    const s = spreadAndError(e, truth.values.subarray(n * points, (n + 1) * points), members);
    variance += s.variance;
    squaredError += s.squaredError;
  }
  if (Number.isNaN(squaredError)) checkFinite("spreadSkill: ensemble", ensemble.values);
  if (squaredError === 0)
    throw new DomainError("spreadSkill: the ensemble mean has no error, so the ratio is undefined");
  return spreadOverSkill(variance, squaredError, members);
}

/** {@link spreadSkill} of sums or means of both; NaN with one member or without error. */
export function spreadOverSkill(variance: number, squaredError: number, members: number): number {
  return squaredError > 0 ? Math.sqrt((((members + 1) / members) * variance) / squaredError) : Number.NaN;
}

function checkPair(
  name: string,
  ensemble: ShapedArray,
  truth: ShapedArray,
): { cases: number; members: number; points: number } {
  checkShape(`${name}: truth`, truth, truth.shape.length);
  checkShape(`${name}: ensemble`, ensemble, truth.shape.length + 1);
  const [cases, members, ...grid] = ensemble.shape as [number, number, ...number[]];
  checkSameShape(`${name}: truth`, [cases, ...grid], truth.shape);
  checkFinite(`${name}: truth`, truth.values);
  return { cases, members, points: truth.values.length / cases };
}
