/** Other starts of a search for constants, and other constants that fit as well. */
import type { Rng } from "../../engine/random/rng.ts";
import type { Candidate } from "./search.ts";

/** Standard deviation of the logarithm of what a constant of another start is beside a guess, or what was found; of later starts beside the guesses. */
const [near, far] = [1, 2];

/** Other starts: how many, and what comes of one. */
export interface OtherStarts<C extends Candidate> {
  readonly guesses: readonly number[];
  readonly random: Rng;
  /** The first so many begin at the guesses. @defaultValue 0 */
  readonly led?: number;
  /** Up to so many are about the guesses and about what was found in turns; later ones farther from the guesses. */
  readonly few: number;
  /** True while another one is to be tried. */
  readonly continues: (tried: number, best: C | undefined) => boolean;
  /** The fit from a start; undefined where there is none. */
  readonly fit: (start: readonly number[], tried: number, best: C | undefined) => Promise<C | undefined>;
  /** By how much a loss has to be less than that of another fit to be better. @defaultValue 0 */
  readonly margin?: (best: C) => number;
}

/** Constants about others, by factors; those that are 0 by the size of their guesses. */
export const drawnStart = (
  about: readonly number[],
  guesses: readonly number[],
  draw: ArrayLike<number>,
  spread = near,
): readonly number[] =>
  about.map((v, c) => (v === 0 ? (Math.abs(guesses[c]!) || 1) * draw[c]! : v * Math.exp(spread * draw[c]!)));

/** Fits from other starts, by factors of e about the guesses and about what was found. @returns the best, and all others */
export async function fromOtherStarts<C extends Candidate>(
  first: C | undefined,
  { guesses, random, led = 0, few, continues, fit, margin = () => 0 }: OtherStarts<C>,
): Promise<{ readonly best: C | undefined; readonly others: readonly C[] }> {
  let best = first;
  const others: C[] = [];
  for (let k = 0; continues(k, best); k++) {
    const about = k >= led && k % 2 === 1 && k < few && best ? best.values : guesses;
    const draw = random.split(k).normal(guesses.length);
    const start = k < led ? about : drawnStart(about, guesses, draw, k < few ? near : far);
    const other = await fit(start, k, best);
    if (!other) continue;
    const isBetter = !best || other.loss < best.loss - margin(best);
    if (best) others.push(isBetter ? best : other);
    if (isBetter) best = other;
  }
  return { best, others };
}

/** Standard deviations of the noise within which others fit as well, and part of itself by which a constant is then another. */
const [asWell, isAnother] = [3, 0.1];

/** The first of other constants that fit as well and are others, whatever their signs: where they are squared both are the same. @param of - the loss of those that were found, others, and the variance of the rows */
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
