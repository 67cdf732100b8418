/** Sums over maps of the quantiles of the truth, the mean of those of the members, and of their mean absolute error. */
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import { part } from "./part.ts";

export const mapQuantiles = part({
  size: ({ quantiles }) => 3 * quantiles.length,
  of({ forecast, truth }, { members, quantiles }) {
    if (quantiles.length === 0) return [];
    const cells = truth.length;
    const observed = truth.slice().sort();
    const sorted = Array.from({ length: members }, (_, m) => forecast.slice(m * cells, (m + 1) * cells).sort());
    return quantiles.flatMap((q) => {
      const t = quantileOfSorted(observed, q);
      let [mean, error] = [0, 0];
      for (const member of sorted) {
        const p = quantileOfSorted(member, q);
        mean += p / members;
        error += Math.abs(p - t) / members;
      }
      return [t, mean, error];
    });
  },
  read: (next, { quantiles }) => quantiles.map(() => ({ truth: next(), forecast: next(), error: next() })),
});
