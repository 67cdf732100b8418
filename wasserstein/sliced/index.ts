/** Transport of projections: sliced distances and plans. */
export { type Directions, sampleDirections } from "./directions.ts";
export { type SlicedOptions, slicedWasserstein } from "./sliced.ts";
export { slicedPlan } from "./sliced-plan.ts";
