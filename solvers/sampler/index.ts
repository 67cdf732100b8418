/** Samplers: where collocation points lie. */

export type { ExactAdversarialOptions, ExactAdversarialSampler } from "./adversarial.ts";
export { type AdversarialOptions, type AdversarialSampler, adversarial } from "./adversarial.ts";
export { quasiUniformPoints, rowWeights, uniformPoints } from "./domain-points.ts";
export type {
  FlowAdversarialOptions,
  FlowAdversarialSampler,
  PaperAdversarialOptions,
  PaperAdversarialSampler,
} from "./flow-adversarial.ts";
export { type GaussianMixtureOptions, type GaussianMixtureSampler, gaussianMixture } from "./gaussian-mixture.ts";
export { type AnySampler, namedSampler, namesOnCells, samplerName, samplerNames, start } from "./kinds.ts";
export { type PoolWeights, type RadOptions, type RadSampler, rad } from "./pool.ts";
export { type ResidualDensityOptions, type ResidualDensitySampler, residualDensity } from "./residual-density.ts";
export { type R3Sampler, r3 } from "./retain-release.ts";
export type { ActiveSampler, OwnSampler, PointSet, SampleContext, Sampler, SamplingDomain } from "./sampler.ts";
export { type EvenSampler, latinHypercube, sobol, uniform } from "./uniform.ts";
