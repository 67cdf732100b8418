/**
 * What the network sees and aims at, for rain refined by an integer factor: with f = ln(1 + R/c), the background
 * u = ln(1 + bilinear coarse rain/c) and the residual f − u. Conditions are u and ln(1 + block-constant coarse rain/c).
 */
import { DomainError, OptionsError } from "../../../engine/errors.ts";
import { bilinearUpsample, blockMean } from "../../../engine/numerics/grid.ts";
import { quantile } from "../../../engine/numerics/quantile.ts";
import type { Rng } from "../../../engine/rng.ts";
import type { ArchivesOf } from "./names.ts";
import { type StoredTiles, type TileArchive, tileOf } from "./tiles.ts";

/** Constants measured on the training tiles. */
export interface Normalization {
  /** Ratio of the fine to the coarse resolution. */
  readonly factor: number;
  /** Standard deviation of the residual. */
  readonly sigmaData: number;
  /** Mean of the background; both conditions are standardised with it and `conditionStd`. */
  readonly conditionMean: number;
  /** Standard deviation of the background, > 0. */
  readonly conditionStd: number;
  /** The unit c of ln(1 + R/c), in mm/h. @defaultValue 1 */
  readonly unit?: number;
  /** The field is f = ln(1 + R/c)/divisor. @defaultValue 1 */
  readonly divisor?: number;
  /** The network aims at f itself, not at the residual. @defaultValue false */
  readonly whole?: true;
  /** What f is in the conditions where the coarse rain is missing or withheld. @defaultValue gaps are filled before */
  readonly missing?: number;
}

/** Options of {@link measureNormalization}. */
export interface NormalizationOptions {
  /** The unit c of ln(1 + R/c) in mm/h, or `"measured"`: the lower quartile of the wet values. @defaultValue 1 */
  readonly unit?: number | "measured";
  /** As in {@link Normalization}; with `whole` the conditions are seen as 2f − 1. @defaultValue the residual of f = ln(1 + R/c) */
  readonly field?: Pick<Normalization, "divisor" | "whole" | "missing">;
  /** Most tiles that are looked at. @defaultValue 2000 */
  readonly sample?: number;
}

/** Images of one batch at the fine resolution. */
export interface Conditions {
  /** u, [count, height, width]; 0 where the network aims at the whole field. */
  readonly background: Float32Array;
  /** Both conditions standardised, and a channel for each archive, [count, height, width, 2 + archives]. */
  readonly condition: Float32Array;
}

/**
 * Background and conditions of coarse rain.
 *
 * @param coarse - mm/h, [count, height, width] at the coarse resolution; NaN spreads to the cells it touches
 * @param count - number of maps
 * @param height - rows of a coarse map
 * @param width - columns of a coarse map
 * @param archives - where the network is told of them. @defaultValue none
 * @param range - fine rows of each map, from the first up to the second. @defaultValue all
 */
export function conditionsOf(
  coarse: Float32Array,
  count: number,
  height: number,
  width: number,
  { factor, conditionMean, conditionStd, unit = 1, divisor = 1, whole, missing }: Normalization,
  archives: ArchivesOf = { names: [], of: [] },
  range: readonly [from: number, to: number] = [0, height * factor],
): Conditions {
  const known = (f: number) => (missing !== undefined && Number.isNaN(f) ? missing : f);
  const smooth = bilinearUpsample(coarse, count, height, width, factor, range);
  for (let i = 0; i < smooth.length; i++) smooth[i] = Math.log1p(smooth[i]! / unit) / divisor;
  const channels = 2 + archives.names.length;
  const columns = width * factor;
  const rows = range[1] - range[0];
  const pixels = rows * columns;
  const condition = new Float32Array(channels * smooth.length);
  for (let i = 0; i < smooth.length; i++) {
    const line = Math.floor(i / columns);
    const row = Math.floor(line / rows) * height + Math.floor((range[0] + (line % rows)) / factor);
    const cell = coarse[row * width + Math.floor((i % columns) / factor)]!;
    condition[channels * i] = (known(smooth[i]!) - conditionMean) / conditionStd;
    condition[channels * i + 1] = (known(Math.log1p(cell / unit) / divisor) - conditionMean) / conditionStd;
    if (channels > 2) condition[channels * i + 2 + archives.of[Math.floor(i / pixels)]!] = 1;
  }
  return { background: whole ? smooth.fill(0) : smooth, condition };
}

/**
 * Measure the constants on some of the tiles, chosen by `rng`.
 *
 * @param factor - fine pixels along a side of a coarse cell; divides the side of a tile
 * @throws DomainError when the residual or the background does not vary, or the unit is to be measured where nothing is wet
 * @throws OptionsError when the unit is not above 0
 */
export function measureNormalization(
  archive: TileArchive | StoredTiles,
  factor: number,
  rng: Rng,
  options: NormalizationOptions = {},
): Normalization {
  const { sample = 2000, field = {} } = options;
  const { divisor = 1, whole } = field;
  const pixels = archive.size ** 2;
  const chosen = rng.permutation(archive.count).subarray(0, sample);
  const rain = new Float32Array(chosen.length * pixels);
  for (const [n, i] of chosen.entries()) rain.set(tileOf(archive, i), n * pixels);
  const unit = unitOf(options.unit ?? 1, rain);
  const coarse = blockMean(rain, chosen.length, archive.size, archive.size, factor);
  const background = bilinearUpsample(coarse, chosen.length, archive.size / factor, archive.size / factor, factor);
  const residual = new Float32Array(rain.length);
  for (const [i, v] of background.entries()) {
    background[i] = Math.log1p(v / unit) / divisor;
    residual[i] = Math.log1p(rain[i]! / unit) / divisor - (whole ? 0 : background[i]!);
  }
  const [mean, conditionStd] = moments(background);
  const [, sigmaData] = moments(residual);
  if (!(sigmaData > 0 && conditionStd > 0)) {
    throw new DomainError("measureNormalization: the rain does not vary; use tiles with rain", sigmaData);
  }
  const seen = whole ? { conditionMean: 0.5, conditionStd: 0.5 } : { conditionMean: mean, conditionStd };
  return { factor, sigmaData, ...seen, ...(unit !== 1 && { unit }), ...field };
}

/** A stated unit, or the lower quartile of what is wet, rounded to two digits. */
function unitOf(unit: number | "measured", rain: Float32Array): number {
  if (unit !== "measured") {
    if (unit > 0 && Number.isFinite(unit)) return unit;
    const text = `measureNormalization: unit is ${unit}; expected mm/h above 0, or "measured"`;
    throw new OptionsError(text, "unit", unit);
  }
  const wet = rain.filter((rate) => rate > 0);
  if (wet.length === 0) throw new DomainError("measureNormalization: no tile has rain; use tiles with rain", 0);
  return Number(quantile(wet, 0.25).toPrecision(2));
}

/** Mean and standard deviation (n − 1), in two passes. */
function moments(values: Float32Array): readonly [number, number] {
  let sum = 0;
  for (const v of values) sum += v;
  const mean = sum / values.length;
  let squares = 0;
  for (const v of values) squares += (v - mean) ** 2;
  return [mean, Math.sqrt(squares / (values.length - 1))];
}
