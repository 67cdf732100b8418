/**
 * Solvers of the probability-flow ODE dx/dσ = (x − D(x; σ))/σ (EDM, arXiv 2206.00364, eq. 1 with σ(t) = t), from the
 * largest noise level to none. Plain arrays and any denoiser: a compiled network, a tiled one, or a formula.
 */
import { ConvergenceError, OptionsError, ShapeError } from "../../engine/errors.ts";

/**
 * Estimate of the clean data from data with noise.
 *
 * @param x - the state, any layout; must not be changed
 * @param sigma - noise level, > 0
 * @returns an array as long as `x`; it may be the same buffer at every call
 */
export type Denoiser = (x: Float32Array, sigma: number) => Float32Array | Promise<Float32Array>;

/**
 * `dpm++2m`: DPM-Solver++(2M), arXiv 2211.01095, one evaluation a level, second order, the right choice below some 35
 * evaluations; `euler`: first order (DDIM); `heun`: second order, two evaluations a level.
 */
export type SamplerMethod = "dpm++2m" | "euler" | "heun";

/** Options of {@link integrate}. */
export interface IntegrateOptions {
  /** @defaultValue "dpm++2m" */
  readonly method?: SamplerMethod;
  /** Called after each level with the number of levels done; may throw to stop. */
  readonly onStep?: (done: number, total: number) => void;
}

/**
 * Number of noise levels that a budget of network evaluations pays for.
 *
 * @throws OptionsError when that is fewer than two levels
 */
export function levelsFor(method: SamplerMethod, evaluations: number): number {
  const levels = method === "heun" ? Math.floor((evaluations + 1) / 2) : evaluations;
  if (Number.isInteger(evaluations) && levels >= 2) return levels;
  const least = method === "heun" ? 3 : 2;
  throw new OptionsError(
    `levelsFor: evaluations is ${evaluations}, expected an integer of at least ${least} for ${method}`,
    "evaluations",
    evaluations,
  );
}

/**
 * Follow the flow from noise to data. The step from the last level to 0 takes the denoiser's estimate itself.
 *
 * @param denoiser - called once a level (twice for `heun`, but once on the last level)
 * @param initial - state at `levels[0]`: data plus noise of that level; not changed
 * @param levels - decreasing positive noise levels, without the final 0
 * @returns the sample, a new array
 * @throws OptionsError when the levels do not decrease or are not positive
 * @throws ShapeError when the denoiser returns another length
 * @throws ConvergenceError when the state stops being finite
 */
export async function integrate(
  denoiser: Denoiser,
  initial: Float32Array,
  levels: ArrayLike<number>,
  options: IntegrateOptions = {},
): Promise<Float32Array> {
  const { method = "dpm++2m", onStep } = options;
  if (!["dpm++2m", "euler", "heun"].includes(method)) {
    throw new OptionsError(`integrate: method is ${method}, expected dpm++2m, euler or heun`, "method", method);
  }
  const count = levels.length;
  for (let i = 0; i < count; i++) {
    if (levels[i]! > 0 && (i === 0 || levels[i]! < levels[i - 1]!)) continue;
    throw new OptionsError(
      `integrate: levels[${i}] is ${levels[i]}, expected positive and decreasing`,
      "levels",
      levels,
    );
  }
  const evaluate = async (x: Float32Array, sigma: number) => {
    const estimate = await denoiser(x, sigma);
    if (estimate.length !== x.length) throw new ShapeError("integrate: denoiser", [x.length], [estimate.length]);
    return estimate;
  };
  const x = initial.slice();
  const previous = method === "dpm++2m" ? new Float32Array(x.length) : undefined;
  const ahead = method === "heun" ? new Float32Array(x.length) : undefined;
  const slope = method === "heun" ? new Float64Array(x.length) : undefined;
  for (let i = 0; i < count; i++) {
    const sigma = levels[i]!;
    const estimate = await evaluate(x, sigma);
    if (i === count - 1) x.set(estimate);
    else if (previous !== undefined) multistep(x, estimate, previous, levels, i);
    else if (ahead !== undefined && slope !== undefined) {
      const next = levels[i + 1]!;
      for (let k = 0; k < x.length; k++) {
        slope[k] = (x[k]! - estimate[k]!) / sigma;
        ahead[k] = x[k]! + (next - sigma) * slope[k]!;
      }
      const corrected = await evaluate(ahead, next);
      for (let k = 0; k < x.length; k++) {
        x[k]! += ((next - sigma) * (slope[k]! + (ahead[k]! - corrected[k]!) / next)) / 2;
      }
    } else {
      const ratio = levels[i + 1]! / sigma;
      for (let k = 0; k < x.length; k++) x[k] = ratio * x[k]! + (1 - ratio) * estimate[k]!;
    }
    finite(x, i, sigma);
    onStep?.(i + 1, count);
  }
  return x;
}

/** One step of DPM-Solver++(2M) in λ = −ln σ: extrapolate the estimate to the middle of the step. */
function multistep(
  x: Float32Array,
  estimate: Float32Array,
  previous: Float32Array,
  levels: ArrayLike<number>,
  i: number,
): void {
  const step = Math.log(levels[i]! / levels[i + 1]!);
  const extrapolation = i === 0 ? 0 : step / (2 * Math.log(levels[i - 1]! / levels[i]!));
  const ratio = levels[i + 1]! / levels[i]!;
  const gain = -Math.expm1(-step);
  for (let k = 0; k < x.length; k++) {
    const now = estimate[k]!;
    x[k] = ratio * x[k]! + gain * (now + extrapolation * (now - previous[k]!));
  }
  previous.set(estimate);
}

function finite(x: Float32Array, level: number, sigma: number): void {
  for (let k = 0; k < x.length; k++) {
    if (Number.isFinite(x[k])) continue;
    const message = `integrate: value ${k} is ${x[k]} after level ${level} (sigma ${sigma}); the denoiser diverges there`;
    throw new ConvergenceError(message, "diverged", x);
  }
}
