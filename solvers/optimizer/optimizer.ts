/** An optimizer at work: the part of one that the loop of steps knows. */
import type { NamedTensors } from "../../engine/files/safetensors.ts";

/** An optimizer at work on a program. */
export interface Stepper {
  /**
   * One step: changes `theta` [size] in place where it finds a better one.
   *
   * @returns the loss after the step, and whether θ was moved; where it was not, the loop goes on to new points
   * @throws ConvergenceError where it finds no finite loss; the run then ends with the best θ before, as diverged
   */
  step(theta: Float64Array): Promise<{ readonly loss: number; readonly accepted: boolean }>;
  /** The points were replaced: losses are not to be compared across. */
  changed(): void;
  /** Everything that the next step depends on besides θ; restoring it continues bit for bit. */
  state(): NamedTensors;
  /**
   * Takes up a state, also after the number of points grew.
   *
   * @throws FormatError where it is not that of such an optimizer
   */
  restore(state: NamedTensors): void;
  /** Numbers worth a line in the log. */
  report(): Readonly<Record<string, number>>;
}
