/** Synthetic rain whose conditional distribution is known. */
export type { SyntheticClimate, SyntheticClimateOptions } from "./climate.ts";
export type { ConditionalDistribution } from "./conditional.ts";
export { type SyntheticPairs, type SyntheticPairsOptions, syntheticPairs } from "./pairs.ts";
