/** Compiled training and the schedule of its steps. */

export { adam, learningRateAt, warmupCosine } from "./optimizer.ts";
export { compileTraining, type Trainer, type TrainingOptions, type TrainingState } from "./training.ts";
