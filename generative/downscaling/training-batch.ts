/** One batch of training: crops of rain, what the network sees of them, and noise. */
import { blockMean } from "../../engine/numerics/grid.ts";
import type { Rng } from "../../engine/rng.ts";
import { processOfModel } from "../diffusion/process/kinds.ts";
import { drawCrops, eventOf, tilesDrawn } from "./archive/batches.ts";
import { type Conditions, conditionsOf, type Normalization } from "./archive/conditions.ts";
import { archiveList } from "./archive/names.ts";
import type { StoredTiles, TileArchive } from "./archive/tiles.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/**
 * One batch: residual [b, h, w, 1], conditions [b, h, w, 2 + archives], unit noise [b, h, w, 1], σ [b] and background [b, h, w, 1].
 *
 * @param stream - decides the whole batch
 * @param process - where it is one of your own
 * @param names - of the archives that the network is told of, in the order of their channels. @defaultValue those of the recipe
 */
export function trainingBatch(
  archive: TileArchive | StoredTiles,
  stream: Rng,
  recipe: ResolvedRecipe,
  normalization: Normalization,
  process = processOfModel(recipe.process),
  names = archiveList(recipe.archives ?? []),
): Float32Array[] {
  const { rain, background, condition } = cropsOf(archive, stream, recipe, normalization, names);
  if (recipe.dropout) withhold(condition, stream.split("dropout"), recipe, normalization);
  const { unit = 1, divisor = 1 } = normalization;
  const residual = rain.map((r, i) => Math.log1p(r / unit) / divisor - background[i]!);
  const noise = stream.split("noise").normal(new Float32Array(rain.length));
  const probabilities = stream.split("sigma").stratified(recipe.batch);
  const sigma = process.trainingLevels(probabilities, normalization.sigmaData, recipe.noise);
  return [residual, condition, noise, sigma, background];
}

/** Crops of fine rain [b, h, w] and their block means in mm/h, and what the network sees of these. */
export function cropsOf(
  archive: TileArchive | StoredTiles,
  stream: Rng,
  recipe: ResolvedRecipe,
  normalization: Normalization,
  names = archiveList(recipe.archives ?? []),
): Conditions & { readonly rain: Float32Array; readonly coarse: Float32Array } {
  const { batch, crop, factor, archives } = recipe;
  const rain = drawCrops(archive, stream.split("crops"), { count: batch, size: crop, factor });
  const coarse = blockMean(rain, batch, crop, crop, factor);
  const side = crop / factor;
  const told = archives && {
    names,
    of: Array.from(tilesDrawn(archive, stream.split("crops"), batch), (tile) =>
      names.indexOf(archives[eventOf(archive, tile)]!),
    ),
  };
  return { rain, coarse, ...conditionsOf(coarse, batch, side, side, normalization, told) };
}

/** Takes the rain out of the conditions of some crops; which archive they are from stays. */
function withhold(
  condition: Float32Array,
  stream: Rng,
  { batch, crop, dropout = 0 }: ResolvedRecipe,
  { conditionMean, conditionStd }: Normalization,
): void {
  const channels = condition.length / (batch * crop ** 2);
  const value = (WITHHELD - conditionMean) / conditionStd;
  for (const [image, u] of stream.uniform(batch).entries()) {
    if (u >= dropout) continue;
    const end = (image + 1) * crop ** 2 * channels;
    for (let i = image * crop ** 2 * channels; i < end; i += channels) condition.fill(value, i, i + 2);
  }
}

/** What the field is in conditions that are missing or withheld: no rain has it. */
export const WITHHELD = -1;
