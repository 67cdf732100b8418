/** Scores of ensembles against the truth. */
export type { BlockBootstrap, ScoreInterval } from "./blocks.ts";
export { type BootstrapOptions, type PairedDifference, pairedBootstrap } from "./bootstrap.ts";
export { type CaseMap, type Cases, type Score, type ScoreValue, wholeMap } from "./cases.ts";
export { type ChangeRow, changeRows, changeSheet } from "./climate/change-rows.ts";
export {
  type ChangeSignal,
  type ChangeSignalOptions,
  type ChangeValue,
  changeSignal,
  type PeriodChange,
  type PeriodCoverage,
} from "./climate/change-signal.ts";
export type { ClimateScores, ClimateValue } from "./climate/climate-scores.ts";
export {
  fitGev,
  fitPareto,
  gevOfLMoments,
  type LMoments,
  lMoments,
  type ParetoLaw,
  paretoReturnLevel,
} from "./climate/gev.ts";
export type { WetDayIndex } from "./climate/wet-day-indices.ts";
export { type ContingencyScores, type ContingencyTable, contingencyScores, contingencyTable } from "./contingency.ts";
export { type CrpsOptions, type CrpsVariant, crps, crpsField, meanCrps } from "./crps.ts";
export { crpsExponential, crpsGamma, crpsLogNormal, crpsNormal } from "./crps-law.ts";
export type { Diagrams } from "./diagrams.ts";
export { type DieboldMariano, dieboldMariano } from "./diebold-mariano.ts";
export type { EventScores, ReliabilityDot } from "./event-scores.ts";
export { type ExtremeValueLaw, hrre, mppe, returnLevel } from "./extremes.ts";
export { type FssOptions, fss } from "./fss.ts";
export type { Events } from "./matching/events.ts";
export { type Coverage, gapFreeCases } from "./matching/gap-free.ts";
export { type RankOptions, rankHistogram, spreadSkill } from "./rank.ts";
export type { RankFlatness } from "./rank-flatness.ts";
export { type Sal, type SalOptions, sal } from "./sal.ts";
export { allRows, type NumberSheet, rowsOf, type ScoreRow, scoreSheet } from "./score-rows.ts";
export type { AllScores, Comparison, ScoreIntervals, TimeScores } from "./score-times.ts";
export type { FieldFss, FieldQuantile, FieldScores, SalScores, ScalarScores, TailScore } from "./scores.ts";
export { ralsd, rapsd, spectralSlope, spectrumDifference } from "./spectrum.ts";
export { blockMeanRmse, type TilePower, type TileQuantile, type TileScores } from "./tile.ts";
export {
  spacingOf,
  type TransportCases,
  type TransportCasesOptions,
  type TransportInterval,
  transportCases,
} from "./transport-cases.ts";
export {
  type TransportEnergy,
  type TransportScore,
  type TransportScoreOptions,
  transportEnergy,
  transportScore,
} from "./transport-score.ts";
export { type FieldCoverage, type Verification, type VerifyOptions, type VerifyStage, verify } from "./verify.ts";
export {
  type QuantileBias,
  type Scores,
  type ScoreTable,
  type VerifyTilesOptions,
  verifyTiles,
} from "./verify-tiles.ts";
