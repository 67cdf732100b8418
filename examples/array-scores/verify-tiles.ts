/** Scores of arrays of fine rain by the tally of fields, per event and pooled, and what needs the coarse input. */
import { ShapeError } from "../../engine/errors.ts";
import {
  checkOption,
  checkRain,
  checkSameShape,
  checkShape,
  type ShapedArray,
} from "../../engine/numerics/shaped-array.ts";
import { rng } from "../../engine/random/rng.ts";
import { type CaseMap, type Cases, ralsd } from "../../verification/index.ts";
import { dryBelow, pooledQuantiles, spectrumDifference } from "../../verification/scores/index.ts";
import {
  type FieldScores,
  planOf,
  ranksOf,
  type Sums,
  scalarScores,
  spectra,
  spectraOf,
  summed,
  sumsOf,
  type TallyPlan,
  tallyOf,
} from "../../verification/tally/index.ts";

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

/** Of the fields, and of ln(1 + field). */
interface Spectra<T> {
  readonly linear: T;
  readonly log: T;
}

/** Scores over a set of tiles. Units are those of the fields unless said. */
export interface Scores
  extends Pick<
    FieldScores,
    "crps" | "crpsEcdf" | "mae" | "bias" | "rmse" | "quantiles" | "wetFractionBias" | "spreadSkill" | "rankHistogram"
  > {
  /** Number of tiles. */
  readonly tiles: number;
  /** Number of members. */
  readonly members: number;
  /** Log-spectral distance over wavenumbers 1 … n/2 − 1 of the mean spectra, dB. */
  readonly ralsd: Spectra<number>;
  /** Power relative to the truth at each of these wavenumbers, dB. */
  readonly spectrum: Spectra<readonly number[]>;
  /** Mean of `spectrum` over wavenumbers from n/4, dB: above 0 is too rough, below too smooth. */
  readonly fineScale: Spectra<number>;
  /** Mean over tiles of the RMS difference between block means and coarse field. */
  readonly blockRmse: number;
}

/** Result of {@link verifyTiles}. */
export interface ScoreTable {
  /** Over all tiles together. */
  readonly pooled: Scores;
  /** One entry per label, in order of first appearance. */
  readonly events: Readonly<Record<string, Scores>>;
  /** Sums over each case, for paired tests. */
  readonly tiles: readonly Sums[];
}

/** A tile, its tally, and its spectra without a logarithm. */
interface Tile {
  readonly map: CaseMap;
  readonly tally: Float64Array;
  readonly linear: Float64Array;
  readonly blockRmse: number;
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
  const { wetThreshold = 0.1, quantiles = [0.99, 0.999, 0.9999], seed } = options;
  const { cases, members, height, width, factor } = checkShapes(ensemble, truth, coarse);
  const events = options.events ?? Array.from({ length: cases }, () => "all");
  if (events.length !== cases)
    throw new ShapeError("verifyTiles: events", [cases], [events.length], "one label per case");
  checkOption("verifyTiles", "wetThreshold", wetThreshold, wetThreshold > 0, "it must be > 0");
  for (const q of quantiles) checkOption("verifyTiles", "quantiles", q, q > 0 && q < 1, "each must lie in (0, 1)");

  const all = { members, shape: [height, width], wetThreshold };
  const asked = { quantiles, thresholds: [], fssWindows: undefined, spectrum: true, logUnit: 1 };
  const plan = planOf(all, { ...asked, objects: false });
  const plain = { ...plan, logUnit: undefined };
  const part = ({ values }: ShapedArray, n: number) =>
    values.subarray((n * values.length) / cases, ((n + 1) * values.length) / cases);
  const tiles = events.map((_, n): Tile => {
    const [forecast, observed] = [ensemble, truth].map((one) => dryBelow(part(one, n), wetThreshold)) as [
      CaseMap["forecast"],
      CaseMap["truth"],
    ];
    const map = { time: undefined, forecast, truth: observed, positions: undefined };
    const blockRmse = blockMeanRmse(forecast, part(coarse, n), members, height, width, factor);
    return { map, tally: tallyOf(map, plan), linear: spectraOf(map, plain), blockRmse };
  });
  const of = (kept: readonly Tile[]): Scores => {
    const maps = kept.map(({ map }) => map);
    const own: Cases = { ...all, maps, cells: maps.length * height * width, units: undefined };
    const ties = seed === undefined ? undefined : rng(seed).split("rank-ties");
    return { ...scoresOf(kept, own, plan), rankHistogram: ranksOf(own, ties) };
  };
  const labels = [...new Set(events)];
  const perEvent = labels.map((label) => [label, of(tiles.filter((_, n) => events[n] === label))] as const);
  return {
    pooled: of(tiles),
    events: Object.fromEntries(perEvent),
    tiles: tiles.map(({ tally }) => sumsOf(tally, plan)),
  };
}

function scoresOf(kept: readonly Tile[], { maps, members }: Cases, plan: TallyPlan): Omit<Scores, "rankHistogram"> {
  const sums = sumsOf(summed(kept.map(({ tally }) => tally)), plan);
  const pool = (side: "forecast" | "truth") => pooledQuantiles(maps, side, plan.quantiles);
  const scores = scalarScores(sums, plan, {
    forecast: pool("forecast"),
    truth: pool("truth"),
    uncertainty: Number.NaN,
  });
  const power = summed(kept.map(({ linear }) => linear)).values();
  const linear = spectra.read(() => power.next().value!, plan);
  const both = <T>(read: (power: Sums["spectra"]) => T): Spectra<T> => ({
    linear: read(linear),
    log: read(sums.spectra),
  });
  const decibels = both(({ forecast, truth }) => [...spectrumDifference(forecast, truth)]);
  const { crps, crpsEcdf, mae, bias, rmse, quantiles, wetFractionBias, spreadSkill } = scores;
  return {
    ...{ tiles: kept.length, members, crps, crpsEcdf, mae, bias, rmse, quantiles, wetFractionBias, spreadSkill },
    ralsd: both(({ forecast, truth }) => ralsd(forecast, truth)),
    spectrum: decibels,
    fineScale: { linear: fineScale(decibels.linear), log: fineScale(decibels.log) },
    blockRmse: mean(kept.map((one) => one.blockRmse)),
  };
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

/** Wavenumbers from n/4, where n/2 − 1 is the last one. */
const fineScale = (spectrum: readonly number[]): number =>
  mean(spectrum.slice(Math.ceil((spectrum.length + 1) / 2) - 1));

/**
 * Root mean square difference between the block means of `count` fields `[height, width]` and one coarse field
 * `[height/factor, width/factor]`, in float64; 0 where the fields conserve it.
 *
 * @param values - `[count, height, width]`
 * @param coarse - `[height/factor, width/factor]`, in the same units
 * @param height - rows of a fine field, a multiple of `factor`
 * @param width - columns of a fine field, a multiple of `factor`
 * @param factor - side of a block in fine pixels, ≥ 1
 */
export function blockMeanRmse(
  values: CaseMap["truth"],
  coarse: CaseMap["truth"],
  count: number,
  height: number,
  width: number,
  factor: number,
): number {
  const columns = width / factor;
  const sums = new Float64Array(coarse.length);
  let total = 0;
  for (let m = 0; m < count; m++) {
    sums.fill(0);
    for (let y = 0, at = m * height * width; y < height; y++) {
      const row = Math.floor(y / factor) * columns;
      for (let x = 0; x < width; x++, at++) sums[row + Math.floor(x / factor)]! += values[at]!;
    }
    for (let b = 0; b < sums.length; b++) total += (sums[b]! / (factor * factor) - coarse[b]!) ** 2;
  }
  return Math.sqrt(total / (count * coarse.length));
}
