/** The verbs of downscaling, for every kind of model: train, load, downscale. */
export { corrected, type MeetingOptions, meetingFactor } from "./correct.ts";
export { describeModel, evaluationsFor, type ModelDescription } from "./describe-model.ts";
export {
  type AnyDownscaler,
  type DownscaleOptions,
  type DownscaleToOptions,
  type DownscaleUnitsOptions,
  downscale,
  downscaleLazy,
  downscaleTo,
  downscaleUnits,
  type PlanOptions,
  planDownscaling,
} from "./downscale.ts";
export { loadDownscaler } from "./load-downscaler.ts";
export type { Covariates } from "./paired-method.ts";
export { plannedRecipe } from "./planned-recipe.ts";
export { type FieldSource, type FieldSources, type OpenedSources, openSources, type PairData } from "./sources.ts";
export { train } from "./train.ts";
export {
  type PairTrainingStart,
  type PairTrainOptions,
  type PairTrainResult,
  type PlannedPairs,
  planPairs,
} from "./train-on-pairs.ts";
export { isPairRun, type PairTrainingChoices, type PairTrainingPlan } from "./training-choices.ts";
