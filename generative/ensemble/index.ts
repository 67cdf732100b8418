/** Ensembles that are drawn as they are read. */
export type { DrawnFrame, LazyEnsemble } from "./block-ensemble.ts";
export type { CoarseOptions } from "./coarse-frames.ts";
export { memberDim } from "./ensemble-field.ts";
export type { FieldDownscaler } from "./field-downscaler.ts";
