/** One batch of training: crops of rain, what the network sees of them, and noise. */
import { blockMean } from "../../engine/numerics/grid.ts";
import type { Rng } from "../../engine/rng.ts";
import { processOfModel } from "../diffusion/process/kinds.ts";
import { drawCrops, eventOf, tilesDrawn } from "./archive/batches.ts";
import { conditionsOf, type Normalization } from "./archive/conditions.ts";
import type { TileArchive } from "./archive/tiles.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/**
 * One batch: residual [b, h, w, 1], conditions [b, h, w, 2 + archives], unit noise [b, h, w, 1], σ [b], background [b, h, w, 1].
 *
 * @param stream - decides the whole batch
 * @param process - where it is one of your own
 * @param names - of the archives that the network is told of, in the order of their channels
 */
export function trainingBatch(
  archive: TileArchive,
  stream: Rng,
  recipe: ResolvedRecipe,
  normalization: Normalization,
  process = processOfModel(recipe.process),
  names: readonly string[] = [],
): Float32Array[] {
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
  const { background, condition } = conditionsOf(coarse, batch, side, side, normalization, told);
  const { unit = 1 } = normalization;
  const residual = rain.map((r, i) => Math.log1p(r / unit) - background[i]!);
  const noise = stream.split("noise").normal(new Float32Array(rain.length));
  const sigma = process.trainingLevels(stream.split("sigma").stratified(batch), normalization.sigmaData, recipe.noise);
  return [residual, condition, noise, sigma, background];
}
