/**
 * The amplitude at which the spread of an ensemble is its skill, from sums over groups of readings at a few amplitudes. Readings of one
 * time depend on each other, and so do those of one region: the variances of redrawn blocks of times and of redrawn regions add up, but for
 * what they have in common (Cameron, Gelbach and Miller 2011, doi:10.1198/jbes.2010.07136).
 */

import { normalCdf, studentQuantile } from "../../engine/numerics/index.ts";
import { rng } from "../../engine/random/rng.ts";
import { redraws } from "../../verification/significance/index.ts";
import type { Group, ReadWindows } from "./readings.ts";

/** Sums over the readings of each group, of an ensemble of one amplitude. */
export interface GroupSums {
  readonly amplitude: number;
  /** Expected squared errors of the ensemble mean, weighted. */
  readonly expected: Float64Array;
  /** Squared errors of the ensemble mean, weighted. */
  readonly squared: Float64Array;
  /** Fair CRPS. */
  readonly crps: Float64Array;
}

/** Scores of an ensemble at the readings. */
export interface ReadingScores {
  /**
   * Spread over skill, 1 for a reliable ensemble, with weighted squares; errors of the readings count as
   * spread.
   */
  readonly spreadSkill: number;
  /** Fair CRPS in the input's units. */
  readonly crps: number;
}

/** Least and largest amplitude. */
export const LIMITS: readonly [number, number] = [0.5, 2];
/** Spread over skill that counts as calibrated lies within this factor of 1. */
const CALIBRATED = 1.25;
const [DRAWS, FOLDS] = [1000, 5];
/** Share of the cases in which the amplitude lies below the upper end of its interval. */
const UPPER = 0.95;
/** Least slope of ln(spread over skill) along ln(amplitude) beyond the amplitudes that were drawn. */
const LEAST_SLOPE = 0.5;

export type Weights = (group: number) => number;
export const every: Weights = () => 1;
export const total = (values: Float64Array, weight: Weights): number =>
  values.reduce((sum, v, group) => sum + weight(group) * v, 0);

/** ln of spread over skill. */
export const logRatio = ({ expected, squared }: GroupSums, weight: Weights = every): number =>
  Math.log(total(expected, weight) / total(squared, weight)) / 2;

/** Values between those of the neighbours in ln(amplitude), and beyond them along the line of the last two. */
export function between<S extends GroupSums>(drawn: readonly S[], amplitude: number, of: (one: S) => number): number {
  const above = drawn.findIndex((one) => one.amplitude >= amplitude);
  const right = Math.max(1, above < 0 ? drawn.length - 1 : above);
  const [a, b] = [drawn[right - 1]!, drawn[right]!];
  const share = Math.log(amplitude / a.amplitude) / Math.log(b.amplitude / a.amplitude);
  return of(a) + share * (of(b) - of(a));
}

/** The amplitude at which ln(spread over skill), interpolated along ln(amplitude), is 0. @param drawn - by amplitude, two or more */
export function rootOf(drawn: readonly GroupSums[], weight: Weights = every): number {
  const points = drawn.map((one) => [Math.log(one.amplitude), logRatio(one, weight)] as const);
  const crossing = points.findIndex(([, g], i) => i > 0 && g >= 0 && points[i - 1]![1] < 0);
  const right = crossing > 0 ? crossing : points[0]![1] >= 0 ? 1 : points.length - 1;
  const [[x0, g0], [x1, g1]] = [points[right - 1]!, points[right]!];
  const slope = Math.max((g1 - g0) / (x1 - x0), LEAST_SLOPE);
  const [x, g] = Math.abs(g0) < Math.abs(g1) ? [x0, g0] : [x1, g1];
  return Math.min(Math.max(Math.exp(x - g / slope), LIMITS[0]), LIMITS[1]);
}

export interface Fit {
  /** The fitted factor of the first noise. */
  readonly amplitude: number;
  /** Lower end of the interval that holds it in 90 of 100 cases. */
  readonly low: number;
  /** Upper end of that interval. */
  readonly high: number;
  /** Independent readings that these are worth. */
  readonly effective: number;
  /** Share of the cases in which spread over skill is then within 0.8 to 1.25. */
  readonly sure: number;
  /** With an amplitude of 1. */
  readonly before: ReadingScores;
  /** With the fitted one, at the readings that it was fitted to. */
  readonly after: ReadingScores;
  /** At each fifth of the times (of the regions, where there are more) with the amplitude of the other four. */
  readonly heldOut: ReadingScores;
}

/** Results of redraws of times, or of regions. */
interface Scatter {
  /** Variance of ln(spread over skill) between redraws of blocks. */
  readonly variance: number;
  /** Blocks with the same squared errors that these are worth. */
  readonly blocks: number;
  /**
   * Independent times (regions) with the same squared errors that these are worth: more than blocks, which are longer than most memories, and less than
   * times. With the square root of a block's length 90 % intervals hold 86 to 98 % of drawn truths of 8 to 50 times.
   */
  readonly equal: number;
}

/** Equal parts that unequal ones are worth (Kish 1965): the square of their sum over the sum of their squares. */
const kish = (parts: Float64Array): number =>
  parts.reduce((sum, v) => sum + v, 0) ** 2 / parts.reduce((sum, v) => sum + v * v, 0);

/**
 * Half of an interval that holds 90 of 100, of a deviation that is known from few times: redraws of n blocks scatter less than new ones by
 * 1 - 1/n, and Student's t has the degrees of freedom of both variances together (Satterthwaite 1946, doi:10.2307/3002019).
 */
function halfOf(spread: number, parts: readonly Scatter[]): number {
  const sum = parts.reduce((a, { variance }) => a + variance, 0);
  const widened = parts.reduce((a, { variance, blocks }) => a + (variance / sum) * (blocks / (blocks - 1)), 0);
  const inverse = parts.reduce((a, { variance, equal }) => a + (variance / sum) ** 2 / (equal - 1), 0);
  return studentQuantile(UPPER, 1 / inverse) * spread * Math.sqrt(widened);
}

/**
 * @param drawn - by amplitude, 1 among them
 * @param readings - number of them, and the time and region of each group
 * @param variance - of a reading's share in ln(spread over skill) at an amplitude of 1, times the readings' number
 */
export function fitAmplitude(
  drawn: readonly GroupSums[],
  { readings, groups, times, regions }: Pick<ReadWindows, "readings" | "groups" | "times" | "regions">,
  { variance, seed }: { readonly variance: number; readonly seed: number },
): Fit {
  const amplitude = rootOf(drawn);
  const at = (chosen: number, weight: Weights = every) => between(drawn, chosen, (one) => logRatio(one, weight));
  const nearest = drawn.reduce((a, b) => (Math.abs(logRatio(b)) < Math.abs(logRatio(a)) ? b : a));
  const scatter = (along: keyof Group, count: number, block: number): Scatter => {
    const ratios: number[] = [];
    for (const weights of redraws(rng(seed).split(along), count, block, DRAWS)) {
      ratios.push(at(amplitude, (group) => weights[groups[group]![along]]!));
    }
    const mean = ratios.reduce((a, b) => a + b, 0) / DRAWS;
    const variance = ratios.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (DRAWS - 1);
    const own = new Float64Array(count);
    for (const [group, { [along]: n }] of groups.entries()) own[n]! += nearest.squared[group]!;
    return { variance, blocks: Math.max(2, kish(own) / block), equal: Math.max(2, kish(own) / Math.sqrt(block)) };
  };
  const ofTimes = scatter("time", times, Math.ceil(Math.cbrt(times)));
  const ofRegions = scatter("region", regions, 1);
  // What both have in common, as if readings were independent, counts once.
  const both = ofTimes.variance + ofRegions.variance - variance / readings;
  const spread = Math.sqrt(Math.max(ofTimes.variance, ofRegions.variance, both));
  const near = Math.log(CALIBRATED) / 4;
  const slope = Math.max((at(amplitude * Math.exp(near)) - at(amplitude * Math.exp(-near))) / (2 * near), LEAST_SLOPE);
  const half = halfOf(spread, [ofTimes, ofRegions]) / slope;
  const crpsAt = (chosen: number, weight: Weights) => between(drawn, chosen, ({ crps }) => total(crps, weight));
  const scores = (chosen: number): ReadingScores => ({
    spreadSkill: Math.exp(at(chosen)),
    crps: crpsAt(chosen, every) / readings,
  });
  const held = { expected: 0, squared: 0, crps: 0 };
  for (let fold = 0; fold < FOLDS; fold++) {
    const [along, count] = times >= regions ? (["time", times] as const) : (["region", regions] as const);
    const own: Weights = (group) => (Math.floor((groups[group]![along] * FOLDS) / count) === fold ? 1 : 0);
    const chosen = rootOf(drawn, (group) => 1 - own(group));
    const log = (of: (one: GroupSums) => Float64Array) =>
      Math.exp(between(drawn, chosen, (one) => Math.log(total(of(one), own))));
    held.expected += log(({ expected }) => expected);
    held.squared += log(({ squared }) => squared);
    held.crps += crpsAt(chosen, own);
  }
  return {
    ...{ amplitude, low: amplitude * Math.exp(-half), high: amplitude * Math.exp(half) },
    effective: Math.min(readings, variance / spread ** 2),
    sure: 2 * normalCdf(Math.log(CALIBRATED) / spread) - 1,
    ...{ before: scores(1), after: scores(amplitude) },
    heldOut: { spreadSkill: Math.sqrt(held.expected / held.squared), crps: held.crps / readings },
  };
}
