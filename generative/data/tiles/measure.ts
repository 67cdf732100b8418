/** The constants of block means, and the properties that inputs are compared with, measured on training tiles. */
import { DomainError, OptionsError } from "../../../engine/errors.ts";
import { bilinearUpsample, blockMean } from "../../../engine/numerics/grid.ts";
import { quantile } from "../../../engine/numerics/quantile.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import { significant } from "../../../engine/text/number.ts";
import type { Normalization, SeenBlocks } from "../../model/blocks.ts";
import { extent, type RainPlace, rangeOf } from "../../model/spacing.ts";
import { evenly, seenTexture, type TextureOptions, texturesOf, WINDOW } from "../../model/texture.ts";
import type { Tiles } from "./tiles.ts";

/** Most tiles that are looked at. */
const SAMPLE = 2000;

/**
 * Measure the constants on some of the tiles, chosen by `rng`.
 *
 * @param factor - fine pixels along a side of a coarse cell; divides the side of a tile
 * @param given - the unit c of ln(1 + R/c) in mm/h, or `"measured"`: the lower quartile of the wet values
 * @param field - as in {@link Normalization}; with `whole` the conditions are seen as 2f − 1, else f = ln(1 + R/c) has a residual
 * @throws DomainError when the residual or the background does not vary, or the unit is to be measured where nothing is wet
 * @throws OptionsError when the unit is not above 0
 */
export function measureNormalization(
  archive: Tiles,
  factor: number,
  rng: Rng,
  given: number | "measured" = 1,
  field: Pick<Normalization, "divisor" | "whole" | "missing"> = {},
): Normalization {
  const { divisor = 1, whole } = field;
  const pixels = archive.size ** 2;
  const chosen = rng.permutation(archive.count).subarray(0, SAMPLE);
  const rain = new Float32Array(chosen.length * pixels);
  for (const [n, i] of chosen.entries()) rain.set(archive.read(i).clean, n * pixels);
  const unit = unitOf(given, rain);
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
  return significant(quantile(wet, 0.25), 2);
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

/** Most tiles whose texture is measured. */
const MOST_TEXTURES = 500;

/** Properties of training tiles. @param how - the texture is measured */
export function seenBlocks(
  archive: Tiles,
  factor: number,
  places: readonly RainPlace[],
  how: TextureOptions = { wet: 0.1, unit: 1 },
): SeenBlocks {
  const { count, size } = archive;
  let largest = 0;
  for (let tile = 0; tile < count; tile++) {
    largest = blockMean(archive.read(tile).clean, 1, size, size, factor).reduce((a, b) => Math.max(a, b), largest);
  }
  const side = Math.floor(size / factor);
  const textures = evenly(count, MOST_TEXTURES).flatMap((tile) =>
    texturesOf(blockMean(archive.read(tile).clean, 1, size, size, factor), [side, side], WINDOW, how),
  );
  const texture = seenTexture(textures, how);
  const fine = rangeOf(places.flatMap(({ grid }) => (grid ? [grid] : [])));
  const times = ([low, high]: readonly [number, number]) => [low * factor, high * factor] as const;
  const seconds = places.flatMap(({ interval }) => (interval === undefined ? [] : [interval]));
  return {
    largest,
    ...(fine && { coarse: { ...fine, y: times(fine.y), x: times(fine.x) } }),
    ...(seconds.length > 0 && { interval: extent(seconds) }),
    ...(texture && { texture }),
  };
}
