/** Compiled devices and the eager oracle by one call. */

import { type Compiled, type CompileOptions, compile, type TensorSpec } from "../../../engine/index.ts";
import { compileEagerly, type Device, type TensorFunction } from "../../../engine/tensors/index.ts";

/** A device; "eager" is tfjs' plain backend, op by op. */
export interface JudgedOptions extends Omit<CompileOptions, "device"> {
  readonly device?: Device | "eager";
}

export function compileOn(
  { device = "cpu", ...options }: JudgedOptions,
  fn: TensorFunction,
  inputs: readonly TensorSpec[],
): Promise<Compiled> {
  if (device !== "eager") return compile(fn, inputs, { ...options, device });
  return compileEagerly(fn, inputs, { backend: "cpu", ...(options.name && { name: options.name }) });
}
