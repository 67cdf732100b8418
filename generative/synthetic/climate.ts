/**
 * The law of the synthetic rain. A latent Gaussian field G, stationary up to an orographic mean, is turned into rain by
 * R = max(0, scale·(e^{tail·G} − e^{tail·threshold})): dry below the threshold, lognormal above it. Because G is Gaussian
 * and periodic, the law of R given the block means of G is known exactly (conditional.ts).
 */

import { normalQuantile } from "../../engine/numerics/normal-quantile.ts";
import { checkOption } from "../../engine/numerics/shaped-array.ts";
import { normalCdf } from "../../engine/numerics/special.ts";
import { type Rng, rng } from "../../engine/rng.ts";
import { filterNoise, powerLawAmplitude, standardise } from "./gaussian-field.ts";

/** Options of {@link rainClimate}. */
export interface ClimateOptions {
  /** Seed of orography, regime and fields: a non-negative safe integer. */
  readonly seed: number;
  /** Side of the periodic square field in pixels. @defaultValue 64 */
  readonly size?: number;
  /** Pixels per coarse cell along each axis; divides `size`. @defaultValue 4 */
  readonly factor?: number;
  /** β of the latent power |k|^−β. @defaultValue 3 */
  readonly slope?: number;
  /** Share of the latent variance that is the day's regime, the same over the whole field; in [0, 1). @defaultValue 0.2 */
  readonly regimeShare?: number;
  /** e-folding time of the regime, days ≥ 0; 0 makes days independent. @defaultValue 5 */
  readonly persistence?: number;
  /** Latent mean per standard deviation of orography. @defaultValue 0.3 */
  readonly orographicEffect?: number;
  /** Long-run share of dry pixels, in (0, 1). @defaultValue 0.55 */
  readonly dryFraction?: number;
  /** Long-run 0.999-quantile of the rain, mm/h. @defaultValue 30 */
  readonly extreme?: number;
  /** Standard deviation of ln(rain + offset): how heavy the tail is, > 0. @defaultValue 1.2 */
  readonly tail?: number;
  /** Standard deviation of the error added to the block means of G, ≥ 0. @defaultValue 0 */
  readonly coarseNoise?: number;
}

/** A resolved climate: all options, and what follows from them. */
export interface RainClimate extends Required<ClimateOptions> {
  /** Standardised height of the ground, `[size, size]`. */
  readonly orography: Float64Array;
  /** Expectation of G, orographicEffect · orography, `[size, size]`. */
  readonly mean: Float64Array;
  /**
   * Filter from white noise to the field part of G (no k = 0), `[size, size]`, so that |amplitude|² is its power
   * spectrum.
   */
  readonly amplitude: Float64Array;
  /**
   * Power of the anomaly G − mean at every transform output, `[size, size]`, regime included; its mean is Var G = 1.
   */
  readonly power: Float64Array;
  /** G above this rains. */
  readonly threshold: number;
  /** mm/h */
  readonly scale: number;
}

/**
 * Resolves the options; threshold and scale are solved for, so that dryFraction and extreme hold exactly in the long run.
 *
 * @throws OptionsError for an option out of range
 */
export function rainClimate(options: ClimateOptions): RainClimate {
  const full = withDefaults(options);
  const { size, slope, regimeShare, tail } = full;
  const stream = climateStream(full.seed).split("orography");
  const orography = standardise(filterNoise(stream.normal(size * size), powerLawAmplitude(size, size, 4), size, size));
  const mean = orography.map((h) => full.orographicEffect * h);

  const shape = powerLawAmplitude(size, size, slope);
  shape[0] = 0;
  const variance = shape.reduce((sum, a) => sum + a * a, 0) / shape.length;
  const amplitude = shape.map((a) => a * Math.sqrt((1 - regimeShare) / variance));
  const power = amplitude.map((a) => a * a);
  power[0] = regimeShare * size * size;

  const threshold = mixtureQuantile(mean, full.dryFraction);
  const scale = full.extreme / (Math.exp(tail * mixtureQuantile(mean, 0.999)) - Math.exp(tail * threshold));
  return { ...full, orography, mean, amplitude, power, threshold, scale };
}

/** The root stream of everything random in a climate. @internal */
export function climateStream(seed: number): Rng {
  return rng(seed).split("synthetic-rain");
}

/** How rain follows from the latent value: scale·(e^{tail·g} − e^{tail·threshold}) above the threshold, else 0. */
export type RainOfLatent = Pick<RainClimate, "threshold" | "scale" | "tail">;

/** Rain in mm/h of a latent value. */
export function rainOfLatent(climate: RainOfLatent, g: number): number {
  if (g <= climate.threshold) return 0;
  return climate.scale * (Math.exp(climate.tail * g) - Math.exp(climate.tail * climate.threshold));
}

/** The latent value whose rain is `rain` > 0; for 0 the threshold, the largest dry value. */
export function latentOfRain(climate: RainOfLatent, rain: number): number {
  return Math.log(rain / climate.scale + Math.exp(climate.tail * climate.threshold)) / climate.tail;
}

function withDefaults(options: ClimateOptions): Required<ClimateOptions> {
  const full = {
    seed: options.seed,
    size: options.size ?? 64,
    factor: options.factor ?? 4,
    slope: options.slope ?? 3,
    regimeShare: options.regimeShare ?? 0.2,
    persistence: options.persistence ?? 5,
    orographicEffect: options.orographicEffect ?? 0.3,
    dryFraction: options.dryFraction ?? 0.55,
    extreme: options.extreme ?? 30,
    tail: options.tail ?? 1.2,
    coarseNoise: options.coarseNoise ?? 0,
  };
  const check = (option: keyof typeof full, holds: boolean, expectation: string) =>
    checkOption("rainClimate", option, full[option], holds, expectation);
  const { size, factor } = full;
  check("size", Number.isInteger(size) && size >= 4, "it must be an integer ≥ 4");
  check("factor", Number.isInteger(factor) && factor >= 1 && size % factor === 0, `it must divide size = ${size}`);
  check("slope", Number.isFinite(full.slope), "it must be finite");
  check("regimeShare", full.regimeShare >= 0 && full.regimeShare < 1, "it must lie in [0, 1)");
  check("persistence", full.persistence >= 0 && full.persistence < 1000, "it must lie in [0, 1000) days");
  check("orographicEffect", Number.isFinite(full.orographicEffect), "it must be finite");
  check("dryFraction", full.dryFraction > 0 && full.dryFraction < 0.999, "it must lie in (0, 0.999)");
  check("extreme", full.extreme > 0 && full.extreme < Infinity, "it must be positive, mm/h");
  check("tail", full.tail > 0 && full.tail < 10, "it must lie in (0, 10)");
  check("coarseNoise", full.coarseNoise >= 0 && full.coarseNoise < Infinity, "it must be ≥ 0");
  return full;
}

/** The g with mean over pixels of Φ(g − mean) = p, by bisection to rounding. */
function mixtureQuantile(mean: Float64Array, p: number): number {
  const z = normalQuantile(p);
  let low = z + mean.reduce((a, b) => Math.min(a, b));
  let high = z + mean.reduce((a, b) => Math.max(a, b));
  for (let i = 0; i < 60 && low < high; i++) {
    const middle = 0.5 * (low + high);
    const below = mean.reduce((sum, m) => sum + normalCdf(middle - m), 0) / mean.length;
    if (below < p) low = middle;
    else high = middle;
  }
  return 0.5 * (low + high);
}
