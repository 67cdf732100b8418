/** Sums over maps of their quantiles. */
import { tileQuantiles } from "../scores/tile.ts";
import { part } from "./part.ts";

export const mapQuantiles = part({
  size: ({ quantiles }) => 3 * quantiles.length,
  of({ forecast, truth }, { members, quantiles }) {
    if (quantiles.length === 0) return [];
    const found = tileQuantiles({ ensemble: forecast, truth, members }, quantiles);
    return found.flatMap((q) => [q.truth, q.forecast, q.error]);
  },
  read: (next, { quantiles }) => quantiles.map(() => ({ truth: next(), forecast: next(), error: next() })),
});
