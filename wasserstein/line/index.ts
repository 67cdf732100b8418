/** Transport on the line: sorting solves it. */
export { barycenter1d } from "./barycenter1d.ts";
export { wassersteinCircle } from "./circle.ts";
export { batchSlicedWassersteinGraph, wasserstein1dGraph } from "./graph.ts";
export { type Wasserstein1dOptions, wasserstein1d } from "./wasserstein1d.ts";
