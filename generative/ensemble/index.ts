/** Ensembles that are drawn as they are read. */
export type { DrawnFrame, EnsembleOptions, LazyEnsemble } from "./block-ensemble.ts";
export type { CoarseFrame, CoarseOptions, CoarseSummary } from "./coarse-frames.ts";
export { memberDim } from "./ensemble-field.ts";
export type { FieldDownscaler, MethodText } from "./field-downscaler.ts";
