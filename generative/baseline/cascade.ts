/**
 * Stochastic downscaling without training, in the spirit of RainFARM (Rebora et al. 2006, doi:10.1175/JHM517.1): the
 * bilinear field times exp(amplitude · g), with g a standardised Gaussian field of power-law spectrum, and every block
 * scaled to its coarse mean.
 */
import type { Rng } from "../../engine/rng.ts";
import { filterNoise, powerLawAmplitude, standardise } from "../rain/gaussian-field.ts";
import { meanCrps } from "../verification/crps.ts";
import { checkOption, checkRain, checkShape, type Stack } from "../verification/stack.ts";
import { conserveBlocks } from "./conserve.ts";
import { bilinear } from "./interpolate.ts";

export interface CascadeLaw {
  /** β of the noise power |k|^−β. */
  readonly slope: number;
  /** Standard deviation of the logarithm of the noise, ≥ 0. */
  readonly amplitude: number;
}

export interface CascadeOptions extends CascadeLaw {
  readonly factor: number;
  /** Number of members, ≥ 1. */
  readonly members: number;
  /** Noise of case n, member m comes from `random.split(n).split(m)`: it does not depend on the other cases. */
  readonly random: Rng;
  /** As in `conserveBlocks`. @defaultValue 10 */
  readonly cap?: number;
}

/**
 * @param coarse `[N, h, w]`, rain ≥ 0
 * @returns `[N, members, h·factor, w·factor]`, float32
 * @throws ShapeError, DomainError, OptionsError
 */
export function noiseCascade(coarse: Stack, options: CascadeOptions): Stack {
  const { members, random } = options;
  checkOption(
    "noiseCascade",
    "members",
    members,
    Number.isInteger(members) && members >= 1,
    "it must be an integer ≥ 1",
  );
  checkOption(
    "noiseCascade",
    "factor",
    options.factor,
    Number.isInteger(options.factor) && options.factor >= 1,
    "it must be an integer ≥ 1",
  );
  checkShape("noiseCascade: coarse", coarse, 3);
  const [cases, rows, columns] = coarse.shape as [number, number, number];
  const points = rows * columns * options.factor ** 2;
  const noise = new Float64Array(cases * members * points);
  for (let n = 0; n < cases; n++) {
    const stream = random.split(n);
    for (let m = 0; m < members; m++) {
      const at = (n * members + m) * points;
      stream.split(m).normal(noise.subarray(at, at + points));
    }
  }
  return cascadeOfNoise(coarse, noise, options);
}

/**
 * The cascade of given white noise, `[N, M, H, W]` with N from `coarse`.
 *
 * @throws as {@link noiseCascade}
 */
export function cascadeOfNoise(
  coarse: Stack,
  white: Float64Array,
  options: CascadeLaw & { readonly factor: number; readonly cap?: number },
): Stack {
  const { slope, amplitude, factor, cap = 10 } = options;
  checkOption("noiseCascade", "amplitude", amplitude, amplitude >= 0, "it must be ≥ 0");
  checkOption("noiseCascade", "slope", slope, Number.isFinite(slope), "it must be finite");
  checkRain("noiseCascade: coarse", coarse.values);
  const smooth = bilinear(coarse, factor);
  const [cases, , height, width] = smooth.shape as [number, 1, number, number];
  const points = height * width;
  const members = white.length / (cases * points);
  checkShape("noiseCascade: noise", { values: white, shape: [cases, members, height, width] }, 4);
  const filter = powerLawAmplitude(height, width, slope);
  const values = new Float32Array(white.length);
  for (let image = 0; image < cases * members; image++) {
    const field = standardise(filterNoise(white.subarray(image * points, (image + 1) * points), filter, height, width));
    const source = Math.floor(image / members) * points;
    for (let i = 0; i < points; i++) {
      values[image * points + i] = smooth.values[source + i]! * Math.exp(amplitude * field[i]!);
    }
  }
  return conserveBlocks({ values, shape: [cases, members, height, width] }, coarse, factor, { cap });
}

export interface CascadeSearch {
  readonly factor: number;
  readonly members: number;
  readonly random: Rng;
  /** @defaultValue [2, 3, 4, 5] */
  readonly slopes?: readonly number[];
  /** @defaultValue [0.1, 0.2, 0.3, 0.5, 0.7] */
  readonly amplitudes?: readonly number[];
  /** Rain below this counts as 0 in the score. @defaultValue 0.1 (mm/h) */
  readonly wetThreshold?: number;
}

export interface CascadeChoice extends CascadeLaw {
  readonly crps: number;
  /** Every pair that was tried. A choice at the grid's edge asks for a wider grid. */
  readonly tried: readonly (CascadeLaw & { readonly crps: number })[];
}

/**
 * The slope and amplitude with the least fair CRPS on training pairs; all are tried with the same noise.
 *
 * @param fine `[N, H, W]`
 * @param coarse `[N, h, w]`
 * @throws ShapeError, DomainError, OptionsError (members < 2, empty grids)
 */
export function selectCascade(fine: Stack, coarse: Stack, search: CascadeSearch): CascadeChoice {
  const { slopes = [2, 3, 4, 5], amplitudes = [0.1, 0.2, 0.3, 0.5, 0.7], wetThreshold = 0.1, ...shared } = search;
  checkOption("selectCascade", "members", search.members, search.members >= 2, "the fair score needs at least 2");
  const pairs = slopes.flatMap((slope) => amplitudes.map((amplitude) => ({ slope, amplitude })));
  checkOption("selectCascade", "slopes", slopes, pairs.length > 0, "give at least one slope and one amplitude");
  const tried = pairs.map((law) => {
    const ensemble = noiseCascade(coarse, { ...shared, ...law });
    const values = ensemble.values.map((r) => (r < wetThreshold ? 0 : r));
    return { ...law, crps: meanCrps({ values, shape: ensemble.shape }, fine) };
  });
  const best = tried.reduce((a, b) => (b.crps < a.crps ? b : a));
  return { ...best, tried };
}
