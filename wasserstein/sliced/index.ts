/** Transport of projections: sliced, max-sliced and distributional sliced distances. */
export { compileProjector } from "./compiled-projector.ts";
export { type DirectionOptions, type Directions, sampleDirections } from "./directions.ts";
export { type DistributionalSlicedOptions, distributionalSlicedWasserstein } from "./distributional-sliced.ts";
export { type SlicedGraphOptions, slicedWassersteinGraph } from "./graph.ts";
export { type MaxSlicedOptions, maxSlicedWasserstein } from "./max-sliced.ts";
export { type SlicedOptions, slicedWasserstein } from "./sliced.ts";
export { type SlicedPlanOptions, slicedPlan } from "./sliced-plan.ts";
