/** Sentences about a result that has to be read with care. */
import { shortNumber } from "../../engine/text/inspect.ts";

/** The parts of a result that the sentences are about, and what was asked of it. */
export interface Noted {
  readonly value: number;
  readonly bounds: readonly [number, number];
  /** Cost of the plan as it is, in the unit of `value`. */
  readonly planCost: number;
  readonly converged: boolean;
  readonly marginalError: number;
  readonly iterations: number;
}

/** Wider than this part of the upper bound, the bounds say little of the exact cost. */
const wide = 0.5;

/** Not converged; bounds so wide that the exact cost stays open, with what makes them so. Empty where neither is. */
export function resultNotes({
  value,
  bounds,
  planCost,
  converged,
  marginalError,
  iterations,
}: Noted): readonly string[] {
  const notes: string[] = [];
  if (!converged) {
    const left = `the marginals are off by ${marginalError.toExponential(1)} after ${iterations} passes`;
    notes.push(`not converged: ${left}; the bounds hold; raise blur, tolerance or maxIterations`);
  }
  const [low, high] = bounds;
  if (high - low > wide * high) {
    const open = `the exact cost is open between ${shortNumber(low)} and ${shortNumber(high)}`;
    const repaired = value - planCost > (high - low) / 2;
    const cause = repaired
      ? "most of this is the repair of the marginals; lower tolerance"
      : "most of this is the blur; lower it, or take a divergence, which is 0 for equal fields";
    notes.push(`${open}: ${cause}`);
  }
  return notes;
}
