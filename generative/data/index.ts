/** Data of trainings and of models: fields of all roles, matched, measured, cut. */
export type { FieldRole, PairFields } from "./fields.ts";
export type { EventTiles } from "./images/choose.ts";
export { learnedAs, willBeLearned } from "./learned-as.ts";
export { type Intervals, type RainOptions, rateUnits } from "./read-rain.ts";
export { type FieldSource, type FieldSources, type OpenedSources, openSources, type PairData } from "./sources.ts";
export type { RainFrames, StackedTiles, TileOptions, Tiles } from "./tiles/tiles.ts";
export { cutTiles, cutTilesAt, tilesOf } from "./tiles/tiles.ts";
