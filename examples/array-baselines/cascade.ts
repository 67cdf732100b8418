/**
 * Stochastic downscaling without training, in the spirit of RainFARM (Rebora et al. 2006, doi:10.1175/JHM517.1): the
 * bilinear field times exp(amplitude · g), with g a standardised Gaussian field of the spectrum |k|^−β, and every block
 * scaled to its coarse mean.
 */

import { conserveBlocks } from "../../engine/numerics/conserve-blocks.ts";
import { filterNoise, spectralAmplitude, standardise } from "../../engine/numerics/gaussian-field.ts";
import { checkOption, checkRain, checkShape, type ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { meanCrps } from "../../verification/scores/index.ts";
import { bilinear } from "./interpolate.ts";

/** The two parameters of the random cascade. */
export interface CascadeParameters {
  /** β of the noise power |k|^−β. */
  readonly slope: number;
  /** Standard deviation of the logarithm of the noise, ≥ 0. */
  readonly amplitude: number;
}

/** Options of {@link randomCascade}. */
export interface CascadeOptions extends CascadeParameters {
  /** Fine pixels along a side of a coarse cell, whole, ≥ 1. */
  readonly factor: number;
  /** Number of members, ≥ 1. */
  readonly members: number;
  /** Noise of case n, member m comes from `random.split(n).split(m)`: it does not depend on the other cases. */
  readonly random: Rng;
  /** As in `conserveBlocks`. @defaultValue 10 */
  readonly cap?: number;
}

/**
 * An ensemble of bilinear fields times lognormal noise of the spectrum |k|^−β, every block scaled to its mean (after
 * RainFARM, doi:10.1175/JHM517.1).
 *
 * @param coarse `[N, h, w]`, rain ≥ 0
 * @returns `[N, members, h·factor, w·factor]`, float32
 * @throws ShapeError, DomainError, OptionsError
 */
export function randomCascade(coarse: ShapedArray, options: CascadeOptions): ShapedArray {
  return cascadeOfNoise(coarse, whiteNoise(coarse, options), options);
}

function whiteNoise(coarse: ShapedArray, options: Pick<CascadeOptions, "factor" | "members" | "random">): Float64Array {
  const { factor, members, random } = options;
  const positive = (n: number) => Number.isInteger(n) && n >= 1;
  checkOption("randomCascade", "members", members, positive(members), "it must be an integer ≥ 1");
  checkOption("randomCascade", "factor", factor, positive(factor), "it must be an integer ≥ 1");
  checkShape("randomCascade: coarse", coarse, 3);
  const [cases, rows, columns] = coarse.shape as [number, number, number];
  const points = rows * columns * factor ** 2;
  const noise = new Float64Array(cases * members * points);
  for (let n = 0; n < cases; n++) {
    const stream = random.split(n);
    for (let m = 0; m < members; m++) {
      const at = (n * members + m) * points;
      stream.split(m).normal(noise.subarray(at, at + points));
    }
  }
  return noise;
}

/**
 * The cascade of given white noise, `[N, M, H, W]` with N from `coarse`.
 *
 * @param white - independent unit normal deviates, `[N, M, H, W]`
 * @param options - parameters of the noise, refinement factor, and `cap` as in `conserveBlocks`, 10 unless given
 * @throws as {@link randomCascade}
 */
export function cascadeOfNoise(
  coarse: ShapedArray,
  white: Float64Array,
  options: CascadeParameters & { readonly factor: number; readonly cap?: number },
): ShapedArray {
  const { slope, amplitude, factor, cap = 10 } = options;
  checkOption("randomCascade", "slope", slope, Number.isFinite(slope), "it must be finite");
  checkRain("randomCascade: coarse", coarse.values);
  const smooth = bilinear(coarse, factor);
  return multiply(coarse, smooth, spectralFields(white, smooth.shape, slope), { amplitude, factor, cap });
}

/** Standardised fields of power |k|^−slope, one for each image of white noise. */
function spectralFields(white: Float64Array, smooth: readonly number[], slope: number): Float64Array {
  const [cases, , height, width] = smooth as [number, 1, number, number];
  const points = height * width;
  const images = white.length / points;
  checkShape("randomCascade: noise", { values: white, shape: [cases, images / cases, height, width] }, 4);
  const filter = spectralAmplitude(height, width, slope);
  const fields = new Float64Array(white.length);
  for (let at = 0; at < white.length; at += points) {
    fields.set(standardise(filterNoise(white.subarray(at, at + points), filter, height, width)), at);
  }
  return fields;
}

function multiply(
  coarse: ShapedArray,
  smooth: ShapedArray,
  fields: Float64Array,
  options: { readonly amplitude: number; readonly factor: number; readonly cap: number },
): ShapedArray {
  const { amplitude, factor, cap } = options;
  checkOption("randomCascade", "amplitude", amplitude, amplitude >= 0, "it must be ≥ 0");
  const [cases, , height, width] = smooth.shape as [number, 1, number, number];
  const points = height * width;
  const members = fields.length / (cases * points);
  const values = new Float32Array(fields.length);
  for (let i = 0; i < values.length; i++) {
    const source = Math.floor(i / (members * points)) * points + (i % points);
    values[i] = smooth.values[source]! * Math.exp(amplitude * fields[i]!);
  }
  return conserveBlocks({ values, shape: [cases, members, height, width] }, coarse, factor, { cap });
}

/** Options of {@link selectCascade}. */
export interface CascadeSearch {
  /** Fine pixels along a side of a coarse cell, whole, ≥ 1. */
  readonly factor: number;
  /** Number of members, ≥ 1. */
  readonly members: number;
  /** As in {@link CascadeOptions}; every pair has the same noise. */
  readonly random: Rng;
  /** As in `conserveBlocks`. @defaultValue 10 */
  readonly cap?: number;
  /** Slopes to try, each with each amplitude. @defaultValue [2, 3, 4, 5] */
  readonly slopes?: readonly number[];
  /** Amplitudes to try, each ≥ 0. @defaultValue [0.1, 0.2, 0.3, 0.5, 0.7] */
  readonly amplitudes?: readonly number[];
  /** Rain below this counts as 0 in the score. @defaultValue 0.1 (mm/h) */
  readonly wetThreshold?: number;
}

/** Result of {@link selectCascade}. */
export interface CascadeChoice extends CascadeParameters {
  /** Mean CRPS of the chosen pair, in the rain's unit: the least of all. */
  readonly crps: number;
  /** Every pair that was tried. A choice at the grid's edge asks for a wider grid. */
  readonly tried: readonly (CascadeParameters & { readonly crps: number })[];
}

/**
 * The slope and amplitude with the least fair CRPS on training pairs; all are tried with the same noise.
 *
 * @param fine `[N, H, W]`
 * @param coarse `[N, h, w]`
 * @throws ShapeError, DomainError, OptionsError (members < 2, empty grids)
 */
export function selectCascade(fine: ShapedArray, coarse: ShapedArray, search: CascadeSearch): CascadeChoice {
  const {
    slopes = [2, 3, 4, 5],
    amplitudes = [0.1, 0.2, 0.3, 0.5, 0.7],
    wetThreshold = 0.1,
    factor,
    cap = 10,
  } = search;
  checkOption("selectCascade", "members", search.members, search.members >= 2, "the fair score needs at least 2");
  checkOption("selectCascade", "slopes", slopes, slopes.length > 0, "give at least one");
  checkOption("selectCascade", "amplitudes", amplitudes, amplitudes.length > 0, "give at least one");
  const white = whiteNoise(coarse, search);
  const smooth = bilinear(coarse, factor);
  const tried = slopes.flatMap((slope) => {
    const fields = spectralFields(white, smooth.shape, slope);
    return amplitudes.map((amplitude) => {
      const ensemble = multiply(coarse, smooth, fields, { amplitude, factor, cap });
      const values = ensemble.values.map((r) => (r < wetThreshold ? 0 : r));
      return { slope, amplitude, crps: meanCrps({ values, shape: ensemble.shape }, fine) };
    });
  });
  const best = tried.reduce((a, b) => (b.crps < a.crps ? b : a));
  return { ...best, tried };
}
