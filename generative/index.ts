/** Downscaling of precipitation: tiles from archives, the diffusion model, baselines, synthetic rain, verification. */

export * from "./baseline/index.ts";
export type { FieldTerm } from "./diffusion/loss.ts";
export * from "./diffusion/process/edm.ts";
export { type Denoiser, type IntegrateOptions, integrate, levelsFor, type SamplerMethod } from "./diffusion/sampler.ts";
export { type Unet, type UnetOptions, unet } from "./diffusion/unet.ts";
export * from "./downscaling/archive/index.ts";
export type { DownscalerConfiguration } from "./downscaling/configuration.ts";
export {
  type CoarseRain,
  Downscaler,
  type RainEnsemble,
  type SampleOptions,
} from "./downscaling/downscaler.ts";
export * from "./downscaling/train.ts";
export type { GridRange, RainGrid, RainPlace, TrainedOn } from "./downscaling/trained-on.ts";
export { loadTraining, saveTraining } from "./downscaling/training-file.ts";
export * from "./flow/index.ts";
export * from "./synthetic/index.ts";
export * from "./verification/index.ts";
