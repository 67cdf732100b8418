/** Data of trainings and of models: fields of all roles, matched, measured, cut. */
export { learnedAs, willBeLearned } from "./learned-as.ts";
export type { Intervals } from "./read-rain.ts";
export { type FieldSources, type OpenedSources, openSources, type PairData } from "./sources.ts";
export type { RainFrames, StackedTiles } from "./tiles/tiles.ts";
export { cutTiles, cutTilesAt, tilesOf } from "./tiles/tiles.ts";
