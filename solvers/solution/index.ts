/**
 * Solutions of any method: functions with a report, their evaluation and record, and the options that every method has.
 */
export { type Budget, type Status, systemClock } from "./budget.ts";
export { type Errors, exactQuantities, type GridSolution, quantityList, type TestSet, valuesAt } from "./evaluation.ts";
export type { FunctionalSeries, FunctionalValue } from "./functionals.ts";
export {
  type CommonOptions,
  commonOptions,
  type Enforcement,
  type FeatureTrial,
  type Progress,
  type SolveOptions,
} from "./options.ts";
export { someRows } from "./run-record.ts";
export { type ErrorEstimate, isByNetwork, type NetworkSolution, Solution } from "./solution.ts";
export { inTodaysNames, reportOf } from "./solution-record.ts";
export { foundConstant, functionalText, plusMinus } from "./solution-text.ts";
export type { NetworkTrial, Trial } from "./trial.ts";
