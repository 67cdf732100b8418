/** Data of trainings and of models: fields of all roles, matched, measured, cut. */

export { coarseFrames } from "./coarse-frames.ts";
export type { ChosenImages } from "./images/choose.ts";
export { drawCrops } from "./images/crops.ts";
export { hasGaps, type ImageArrays, ImagesInMemory } from "./images/images.ts";
export { pairImages, usualImages } from "./images/of-pairs.ts";
export { blockInputs, cropSource } from "./images/source.ts";
export { storedImages } from "./images/store.ts";
export { type PairInputOptions, pairInputs } from "./inputs.ts";
export { learnedAs, willBeLearned } from "./learned-as.ts";
export { joinedPairs, type MatchedPairs, matchPairs, splitPairs } from "./match.ts";
export { measureChannels } from "./measure.ts";
export { ownBlocks } from "./own-blocks.ts";
export type { Intervals } from "./read-rain.ts";
export { type FieldSources, type OpenedSources, openSources, type PairData } from "./sources.ts";
export { measureNormalization, seenBlocks } from "./tiles/measure.ts";
export {
  cutTiles,
  cutTilesAt,
  eventOf,
  type RainFrames,
  type StackedTiles,
  tileShares,
  tileSource,
  tilesOf,
} from "./tiles/tiles.ts";
export { foldSteps } from "./time-steps/fold.ts";
