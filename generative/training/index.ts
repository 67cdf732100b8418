/** Training of models. */

export { loadTraining, saveTraining, type TrainingCheckpoint } from "./checkpoint.ts";
export type { TrainingData } from "./events.ts";
export type { StepProgress, TrainingProgress } from "./loop.ts";
export type { TrainingStart } from "./prepared.ts";
export type { ResolvedRecipe, TrainingRecipe } from "./recipe.ts";
export type { TrainResult } from "./record.ts";
export { plannedRecipe, planTraining, type TrainOptions, train } from "./train.ts";
export { trainOnImages, trainOnTiles } from "./train-model.ts";
export type { ValidationScores } from "./validation.ts";
export { type PresetName, wassdiff } from "./wassdiff.ts";
