/** Transport on the line: sorting solves it. */
export { type Barycenter1dOptions, barycenter1d } from "./barycenter1d.ts";
export { batchSlicedWasserstein, type SortedOptions, sortedWasserstein } from "./graph.ts";
export {
  type Wasserstein1dGradient,
  type Wasserstein1dOptions,
  wasserstein1d,
  wasserstein1dGradient,
} from "./wasserstein1d.ts";
