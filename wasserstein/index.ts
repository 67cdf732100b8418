/** Wasserstein distances and regularisers: on the host (float64, exact) and in graph form (inside a compiled step). */

export { type Barycenter1dOptions, barycenter1d } from "./barycenter1d.ts";
export {
  type BuresOptions,
  type BuresResult,
  buresWasserstein,
  type GaussianGradient,
  type GaussianMap,
  normalizedGaussianWasserstein,
} from "./bures.ts";
export { type BarycenterOptions, type BarycenterResult, buresBarycenter } from "./bures-barycenter.ts";
export { compileProjector, type Projector, type ProjectorSizes } from "./compiled-projector.ts";
export { type DirectionKind, type DirectionOptions, type Directions, sampleDirections } from "./directions.ts";
export {
  type DistributionalSlicedOptions,
  type DistributionalSlicedResult,
  distributionalSlicedWasserstein,
} from "./distributional-sliced.ts";
export { type DualSobolevOptions, type DualSobolevResult, dualSobolevNorm, type GridDensity } from "./dual-sobolev.ts";
export {
  type CloudPair,
  type CostMatrix,
  type EmdGradient,
  type EmdOptions,
  type EmdResult,
  emd,
  emdGradient,
} from "./emd.ts";
export {
  type DiagonalGaussian,
  type FactoredGaussian,
  type FullGaussian,
  type Gaussian,
  type GaussianOfOptions,
  gaussianOf,
  gaussianOfBox,
} from "./gaussian.ts";
export {
  type Critic,
  type CriticActivation,
  type CriticOutput,
  type GradientPenalty,
  type GradientPenaltyOptions,
  gradientPenalty,
  interpolatedPoints,
  type MlpCriticOptions,
  mlpCritic,
} from "./gradient-penalty.ts";
export { type GromovOptions, type GromovResult, gromovWasserstein, type MetricMeasure } from "./gromov.ts";
export { type GromovLineOptions, type GromovLineResult, gromovWasserstein1d } from "./gromov-line.ts";
export type { GroundCostOptions } from "./ground-cost.ts";
export {
  type MaxSlicedGradient,
  type MaxSlicedGradientOptions,
  type MaxSlicedOptions,
  type MaxSlicedResult,
  maxSlicedWasserstein,
  maxSlicedWassersteinGradient,
} from "./max-sliced.ts";
export type { Cloud, MassOptions } from "./measure.ts";
export {
  type Images,
  type MultiscaleHostOptions,
  type MultiscaleResult,
  multiscaleWasserstein,
} from "./multiscale.ts";
export { type MultiscaleGraphOptions, multiscaleWassersteinGraph } from "./multiscale-graph.ts";
export type { MultiscaleOptions, MultiscaleReduce } from "./multiscale-plan.ts";
export { type QuantileWeight, upperTailWeight } from "./quantile-weight.ts";
export { type CloudBatch, type SinkhornResult, sinkhorn, sinkhornBatch } from "./sinkhorn.ts";
export { type DivergenceOptions, type DivergenceResult, sinkhornDivergence } from "./sinkhorn-divergence.ts";
export type { DensePlan, SinkhornGradient } from "./sinkhorn-gradient.ts";
export { type DivergenceGraphOptions, sinkhornDivergenceGraph } from "./sinkhorn-graph.ts";
export type { RelativeEpsilon, SinkhornOptions } from "./sinkhorn-input.ts";
export type { EstimatorOptions } from "./slice-estimators.ts";
export {
  type SlicedGradient,
  type SlicedGradientOptions,
  type SlicedOptions,
  type SlicedResult,
  slicedWasserstein,
  slicedWassersteinGradient,
} from "./sliced.ts";
export { type SlicedGraphOptions, slicedWassersteinGraph } from "./sliced-graph.ts";
export type { Projections } from "./slices.ts";
export { batchSlicedWasserstein, type SortedOptions, sortedWasserstein } from "./sorted-graph.ts";
export type { TransportPlan } from "./transport-plan.ts";
export {
  type Wasserstein1dGradient,
  type Wasserstein1dOptions,
  wasserstein1d,
  wasserstein1dGradient,
} from "./wasserstein1d.ts";
