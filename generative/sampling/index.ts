/** Drawing ensembles: with a model, or a method of one's own. */

export { effectiveResolutionFactor } from "./correct.ts";
export { type DownscaleOptions, type DownscaleToOptions, downscale, downscaleLazy, downscaleTo } from "./downscale.ts";
export type { Covariates } from "./field-source.ts";
export { type AnyDownscaler, isModel } from "./method.ts";
