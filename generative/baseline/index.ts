/** What a downscaler must beat: interpolation, quantile mapping, conservation, noise cascades. */
export {
  type CascadeChoice,
  type CascadeLaw,
  type CascadeOptions,
  type CascadeSearch,
  cascadeOfNoise,
  noiseCascade,
  selectCascade,
} from "./cascade.ts";
export { type ConserveOptions, conserveBlocks } from "./conserve.ts";
export { bilinear, blockConstant } from "./interpolate.ts";
export {
  applyQuantileMap,
  defaultLevels,
  fitQuantileMap,
  type QuantileMap,
  type QuantileMapOptions,
} from "./quantile-map.ts";
