/** Solving: from a problem to a solution. */

export type { GroupWeights } from "./assemble.ts";
export { assemble } from "./assemble.ts";
export type { Enforcement } from "./enforcement.ts";
export {
  type Errors,
  exactQuantities,
  type GridSolution,
  quantityList,
  relativeL2,
  type TestSet,
  valuesAt,
} from "./evaluation.ts";
export {
  defaultSampler,
  type FeatureTrial,
  type PresetName,
  presetNames,
  presetOptions,
  type ResolvedOptions,
  type Round,
  resolveOptions,
  type SolveOptions,
} from "./options.ts";
export { holdsSolution, loadSolution, PiecewiseSolution } from "./piecewise-solution.ts";
export { suggestedScale } from "./scale.ts";
export {
  type ErrorEstimate,
  type FoundConstant,
  type HandedIn,
  Solution,
  type SolutionReport,
} from "./solution.ts";
export { foundConstant, plusMinus } from "./solution-text.ts";
export { solve } from "./solve.ts";
export { someRows } from "./some-points.ts";
export type { WarmStart } from "./stepper.ts";
export type { Budget, Progress, Starts, Status } from "./train.ts";
