/**
 * Wasserstein distances and regularisers: on the host (float64, exact) and in graph form (inside a compiled step). Every comparison of
 * two measures is `distance(x, y, options)` and returns a `TransportResult`: `value`, and on demand `plan()` and `gradient()`.
 */

export type { EmdResult } from "./exact/emd.ts";
export type { FreeSupportResult } from "./exact/free-support.ts";
export * from "./exact/index.ts";
export type { BuresGradient, BuresResult, GaussianGradient, GaussianMap } from "./gaussian/bures.ts";
export type { BarycenterResult } from "./gaussian/bures-barycenter.ts";
export type { DiagonalGaussian, FactoredGaussian, FullGaussian, GaussianOfOptions } from "./gaussian/gaussian.ts";
export * from "./gaussian/index.ts";
export type { SpdOptions } from "./gaussian/spd.ts";
export type { SphereAxes } from "./grid/axes.ts";
export type { GridBarycenterResult } from "./grid/barycenter.ts";
export type { BinnedTransportResult } from "./grid/binned.ts";
export type { GridDisplacement } from "./grid/displacement.ts";
export type { GridDivergenceResult } from "./grid/divergence.ts";
export type { GridGradient, GridTransportResult, MetricError } from "./grid/grid-transport.ts";
export * from "./grid/index.ts";
export type { GridPartialResult } from "./grid/partial.ts";
export type { GromovResult } from "./gromov/gromov.ts";
export type { GromovLineResult } from "./gromov/gromov-line.ts";
export * from "./gromov/index.ts";
export type { DualSobolevResult, GridDensity } from "./images/dual-sobolev.ts";
export {
  type DualSobolevOptions,
  dualSobolevNorm,
  type MultiscaleGraphOptions,
  type MultiscaleOptions,
  multiscaleWasserstein,
  multiscaleWassersteinGraph,
} from "./images/index.ts";
export type { MultiscaleResult } from "./images/multiscale.ts";
export type { MultiscaleReduce } from "./images/multiscale-plan.ts";
export type { CircleResult } from "./line/circle.ts";
export * from "./line/index.ts";
export type { Partial1dResult } from "./line/partial1d.ts";
export type { Unbalanced1dResult } from "./line/unbalanced1d.ts";
export type { LineGradient, Wasserstein1dResult } from "./line/wasserstein1d.ts";
export type { GroundCostOptions } from "./measure/ground-cost.ts";
export * from "./measure/index.ts";
export type { MassOptions } from "./measure/measure.ts";
export type { EntropicPartialResult } from "./partial/entropic-partial.ts";
export * from "./partial/index.ts";
export type { PartialResult } from "./partial/partial.ts";
export type { SemiRelaxedResult } from "./partial/semi-relaxed.ts";
export type { DivergenceResult } from "./sinkhorn/divergence.ts";
export type { SinkhornGradient } from "./sinkhorn/gradient.ts";
export * from "./sinkhorn/index.ts";
export type { RelativeEpsilon } from "./sinkhorn/input.ts";
export type { CloudBatch, SinkhornResult } from "./sinkhorn/sinkhorn.ts";
export type { Projector, ProjectorSizes } from "./sliced/compiled-projector.ts";
export type { DirectionKind } from "./sliced/directions.ts";
export type { DistributionalSlicedResult } from "./sliced/distributional-sliced.ts";
export * from "./sliced/index.ts";
export type { MaxSlicedResult } from "./sliced/max-sliced.ts";
export type { SlicedResult } from "./sliced/sliced.ts";
export type { SlicedPlanResult } from "./sliced/sliced-plan.ts";
export type { Projections, SlicedGradient } from "./sliced/slices.ts";
