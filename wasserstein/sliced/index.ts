/** Transport of projections: sliced and max-sliced distances. */
export { type Directions, sampleDirections } from "./directions.ts";
export { maxSlicedWasserstein } from "./max-sliced.ts";
export { type SlicedOptions, slicedWasserstein } from "./sliced.ts";
export { slicedPlan } from "./sliced-plan.ts";
