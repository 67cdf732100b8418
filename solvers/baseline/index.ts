/** Baselines: random features and least squares. */

export type { Oblique } from "./feature-weights.ts";
export { type RandomFeatureOptions, randomFeatures } from "./random-features.ts";
