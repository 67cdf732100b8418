/** Diffusion: noise processes, the denoiser, its loss, samplers. */
export type { FieldTerm } from "./loss.ts";
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
export { type Unet, type UnetOptions, unet } from "./unet.ts";
