/** Coherence of the noise of members in time: measured in training, and kept by the model. */
import { among, type Check, positive, real, record } from "../../engine/files/plain-checks.ts";

/** Measured coherence. Plain JSON. */
export interface MeasuredCoherence {
  /** Correlation of the noise of times that are `step` apart, 0 to 0.98; it falls with the power of the time between. */
  readonly correlation: number;
  /** Seconds between the times of training. */
  readonly step: number;
  /** True if it moves with the coarse field; else it stays at its pixels. */
  readonly moving: boolean;
}

/** Tells what is wrong with a stored {@link MeasuredCoherence}. */
export const coherenceCheck: Check = record({
  correlation: real(0, 0.98),
  step: positive(),
  moving: among(true, false),
});
