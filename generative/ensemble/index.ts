/** Ensembles that are drawn as they are read. */
export type { CoarseOptions } from "../data/coarse-frames.ts";
export type { DrawnFrame, LazyEnsemble } from "./ensemble.ts";
export type { FieldDownscaler } from "./field-downscaler.ts";
export { memberDim } from "./members.ts";
export { allOfFile, cellMap, type LinkOptions, noiseInTime } from "./noise-links.ts";
