/** Results of sums over time and of catchments, and their table. */
import type { TimeScoresValue } from "../../verification/series/index.ts";

/** A result of one arm. */
export interface ReachRow extends Pick<TimeScoresValue, "sums" | "autocorrelation"> {
  readonly data: string;
  readonly seed: number;
  readonly arm: string;
  /** As measured in training. */
  readonly coherence: unknown;
  readonly seconds: number;
}
