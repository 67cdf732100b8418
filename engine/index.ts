/** The ground floor: compile tfjs functions to native programs, train them, draw reproducible random numbers. */

export { type Compiled, type CompileOptions, compile, type TensorSpec, type TypedArray } from "./compile.ts";
export * from "./errors.ts";
export { loadCheckpoint, saveCheckpoint } from "./files/checkpoint.ts";
export type { HostTensor, NamedTensors } from "./files/safetensors.ts";
export { loweredKernels } from "./kernels/index.ts";
export type { ShapedArray } from "./numerics/shaped-array.ts";
export { type Adam, adam, type Schedule, warmupCosine } from "./optimizer.ts";
export { Rng, rng } from "./rng.ts";
export { tf } from "./tensor.ts";
export { constant } from "./trace.ts";
export {
  compileTraining,
  type Trainer,
  type TrainingOptions,
  type TrainingProgram,
  type TrainingState,
} from "./training.ts";
