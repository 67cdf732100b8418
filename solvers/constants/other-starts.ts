/** Other starts of a search for constants, and other constants that fit as well. */
import { dotInOrder } from "../../engine/numerics/vectors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { Candidate } from "./search.ts";
import { noise } from "./uncertainty.ts";

/**
 * Standard deviation of the logarithm of what a constant of another start is beside a guess, or what was found; of
 * later starts beside the guesses.
 */
const [near, far] = [1, 2];
/** Other starts, and where the observations are missed more of them. */
const [few, many] = [4, 24];
/** Share of the values' size that is missed, where no sigma is given. */
const missed = 0.2;

/**
 * True where observations are missed by more than their noise, or a good part of their size.
 *
 * @param rows - what is left of the observations, in units of sigma
 */
export const isAstray = (problem: Problem, rows: Float64Array, sigmas: readonly number[]): boolean => {
  const { observations } = problem;
  const squares = observations.reduce((sum, { values }, k) => sum + dotInOrder(values, values) / sigmas[k]! ** 2, 0);
  if (dotInOrder(rows, rows) > missed ** 2 * squares) return true;
  return observations.some(({ hasSigma }) => hasSigma) && noise(problem, rows) > 1;
};

/** Other starts, and what comes of one. */
export interface OtherStarts<C extends Candidate> {
  readonly guesses: readonly number[];
  readonly random: Rng;
  /** True where more starts are worth while than a few. */
  readonly isAstray: (best: C | undefined) => boolean;
  /** True while there is time for another one. @param isAstray - true where none has come near the observations yet */
  readonly hasTime: (isAstray: boolean) => boolean;
  /** The fit from a start; undefined where there is none. */
  readonly fit: (start: readonly number[]) => C | undefined;
  /**
   * By how much a loss has to be less than that of another fit to be better: the number of starts that there is time
   * for should not change the last digits.
   */
  readonly margin: (best: C) => number;
}

/**
 * Fits from other starts, by factors of e about the guesses and about what was found.
 *
 * @returns the best, and all others
 */
export function fromOtherStarts<C extends Candidate>(
  first: C | undefined,
  { guesses, random, isAstray, hasTime, fit, margin }: OtherStarts<C>,
): { readonly best: C | undefined; readonly others: readonly C[] } {
  let best = first;
  const others: C[] = [];
  for (let k = 0; k < many; k++) {
    const misses = isAstray(best);
    if ((k >= few && !misses) || !hasTime(misses)) break;
    const about = k % 2 === 1 && k < few && best ? best.values : guesses;
    const draw = random.split(k).normal(guesses.length);
    const spread = k < few ? near : far;
    // Those that are 0 by the size of their guesses.
    const start = about.map((v, c) =>
      v === 0 ? (Math.abs(guesses[c]!) || 1) * draw[c]! : v * Math.exp(spread * draw[c]!),
    );
    const other = fit(start);
    if (!other) continue;
    const isBetter = !best || other.loss < best.loss - margin(best);
    if (best) others.push(isBetter ? best : other);
    if (isBetter) best = other;
  }
  return { best, others };
}

/**
 * Standard deviations of the noise within which others fit as well, and part of itself by which a constant is then
 * another.
 */
const [asWell, isAnother] = [3, 0.1];

/**
 * The first of other constants that fit as well and are others, whatever their signs: where they are squared both are
 * the same.
 *
 * @param of - the loss of those that were found, others, and the variance of the rows
 */
export function alternativeOf(
  constants: Readonly<Record<string, { readonly value: number; readonly standardDeviation?: number | undefined }>>,
  of: { readonly loss: number; readonly others: readonly Candidate[]; readonly variance: number },
): Readonly<Record<string, number>> | undefined {
  const found = Object.entries(constants);
  const alternative = of.others.find(
    ({ values, loss }) =>
      loss - of.loss <= asWell ** 2 * of.variance &&
      found.some(([, { value, standardDeviation = 0 }], i) => {
        const by = Math.abs(Math.abs(values[i]!) - Math.abs(value));
        return by > isAnother * Math.abs(value) && by > asWell * standardDeviation;
      }),
  );
  return alternative && Object.fromEntries(found.map(([name], i) => [name, alternative.values[i]!]));
}
