/** Squares of fractions over windows: Σ(f − o)² and Σf² + Σo² for each event and window; gaps hold no event on either side. */
import { type CaseMap, wholeMap } from "../scores/cases.ts";
import { leastOf } from "../scores/dry.ts";
import { fractions } from "../scores/fss.ts";
import { part } from "./part.ts";

export const windows = part({
  size: ({ fss }) => 2 * fss.length,
  of({ forecast, truth, positions }, { members, shape, fss }) {
    const [height, width] = shape as [number, number];
    const size = height * width;
    return fss.flatMap(({ threshold, window }) => {
      const of = (values: CaseMap["truth"]) =>
        fractions(wholeMap(values, positions, size, -Infinity), height, width, leastOf(threshold), window);
      const observed = of(truth);
      const mean = new Float64Array(size);
      for (let m = 0; m < members; m++) {
        const one = of(forecast.subarray(m * truth.length, (m + 1) * truth.length));
        for (let i = 0; i < size; i++) mean[i]! += one[i]! / members;
      }
      let [difference, reference] = [0, 0];
      for (let i = 0; i < size; i++) {
        difference += (mean[i]! - observed[i]!) ** 2;
        reference += mean[i]! ** 2 + observed[i]! ** 2;
      }
      return [difference, reference];
    });
  },
  read: (next, { fss }) => fss.map(() => ({ difference: next(), reference: next() })),
});
