/** Test of a rank histogram for flatness. */
import { gammaCdf } from "../../engine/numerics/special.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { Cases } from "./cases.ts";

/** Result of a χ² test of equal ranks. */
export type RankFlatness = {
  readonly chiSquare: number;
  /** Share of flat ensembles with a larger χ², M degrees of freedom. */
  readonly p: number;
  /** Ranks that were counted: one of each map that has a wet cell. */
  readonly ranks: number;
};

/**
 * Cells of one map are no independent draws: a test over all of them finds every ensemble wrong. One cell of each map,
 * drawn among those that are not dry in the truth and all members, is counted, with ties broken at random.
 *
 * @returns NaN with one member, and with fewer than five expected ranks each (Cochran's rule)
 */
export function rankFlatness({ maps, members }: Cases, random: Rng): RankFlatness {
  const counts = new Float64Array(members + 1);
  let ranks = 0;
  for (const { forecast, truth } of maps) {
    const cells = truth.length;
    const value = (m: number, i: number) => forecast[m * cells + i]!;
    const rain = (i: number): boolean => {
      if (truth[i] !== 0) return true;
      for (let m = 0; m < members; m++) if (value(m, i) !== 0) return true;
      return false;
    };
    const wet = Array.from(truth.keys()).filter(rain);
    if (wet.length === 0) continue;
    const i = wet[Math.floor(random.uniform() * wet.length)]!;
    let [below, equal] = [0, 0];
    for (let m = 0; m < members; m++) {
      if (value(m, i) < truth[i]!) below++;
      else if (value(m, i) === truth[i]) equal++;
    }
    counts[below + Math.floor(random.uniform() * (equal + 1))]! += 1;
    ranks++;
  }
  const expected = ranks / (members + 1);
  if (members < 2 || expected < 5) return { chiSquare: Number.NaN, p: Number.NaN, ranks };
  const chiSquare = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
  return { chiSquare, p: 1 - gammaCdf(members / 2, chiSquare / 2), ranks };
}
