/** Synthetic rain seen by two data sets. */
export type { SyntheticPairsOptions } from "./climate.ts";
export { type SyntheticPairs, syntheticPairs } from "./pairs.ts";
