/** Graphs of tensors: compiled, traced, their layers. */
export {
  compile,
  compileEagerly,
  type Device,
  type TensorFunction,
  type TensorSpec,
  type TypedArray,
  trace,
} from "./compile.ts";
export { blockedDomain, type Precision, sizeOf } from "./graph.ts";
export { conv2d, groupNorm, silu, upsampleNearest } from "./nn.ts";
