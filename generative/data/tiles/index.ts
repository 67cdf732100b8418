/** Tiles of rain, training batches, and what the network sees of them. */
export { type FoundPiece, findIn, resolveTileOptions } from "./find-tiles.ts";
export { measureNormalization, type NormalizationOptions } from "./measure.ts";
export { type StoreOptions, storeTiles } from "./stored-tiles.ts";
export {
  cutTiles,
  cutTilesAt,
  type EventTiles,
  type RainFrames,
  type StackedTiles,
  stackTiles,
  type TileOptions,
  type TilePlace,
  type Tiles,
  tilesOf,
} from "./tiles.ts";
