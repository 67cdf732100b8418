/** A seeded archive of synthetic rain, day by day. */
import { blockMean } from "../../engine/numerics/grid.ts";
import { checkOption, type ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { type ClimateOptions, climateStream, type RainClimate, rainClimate, rainOfLatent } from "./climate.ts";
import { filterNoise } from "./gaussian-field.ts";

/** Options of {@link syntheticRain}. */
export interface SyntheticRainOptions extends ClimateOptions {
  /** Number of consecutive days, ≥ 1. */
  readonly days: number;
  /** First day, ≥ 0. A day is the same whatever stretch it is generated in. @defaultValue 0 */
  readonly firstDay?: number;
}

/** Result of {@link syntheticRain}. */
export interface SyntheticRain {
  /** Rain in mm/h, `[days, size, size]`. */
  readonly fine: ShapedArray;
  /** Block means of the rain, `[days, size/factor, size/factor]`. */
  readonly coarse: ShapedArray;
  /** The latent field G, `[days, size, size]`. */
  readonly latent: ShapedArray;
  /** Block means of G, plus the coarse noise: the input for which the law of the rain is known exactly. */
  readonly latentCoarse: ShapedArray;
  /** Standardised height of the ground, `[size, size]`. */
  readonly orography: ShapedArray;
  /** The part of G that is the same over the whole field, one number a day. */
  readonly regime: Float64Array;
  /** The law that the days are drawn from. */
  readonly climate: RainClimate;
  readonly units: "mm/h";
}

/**
 * Generates `days` consecutive days. Fields of different days share the orography and a slow regime, and are otherwise
 * independent; the field is periodic in both directions.
 *
 * @returns Everything in float32 except orography and regime
 * @throws OptionsError for an option out of range
 */
export function syntheticRain(options: SyntheticRainOptions): SyntheticRain {
  const { days, firstDay = 0, ...rest } = options;
  checkOption("syntheticRain", "days", days, Number.isInteger(days) && days >= 1, "it must be an integer ≥ 1");
  checkOption("syntheticRain", "firstDay", firstDay, Number.isInteger(firstDay) && firstDay >= 0, "it must be ≥ 0");
  const climate = rainClimate(rest);
  const { size, factor } = climate;
  const points = size * size;
  const latent = new Float32Array(days * points);
  const fine = new Float32Array(days * points);
  const regime = Float64Array.from({ length: days }, (_, d) => regimeOfDay(climate, firstDay + d));
  for (let d = 0; d < days; d++) {
    const field = latentOfDay(climate, firstDay + d, regime[d]!);
    latent.set(field, d * points);
    for (let i = 0; i < points; i++) fine[d * points + i] = rainOfLatent(climate, field[i]!);
  }
  const coarse = size / factor;
  const latentCoarse = blockMean(latent, days, size, size, factor);
  if (climate.coarseNoise > 0) addCoarseNoise(climate, latentCoarse, firstDay, days);
  return {
    fine: { values: fine, shape: [days, size, size] },
    coarse: { values: blockMean(fine, days, size, size, factor), shape: [days, coarse, coarse] },
    latent: { values: latent, shape: [days, size, size] },
    latentCoarse: { values: latentCoarse, shape: [days, coarse, coarse] },
    orography: { values: climate.orography, shape: [size, size] },
    regime,
    climate,
    units: "mm/h",
  };
}

function latentOfDay(climate: RainClimate, day: number, regime: number): Float64Array {
  const { size, amplitude, mean } = climate;
  const white = climateStream(climate.seed)
    .split("field")
    .split(day)
    .normal(size * size);
  const field = filterNoise(white, amplitude, size, size);
  for (let i = 0; i < field.length; i++) field[i]! += mean[i]! + regime;
  return field;
}

/**
 * A moving average Σ wⱼ ε(day − j) of one normal number a day with wⱼ ∝ e^{−j/persistence}, cut where w falls below
 * e⁻¹⁰: the autoregressive process of order one, but of exact variance and computable for one day alone.
 */
function regimeOfDay(climate: RainClimate, day: number): number {
  const { persistence, regimeShare, seed } = climate;
  if (regimeShare === 0) return 0;
  const reach = Math.ceil(10 * persistence);
  const stream = climateStream(seed).split("regime");
  let [sum, squares] = [0, 0];
  for (let j = 0; j <= reach; j++) {
    const weight = j === 0 ? 1 : Math.exp(-j / persistence);
    sum += weight * stream.split(day + reach - j).normal();
    squares += weight * weight;
  }
  return Math.sqrt(regimeShare / squares) * sum;
}

function addCoarseNoise(climate: RainClimate, values: Float32Array, firstDay: number, days: number): void {
  const cells = values.length / days;
  const stream = climateStream(climate.seed).split("coarse-noise");
  for (let d = 0; d < days; d++) {
    const noise = stream.split(firstDay + d).normal(cells);
    for (let i = 0; i < cells; i++) values[d * cells + i]! += climate.coarseNoise * noise[i]!;
  }
}

/** Options of {@link heldOutPeriod}. */
export interface HeldOutOptions {
  /** Share of the days held out at the end, in (0, 1). @defaultValue 0.2 */
  readonly share?: number;
  /** Days dropped before the held-out ones, so that the regime has been forgotten. @defaultValue 30 */
  readonly gap?: number;
}

/** Half-open ranges of day indices. */
export interface Periods {
  /** Days to learn from: `from` … `to` − 1. */
  readonly train: { readonly from: number; readonly to: number };
  /** Days to score: `from` … `to` − 1. */
  readonly heldOut: { readonly from: number; readonly to: number };
}

/**
 * Splits an archive in time: train on its beginning, score on its end, with a gap between them. Days drawn at random
 * would share their regime with their neighbours in training.
 *
 * @param days - number of days of the archive
 * @throws OptionsError where nothing is left to train on
 */
export function heldOutPeriod(days: number, options: HeldOutOptions = {}): Periods {
  const { share = 0.2, gap = 30 } = options;
  checkOption("heldOutPeriod", "share", share, share > 0 && share < 1, "it must lie in (0, 1)");
  checkOption("heldOutPeriod", "gap", gap, Number.isInteger(gap) && gap >= 0, "it must be an integer ≥ 0");
  const from = days - Math.max(1, Math.round(share * days));
  checkOption(
    "heldOutPeriod",
    "days",
    days,
    from - gap >= 1,
    `none is left for training; need more than the gap, ${gap}`,
  );
  return { train: { from: 0, to: from - gap }, heldOut: { from, to: days } };
}

/**
 * The days `from` … `to` − 1 of a `stack` whose first axis is days; shares its memory.
 *
 * @throws OptionsError unless 0 ≤ from < to ≤ days
 */
export function sliceDays(stack: ShapedArray, from: number, to: number): ShapedArray {
  const [days, ...grid] = stack.shape as [number, ...number[]];
  const holds = Number.isInteger(from) && Number.isInteger(to) && 0 <= from && from < to && to <= days;
  checkOption("sliceDays", "from, to", `${from}, ${to}`, holds, `need 0 ≤ from < to ≤ ${days}`);
  const each = stack.values.length / days;
  return { values: stack.values.subarray(from * each, to * each), shape: [to - from, ...grid] };
}
