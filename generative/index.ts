/** Downscaling of precipitation: tiles from archives, the diffusion model, baselines, synthetic rain, verification. */
export * from "./archive/index.ts";
export * from "./baseline/index.ts";
export type { DownscalerConfiguration } from "./diffusion/configuration.ts";
export {
  type CoarseRain,
  Downscaler,
  type RainEnsemble,
  type SampleOptions,
} from "./diffusion/downscaler.ts";
export * from "./diffusion/edm.ts";
export type { FieldTerm } from "./diffusion/loss.ts";
export { type Denoiser, type IntegrateOptions, integrate, levelsFor, type SamplerMethod } from "./diffusion/sampler.ts";
export * from "./diffusion/train.ts";
export type { GridRange, RainGrid, RainPlace, TrainedOn } from "./diffusion/trained-on.ts";
export { loadTraining, saveTraining } from "./diffusion/training-file.ts";
export { type Unet, type UnetOptions, unet } from "./diffusion/unet.ts";
export * from "./flow/index.ts";
export * from "./rain/index.ts";
export * from "./verification/index.ts";
