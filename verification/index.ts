/**
 * Scores of ensembles against the truth.
 *
 * @module verification
 */

export { type ChangeSignal, type ChangeSignalOptions, changeSignal } from "./climate/change-signal.ts";
export { type CordexIndex, type CordexScores, cordexScores } from "./climate/cordex-scores.ts";
export { yearlyIndices } from "./climate/yearly-indices.ts";
export type { CaseMap, Cases, Score } from "./scores/cases.ts";
export { contingencyScores } from "./scores/contingency.ts";
export { crps } from "./scores/crps.ts";
export { heavyRainRegionError, peakPrecipitationError, returnLevel } from "./scores/extremes.ts";
export { fss } from "./scores/fss.ts";
export { rankHistogram, spreadSkill } from "./scores/rank.ts";
export { ralsd, rapsd } from "./scores/spectrum.ts";
export {
  type AreaSet,
  areaSeries,
  dependenceScores,
  type PlaceScores,
  placeScores,
  polygonAreas,
  squareAreas,
  type TimeScoresOptions,
  type TimeScoresValue,
  timeScores,
} from "./series/index.ts";
export type { BlockBootstrap, ScoreInterval } from "./significance/blocks.ts";
export { transportCases } from "./transport/transport-cases.ts";
export {
  type TransportScore,
  type TransportScoreOptions,
  transportEnergy,
  transportScore,
} from "./transport/transport-score.ts";
export { type Verification, type VerifyOptions, verify } from "./verify.ts";
