/**
 * Two data sets of one truth. A latent Gaussian field G = √share · z + W of variance 1 makes the fine rain, dry below a
 * threshold and lognormal above; z is the standardised height of the ground, itself a Gaussian field, known to
 * whoever is given the orography. A coarse data set sees y = A G + ε, means of G over its cells, which lie a little beside
 * where it says, with an error of its own, and reports median·e^{tail·y}: drizzle everywhere, other amounts, another tail.
 * That function is strictly monotone, so the coarse values say exactly y, and G given y is Gaussian (conditional.ts).
 */
import { wavenumbers } from "../../engine/numerics/fft.ts";
import { normalQuantile } from "../../engine/numerics/normal-quantile.ts";
import { checkOption } from "../../engine/numerics/shaped-array.ts";
import { type Rng, rng } from "../../engine/random/rng.ts";
import { type Cells, cellsAlong } from "./cells.ts";
import { torusFields, windowOf } from "./torus-field.ts";

/** Options of `syntheticPairs`. */
export interface SyntheticPairsOptions {
  /** Number of consecutive hours, ≥ 1. */
  readonly times: number;
  /** First hour, ≥ 0. An hour is the same whatever stretch it is generated in. @defaultValue 0 */
  readonly firstTime?: number;
  /** Seed of the orography and of all fields: a non-negative safe integer. */
  readonly seed: number;
  /** Rows and columns of the fine grid, ≥ 2; one number for as many of both. @defaultValue 64 */
  readonly size?: number | readonly [rows: number, columns: number];
  /** Fine pixels along a side of a coarse cell, ≥ 1, not only whole numbers. @defaultValue 4 */
  readonly factor?: number;
}

/** The climate of both data sets and the ground. */
export interface ClimateSettings extends Required<Pick<SyntheticPairsOptions, "seed" | "factor">> {
  readonly height: number;
  readonly width: number;
  /**
   * Rows and columns by which what a coarse cell holds lies beyond where its coordinates say; at most half a cell each.
   * Cells at the border hold what is left of them inside the fine grid.
   */
  readonly displacement: readonly [rows: number, columns: number];
  /** Standard deviation of the coarse data set's own error of y, > 0. */
  readonly coarseNoise: number;
  /** Share of the variance of G that comes from the orography, in [0, 1). */
  readonly orographyShare: number;
  /** Long-run share of dry fine pixels, in (0, 0.999). */
  readonly dryFraction: number;
}

/** The climate where nothing is said. */
export const usualClimate: Omit<ClimateSettings, "seed"> = {
  ...{ height: 64, width: 64, factor: 4, displacement: [1.25, -0.75] },
  ...{ coarseNoise: 0.1, orographyShare: 0.3, dryFraction: 0.55 },
};

/** Coarse rain where y = 0, mm/h, and its ln per unit of y. */
const [coarseMedian, coarseTail] = [0.3, 0.9];
/** Long-run 0.999-quantile of the fine rain, mm/h, and the standard deviation of its ln(rain + offset). */
const [extreme, tail] = [15, 0.8];
/** β of the power |k|^−β of the weather and of the height of the ground; wavelength beyond which both powers are flat, in fine pixels. */
const [weatherSlope, orographySlope, outerScale] = [3, 2.6, 48];

/** All options resolved, and what follows from them. */
export interface SyntheticClimate extends ClimateSettings {
  /** Coarse rain where y = 0, mm/h. */
  readonly coarseMedian: number;
  /** ln of coarse rain per unit of y. */
  readonly coarseTail: number;
  /** Standard deviation of ln(rain + offset) of the fine rain. */
  readonly tail: number;
  /** β of the power |k|^−β of the weather. */
  readonly weatherSlope: number;
  /** β of the power |k|^−β of the height of the ground. */
  readonly orographySlope: number;
  /** Wavelength beyond which both powers are flat, in fine pixels. */
  readonly outerScale: number;
  /** G above this rains. */
  readonly threshold: number;
  /** Of the rain scale·(e^{tail·G} − e^{tail·threshold}), mm/h. */
  readonly scale: number;
  /** Side of the periodic square from whose corner the fine grid is cut, so that it is not periodic itself. */
  readonly side: number;
  /** Power of W at every transform output, [side, side]; its mean is the variance 1 − orographyShare. */
  readonly weather: Float64Array;
  /** Power of z, [side, side]; its mean is 1. */
  readonly ground: Float64Array;
  /** z on the fine grid, [height, width]. */
  readonly orography: Float64Array;
  /** Fine rows of each coarse one. */
  readonly rows: Cells;
  /** Fine columns of each coarse one. */
  readonly columns: Cells;
}

/** @throws OptionsError for a setting out of range */
export function syntheticClimate(full: ClimateSettings): SyntheticClimate {
  checkSettings(full);
  const { height, width, factor, displacement, orographyShare } = full;
  let side = 128;
  while (side < 2 * Math.max(height, width)) side *= 2;
  const ground = powerSpectrum(side, orographySlope, 1);
  const threshold = normalQuantile(full.dryFraction);
  return {
    ...{ ...full, tail, coarseMedian, coarseTail, weatherSlope, orographySlope, outerScale },
    side,
    weather: powerSpectrum(side, weatherSlope, 1 - orographyShare),
    ground,
    orography: windowOf(torusFields(ground, side, climateStream(full.seed).split("orography")).re, side, height, width),
    rows: cellsAlong(height, factor, displacement[0]),
    columns: cellsAlong(width, factor, displacement[1]),
    threshold,
    scale: extreme / (Math.exp(tail * normalQuantile(0.999)) - Math.exp(tail * threshold)),
  };
}

/** The root stream of everything random in the pairs of a seed. @internal */
export function climateStream(seed: number): Rng {
  return rng(seed).split("synthetic-pairs");
}

/** Rain in mm/h of a latent value: scale·(e^{tail·g} − e^{tail·threshold}) above the threshold, else 0. */
export function rainOfLatent({ threshold, scale, tail }: RainOfLatent, g: number): number {
  return g <= threshold ? 0 : scale * (Math.exp(tail * g) - Math.exp(tail * threshold));
}

type RainOfLatent = Pick<SyntheticClimate, "threshold" | "scale" | "tail">;

/** Rain in mm/h that the coarse data set reports of y. */
export const coarseRain = (y: number): number => coarseMedian * Math.exp(coarseTail * y);

/** Power (1 + (f·outerScale)²)^(−slope/2), f in cycles a pixel, scaled to a mean of `variance`. */
function powerSpectrum(side: number, slope: number, variance: number): Float64Array {
  const { power, mean } = spectra.get(`${side} ${slope}`) ?? unscaledSpectrum(side, slope);
  spectra.set(`${side} ${slope}`, { power, mean });
  return power.map((p) => (p * variance) / mean);
}

/** The same for every seed. */
const spectra = new Map<string, ReturnType<typeof unscaledSpectrum>>();

function unscaledSpectrum(side: number, slope: number) {
  const k = wavenumbers(side);
  const power = Float64Array.from({ length: side * side }, (_, i) => {
    const f = Math.hypot(k[Math.floor(i / side)]!, k[i % side]!) / side;
    return (1 + (f * outerScale) ** 2) ** (-slope / 2);
  });
  return { power, mean: power.reduce((a, b) => a + b, 0) / power.length };
}

function checkSettings(full: ClimateSettings): void {
  const check = (option: keyof ClimateSettings, holds: boolean, expectation: string) =>
    checkOption("syntheticPairs", option, full[option], holds, expectation);
  const { height, width, factor, displacement } = full;
  check("height", Number.isInteger(height) && height >= 2, "it must be an integer ≥ 2");
  check("width", Number.isInteger(width) && width >= 2, "it must be an integer ≥ 2");
  check(
    "factor",
    factor >= 1 && factor <= Math.min(height, width),
    "it must lie between 1 and the grid's shorter side",
  );
  const near = displacement.length === 2 && displacement.every((d) => Math.abs(d) <= factor / 2);
  check("displacement", near, `it must be two numbers of at most half a cell, ${factor / 2}`);
  [height, width].forEach((size, axis) => {
    const last = size - (Math.ceil(size / factor - 1e-9) - 1) * factor;
    check(
      "displacement",
      displacement[axis]! < last - 1e-6,
      `it must leave a part of the last cell inside, below ${last}`,
    );
  });
  check("coarseNoise", full.coarseNoise > 0 && full.coarseNoise < Infinity, "it must be above 0");
  check("orographyShare", full.orographyShare >= 0 && full.orographyShare < 1, "it must lie in [0, 1)");
  check("dryFraction", full.dryFraction > 0 && full.dryFraction < 0.999, "it must lie in (0, 0.999)");
}
