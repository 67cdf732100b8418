/** Diffusion: noise processes, the denoiser, its loss, samplers. */

export type { CompiledDenoiserOptions } from "./denoiser.ts";
export type { LossTerm, LossTermFields } from "./loss-term.ts";
export type { Arithmetic } from "./process/arithmetic.ts";
export { edm, trainingNoise } from "./process/edm.ts";
export type { NoiseProcessName } from "./process/kinds.ts";
export type { Coefficients, NoiseDistribution, NoiseProcess, Preconditioning } from "./process/process.ts";
export { type NoiseScheduleOptions, noiseSchedule } from "./process/schedule.ts";
export { veDiscrete } from "./process/ve.ts";
export type { Churn } from "./sampler/method.ts";
export {
  type Denoiser,
  type IntegrateOptions,
  integrate,
  levelsFor,
  type SamplerMethod,
  samplerMethods,
} from "./sampler.ts";
export { type Unet, type UnetOptions, type UnetSizes, unet } from "./unet.ts";
