/**
 * Selection of the model that a training keeps, by two scores of each judgement. The score of the members (CRPS) decides where it can: a
 * judgement is as good as the one with the least score so far where the mean difference of their scores over the same images is
 * at most its standard error. Among those, the one is kept whose spread over skill is nearest 1, as a ratio: 0.5 is as far as 2.
 */
import { among, type Check, either, list, real, record } from "../../engine/checks.ts";
import { mean } from "../../engine/numerics/vectors.ts";

/** Scores that judgements are compared by. Plain JSON. */
export interface Judgement {
  /** The score of each image, smaller is better: the same images at each judgement. */
  readonly byImage: readonly number[];
  /** Spread over skill of each variable; null where the mean has no error. */
  readonly spreadSkill: readonly (number | null)[];
}

/** Tells what is wrong with a stored {@link Judgement}. */
export const judgementCheck: Check = record({
  byImage: list(real(), 1),
  spreadSkill: list(either(among(null), real(0)), 1),
});

/** True if a score is within the standard error of the paired differences from the least one. */
function isTied(one: Judgement, least: Judgement): boolean {
  const more = mean(one.byImage) - mean(least.byImage);
  if (more <= 0) return true;
  const n = one.byImage.length;
  if (n < 2 || n !== least.byImage.length) return false;
  const squares = one.byImage.map((v, i) => (v - least.byImage[i]! - more) ** 2);
  return more <= Math.sqrt(squares.reduce((a, b) => a + b, 0) / (n - 1) / n);
}

/** Distance of the spread–skill ratio from 1: the mean of |ln|; infinite where one is 0 or unknown. */
const unreliability = ({ spreadSkill }: Judgement): number =>
  mean(spreadSkill.map((ratio) => (ratio === null ? Number.POSITIVE_INFINITY : Math.abs(Math.log(ratio)))));

/**
 * True if a new judgement's model takes the place of the kept one.
 *
 * @param kept - of the model that is kept; tied with `least`
 * @param least - of the least score so far
 * @returns `takes`, and the judgement of the least score with the new one
 */
export function chooseModel(
  next: Judgement,
  kept: Judgement,
  least: Judgement,
): { readonly takes: boolean; readonly least: Judgement } {
  const lowest = mean(next.byImage) < mean(least.byImage) ? next : least;
  if (!isTied(next, lowest)) return { takes: false, least: lowest };
  if (!isTied(kept, lowest)) return { takes: true, least: lowest };
  const [now, before] = [unreliability(next), unreliability(kept)];
  const better = now < before || (now === before && mean(next.byImage) < mean(kept.byImage));
  return { takes: better, least: lowest };
}
