/** The state of samplers as named tensors, and back, with checks. */
import { FormatError } from "../../engine/errors.ts";
import type { HostTensor, NamedTensors } from "../../engine/files/safetensors.ts";

/** A float64 tensor for a state; the values are copied. */
export function tensor(values: ArrayLike<number>, shape: readonly number[] = [values.length]): HostTensor {
  return { shape: [...shape], data: Float64Array.from(values) };
}

/**
 * A copy of the float64 tensor `name` of a state.
 *
 * @param length - the number of values it must have, where that is known
 * @throws FormatError if it is missing, of another type, or of another length
 */
export function stored(sampler: string, tensors: NamedTensors, name: string, length?: number): Float64Array {
  const found =
    tensors instanceof Map ? tensors.get(name) : (tensors as Readonly<Record<string, HostTensor | undefined>>)[name];
  const data: unknown = found?.data;
  if (!(data instanceof Float64Array)) {
    throw bad(sampler, `tensor ${JSON.stringify(name)} is ${found === undefined ? "missing" : "not float64"}`);
  }
  if (length !== undefined && data.length !== length) {
    throw bad(sampler, `tensor ${JSON.stringify(name)} has ${data.length} values where ${length} are needed`);
  }
  return data.slice();
}

function bad(sampler: string, message: string): FormatError {
  return new FormatError(sampler, "sampler state", message, "restore the state of a sampler with the same options");
}
