/**
 * Least squares for constants by Levenberg and Marquardt's method (Marquardt 1963, doi:10.1137/0111030), where all else
 * follows them: a march, or coefficients that are best for them (variable projection, Golub and Pereyra 1973,
 * doi:10.1137/0710036), so that constants move along what the equation allows and not in the narrow valley beside it.
 */
import { dotInOrder } from "../../engine/numerics/vectors.ts";
import { factorOf, type NormalEquations } from "./uncertainty.ts";

/**
 * Most steps, and trials of one; damping of the first step beside the diagonal, and its factors after a trial that
 * lowers the loss and one that does not.
 */
const [mostSteps, trials, first, down, up] = [20, 8, 1e-3, 0.1, 10];
/** A step that is so short, in standard deviations of what is found, is not worth while. */
const short = 0.01;
/** Sizes of a constant by which a step may move it. */
const leap = 5;

/** Constants with all that follows them. */
export interface Candidate {
  readonly values: readonly number[];
  /** Σ r² of the rows. */
  readonly loss: number;
}

/** Search by a method that has all else for given constants. */
export interface SearchSpace<C extends Candidate, N extends NormalEquations> {
  /** The rows about constants; undefined where that cannot be done any more. */
  linearise(at: C): N | undefined;
  /** All that follows other constants, a step away; undefined where nothing does. */
  follow(values: readonly number[], before: C): C | undefined;
  /** True where time is over. */
  isOver(): boolean;
  /** Variance of the rows. */
  variance(at: C): number;
}

/**
 * Levenberg and Marquardt's steps from a candidate. The rows returned were linearised about the best, or the step
 * before it where time was over. The status is "converged" where no step is worth while, "budget" where time or steps
 * were over, "stalled" where rows could not be linearised any more.
 */
export function levenbergMarquardt<C extends Candidate, N extends NormalEquations>(
  { linearise, follow, isOver, variance }: SearchSpace<C, N>,
  start: C,
): { best: C; rows: N | undefined; steps: number; status: "converged" | "budget" | "stalled" } {
  if (start.values.length === 0) return { best: start, rows: linearise(start), steps: 0, status: "converged" };
  let [best, damping] = [start, first];
  let rows: N | undefined;
  for (let steps = 0; ; steps++) {
    const now = linearise(best);
    if (!now) return { best, rows, steps, status: isOver() ? "budget" : "stalled" };
    rows = now;
    const whole = factorOf(now, 0)?.solve(now.downhill);
    // xᵀAx of the whole step x, with Ax = −Jᵀr.
    if (whole && dotInOrder(whole, now.downhill) < short ** 2 * variance(best))
      return { best, rows, steps, status: "converged" };
    if (steps === mostSteps) return { best, rows, steps, status: "budget" };
    for (let k = 0; ; k++) {
      if (k === trials) return { best, rows, steps, status: isOver() ? "budget" : "converged" };
      const damped = factorOf(now, damping)?.solve(now.downhill) ?? new Float64Array(now.sizes.length);
      const longest = Math.max(1, ...damped.map((v) => Math.abs(v) / leap));
      const after = follow(
        best.values.map((v, i) => v + (now.sizes[i]! * damped[i]!) / longest),
        best,
      );
      const isLower = after !== undefined && after.loss < best.loss;
      damping *= isLower ? down : up;
      if (!isLower) continue;
      best = after;
      break;
    }
  }
}
