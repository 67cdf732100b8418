/** Downscaling methods that need no network: what a model has to beat. */
export * from "./cascade.ts";
export * from "./conserve.ts";
export * from "./interpolate.ts";
export * from "./quantile-map.ts";
