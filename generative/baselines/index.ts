/** Downscaling without a network, which a model must beat: interpolation, quantile (delta) mapping, RainFARM. */
export { baselineDownscaler } from "./baseline-downscaler.ts";
export { type MultivariateData, type MultivariateOptions, multivariateCorrection } from "./multivariate.ts";
export type { BaselineMethod, BaselineOptions } from "./options.ts";
