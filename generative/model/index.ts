/** Models: what they see and make, their files, and members drawn of arrays. */

export { measuredAmplitude } from "./amplitude.ts";
export { archiveIndex, archiveList, archivesOf, archivesOfEvents } from "./archives.ts";
export { comparableBlocks, comparablePlace, conditionsOf, constantsOf, type SeenBlocks, seenOf } from "./blocks.ts";
export type { Channel, Target } from "./channel.ts";
export type { ModelConfiguration, ModelDescription } from "./configuration.ts";
export { type ContextName, contextChannels, contextMap, momentsOf } from "./context.ts";
export { cutBlocks } from "./cut-off.ts";
export { Downscaler, type Ensemble } from "./downscaler.ts";
export { findModel, modelName, packaged, pretrainedName, recordOfRun } from "./find-model.ts";
export { fineGridCheck, fineGridOf } from "./fine-grid.ts";
export { fillGaps } from "./gaps.ts";
export { differences, type Force, type GuardName, guardNames, notStated } from "./guards.ts";
export { factorsOf, isOfManyScales, rangeText } from "./input-scale.ts";
export { describeModel, evaluationsFor, loadDownscaler, pretrained } from "./load-downscaler.ts";
export { isModel } from "./model-file.ts";
export { fromBlocks } from "./older-files.ts";
export type { SampleOptions } from "./sample-options.ts";
export { seenTimes, unrecordedTimes } from "./seen-times.ts";
export { readShippedScores, type ShippedScore, scoresByKind } from "./shipped-scores.ts";
export { evenly, seenTexture, type Texture, textureOff, texturesOf } from "./texture.ts";
export type { YearWindow } from "./year-windows.ts";
