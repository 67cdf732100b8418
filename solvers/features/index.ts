/** Baselines: random features and least squares. */

export { type RandomFeatureOptions, randomFeatures } from "./random-features.ts";
