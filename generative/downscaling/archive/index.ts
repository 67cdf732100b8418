/** Tiles of rain, training batches, and what the network sees of them. */
export { type CropOptions, drawCrops, symmetry, tilesDrawn } from "./batches.ts";
export {
  type Conditions,
  conditionsOf,
  measureNormalization,
  type Normalization,
  type NormalizationOptions,
} from "./conditions.ts";
export { type FoundPiece, findIn, resolveTileOptions } from "./find-tiles.ts";
export { type ArchivesOf, archiveIndex, archiveList, archivesOfEvents } from "./names.ts";
export { type StoreOptions, storeTiles } from "./stored-tiles.ts";
export {
  cutTiles,
  cutTilesAt,
  type EventTiles,
  type RainFrames,
  type StoredTiles,
  stackTiles,
  type TileArchive,
  type TileOptions,
  type TilePlace,
  type Tiles,
  tileOf,
} from "./tiles.ts";
