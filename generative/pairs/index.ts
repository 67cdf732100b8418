/** Downscaling between data sets: a fine target, a different coarse data set, covariates. */
export { type CutOf, type CutPairs, type PairArchiveOptions, type PairPlace, pairArchive } from "./archive.ts";
export {
  backgroundOf,
  type PairArchive,
  type PairImage,
  type PairImages,
  type PairInput,
  type StoredPairs,
} from "./arrays.ts";
export { type Channel, fieldOf, type Range, restored, type Target, type Transform, transformed } from "./channel.ts";
export { type PairConfiguration, type PairDescription, readPairConfiguration } from "./configuration.ts";
export type { Correction } from "./correction.ts";
export { drawPairCrops, type PairCropOptions, type PairCrops } from "./crops.ts";
export type { ContextName, FieldRole, PairFields } from "./fields.ts";
export {
  type FineGrid,
  fineGridCheck,
  fineGridOf,
  type GridAxis,
  type GridPositions,
  regridGridOf,
  validOf,
} from "./fine-grid.ts";
export { type PairInputOptions, type PairInputs, pairInputs } from "./inputs.ts";
export { learnedAs, willBeLearned } from "./learned-as.ts";
export { type MatchedFields, type MatchedPairs, matchPairs, type PairOptions, splitPairs } from "./match.ts";
export { type MeasuredPairs, type MeasureOptions, measureChannels } from "./measure.ts";
export { type BestPairs, type PairCheckpoint, pairedOf } from "./pair-checkpoint.ts";
export { type PairEnsemble, PairedDownscaler, type PairSampleOptions } from "./paired-downscaler.ts";
export type { PairRecipe, PairValidation, ResolvedPairRecipe } from "./recipe.ts";
export { conditionOf } from "./standardise.ts";
export { type PairProgress, type TrainedPairs, type TrainPairsOptions, trainPairs } from "./train-pairs.ts";
export { loadPairTraining, savePairTraining } from "./training-file.ts";
export { type PairScores, type ValidateOptions, validatePairs } from "./validate.ts";
