/** Baselines on arrays of cases: interpolation, quantile mapping by one map for all pixels, and a random cascade. */
export { conserveBlocks } from "../../engine/numerics/conserve-blocks.ts";
export { cascadeOfNoise, randomCascade, selectCascade } from "./cascade.ts";
export { bilinear, blockConstant } from "./interpolate.ts";
export { applyQuantileMap, fitQuantileMap } from "./quantile-map.ts";
