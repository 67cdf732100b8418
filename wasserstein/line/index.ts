/** Transport on the line: sorting solves it. */
export { type Barycenter1dOptions, barycenter1d } from "./barycenter1d.ts";
export { type CircleOptions, wassersteinCircle } from "./circle.ts";
export { batchSlicedWassersteinGraph, type Wasserstein1dGraphOptions, wasserstein1dGraph } from "./graph.ts";
export { type Partial1dOptions, partialWasserstein1d } from "./partial1d.ts";
export { type Unbalanced1dOptions, unbalancedWasserstein1d } from "./unbalanced1d.ts";
export { type Wasserstein1dOptions, wasserstein1d } from "./wasserstein1d.ts";
