/** The exact distribution of synthetic rain given its coarse data set: what no downscaler can do better than. */
import { checkOption } from "../../engine/numerics/shaped-array.ts";
import type { SyntheticPairs } from "../../generative/index.ts";
import { type ConditionalDistribution, Conditioning } from "./conditional.ts";

export type { ConditionalDistribution } from "./conditional.ts";

/** Exact distributions of the fine rain of pairs. */
export interface ExactDistribution {
  /**
   * Distribution of the fine rain at time `n` given the coarse field of that time and the orography; without the orography it is
   * averaged over.
   *
   * @throws OptionsError
   */
  conditional(n: number, options?: { readonly orography?: boolean }): ConditionalDistribution;
  /** Mean CRPS that the two distributions have in the long run, over all orographies, mm/h. */
  expectedCrps(): { readonly withOrography: number; readonly withoutOrography: number };
}

/** The distributions of the fine rain of `syntheticPairs`, each conditioning prepared once. */
export function exactDistribution({ coarse, climate }: SyntheticPairs): ExactDistribution {
  const known = new Map<boolean, Conditioning>();
  const prepared = (withOrography: boolean): Conditioning => {
    const conditioning = known.get(withOrography) ?? new Conditioning(climate, withOrography);
    known.set(withOrography, conditioning);
    return conditioning;
  };
  const mean = (v: Float64Array): number => v.reduce((a, b) => a + b, 0) / v.length;
  const times = coarse.shape[0]!;
  const cells = coarse.values.length / times;
  return {
    conditional(n, { orography = true } = {}) {
      const holds = Number.isInteger(n) && n >= 0 && n < times;
      checkOption("conditional", "n", n, holds, `it must be an integer from 0 to ${times - 1}`);
      return prepared(orography).given(Float32Array.from(coarse.values.subarray(n * cells, (n + 1) * cells)));
    },
    expectedCrps: () => ({
      withOrography: mean(prepared(true).expectedCrps()),
      withoutOrography: mean(prepared(false).expectedCrps()),
    }),
  };
}
