/** What a downscaler must beat: interpolation, quantile (delta) mapping, conservation, noise cascades, RainFARM. */
export { adaptFrequency, type FrequencyAdaptation, fitFrequencyAdaptation } from "./adapt-frequency.ts";
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
export {
  applyDeltaMap,
  type ChangeKind,
  type DeltaLaws,
  type DeltaMap,
  type DeltaMapOptions,
  fitDeltaMap,
} from "./delta-map.ts";
export { bilinear, blockConstant } from "./interpolate.ts";
export {
  applyQuantileMap,
  defaultLevels,
  fitQuantileMap,
  type QuantileMap,
  type QuantileMapOptions,
} from "./quantile-map.ts";
export { fitRainSlope, type LognormalNoiseOptions, lognormalNoise } from "./rainfarm.ts";
