/** Drawing ensembles: with a model, or a method of one's own. */

export type { Covariates } from "./channel-ensemble.ts";
export { effectiveResolutionFactor } from "./correct.ts";
export { type DownscaleOptions, type DownscaleToOptions, downscale, downscaleLazy, downscaleTo } from "./downscale.ts";
export type { AnyDownscaler } from "./method.ts";
