/**
 * Downscaling of precipitation: tiles from archives, the diffusion model, baselines, synthetic rain.
 *
 * @module generative
 */
export {
  type BaselineMethod,
  type BaselineOptions,
  baselineDownscaler,
  type MultivariateData,
  type MultivariateOptions,
  multivariateCorrection,
} from "./baselines/index.ts";
export {
  type AmplitudeCalibration,
  type CalibrateOptions,
  calibrateAmplitude,
  type WetShares,
} from "./calibration/index.ts";
export type { FieldSources, PairData } from "./data/index.ts";
export {
  type Coefficients,
  edm,
  type LossTerm,
  type LossTermFields,
  type NoiseDistribution,
  type NoiseProcess,
  type SamplerMethod,
  type UnetOptions,
} from "./diffusion/index.ts";
export type { FieldDownscaler, LazyEnsemble } from "./ensemble/index.ts";
export {
  Downscaler,
  type Ensemble,
  type GuardName,
  loadDownscaler,
  pretrained,
  type SampleOptions,
} from "./model/index.ts";
export {
  type AnyDownscaler,
  type Covariates,
  type DownscaleOptions,
  type DownscaleToOptions,
  downscale,
  downscaleLazy,
  downscaleTo,
  effectiveResolutionFactor,
} from "./sampling/index.ts";
export {
  auditUnits,
  type DownscaleUnitsOptions,
  type DownscalingPlan,
  downscaleUnits,
  mergeUnits,
  planDownscaling,
  type Shard,
  slurmScript,
} from "./sharded/index.ts";
export {
  type SyntheticPairs,
  type SyntheticPairsOptions,
  syntheticPairs,
} from "./synthetic/index.ts";
export {
  type TrainingData,
  type TrainingProgress,
  type TrainingRecipe,
  type TrainOptions,
  type TrainResult,
  train,
  wassdiff,
} from "./training/index.ts";
