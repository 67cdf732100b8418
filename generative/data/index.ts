/** Data of trainings and of models: fields of all roles, matched, measured, cut. */

export { type PairInputOptions, pairInputs } from "./inputs.ts";
export { learnedAs, willBeLearned } from "./learned-as.ts";
export { joinedPairs, type MatchedPairs, matchPairs, splitPairs } from "./match.ts";
export { measureChannels } from "./measure.ts";
export type { Intervals } from "./read-rain.ts";
export { type FieldSources, type OpenedSources, openSources, type PairData } from "./sources.ts";
export type { RainFrames, StackedTiles } from "./tiles/tiles.ts";
export { cutTiles, cutTilesAt, tilesOf } from "./tiles/tiles.ts";
