/** What a map adds to the scores of fields: numbers that sum over maps, so that any choice of times can be scored from them. */
import type { CaseMap, Cases } from "./cases.ts";
import { wholeMap } from "./cases.ts";
import { fractions } from "./fss.ts";
import { spreadAndError } from "./rank.ts";
import { rapsd } from "./spectrum.ts";
import { meanScores, tileQuantiles } from "./tile.ts";

/** What the sums are of. */
export interface TallyOptions {
  /** Levels in (0, 1). */
  readonly quantiles: readonly number[];
  /** Events of the fractions skill score, in the units of the cases. @defaultValue the wet threshold */
  readonly fssThresholds: readonly number[] | undefined;
  /** Sides of its windows in cells. @defaultValue 1, 3, 9, 27, 81 as far as they fit the map */
  readonly fssWindows: readonly number[] | undefined;
  /** Whether spectra are taken. */
  readonly spectrum: boolean;
}

/** What is common to all maps. */
export interface TallyPlan extends Pick<Cases, "members" | "shape" | "wetThreshold"> {
  readonly quantiles: readonly number[];
  readonly fss: readonly { readonly threshold: number; readonly window: number }[];
  /** Wavenumbers of the spectra; 0 without. */
  readonly rings: number;
}

/** Sums over maps; those of cells run over cells. */
export interface Sums {
  readonly maps: number;
  readonly cells: number;
  readonly crps: number;
  readonly crpsEcdf: number;
  readonly mae: number;
  readonly bias: number;
  readonly variance: number;
  readonly squaredError: number;
  readonly wetForecast: number;
  readonly wetTruth: number;
  /** Of the quantiles of each map. */
  readonly quantiles: readonly { readonly truth: number; readonly forecast: number; readonly error: number }[];
  /** Of squares over windows. */
  readonly fss: readonly { readonly difference: number; readonly reference: number }[];
  readonly power: { readonly forecast: Float64Array; readonly truth: Float64Array };
}

const single = [
  "maps",
  "cells",
  "crps",
  "crpsEcdf",
  "mae",
  "bias",
  "variance",
  "squaredError",
  "wetForecast",
  "wetTruth",
] as const;

/** The plan for maps of a shape. */
export function planOf(maps: Pick<Cases, "members" | "shape" | "wetThreshold">, options: TallyOptions): TallyPlan {
  const { members, shape, wetThreshold } = maps;
  const thresholds = options.fssThresholds ?? (wetThreshold === null ? [] : [wetThreshold]);
  const plane = shape.length === 2;
  const least = Math.min(...shape);
  const windows = options.fssWindows ?? [1, 3, 9, 27, 81].filter((n) => n <= least);
  return {
    ...{ members, shape, wetThreshold, quantiles: options.quantiles },
    fss: plane ? thresholds.flatMap((threshold) => windows.map((window) => ({ threshold, window }))) : [],
    rings: options.spectrum && plane && least >= 4 ? Math.floor(Math.max(...shape) / 2) - 1 : 0,
  };
}

/** How many numbers a tally has. */
export const tallySize = ({ quantiles, fss, rings }: TallyPlan): number =>
  single.length + 3 * quantiles.length + 2 * fss.length + 2 * rings;

/** The tally of one map, which {@link sumsOf} names; sums of tallies are tallies. */
export function tallyOf(map: CaseMap, plan: TallyPlan): Float64Array {
  const { forecast, truth } = map;
  const { members } = plan;
  const cells = truth.length;
  const mean = meanScores({ ensemble: forecast, truth, members });
  const { variance, squaredError } = spreadAndError(forecast, truth, members);
  const [crps, crpsEcdf, mae, bias] = [mean.crps, mean.crpsEcdf, mean.mae, mean.bias].map((v) => v * cells);
  const levels = plan.quantiles.length > 0 ? tileQuantiles({ ensemble: forecast, truth, members }, plan.quantiles) : [];
  return Float64Array.from([
    ...[1, cells, crps!, crpsEcdf!, mae!, bias!, variance, squaredError, wetCells(forecast), wetCells(truth)],
    ...levels.flatMap((q) => [q.truth, q.forecast, q.error]),
    ...fractionSquares(map, plan),
    ...spectra(map, plan),
  ]);
}

/** Names the numbers of a tally. */
export function sumsOf(tally: Float64Array, { quantiles, fss, rings }: TallyPlan): Sums {
  let at = 0;
  const next = () => tally[at++]!;
  return {
    ...(Object.fromEntries(single.map((name) => [name, next()])) as Record<(typeof single)[number], number>),
    quantiles: quantiles.map(() => ({ truth: next(), forecast: next(), error: next() })),
    fss: fss.map(() => ({ difference: next(), reference: next() })),
    power: { forecast: tally.slice(at, at + rings), truth: tally.slice(at + rings, at + 2 * rings) },
  };
}

function wetCells(values: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > 0) count++;
  return count;
}

/** Σ(f − o)² and Σf² + Σo² for each event and window, f the mean over members; gaps hold no event on either side. */
function fractionSquares({ forecast, truth, positions }: CaseMap, { members, shape, fss }: TallyPlan): number[] {
  const [height, width] = shape as [number, number];
  const size = height * width;
  return fss.flatMap(({ threshold, window }) => {
    const of = (values: CaseMap["truth"]) =>
      fractions(wholeMap(values, positions, size, -Infinity), height, width, threshold, window, "zero");
    const observed = of(truth);
    const mean = new Float64Array(size);
    for (let m = 0; m < members; m++) {
      const one = of(forecast.subarray(m * truth.length, (m + 1) * truth.length));
      for (let i = 0; i < size; i++) mean[i]! += one[i]! / members;
    }
    let [difference, reference] = [0, 0];
    for (let i = 0; i < size; i++) {
      difference += (mean[i]! - observed[i]!) ** 2;
      reference += mean[i]! ** 2 + observed[i]! ** 2;
    }
    return [difference, reference];
  });
}

/** Power of the members' mean spectrum and of the truth; gaps are dry on both sides, and without a wet threshold leave the map out. */
function spectra(
  map: CaseMap,
  { members, shape, rings, wetThreshold }: TallyPlan,
): ArrayLike<number> & Iterable<number> {
  if (rings === 0 || (map.positions && wetThreshold === null)) return new Float64Array(2 * rings);
  const [height, width] = shape as [number, number];
  const of = (values: CaseMap["truth"]) => rapsd(wholeMap(values, map.positions, height * width, 0), height, width);
  const cells = map.truth.length;
  const out = new Float64Array(2 * rings);
  for (let m = 0; m < members; m++) {
    of(map.forecast.subarray(m * cells, (m + 1) * cells)).forEach((p, k) => {
      out[k]! += p / members;
    });
  }
  out.set(of(map.truth), rings);
  return out;
}
