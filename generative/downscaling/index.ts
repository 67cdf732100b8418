/** Downscaling of precipitation: archives of tiles, training, ensembles of fine rain. */
export { type CropOptions, drawCrops, symmetry } from "./archive/batches.ts";
export { type Conditions, conditionsOf, measureNormalization, type Normalization } from "./archive/conditions.ts";
export {
  cutTiles,
  cutTilesAt,
  type EventTiles,
  type RainFrames,
  type TileArchive,
  type TileOptions,
  type TilePlace,
} from "./archive/tiles.ts";
export { type DownscalerConfiguration, readConfiguration } from "./configuration.ts";
export { type CoarseRain, Downscaler, type RainEnsemble, type SampleOptions } from "./downscaler.ts";
export { fillGaps } from "./gaps.ts";
export {
  type Intervals,
  placeOf,
  type RainFile,
  type RainOptions,
  rateUnits,
  readRain,
  thin,
} from "./read-rain.ts";
export { sampleFrames } from "./sample-frames.ts";
export { exactEnsemble, interpolations, type SyntheticArchive, syntheticArchive } from "./synthetic-archive.ts";
export {
  type DownscalerCheckpoint,
  downscalerOf,
  type ResolvedRecipe,
  type TrainDownscalerOptions,
  type TrainedDownscaler,
  type TrainingProgress,
  type TrainingRecipe,
  trainDownscaler,
  trainingBatch,
} from "./train.ts";
export {
  type GridRange,
  mismatches,
  notComparable,
  type RainGrid,
  type RainPlace,
  type TrainedOn,
} from "./trained-on.ts";
export { loadTraining, saveTraining } from "./training-file.ts";
