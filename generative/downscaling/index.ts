/** Downscaling of precipitation: archives of tiles, training, ensembles of fine rain. */

export type { RainInterval } from "../../io/rain/index.ts";
export { type CropOptions, drawCrops, symmetry } from "./archive/batches.ts";
export {
  type Conditions,
  conditionsOf,
  measureNormalization,
  type Normalization,
  type NormalizationOptions,
} from "./archive/conditions.ts";
export {
  cutTiles,
  cutTilesAt,
  type EventTiles,
  type RainFrames,
  type StoredTiles,
  type TileArchive,
  type TileOptions,
  type TilePlace,
  type Tiles,
  tileOf,
} from "./archive/tiles.ts";
export type { CoarseFrame, CoarseOptions, CoarseSummary } from "./coarse-frames.ts";
export { type CoveredScores, coarsenedScores } from "./coarsened-scores.ts";
export { type DownscalerConfiguration, readConfiguration, type Sampling } from "./configuration.ts";
export {
  aboutFile,
  type DownscaledFile,
  type DownscaleToOptions,
  downscale,
  downscaleLazy,
  downscaleTo,
  ensembleBy,
  filesRead,
  filesToKeep,
  textOfMethod,
  unlikeOf,
} from "./downscale.ts";
export { type CoarseRain, Downscaler, type ModelFile, type RainEnsemble, type SampleOptions } from "./downscaler.ts";
export { drawnField, frameNumber, type MemberRange } from "./drawn-field.ts";
export { ensembleField, memberDim, refinedGrid } from "./ensemble-field.ts";
export { type Intervals, placeOf, rateUnits } from "./events/read-rain.ts";
export { LARGE_DATA } from "./events/take-tiles.ts";
export { fieldHash, type TrainingData } from "./events/training-data.ts";
export type { FieldDownscaler, MethodText } from "./field-downscaler.ts";
export { findModel, modelName, recordOfRun } from "./find-model.ts";
export { fillGaps } from "./gaps.ts";
export type { GeneratorName } from "./generator/generator.ts";
export type { Force, GuardName } from "./guards.ts";
export type { DrawnFrame, EnsembleOptions, LazyEnsemble } from "./lazy-ensemble.ts";
export { type PresetName, wassdiff } from "./presets/wassdiff.ts";
export { type RecordOptions, recordTraining, type Trained } from "./record-training.ts";
export { sampleFrames } from "./sample-frames.ts";
export {
  type BestDownscaler,
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
  type PlannedTraining,
  planTraining,
  type TrainingStart,
  type TrainOptions,
  type TrainResult,
  train,
} from "./train-rain.ts";
export {
  type GridRange,
  mismatches,
  notComparable,
  type RainGrid,
  type RainPlace,
  type TrainedOn,
} from "./trained-on.ts";
export type { TrainingChoices } from "./training-choices.ts";
export { loadTraining, saveTraining } from "./training-file.ts";
export type { TrainingPlan } from "./training-plan.ts";
export type { ResolvedValidation, Validation, ValidationScores } from "./validation.ts";
export { type YearWindow, yearWindows } from "./year-windows.ts";
