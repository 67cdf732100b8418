/**
 * The ground floor: compile tfjs functions to native programs, train them, draw reproducible random numbers.
 *
 * @module engine
 */

export * from "./errors.ts";
export { loadCheckpoint, saveCheckpoint } from "./files/checkpoint.ts";
export type { ShapedArray } from "./numerics/shaped-array.ts";
export { Rng, rng } from "./random/rng.ts";
export { type Compiled, type CompileOptions, compile, type TensorSpec } from "./tensors/compile.ts";
export { loweredKernels } from "./tensors/kernels/index.ts";
export { tf } from "./tensors/tensor.ts";
export { constant } from "./tensors/trace.ts";
export { type Adam, adam, warmupCosine } from "./training/optimizer.ts";
export { compileTraining, type Trainer, type TrainingOptions, type TrainingProgram } from "./training/training.ts";
