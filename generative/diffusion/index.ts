/** The conditional diffusion downscaler: network, loss, samplers, training, and the trained thing itself. */

export type { DownscalerConfiguration } from "../downscaling/configuration.ts";
export {
  type CoarseRain,
  Downscaler,
  type RainEnsemble,
  type SampleOptions,
} from "../downscaling/downscaler.ts";
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
} from "../downscaling/train.ts";
export type { GridRange, RainGrid, RainPlace, TrainedOn } from "../downscaling/trained-on.ts";
export { loadTraining, saveTraining } from "../downscaling/training-file.ts";
export { type CompiledDenoiser, type CompiledDenoiserOptions, compiledDenoiser } from "./denoiser.ts";
export { type DenoisingLoss, type DenoisingLossOptions, denoise, denoisingLoss, type FieldTerm } from "./loss.ts";
export {
  lossWeight,
  type NoiseLaw,
  type NoiseScheduleOptions,
  noiseSchedule,
  type Preconditioning,
  preconditioning,
  trainingNoise,
} from "./process/edm.ts";
export { type Denoiser, type IntegrateOptions, integrate, levelsFor, type SamplerMethod } from "./sampler.ts";
export { type AxisTiling, type TileDenoiser, type TiledDenoiserOptions, tileAxis, tiledDenoiser } from "./tiling.ts";
export { type Parameter, type Unet, type UnetOptions, unet } from "./unet.ts";
