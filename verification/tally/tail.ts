/** Sums over cells of the CRPS above each threshold, fair with two members and more. */
import { crps } from "../scores/crps.ts";
import { part } from "./part.ts";

export const tail = part({
  size: ({ thresholds }) => thresholds.length,
  of({ forecast, truth }, { members, thresholds }) {
    const cells = truth.length;
    const variant = members > 1 ? "fair" : "ecdf";
    const column = new Float64Array(members);
    const sums = new Float64Array(thresholds.length);
    for (let i = 0; i < cells; i++) {
      let most = truth[i]!;
      for (let m = 0; m < members; m++) {
        column[m] = forecast[m * cells + i]!;
        if (column[m]! > most) most = column[m]!;
      }
      for (const [t, above] of thresholds.entries()) {
        if (most > above) sums[t]! += crps(column, truth[i]!, { variant, above });
      }
    }
    return sums;
  },
  read: (next, { thresholds }) => thresholds.map(() => next()),
});
