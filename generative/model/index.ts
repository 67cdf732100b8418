/** Models: what they see and make, their files, and members drawn of arrays. */
export { archivesOf } from "./archives.ts";
export type { BlockMeans } from "./blocks.ts";
export type { Channel, Range, Target, Transform } from "./channel.ts";
export type { ModelConfiguration, ModelDescription, Sampling, SeenInputs } from "./configuration.ts";
export type { ContextName } from "./context.ts";
export type { Correction } from "./correction.ts";
export { type DescribedModel, describeModel, evaluationsFor } from "./describe-model.ts";
export { Downscaler, type Ensemble, type ModelFile, type SampleOptions } from "./downscaler.ts";
export { findModel, modelName, packaged, pretrainedName, recordOfRun } from "./find-model.ts";
export {
  type FineGrid,
  fineGridCheck,
  fineGridOf,
  type GridAxis,
  type GridPositions,
  regridGridOf,
  validOf,
} from "./fine-grid.ts";
export { fillGaps } from "./gaps.ts";
export type { GeneratorName } from "./generator.ts";
export { type Force, type GuardName, guardNames } from "./guards.ts";
export type { ChannelInput, ModelInput } from "./images.ts";
export { factorsOf, isOfManyScales, rangeText } from "./input-scale.ts";
export { loadDownscaler, pretrained } from "./load-downscaler.ts";
export { isModel } from "./model-file.ts";
export type { Stretches } from "./seen-times.ts";
export type { GridRange, RainGrid, RainPlace } from "./spacing.ts";
export type { SeenTexture, TextureSpread } from "./texture.ts";
export type { YearWindow } from "./year-windows.ts";
