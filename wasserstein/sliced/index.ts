/** Transport of projections: sliced, max-sliced and distributional sliced distances. */
export { compileProjector, type Projector, type ProjectorSizes } from "./compiled-projector.ts";
export { type DirectionKind, type DirectionOptions, type Directions, sampleDirections } from "./directions.ts";
export {
  type DistributionalSlicedOptions,
  type DistributionalSlicedResult,
  distributionalSlicedWasserstein,
} from "./distributional-sliced.ts";
export type { EstimatorOptions } from "./estimators.ts";
export { type SlicedGraphOptions, slicedWassersteinGraph } from "./graph.ts";
export {
  type MaxSlicedGradient,
  type MaxSlicedGradientOptions,
  type MaxSlicedOptions,
  type MaxSlicedResult,
  maxSlicedWasserstein,
  maxSlicedWassersteinGradient,
} from "./max-sliced.ts";
export {
  type SlicedGradient,
  type SlicedGradientOptions,
  type SlicedOptions,
  type SlicedResult,
  slicedWasserstein,
  slicedWassersteinGradient,
} from "./sliced.ts";
export { type SlicedPlanOptions, type SlicedPlanResult, slicedPlan } from "./sliced-plan.ts";
export type { Projections } from "./slices.ts";
