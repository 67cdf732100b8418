/** Synthetic rain whose law given its coarse field is known exactly. */
export { crpsCensoredLogNormal, halfMeanDifference } from "./censored-lognormal.ts";
export { type ClimateOptions, latentOfRain, type RainClimate, rainClimate, rainOfLatent } from "./climate.ts";
export { ConditionalRain, type PixelLaw } from "./conditional.ts";
export { filterNoise, powerLawAmplitude } from "./gaussian-field.ts";
export * from "./synthetic.ts";
