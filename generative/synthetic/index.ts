/** Synthetic rain seen by two data sets. */

export { type Cells, cellMeans } from "./cells.ts";
export { rainOfLatent, type SyntheticClimate, type SyntheticPairsOptions } from "./climate.ts";
export { type SyntheticPairs, syntheticPairs } from "./pairs.ts";
export { torusFields, windowOf } from "./torus-field.ts";
