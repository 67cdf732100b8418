/** Scores of ensembles as functions of arrays. */
export { wholeMap } from "./cases.ts";
export { crpsField, meanCrps } from "./crps.ts";
export { dryBelow } from "./dry.ts";
export { pooledQuantiles, WeightedQuantiles } from "./pooled.ts";
export { spreadAndError } from "./rank.ts";
export { rankFlatness } from "./rank-flatness.ts";
export { sal } from "./sal.ts";
export { rapsd, spectralSlope, spectrumDifference } from "./spectrum.ts";
