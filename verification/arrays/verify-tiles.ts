/** The table of scores of an ensemble of downscaled fields, per event and pooled. */
import { ShapeError } from "../../engine/errors.ts";
import {
  checkOption,
  checkRain,
  checkSameShape,
  checkShape,
  type ShapedArray,
} from "../../engine/numerics/shaped-array.ts";
import { rng } from "../../engine/random/rng.ts";
import type { CaseMap } from "../scores/cases.ts";
import { dryBelow } from "../scores/dry.ts";
import { pooledQuantiles, relativeBias } from "../scores/pooled.ts";
import { spreadOverSkill } from "../scores/rank.ts";
import { spectrumDifference } from "../scores/spectrum.ts";
import { scoreTile, type TileScores } from "../scores/tile.ts";

/** Options of {@link verifyTiles}. */
export interface VerifyTilesOptions {
  /** Label of the event of each case, N of them. @defaultValue all "all" */
  readonly events?: readonly string[];
  /**
   * Rain below this is set to 0 before scoring, and at or above it a pixel is wet; in the fields' units, > 0.
   * @defaultValue 0.1 (mm/h)
   */
  readonly wetThreshold?: number;
  /** Quantile levels, each in (0, 1). @defaultValue [0.99, 0.999, 0.9999] */
  readonly quantiles?: readonly number[];
  /**
   * Seed of the random rank that a truth gets where it equals some members.
   * @defaultValue absent: ties are shared out over their ranks, which needs no randomness
   */
  readonly seed?: number;
}

/** Biases of one quantile. */
export interface QuantileBias {
  /** Level in (0, 1). */
  readonly q: number;
  /** q-quantile of all members' pixels over that of all true pixels, minus 1; NaN where the truth's is 0. */
  readonly pooledBias: number;
  /** Sum of the tiles' quantiles over that of the true tiles' quantiles, minus 1; NaN where the truth's is 0. */
  readonly tileBias: number;
  /** Mean over tiles and members of |quantile − true quantile|, in the fields' units. */
  readonly tileError: number;
}

/** Scores over a set of tiles. Units are those of the fields unless said. */
export interface Scores {
  /** Number of tiles. */
  readonly tiles: number;
  /** Number of members. */
  readonly members: number;
  /** Fair CRPS; with one member its mean absolute error. */
  readonly crps: number;
  /** CRPS of the empirical distribution of the members. */
  readonly crpsEcdf: number;
  /** Mean absolute error of the ensemble mean. */
  readonly mae: number;
  /** Mean of ensemble mean − truth. */
  readonly bias: number;
  /** Root mean square error of the ensemble mean. */
  readonly rmse: number;
  /** For each level of the option `quantiles`. */
  readonly quantiles: readonly QuantileBias[];
  /** Relative bias of the share of wet pixels; NaN where the truth has none. */
  readonly wetFractionBias: number;
  /** √((M + 1)/M · variance) / RMSE, 1 if calibrated; NaN with one member or without error. */
  readonly spreadSkill: number;
  /** [M + 1], the share of each rank; empty with one member or where every point is dry. */
  readonly rankHistogram: readonly number[];
  /** Log-spectral distance over wavenumbers 1 … n/2 − 1 of the mean spectra, dB: of the fields and of ln(1 + field). */
  readonly ralsd: { readonly linear: number; readonly log: number };
  /** Power relative to the truth at each of these wavenumbers, dB. */
  readonly spectrum: { readonly linear: readonly number[]; readonly log: readonly number[] };
  /** Mean of `spectrum` over wavenumbers from n/4, dB: above 0 is too rough, below too smooth. */
  readonly fineScale: { readonly linear: number; readonly log: number };
  /** Mean over tiles of the RMS difference between block means and coarse field. */
  readonly blockRmse: number;
}

/** Result of {@link verifyTiles}. */
export interface ScoreTable {
  /** Over all tiles together. */
  readonly pooled: Scores;
  /** One entry per label, in order of first appearance. */
  readonly events: Readonly<Record<string, Scores>>;
  /** One entry per case, for paired tests. */
  readonly tiles: readonly TileScores[];
}

/**
 * Scores an ensemble of fine rain fields against the truth. Pooled numbers can hide opposite errors of single events:
 * read `events` too. Formulas and their sources stand in docs/how-to/verification.md.
 *
 * @param ensemble `[N, M, H, W]`, finite and ≥ 0
 * @param truth `[N, H, W]` in the same units
 * @param coarse `[N, h, w]`, the input that was downscaled; H/h = W/w is the factor
 * @throws ShapeError where shapes do not fit; DomainError for NaN, infinite or negative rain; OptionsError
 */
export function verifyTiles(
  ensemble: ShapedArray,
  truth: ShapedArray,
  coarse: ShapedArray,
  options: VerifyTilesOptions = {},
): ScoreTable {
  const { wetThreshold = 0.1, quantiles = [0.99, 0.999, 0.9999] } = options;
  const { cases, members, height, width, factor } = checkShapes(ensemble, truth, coarse);
  const events = options.events ?? Array.from({ length: cases }, () => "all");
  if (events.length !== cases)
    throw new ShapeError("verifyTiles: events", [cases], [events.length], "one label per case");
  checkOption("verifyTiles", "wetThreshold", wetThreshold, wetThreshold > 0, "it must be > 0");
  for (const q of quantiles) checkOption("verifyTiles", "quantiles", q, q > 0 && q < 1, "each must lie in (0, 1)");
  const random = options.seed === undefined ? {} : { random: rng(options.seed).split("rank-ties") };

  const fields = {
    forecast: dryBelow(ensemble.values, wetThreshold),
    truth: dryBelow(truth.values, wetThreshold),
  };
  const points = height * width;
  const blocks = points / (factor * factor);
  const maps = events.map(
    (_, n): CaseMap => ({
      time: undefined,
      forecast: fields.forecast.subarray(n * members * points, (n + 1) * members * points),
      truth: fields.truth.subarray(n * points, (n + 1) * points),
      positions: undefined,
    }),
  );
  const tiles = maps.map(({ forecast, truth: observed }, n) =>
    scoreTile(
      {
        event: events[n]!,
        ensemble: forecast,
        truth: observed,
        coarse: coarse.values.subarray(n * blocks, (n + 1) * blocks),
        members,
        height,
        width,
        factor,
      },
      { quantiles, ...random },
    ),
  );
  const of = (keep: (event: string) => boolean) => {
    const kept = <T>(all: readonly T[]) => all.filter((_, n) => keep(events[n]!));
    return summarise(kept(tiles), kept(maps), members, quantiles);
  };
  const labels = [...new Set(events)];
  const perEvent = labels.map((label) => [label, of((event) => event === label)] as const);
  return { pooled: of(() => true), events: Object.fromEntries(perEvent), tiles };
}

function checkShapes(ensemble: ShapedArray, truth: ShapedArray, coarse: ShapedArray) {
  checkShape("verifyTiles: ensemble", ensemble, 4);
  checkShape("verifyTiles: truth", truth, 3);
  checkShape("verifyTiles: coarse", coarse, 3);
  const [cases, members, height, width] = ensemble.shape as [number, number, number, number];
  checkSameShape("verifyTiles: truth", [cases, height, width], truth.shape);
  const factor = height / coarse.shape[1]!;
  if (!Number.isInteger(factor)) {
    throw new ShapeError("verifyTiles: coarse", `rows that divide ${height}`, `${coarse.shape[1]} rows`);
  }
  checkSameShape("verifyTiles: coarse", [cases, height / factor, width / factor], coarse.shape);
  if (height < 4 || width < 4) throw new ShapeError("verifyTiles: ensemble", "tiles of at least 4 × 4", ensemble.shape);
  checkRain("verifyTiles: ensemble", ensemble.values);
  checkRain("verifyTiles: truth", truth.values);
  checkRain("verifyTiles: coarse", coarse.values);
  return { cases, members, height, width, factor };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function summarise(
  kept: readonly TileScores[],
  maps: readonly CaseMap[],
  members: number,
  levels: readonly number[],
): Scores {
  const average = (read: (t: TileScores) => number) => mean(kept.map(read));
  const squaredError = average((t) => t.squaredError);
  const pooled = {
    forecast: pooledQuantiles(maps, "forecast", levels),
    truth: pooledQuantiles(maps, "truth", levels),
  };
  const linear = meanSpectra(kept, "linear");
  const log = meanSpectra(kept, "log");
  return {
    tiles: kept.length,
    members,
    crps: average((t) => t.crps),
    crpsEcdf: average((t) => t.crpsEcdf),
    mae: average((t) => t.mae),
    bias: average((t) => t.bias),
    rmse: Math.sqrt(squaredError),
    quantiles: levels.map((q, k) => ({
      q,
      pooledBias: relativeBias(pooled.forecast[k]!, pooled.truth[k]!),
      tileBias: relativeBias(
        average((t) => t.quantiles[k]!.forecast),
        average((t) => t.quantiles[k]!.truth),
      ),
      tileError: average((t) => t.quantiles[k]!.error),
    })),
    wetFractionBias: relativeBias(
      average((t) => t.wetForecast),
      average((t) => t.wetTruth),
    ),
    spreadSkill: spreadOverSkill(
      average((t) => t.variance),
      squaredError,
      members,
    ),
    rankHistogram: shares(kept),
    ralsd: { linear: rootMeanSquare(linear), log: rootMeanSquare(log) },
    spectrum: { linear, log },
    fineScale: { linear: fineScale(linear), log: fineScale(log) },
    blockRmse: average((t) => t.blockRmse),
  };
}

/** Forecast's mean spectrum over the truth's, in dB; averaged before the ratio, so that dry tiles do no harm. */
function meanSpectra(tiles: readonly TileScores[], scale: "linear" | "log"): number[] {
  const average = (side: "forecast" | "truth") =>
    tiles[0]!.power[scale][side].map((_, k) => mean(tiles.map((t) => t.power[scale][side][k]!)));
  return [...spectrumDifference(average("forecast"), average("truth"))];
}

const rootMeanSquare = (values: readonly number[]): number => Math.sqrt(mean(values.map((v) => v * v)));

/** Wavenumbers from n/4, where n/2 − 1 is the last one. */
function fineScale(spectrum: readonly number[]): number {
  return mean(spectrum.slice(Math.ceil((spectrum.length + 1) / 2) - 1));
}

function shares(tiles: readonly TileScores[]): number[] {
  const counts = [...tiles[0]!.ranks].map((_, r) => tiles.reduce((sum, t) => sum + t.ranks[r]!, 0));
  const total = counts.reduce((a, b) => a + b, 0);
  return total > 0 ? counts.map((c) => c / total) : [];
}
