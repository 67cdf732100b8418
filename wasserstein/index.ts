/** Wasserstein distances and regularisers: on the host (float64, exact) and in graph form (inside a compiled step). */

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
} from "./critic/gradient-penalty.ts";
export {
  type CloudPair,
  type CostMatrix,
  type EmdGradient,
  type EmdOptions,
  type EmdResult,
  emd,
  emdGradient,
} from "./exact/emd.ts";
export {
  type BuresOptions,
  type BuresResult,
  buresWasserstein,
  type GaussianGradient,
  type GaussianMap,
  normalizedGaussianWasserstein,
} from "./gaussian/bures.ts";
export { type BarycenterOptions, type BarycenterResult, buresBarycenter } from "./gaussian/bures-barycenter.ts";
export {
  type DiagonalGaussian,
  type FactoredGaussian,
  type FullGaussian,
  type Gaussian,
  type GaussianOfOptions,
  gaussianOf,
  gaussianOfBox,
} from "./gaussian/gaussian.ts";
export { type GromovOptions, type GromovResult, gromovWasserstein, type MetricMeasure } from "./gromov/gromov.ts";
export { type GromovLineOptions, type GromovLineResult, gromovWasserstein1d } from "./gromov/gromov-line.ts";
export {
  type DualSobolevOptions,
  type DualSobolevResult,
  dualSobolevNorm,
  type GridDensity,
} from "./images/dual-sobolev.ts";
export {
  type Images,
  type MultiscaleHostOptions,
  type MultiscaleResult,
  multiscaleWasserstein,
} from "./images/multiscale.ts";
export { type MultiscaleGraphOptions, multiscaleWassersteinGraph } from "./images/multiscale-graph.ts";
export type { MultiscaleOptions, MultiscaleReduce } from "./images/multiscale-plan.ts";
export { type Barycenter1dOptions, barycenter1d } from "./line/barycenter1d.ts";
export { batchSlicedWasserstein, type SortedOptions, sortedWasserstein } from "./line/graph.ts";
export {
  type Wasserstein1dGradient,
  type Wasserstein1dOptions,
  wasserstein1d,
  wasserstein1dGradient,
} from "./line/wasserstein1d.ts";
export type { GroundCostOptions } from "./measure/ground-cost.ts";
export type { Cloud, MassOptions } from "./measure/measure.ts";
export { type QuantileWeight, upperTailWeight } from "./measure/quantile-weight.ts";
export type { TransportPlan } from "./measure/transport-plan.ts";
export { type DivergenceOptions, type DivergenceResult, sinkhornDivergence } from "./sinkhorn/divergence.ts";
export type { DensePlan, SinkhornGradient } from "./sinkhorn/gradient.ts";
export { type DivergenceGraphOptions, sinkhornDivergenceGraph } from "./sinkhorn/graph.ts";
export type { RelativeEpsilon, SinkhornOptions } from "./sinkhorn/input.ts";
export { type CloudBatch, type SinkhornResult, sinkhorn, sinkhornBatch } from "./sinkhorn/sinkhorn.ts";
export { compileProjector, type Projector, type ProjectorSizes } from "./sliced/compiled-projector.ts";
export { type DirectionKind, type DirectionOptions, type Directions, sampleDirections } from "./sliced/directions.ts";
export {
  type DistributionalSlicedOptions,
  type DistributionalSlicedResult,
  distributionalSlicedWasserstein,
} from "./sliced/distributional-sliced.ts";
export type { EstimatorOptions } from "./sliced/estimators.ts";
export { type SlicedGraphOptions, slicedWassersteinGraph } from "./sliced/graph.ts";
export {
  type MaxSlicedGradient,
  type MaxSlicedGradientOptions,
  type MaxSlicedOptions,
  type MaxSlicedResult,
  maxSlicedWasserstein,
  maxSlicedWassersteinGradient,
} from "./sliced/max-sliced.ts";
export {
  type SlicedGradient,
  type SlicedGradientOptions,
  type SlicedOptions,
  type SlicedResult,
  slicedWasserstein,
  slicedWassersteinGradient,
} from "./sliced/sliced.ts";
export type { Projections } from "./sliced/slices.ts";
