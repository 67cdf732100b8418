/** Scores of ensembles of rain fields, in float64 on the host. */

export * from "../../engine/numerics/quantile.ts";
export { erfc, gammaCdf, logGamma, normalCdf, normalDensity } from "../../engine/numerics/special.ts";
export * from "./bootstrap.ts";
export * from "./contingency.ts";
export * from "./crps.ts";
export * from "./crps-law.ts";
export * from "./extremes.ts";
export { type FssOptions, fss } from "./fss.ts";
export { type RankOptions, rankHistogram, spreadSkill } from "./rank.ts";
export * from "./spectrum.ts";
export type { Stack } from "./stack.ts";
export { blockMeanRmse, type TilePower, type TileQuantile, type TileScores } from "./tile.ts";
export * from "./verify.ts";
