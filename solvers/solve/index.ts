/** Solving: from a problem to a solution. */

export type { GroupWeights } from "./assemble.ts";
export { assemble } from "./assemble.ts";
export type { Enforcement } from "./enforcement.ts";
export { type Errors, exactQuantities, type GridSolution, quantityList, valuesAt } from "./evaluation.ts";
export { holdsSolution, loadSolution } from "./load-solution.ts";
export {
  defaultSampler,
  type FeatureTrial,
  type ResolvedOptions,
  type Round,
  resolveOptions,
  type SolveOptions,
} from "./options.ts";
export { PiecewiseSolution } from "./piecewise-solution.ts";
export { type PresetName, presetNames, presetOptions } from "./presets.ts";
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
export { relativeL2, type TestSet } from "./test-set.ts";
export type { Budget, Progress, Starts, Status } from "./training.ts";
