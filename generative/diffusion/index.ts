/** Diffusion: noise processes, the denoiser, its loss, samplers. */

export { type CompiledDenoiser, compiledDenoiser } from "./denoiser.ts";
export { drawResiduals, resolveDraw } from "./draw.ts";
export { denoise, denoisingLoss } from "./loss.ts";
export { quartileEdges } from "./loss-by-level.ts";
export type { LossTerm, LossTermFields } from "./loss-term.ts";
export { edm, trainingNoise } from "./process/edm.ts";
export { noiseProcess } from "./process/kinds.ts";
export { type Coefficients, type NoiseDistribution, type NoiseProcess, numbers, tensors } from "./process/process.ts";
export { veDiscrete } from "./process/ve.ts";
export { integrate, type SamplerMethod } from "./sampler.ts";
export { type ImageRows, type TileDenoiser, tileAxis, tiledDenoiser } from "./tiling.ts";
export type { NoiseLink } from "./time-noise.ts";
export { type Parameter, type Unet, type UnetOptions, unet } from "./unet.ts";
