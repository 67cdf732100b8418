/** Baselines: random features and least squares. */

export { type Deadline, noDeadline, OutOfTime } from "./deadline.ts";
export { featuresWithin, type RandomFeatureOptions, randomFeatures } from "./random-features.ts";
