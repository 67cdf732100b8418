/**
 * Least squares for constants by Levenberg and Marquardt's method (Marquardt 1963, doi:10.1137/0111030), where all else follows them: a march, or coefficients that are best for them
 * (variable projection, Golub and Pereyra 1973, doi:10.1137/0710036), so that constants move along what the equation allows and not in the narrow valley beside it.
 */
import { factorOf, type NormalEquations } from "./uncertainty.ts";

/** Most steps, and trials of one; damping of the first step beside the diagonal, and its factors after a trial that lowers the loss and one that does not. */
const [mostSteps, trials, first, down, up] = [20, 8, 1e-3, 0.1, 10];
/** Sizes of a constant by which a step may move it. */
const leap = 5;

/** Constants with all that follows them. */
export interface Candidate {
  readonly values: readonly number[];
  /** Σ r² of the rows. */
  readonly loss: number;
}

/** A step, in units of sizes, and the square of its length in standard deviations of rows of variance 1. */
interface Step<C, N> {
  readonly before: C;
  readonly rows: N;
  readonly step: Float64Array;
  readonly square: number;
}

/** Search by a method that has all else for given constants. */
export interface SearchSpace<C extends Candidate, N extends NormalEquations> {
  /** The rows about constants; undefined where that cannot be done any more. */
  linearise(at: C): Promise<N | undefined>;
  /** All that follows other constants, a step away; undefined where nothing does. */
  follow(values: readonly number[], by: Step<C, N>): Promise<C | undefined>;
  /** True where time is over. */
  isOver(): boolean;
  /** True for a step after which none is worth while. @param damping - of the next one */
  isLast(by: Step<C, N>, after: C, damping: number): boolean;
}

/**
 * Levenberg and Marquardt's steps from a candidate. The rows returned were linearised about the best or the step before it. The status is "converged" where no step is worth while, "budget" where
 * time or steps were over, "stalled" where rows could not be linearised any more.
 *
 * @param damping - of the first step
 */
export async function levenbergMarquardt<C extends Candidate, N extends NormalEquations>(
  { linearise, follow, isOver, isLast }: SearchSpace<C, N>,
  start: C,
  damping = first,
): Promise<{ best: C; rows: N | undefined; steps: number; status: "converged" | "budget" | "stalled" }> {
  let best = start;
  let rows: N | undefined;
  for (let steps = 0; ; steps++) {
    const now = await linearise(best);
    if (!now) return { best, rows, steps, status: isOver() ? "budget" : "stalled" };
    rows = now;
    if (steps === mostSteps) return { best, rows, steps, status: "budget" };
    for (let k = 0; ; k++) {
      if (k === trials) return { best, rows, steps, status: isOver() ? "budget" : "converged" };
      const whole = factorOf(now, damping)?.solve(now.downhill) ?? new Float64Array(now.sizes.length);
      const longest = Math.max(1, ...whole.map((v) => Math.abs(v) / leap));
      const step = whole.map((v) => v / longest);
      const by = { before: best, rows: now, step, square: squareOf(now.square, step) };
      const after = await follow(
        best.values.map((v, i) => v + now.sizes[i]! * step[i]!),
        by,
      );
      const isLower = after !== undefined && after.loss < best.loss;
      damping *= isLower ? down : up;
      if (!isLower) continue;
      best = after;
      if (isLast(by, after, damping)) return { best, rows, steps: steps + 1, status: "converged" };
      break;
    }
  }
}

/** xᵀAx. */
const squareOf = (a: Float64Array, x: Float64Array): number =>
  a.reduce((sum, v, at) => sum + v * x[at % x.length]! * x[Math.floor(at / x.length)]!, 0);
