/** The scores of fields in this package: one row each. */
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import type { Rng } from "../../engine/rng.ts";
import { type Cases, type Score, type ScoreValue, wholeMap } from "./cases.ts";
import { fractions } from "./fss.ts";
import { countRanks, spreadAndError } from "./rank.ts";
import { meanScores, tileQuantiles } from "./tile.ts";

/** What the rows may need besides the cases. */
export interface FieldScoreOptions {
  /** Levels in (0, 1). */
  readonly quantiles: readonly number[];
  /** Events of the fractions skill score, in the units of the cases. @defaultValue the wet threshold */
  readonly fssThresholds: readonly number[] | undefined;
  /** Sides of its windows in cells. @defaultValue 1, 3, 9, 27, 81 as far as they fit the map */
  readonly fssWindows: readonly number[] | undefined;
  /** Breaks ties of ranks; a new one at each call. @defaultValue ties are shared out */
  readonly random: (() => Rng) | undefined;
}

/** Biases of one quantile; NaN where the truth's is 0. */
export type FieldQuantile = {
  readonly q: number;
  /** q-quantile of all members' cells over that of all true cells, minus 1. */
  readonly pooledBias: number;
  /** Sum of the maps' quantiles over that of the true maps' quantiles, minus 1. */
  readonly mapBias: number;
  /** Mean over maps and members of |quantile − true quantile|. */
  readonly mapError: number;
};

/** Fractions skill score of events `value ≥ threshold` in windows of `window` × `window` cells. */
export type FieldFss = { readonly threshold: number; readonly window: number; readonly fss: number };

const row = <T extends ScoreValue>(of: (cases: Cases, options: FieldScoreOptions) => T) => of;

/** The rows. A new score is a row here, in a file of its own where it is long. */
const rows = {
  /** Fair CRPS (Ferro 2014); with one member its mean absolute error. */
  crps: row((cases) => means(cases).crps),
  /** CRPS of the members' empirical distribution. */
  crpsEcdf: row((cases) => means(cases).crpsEcdf),
  /** Mean absolute error of the ensemble mean. */
  mae: row((cases) => means(cases).mae),
  /** Mean of ensemble mean − truth. */
  bias: row((cases) => means(cases).bias),
  /** Root mean square error of the ensemble mean. */
  rmse: row((cases) => Math.sqrt(means(cases).squaredError)),
  /** √((M + 1)/M · variance) / RMSE, 1 if calibrated; NaN with one member or without error. */
  spreadSkill: row((cases) => {
    const { variance, squaredError } = means(cases);
    const grown = ((cases.members + 1) / cases.members) * variance;
    return squaredError > 0 ? Math.sqrt(grown / squaredError) : Number.NaN;
  }),
  /** M + 1 shares; empty with one member or where every cell is dry. */
  rankHistogram: row(ranks),
  quantiles: row(quantileBiases),
  /** Relative bias of the share of wet cells; NaN without a threshold and where the truth has none. */
  wetFractionBias: row(({ maps, members, wetThreshold }) => {
    const wet = (side: "forecast" | "truth") => maps.reduce((sum, map) => sum + wetCells(map[side]), 0);
    return wetThreshold === null ? Number.NaN : relative(wet("forecast") / members, wet("truth"));
  }),
  /** Empty without a threshold, and where maps have no rows and columns. */
  fss: row(fractionsSkill),
};

/** Scores of fields, in their units unless said. */
export type FieldScores = { readonly [K in keyof typeof rows]: ReturnType<(typeof rows)[K]> };

/** Names of the scores of this package. */
export const fieldScoreNames: readonly string[] = Object.keys(rows);

/** The scores of this package, as those of one's own are. */
export function fieldScores(options: FieldScoreOptions): readonly Score[] {
  return Object.entries(rows).map(([name, of]) => ({ name, of: (cases) => of(cases, options) }));
}

type Means = ReturnType<typeof meanScores> & { readonly variance: number; readonly squaredError: number };
const known = new WeakMap<Cases, Means>();

/** Means over all cells, found once for all rows. */
function means(cases: Cases): Means {
  const found = known.get(cases);
  if (found) return found;
  const { maps, members, cells } = cases;
  const sums = { crps: 0, crpsEcdf: 0, mae: 0, bias: 0, variance: 0, squaredError: 0 };
  for (const { forecast, truth } of maps) {
    const mean = meanScores({ ensemble: forecast, truth, members });
    for (const name of ["crps", "crpsEcdf", "mae", "bias"] as const) sums[name] += mean[name] * truth.length;
    const { variance, squaredError } = spreadAndError(forecast, truth, members);
    sums.variance += variance;
    sums.squaredError += squaredError;
  }
  for (const name of Object.keys(sums) as (keyof Means)[]) sums[name] /= cells;
  known.set(cases, sums);
  return sums;
}

function wetCells(values: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > 0) count++;
  return count;
}

const relative = (forecast: number, truth: number): number => (truth > 0 ? forecast / truth - 1 : Number.NaN);

function ranks({ maps, members }: Cases, { random }: FieldScoreOptions): readonly number[] {
  if (members < 2) return [];
  const counts = new Float64Array(members + 1);
  const draws = random?.();
  let used = 0;
  for (const { forecast, truth } of maps) used += countRanks(counts, forecast, truth, draws ? { random: draws } : {});
  return used > 0 ? Array.from(counts, (c) => c / used) : [];
}

function quantileBiases({ maps, members, cells }: Cases, { quantiles }: FieldScoreOptions): readonly FieldQuantile[] {
  if (cells === 0)
    return quantiles.map((q) => ({ q, pooledBias: Number.NaN, mapBias: Number.NaN, mapError: Number.NaN }));
  const pooled = (side: "forecast" | "truth") => {
    const single = maps.every((map) => map[side] instanceof Float32Array);
    const count = side === "truth" ? cells : cells * members;
    const all = single ? new Float32Array(count) : new Float64Array(count);
    let at = 0;
    for (const map of maps) {
      all.set(map[side], at);
      at += map[side].length;
    }
    return all.sort();
  };
  const [forecast, truth] = [pooled("forecast"), pooled("truth")];
  const each = maps.map((map) => tileQuantiles({ ensemble: map.forecast, truth: map.truth, members }, quantiles));
  return quantiles.map((q, k) => {
    const sum = (side: "forecast" | "truth" | "error") => each.reduce((total, one) => total + one[k]![side], 0);
    return {
      q,
      pooledBias: relative(quantileOfSorted(forecast, q), quantileOfSorted(truth, q)),
      mapBias: relative(sum("forecast"), sum("truth")),
      mapError: sum("error") / maps.length,
    };
  });
}

/**
 * 1 − Σ(f − o)²/(Σf² + Σo²) over windows of all maps, f the mean over members of the fraction of event cells (Schwartz et al.
 * 2010, doi:10.1175/2009WAF2222267.1) and o that of the truth; gaps hold no event on either side.
 */
function fractionsSkill(cases: Cases, options: FieldScoreOptions): readonly FieldFss[] {
  const { maps, members, shape, wetThreshold } = cases;
  const thresholds = options.fssThresholds ?? (wetThreshold === null ? [] : [wetThreshold]);
  if (shape.length !== 2) return [];
  const [height, width] = shape as [number, number];
  const windows = options.fssWindows ?? [1, 3, 9, 27, 81].filter((n) => n <= Math.min(height, width));
  const size = height * width;
  return thresholds.flatMap((threshold) =>
    windows.map((window): FieldFss => {
      let [difference, reference] = [0, 0];
      const of = (values: Float32Array | Float64Array, positions: Uint32Array | undefined) =>
        fractions(wholeMap(values, positions, size, -Infinity), height, width, threshold, window, "zero");
      for (const { forecast, truth, positions } of maps) {
        const observed = of(truth, positions);
        const mean = new Float64Array(size);
        for (let m = 0; m < members; m++) {
          const one = of(forecast.subarray(m * truth.length, (m + 1) * truth.length), positions);
          for (let i = 0; i < size; i++) mean[i]! += one[i]! / members;
        }
        for (let i = 0; i < size; i++) {
          difference += (mean[i]! - observed[i]!) ** 2;
          reference += mean[i]! ** 2 + observed[i]! ** 2;
        }
      }
      return { threshold, window, fss: 1 - difference / reference };
    }),
  );
}
