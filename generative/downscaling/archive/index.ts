/** Tiles of rain, training batches, and what the network sees of them. */
export { type CropOptions, drawCrops, symmetry } from "./batches.ts";
export {
  type Conditions,
  conditionsOf,
  measureNormalization,
  type Normalization,
  type NormalizationOptions,
} from "./conditions.ts";
export {
  cutTiles,
  cutTilesAt,
  type EventTiles,
  type RainFrames,
  type TileArchive,
  type TileOptions,
  type TilePlace,
} from "./tiles.ts";
