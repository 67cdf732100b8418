/**
 * Wasserstein distances and regularisers: on the host (float64, exact) and in graph form (inside a compiled step).
 * Every comparison of two measures is `distance(x, y, options)` and returns a `TransportResult`: `value`, and on demand
 * `plan()` and `gradient()`.
 *
 * @module wasserstein
 */

export * from "./exact/index.ts";
export * from "./grid/index.ts";
export * from "./images/index.ts";
export * from "./line/index.ts";
export type { GroundCostOptions } from "./measure/ground-cost.ts";
export * from "./measure/index.ts";
export * from "./sinkhorn/index.ts";
export * from "./sliced/index.ts";
export { type WassersteinTerm, type WassersteinTermOptions, wassersteinTerm } from "./term/index.ts";
