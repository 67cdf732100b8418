/** Synthetic rain whose conditional distribution is known. */
export type { SyntheticPairsOptions } from "./climate.ts";
export type { ConditionalDistribution } from "./conditional.ts";
export { type SyntheticPairs, syntheticPairs } from "./pairs.ts";
