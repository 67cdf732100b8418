/** Solving: from a problem to a solution. */

export { assemble } from "./assemble.ts";
export type { Budget, Status } from "./budget.ts";
export type { Enforcement } from "./enforcement.ts";
export { type Errors, exactQuantities, type GridSolution, quantityList, type TestSet, valuesAt } from "./evaluation.ts";
export { holdsSolution, isByNetwork, loadSolution } from "./load-solution.ts";
export type { NetworkSolution, NetworkTrial } from "./network-trial.ts";
export { networkTrial } from "./network-trial.ts";
export {
  defaultSampler,
  type FeatureTrial,
  presetOptions,
  type ResolvedOptions,
  resolveOptions,
  type SolveOptions,
} from "./options.ts";
export { suggestedScale } from "./scale.ts";
export { type ErrorEstimate, Solution } from "./solution.ts";
export { foundConstant, plusMinus } from "./solution-text.ts";
export { someRows } from "./some-points.ts";
export type { Progress } from "./train.ts";
export type { Trial } from "./trial.ts";
