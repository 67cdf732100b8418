/** Synthetic rain whose conditional law is known. */
export { crpsCensoredLogNormal, halfMeanDifference } from "./censored-lognormal.ts";
export { type ClimateOptions, latentOfRain, type RainClimate, rainClimate, rainOfLatent } from "./climate.ts";
export { ConditionalRain, type PixelLaw } from "./conditional.ts";
export { filterNoise, powerLawAmplitude } from "./gaussian-field.ts";
export type { PairClimate, PairClimateOptions } from "./pair-climate.ts";
export { type ConditionalPair, PairLaw } from "./pair-law.ts";
export { type SyntheticPairs, type SyntheticPairsOptions, syntheticPairs } from "./pairs.ts";
export {
  type HeldOutOptions,
  heldOutPeriod,
  type Periods,
  type SyntheticRain,
  type SyntheticRainOptions,
  sliceDays,
  syntheticRain,
} from "./synthetic.ts";
