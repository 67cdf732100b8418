/** Coherence in time of the noise of members: measured in training, and kept by the model. */
import { type Check, positive, real, record } from "../../engine/checks.ts";

/** Correlations of the noise of times that are `step` apart; they fall with the power of the time between. Plain JSON. */
export interface MeasuredCoherence {
  /** Seconds between the times of training. */
  readonly step: number;
  /** Share of the noise's variance that stays at its pixels, 0 to 1; the rest moves with the coarse field. */
  readonly share: number;
  /** Correlation of what stays, 0 to 0.98. */
  readonly still: number;
  /** Correlation of what moves, along the motion, 0 to 0.98. */
  readonly moving: number;
}

/** Tells what is wrong with a stored {@link MeasuredCoherence}. */
export const coherenceCheck: Check = record({
  step: positive(),
  share: real(0, 1),
  still: real(0, 0.98),
  moving: real(0, 0.98),
});
