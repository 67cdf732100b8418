/** Scores of ensembles against the truth. */

export {
  type ChangeSignal,
  type ChangeSignalOptions,
  type ChangeValue,
  changeSignal,
  type PeriodChange,
  type PeriodCoverage,
} from "./climate/change-signal.ts";
export type { ClimateScores, ClimateValue } from "./climate/climate-scores.ts";
export type { WetDayIndex } from "./climate/wet-day-indices.ts";
export type { Diagrams } from "./diagrams.ts";
export type { EventScores, ReliabilityDot } from "./event-scores.ts";
export type { FieldFss, FieldQuantile, FieldScores, SalScores, ScalarScores, TailScore } from "./field-scores.ts";
export type { Events } from "./matching/events.ts";
export type { AllScores, Comparison, ScoreIntervals, TimeScores } from "./score-times.ts";
export type { CaseMap, Cases, Score, ScoreValue } from "./scores/cases.ts";
export { type ContingencyScores, type ContingencyTable, contingencyScores } from "./scores/contingency.ts";
export { type CrpsOptions, type CrpsVariant, crps } from "./scores/crps.ts";
export { type ExtremeValues, heavyRainRegionError, peakPrecipitationError, returnLevel } from "./scores/extremes.ts";
export { type FssOptions, fss } from "./scores/fss.ts";
export { type RankOptions, rankHistogram, spreadSkill } from "./scores/rank.ts";
export type { RankFlatness } from "./scores/rank-flatness.ts";
export { ralsd, rapsd } from "./scores/spectrum.ts";
export {
  type AreaSet,
  polygonAreas,
  type SumScores,
  squareAreas,
  type TimeScoresOptions,
  type TimeScoresValue,
  timeScores,
} from "./series/index.ts";
export type { BlockBootstrap, ScoreInterval } from "./significance/blocks.ts";
export type { DieboldMariano } from "./significance/diebold-mariano.ts";
export {
  type TransportEnergy,
  type TransportScore,
  type TransportScoreOptions,
  transportEnergy,
  transportScore,
} from "./transport/transport-score.ts";
export { type FieldCoverage, type Verification, type VerifyOptions, type VerifyStage, verify } from "./verify.ts";
