/** Samplers: where collocation points lie. */

export { type AdversarialOptions, adversarial } from "./adversarial.ts";
export { quasiUniformPoints, rowWeights } from "./domain-points.ts";
export { gaussianMixture } from "./gaussian-mixture.ts";
export { type AnySampler, namedSampler, namesOnCells, samplerName, samplerNames, start } from "./kinds.ts";
export { type ObstacleProblem, obstacleMaximum } from "./obstacle.ts";
export { recordedSampler } from "./recorded.ts";
export type { ActiveSampler, OwnSampler, PointSet, SampleContext, Sampler, SamplingDomain } from "./sampler.ts";
export { sobol, uniform } from "./uniform.ts";
