/** Transport on the line: sorting solves it. */
export { type Barycenter1dOptions, barycenter1d } from "./barycenter1d.ts";
export { type CircleOptions, type CircleResult, wassersteinCircle } from "./circle.ts";
export { batchSlicedWasserstein, type SortedOptions, sortedWasserstein } from "./graph.ts";
export { type Partial1dOptions, type Partial1dResult, partialWasserstein1d } from "./partial1d.ts";
export { type Unbalanced1dOptions, type Unbalanced1dResult, unbalancedWasserstein1d } from "./unbalanced1d.ts";
export {
  type Transport1dResult,
  transport1d,
  type Wasserstein1dGradient,
  type Wasserstein1dOptions,
  wasserstein1d,
  wasserstein1dGradient,
} from "./wasserstein1d.ts";
