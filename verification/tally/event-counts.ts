/**
 * For each threshold and each number k of members at or above it: how many cells there are, and how many of these have
 * the event.
 */
import { leastOf } from "../scores/dry.ts";
import { part, take } from "./part.ts";

/** Cells by the number of members that forecast an event, 0 … M. */
export interface EventCounts {
  readonly cells: Float64Array;
  readonly events: Float64Array;
}

export const eventCounts = part({
  size: ({ thresholds, members }) => 2 * (members + 1) * thresholds.length,
  of({ truth }, { members, thresholds }, pass) {
    const bins = members + 1;
    const out = new Float64Array(2 * bins * thresholds.length);
    for (const [t, threshold] of thresholds.entries()) {
      const start = 2 * bins * t;
      const least = leastOf(threshold);
      const events = pass.events(threshold);
      pass.after(() => {
        for (let i = 0; i < events.length; i++) {
          out[start + events[i]!]! += 1;
          out[start + bins + events[i]!]! += Number(truth[i]! >= least);
        }
      });
    }
    return out;
  },
  read: (next, { thresholds, members }): readonly EventCounts[] =>
    thresholds.map(() => ({ cells: take(next, members + 1), events: take(next, members + 1) })),
});
