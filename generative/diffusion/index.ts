/** Diffusion: noise processes, the denoiser, its loss, samplers. */

export type { LossTerm, LossTermFields } from "./loss-term.ts";
export { edm } from "./process/edm.ts";
export type { Coefficients, NoiseDistribution, NoiseProcess } from "./process/process.ts";
export type { SamplerMethod } from "./sampler.ts";
export type { UnetOptions } from "./unet.ts";
export { unet } from "./unet.ts";
