/** Scores of ensembles as functions of arrays. */
export { wholeMap } from "./cases.ts";
export { crpsField, meanCrps } from "./crps.ts";
export { spreadAndError } from "./rank.ts";
export { rapsd, spectralSlope } from "./spectrum.ts";
