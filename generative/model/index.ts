/** Models: what they see and make, their files, and members drawn of arrays. */
export { archivesOf } from "./archives.ts";
export { constantsOf, seenOf } from "./blocks.ts";
export type { Target } from "./channel.ts";
export type { ModelConfiguration, ModelDescription } from "./configuration.ts";
export type { ContextName } from "./context.ts";
export { Downscaler, type Ensemble, type SampleOptions } from "./downscaler.ts";
export { findModel, modelName, packaged, pretrainedName, recordOfRun } from "./find-model.ts";
export { fillGaps } from "./gaps.ts";
export { type Force, type GuardName, guardNames } from "./guards.ts";
export { factorsOf, isOfManyScales, rangeText } from "./input-scale.ts";
export { describeModel, evaluationsFor, loadDownscaler, pretrained } from "./load-downscaler.ts";
export { isModel } from "./model-file.ts";
export type { YearWindow } from "./year-windows.ts";
