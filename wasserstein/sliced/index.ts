/** Transport of projections: sliced, max-sliced and distributional sliced distances. */
export { compileProjector } from "./compiled-projector.ts";
export { type Directions, sampleDirections } from "./directions.ts";
export { distributionalSlicedWasserstein } from "./distributional-sliced.ts";
export { slicedWassersteinGraph } from "./graph.ts";
export { maxSlicedWasserstein } from "./max-sliced.ts";
export { type SlicedOptions, slicedWasserstein } from "./sliced.ts";
export { slicedPlan } from "./sliced-plan.ts";
