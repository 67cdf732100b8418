/** Training of models. */
export type { TrainingData } from "./events.ts";
export type { TrainingProgress } from "./loop.ts";
export type { TrainingStart } from "./prepared.ts";
export type { ResolvedRecipe, TrainingRecipe } from "./recipe.ts";
export type { TrainResult } from "./record.ts";
export { plannedRecipe, planTraining, type TrainOptions, train } from "./train.ts";
export { trainOnTiles } from "./train-model.ts";
export { type PresetName, wassdiff } from "./wassdiff.ts";
