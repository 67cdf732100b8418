/** The scores of fields in this package: one row each, from the sums of the maps' tallies. */
import type { Rng } from "../../engine/rng.ts";
import type { Cases } from "./cases.ts";
import { countRanks } from "./rank.ts";
import { ralsd } from "./spectrum.ts";
import type { Sums, TallyPlan } from "./tally.ts";

/** Biases of one quantile; NaN where the truth's is 0. */
export type FieldQuantile<T = number> = {
  readonly q: number;
  /** q-quantile of all members' cells over that of all true cells, minus 1. */
  readonly pooledBias: T;
  /** Sum of the maps' quantiles over that of the true maps' quantiles, minus 1. */
  readonly mapBias: T;
  /** Mean over maps and members of |quantile − true quantile|. */
  readonly mapError: T;
};

/** Fractions skill score of events `value ≥ threshold` in windows of `window` × `window` cells. */
export type FieldFss<T = number> = { readonly threshold: number; readonly window: number; readonly fss: T };

/** Quantiles of all cells of all maps, in the order of the plan. */
export interface Pooled {
  readonly forecast: readonly number[];
  readonly truth: readonly number[];
}

const row = <T>(of: (sums: Sums, plan: TallyPlan, pooled: Pooled) => T) => of;

const relative = (forecast: number, truth: number): number => (truth > 0 ? forecast / truth - 1 : Number.NaN);

/** The rows. A new score is a row here, of sums that `tally.ts` takes of each map. */
const rows = {
  /** Fair CRPS (Ferro 2014); with one member its mean absolute error. */
  crps: row(({ crps, cells }) => crps / cells),
  /** CRPS of the members' empirical distribution. */
  crpsEcdf: row(({ crpsEcdf, cells }) => crpsEcdf / cells),
  /** Mean absolute error of the ensemble mean. */
  mae: row(({ mae, cells }) => mae / cells),
  /** Mean of ensemble mean − truth. */
  bias: row(({ bias, cells }) => bias / cells),
  /** Root mean square error of the ensemble mean. */
  rmse: row(({ squaredError, cells }) => Math.sqrt(squaredError / cells)),
  /** √((M + 1)/M · variance) / RMSE, 1 if calibrated; NaN with one member or without error. */
  spreadSkill: row(({ variance, squaredError }, { members }) =>
    squaredError > 0 ? Math.sqrt((((members + 1) / members) * variance) / squaredError) : Number.NaN,
  ),
  quantiles: row(({ quantiles, maps }, plan, pooled) =>
    plan.quantiles.map((q, k): FieldQuantile => {
      const { forecast, truth, error } = quantiles[k]!;
      return {
        q,
        pooledBias: relative(pooled.forecast[k]!, pooled.truth[k]!),
        mapBias: relative(forecast, truth),
        mapError: error / maps,
      };
    }),
  ),
  /** Relative bias of the share of wet cells; NaN without a threshold and where the truth has none. */
  wetFractionBias: row(({ wetForecast, wetTruth }, { members, wetThreshold }) =>
    wetThreshold === null ? Number.NaN : relative(wetForecast / members, wetTruth),
  ),
  /**
   * 1 − Σ(f − o)²/(Σf² + Σo²) over windows of all maps, f the mean over members of the fraction of event cells (Schwartz et al.
   * 2010, doi:10.1175/2009WAF2222267.1) and o that of the truth; empty without a threshold, and where maps have no rows and columns.
   */
  fss: row(({ fss }, plan) =>
    plan.fss.map((event, k): FieldFss => ({ ...event, fss: 1 - fss[k]!.difference / fss[k]!.reference })),
  ),
  /** Log-spectral distance of the mean spectra, dB; NaN without the option `spectrum`. */
  ralsd: row(({ power }, { rings }) => (rings === 0 ? Number.NaN : ralsd(power.forecast, power.truth))),
};

/** Scores that are numbers, or what stands in their places. */
export interface ScalarScores<T> {
  readonly crps: T;
  readonly crpsEcdf: T;
  readonly mae: T;
  readonly bias: T;
  readonly rmse: T;
  readonly spreadSkill: T;
  readonly quantiles: readonly FieldQuantile<T>[];
  readonly wetFractionBias: T;
  readonly fss: readonly FieldFss<T>[];
  readonly ralsd: T;
}

/** Scores of fields, in their units unless said. */
export type FieldScores = { readonly [K in keyof typeof rows]: ReturnType<(typeof rows)[K]> } & {
  /** M + 1 shares; empty with one member or where every cell is dry. */
  readonly rankHistogram: readonly number[];
};

/** Names of the scores of this package. */
export const fieldScoreNames: readonly string[] = [...Object.keys(rows), "rankHistogram"];

/** The scores of sums. */
export function scalarScores(sums: Sums, plan: TallyPlan, pooled: Pooled): ScalarScores<number> {
  const entries = Object.entries(rows).map(([name, of]) => [name, of(sums, plan, pooled)]);
  return Object.fromEntries(entries) as unknown as ScalarScores<number>;
}

/** The same structure with something else in the place of each score, in a fixed order. */
export function eachScore<A, B>(scores: ScalarScores<A>, to: (score: A, name: string) => B): ScalarScores<B> {
  const { crps, crpsEcdf, mae, bias, rmse, spreadSkill, quantiles, wetFractionBias, fss, ralsd: distance } = scores;
  return {
    crps: to(crps, "crps"),
    crpsEcdf: to(crpsEcdf, "crpsEcdf"),
    mae: to(mae, "mae"),
    bias: to(bias, "bias"),
    rmse: to(rmse, "rmse"),
    spreadSkill: to(spreadSkill, "spreadSkill"),
    quantiles: quantiles.map(({ q, pooledBias, mapBias, mapError }) => ({
      q,
      pooledBias: to(pooledBias, "pooledBias"),
      mapBias: to(mapBias, "mapBias"),
      mapError: to(mapError, "mapError"),
    })),
    wetFractionBias: to(wetFractionBias, "wetFractionBias"),
    fss: fss.map(({ threshold, window, fss: skill }) => ({ threshold, window, fss: to(skill, "fss") })),
    ralsd: to(distance, "ralsd"),
  };
}

/** Shares of the truth's ranks; `random` breaks ties, which are shared out without. */
export function ranksOf({ maps, members }: Cases, random: Rng | undefined): readonly number[] {
  if (members < 2) return [];
  const counts = new Float64Array(members + 1);
  let used = 0;
  for (const { forecast, truth } of maps) used += countRanks(counts, forecast, truth, random ? { random } : {});
  return used > 0 ? Array.from(counts, (c) => c / used) : [];
}
