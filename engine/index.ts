/** The ground floor: compile tfjs functions to native programs, train them, draw reproducible random numbers. */

export {
  type Compiled,
  type CompileOptions,
  compile,
  type Device,
  type TensorFunction,
  type TensorSpec,
  type TypedArray,
} from "./compile.ts";
export * from "./errors.ts";
export {
  type Checkpoint,
  type LoadedCheckpoint,
  latestCheckpoint,
  loadCheckpoint,
  loadLatestCheckpoint,
  saveCheckpoint,
} from "./files/checkpoint.ts";
export {
  createRun,
  type OpenRunOptions,
  openRun,
  type Run,
  type RunOptions,
  readMetrics,
  readRunOptions,
} from "./files/run.ts";
export {
  type HostTensor,
  type NamedTensors,
  readSafetensors,
  type Safetensors,
  type StoredTensor,
  type TensorData,
  type TensorType,
  writeSafetensors,
} from "./files/safetensors.ts";
export type { Precision } from "./graph.ts";
export { loweredKernels } from "./kernels/index.ts";
export {
  type ConvolutionOptions,
  conv2d,
  dense,
  type GroupNormOptions,
  groupNorm,
  silu,
  upsampleNearest,
} from "./nn.ts";
export type { ShapedArray } from "./numerics/shaped-array.ts";
export {
  type Adam,
  type AdamOptions,
  adam,
  adamW,
  learningRateAt,
  type Schedule,
  type WarmupCosine,
  warmupCosine,
} from "./optimizer.ts";
export * from "./rng.ts";
export { tf } from "./tensor.ts";
export { constant, isTracing } from "./trace.ts";
export {
  compileTraining,
  type ParameterSpec,
  type StepReport,
  type Trainer,
  type TrainingOptions,
  type TrainingProgram,
  type TrainingState,
} from "./training.ts";
