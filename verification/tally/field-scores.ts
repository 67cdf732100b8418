/** The scores of fields in this package, from the sums of the maps' tallies. */
import type { Rng } from "../../engine/random/rng.ts";
import type { Cases } from "../scores/cases.ts";
import { relativeBias } from "../scores/pooled.ts";
import { countRanks, spreadOverSkill } from "../scores/rank.ts";
import { ralsd } from "../scores/spectrum.ts";
import type { WassersteinScores } from "../scores/wasserstein.ts";
import { reliabilityOf } from "./crps-parts.ts";
import { type EventScores, eventScores } from "./event-scores.ts";
import type { TallyPlan } from "./part.ts";
import type { Sums } from "./tally.ts";

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

/** Of all cells of all maps: quantiles, in the order of the plan, and how much they differ. */
export interface Pooled {
  readonly forecast: readonly number[];
  readonly truth: readonly number[];
  /** CRPS of the distribution of all true cells against itself, ½E|Y − Y′|. */
  readonly uncertainty: number;
}

/** Skill of the members above a threshold. */
export type TailScore<T = number> = {
  readonly threshold: number;
  /** Fair CRPS of values raised to the threshold (Gneiting and Ranjan 2011, doi:10.1198/jbes.2010.08110). */
  readonly crps: T;
};

/** Structure, amplitude and location, means over members and maps where both sides have rain (Wernli et al. 2008). */
export type SalScores<T = number> = {
  readonly structure: T;
  readonly amplitude: T;
  readonly location: T;
};

/** Scores that are numbers, or what stands in their places. */
export interface ScalarScores<T> {
  /** Fair CRPS (Ferro 2014); with one member its mean absolute error. */
  readonly crps: T;
  /** CRPS of the members' empirical distribution = reliability + potential (Hersbach 2000). */
  readonly crpsEcdf: T;
  /** Distance of the ranks from uniform, 0 if calibrated (Hersbach 2000). */
  readonly crpsReliability: T;
  /** `crpsEcdf` if ranks were even: smaller for sharper ensembles (Hersbach 2000). */
  readonly crpsPotential: T;
  /** Uncertainty − potential: what is gained over the distribution of all true cells; its uncertainty is that of all times. */
  readonly crpsResolution: T;
  /** CRPS above each threshold. */
  readonly tail: readonly TailScore<T>[];
  /** Mean absolute error of the ensemble mean. */
  readonly mae: T;
  /** Mean of ensemble mean − truth. */
  readonly bias: T;
  /** Root mean square error of the ensemble mean. */
  readonly rmse: T;
  /** √((M + 1)/M · variance) / RMSE, 1 if calibrated; NaN with one member or without error. */
  readonly spreadSkill: T;
  /** For each level of the option `quantiles`. */
  readonly quantiles: readonly FieldQuantile<T>[];
  /** Relative bias of the share of wet cells; NaN without a threshold and where the truth has none. */
  readonly wetFractionBias: T;
  /** Each threshold as an event; empty without thresholds. */
  readonly events: readonly EventScores<T>[];
  /**
   * 1 − Σ(f − o)²/(Σf² + Σo²) over windows of all maps, f the mean over members of the fraction of event cells
   * (Schwartz et al. 2010, doi:10.1175/2009WAF2222267.1) and o that of the truth; empty without a threshold, and where
   * maps have no rows and columns.
   */
  readonly fss: readonly FieldFss<T>[];
  /** Fair energy score of a map as one vector, over √cells; mean over maps. */
  readonly energy: T;
  /**
   * Log-spectral distance of the mean spectra, dB: of ln(1 + R), R in mm/h, for precipitation above a wet threshold,
   * else of the values. NaN without the option `spectrum`.
   */
  readonly ralsd: T;
  /** NaN without the option `sal`, and where no map has rain on both sides. */
  readonly sal: SalScores<T>;
}

/** Scores of fields, in their units unless said. */
export interface FieldScores extends ScalarScores<number> {
  /** [M + 1], the share of each rank; empty with one member or where every cell is dry. */
  readonly rankHistogram: readonly number[];
  /** Distances between the distributions of forecast and truth; without intervals. */
  readonly wasserstein: WassersteinScores;
}

/** The scores of sums. A new score is a line here, of sums that a part of `tally/` takes of each map. */
export function scalarScores(sums: Sums, plan: TallyPlan, pooled: Pooled): ScalarScores<number> {
  const { maps, cells, ...over } = sums.cells;
  const { members, wetThreshold } = plan;
  const [reliability, potential] = reliabilityOf(sums.crpsParts, cells);
  const { pairs, ...objects } = sums.objects;
  return {
    crps: over.crps / cells,
    crpsEcdf: over.crpsEcdf / cells,
    crpsReliability: reliability,
    crpsPotential: potential,
    crpsResolution: pooled.uncertainty - potential,
    tail: plan.thresholds.map((threshold, k) => ({ threshold, crps: sums.tail[k]! / cells })),
    mae: over.mae / cells,
    bias: over.bias / cells,
    rmse: Math.sqrt(over.squaredError / cells),
    spreadSkill: spreadOverSkill(over.variance, over.squaredError, members),
    quantiles: plan.quantiles.map((q, k) => {
      const { forecast, truth, error } = sums.mapQuantiles[k]!;
      return {
        q,
        pooledBias: relativeBias(pooled.forecast[k]!, pooled.truth[k]!),
        mapBias: relativeBias(forecast, truth),
        mapError: error / maps,
      };
    }),
    wetFractionBias: wetThreshold === null ? Number.NaN : relativeBias(over.wetForecast / members, over.wetTruth),
    events: plan.thresholds.map((threshold, k) => eventScores(threshold, sums.eventCounts[k]!)),
    fss: plan.fss.map((event, k) => ({ ...event, fss: 1 - sums.windows[k]!.difference / sums.windows[k]!.reference })),
    energy: sums.vectors / maps,
    ralsd: plan.rings === 0 ? Number.NaN : ralsd(sums.spectra.forecast, sums.spectra.truth),
    sal: {
      structure: objects.structure / pairs,
      amplitude: objects.amplitude / pairs,
      location: objects.location / pairs,
    },
  };
}

/** Names of the scores of this package. */
export const fieldScoreNames: readonly string[] = Object.keys({
  ...{ crps: 0, crpsEcdf: 0, crpsReliability: 0, crpsPotential: 0, crpsResolution: 0, tail: 0, mae: 0, bias: 0 },
  ...{ rmse: 0, spreadSkill: 0, quantiles: 0, wetFractionBias: 0, events: 0, fss: 0, energy: 0, ralsd: 0, sal: 0 },
  ...{ rankHistogram: 0, wasserstein: 0 },
} satisfies Record<keyof FieldScores, 0>);

/** Keys that describe a score and are none. */
const labels = new Set(["q", "threshold", "window"]);

/** The same structure with something else in the place of each score, in a fixed order. */
export function eachScore<A, B>(scores: ScalarScores<A>, to: (score: A, name: string) => B): ScalarScores<B> {
  const visit = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((each) => visit(each, name));
    if (labels.has(name)) return value;
    if (typeof value !== "object" || value === null || isInterval(value)) return to(value as A, name);
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, visit(own, key)]));
  };
  return visit(scores, "") as ScalarScores<B>;
}

const isInterval = (value: object): boolean => "low" in value && "high" in value;

/** Shares of the truth's ranks; `random` breaks ties, which are shared out without. */
export function ranksOf(
  { maps, members }: Pick<Cases, "maps" | "members">,
  random: Rng | undefined,
): readonly number[] {
  if (members < 2) return [];
  const counts = new Float64Array(members + 1);
  let used = 0;
  for (const { forecast, truth } of maps) used += countRanks(counts, forecast, truth, random);
  return used > 0 ? Array.from(counts, (c) => c / used) : [];
}
