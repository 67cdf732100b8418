/**
 * Solvers from the largest noise level to none: of the probability-flow ODE dx/dσ = (x − D(x; σ))/σ (EDM, arXiv 2206.00364,
 * eq. 1 with σ(t) = t), and of the reverse diffusion. Plain arrays and any denoiser: a compiled network, a tiled one, a formula.
 */
import { checkNonNegative } from "../../engine/checks.ts";
import { ConvergenceError, OptionsError, ShapeError } from "../../engine/errors.ts";
import type { ProgressOptions } from "../../engine/progress.ts";
import {
  type Churn,
  churned,
  euler,
  heun,
  multistep,
  predictorCorrector,
  reverseDiffusion,
  type Solver,
  type Solving,
} from "./solvers.ts";

/**
 * Estimate of the clean data from data with noise.
 *
 * @param x - the state, any layout; must not be changed
 * @param sigma - noise level, > 0
 * @returns an array as long as `x`; it may be the same buffer at every call
 */
export type Denoiser = (x: Float32Array, sigma: number) => Float32Array | Promise<Float32Array>;

interface Row {
  readonly solver: (solving: Solving) => Solver;
  /** Evaluations at each level but the last, and at the last. */
  readonly cost: readonly [number, number];
  readonly draws: boolean;
}

/** The rows. A new solver is a function and a row here. */
const rows = {
  "dpm++2m": { solver: multistep, cost: [1, 1], draws: false },
  euler: { solver: euler, cost: [1, 1], draws: false },
  heun: { solver: heun, cost: [2, 1], draws: false },
  churn: { solver: churned, cost: [2, 1], draws: true },
  "reverse-diffusion": { solver: reverseDiffusion, cost: [1, 1], draws: true },
  "predictor-corrector": { solver: predictorCorrector, cost: [2, 2], draws: true },
} as const satisfies Record<string, Row>;

/**
 * `dpm++2m`: DPM-Solver++(2M), arXiv 2211.01095, one evaluation a level, second order, the right choice below some 35
 * evaluations; `euler`: first order (DDIM); `heun`: second order, two evaluations a level; `churn`: Heun with noise put back
 * (EDM's stochastic sampler); `reverse-diffusion`: one evaluation a level, good from some hundred levels on;
 * `predictor-corrector`: that with a Langevin step at each level, two evaluations (arXiv 2011.13456).
 */
export type SamplerMethod = keyof typeof rows;

/** All methods. */
export const samplerMethods = Object.keys(rows) as readonly SamplerMethod[];

/** Options of `integrate`. Its progress is of levels; the listener may throw to stop. */
export interface IntegrateOptions extends ProgressOptions {
  /** Solver of the reverse process. @defaultValue "dpm++2m" */
  readonly method?: SamplerMethod;
  /** Fills an array as long as the state with unit normal deviates, others for each `draw` = 0, 1, …; methods that draw need it. */
  readonly noise?: (draw: number, out: Float32Array) => void;
  /** Samples in the state, one after the other: `predictor-corrector` has norms of each. @defaultValue 1 */
  readonly samples?: number;
  /** Of the method `churn`: noise that is put back; its range in units of sigmaData. */
  readonly churn?: Churn;
}

/** @throws OptionsError where there is none of that name */
function rowOf(caller: string, method: string): Row {
  if (Object.hasOwn(rows, method)) return rows[method as SamplerMethod];
  const known = `${samplerMethods.slice(0, -1).join(", ")} or ${samplerMethods.at(-1)}`;
  throw new OptionsError(`${caller}: method is ${method}, expected ${known}`, "method", method);
}

/**
 * Number of noise levels that a budget of network evaluations pays for.
 *
 * @param method - decides how many evaluations a level takes
 * @param evaluations - of the network, for one member
 * @throws OptionsError when that is fewer than two levels, or there is no such method
 */
export function levelsFor(method: SamplerMethod, evaluations: number): number {
  const [each, last] = rowOf("levelsFor", method).cost;
  const levels = Math.floor((evaluations - last) / each) + 1;
  if (Number.isInteger(evaluations) && levels >= 2) return levels;
  throw new OptionsError(
    `levelsFor: evaluations is ${evaluations}, expected an integer of at least ${each + last} for ${method}`,
    "evaluations",
    evaluations,
  );
}

/**
 * Go from noise to data. The step from the last level to 0 takes the denoiser's estimate itself.
 *
 * @param denoiser - called once a level (twice for `heun` and `churn`, but once on the last level; twice for `predictor-corrector`)
 * @param x - state at `levels[0]`: data plus noise of that level; it is moved, so that no second state is held
 * @param levels - decreasing positive noise levels, one for each step, without the final 0
 * @returns `x`, now the sample
 * @throws OptionsError when the levels do not decrease or are not positive, and where a method that draws has no `noise`
 * @throws ShapeError when the denoiser returns another length, or the state does not divide into `samples`
 * @throws ConvergenceError when the state stops being finite
 */
export async function integrate(
  denoiser: Denoiser,
  x: Float32Array,
  levels: ArrayLike<number>,
  options: IntegrateOptions = {},
): Promise<Float32Array> {
  const { method = "dpm++2m", onProgress } = options;
  const { solver: begin } = rowOf("integrate", method);
  const count = levels.length;
  for (let i = 0; i < count; i++) {
    if (levels[i]! > 0 && (i === 0 || levels[i]! < levels[i - 1]!)) continue;
    throw new OptionsError(
      `integrate: levels[${i}] is ${levels[i]}, expected positive and decreasing`,
      "levels",
      levels,
    );
  }
  const solving = solvingOf(denoiser, x, levels, method, options);
  const solver = begin(solving);
  for (let i = 0; i < count; i++) {
    const sigma = (await solver.before?.(i)) ?? levels[i]!;
    const estimate = await solving.evaluate(x, sigma);
    if (i === count - 1) x.set(estimate);
    else await solver.advance(estimate, sigma, i);
    finite(x, i, sigma);
    onProgress?.({ done: i + 1, total: count });
  }
  return x;
}

/** Checks options and fills in defaults. */
function solvingOf(
  denoiser: Denoiser,
  x: Float32Array,
  levels: ArrayLike<number>,
  method: SamplerMethod,
  { noise, samples = 1, churn = {} }: IntegrateOptions,
): Solving {
  if (rows[method].draws && noise === undefined) {
    throw new OptionsError(`integrate: ${method} draws noise; give \`noise\``, "noise", noise);
  }
  if (!(Number.isInteger(samples) && samples > 0 && x.length % samples === 0)) {
    throw new ShapeError("integrate: samples", `a divisor of ${x.length}`, [samples], "they are equally long");
  }
  const { amount = 40, range = [0, Number.POSITIVE_INFINITY], inflation = 1 } = churn;
  checkNonNegative("integrate", { "churn.amount": amount, "churn.inflation": inflation });
  let draw = 0;
  const deviates = noise === undefined ? x : new Float32Array(x.length);
  return {
    x,
    levels,
    samples,
    churn: { amount, range, inflation },
    async evaluate(state, sigma) {
      const estimate = await denoiser(state, sigma);
      if (estimate.length !== x.length) throw new ShapeError("integrate: denoiser", [x.length], [estimate.length]);
      return estimate;
    },
    noise() {
      noise?.(draw++, deviates);
      return deviates;
    },
  };
}

function finite(x: Float32Array, level: number, sigma: number): void {
  for (let k = 0; k < x.length; k++) {
    if (Number.isFinite(x[k])) continue;
    const message = `integrate: value ${k} is ${x[k]} after level ${level} (sigma ${sigma}); the denoiser diverges there`;
    throw new ConvergenceError(message, "diverged", x);
  }
}
