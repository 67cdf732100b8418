/** The state of samplers, flows and optimizers as named tensors, and back, with checks. */
import { FormatError } from "../engine/errors.ts";
import type { HostTensor, NamedTensors } from "../engine/files/safetensors.ts";

/** A float64 tensor for a state; the values are copied. */
export function tensor(values: ArrayLike<number>, shape: readonly number[] = [values.length]): HostTensor {
  return { shape: [...shape], data: Float64Array.from(values) };
}

/**
 * A copy of the float64 tensor `name` of a state.
 *
 * @param where - begins the message
 * @param length - the number of values it must have, where that is known
 * @throws FormatError if it is missing, of another type, or of another length
 */
export function storedNumbers(
  where: string,
  tensors: NamedTensors,
  name: string,
  length?: number,
): Float64Array<ArrayBuffer> {
  const map = tensors instanceof Map ? tensors : new Map(Object.entries(tensors));
  const data: unknown = map.get(name)?.data;
  if (data instanceof Float64Array && (length === undefined || data.length === length)) return data.slice();
  const found = data instanceof Float64Array ? `${data.length} numbers` : data === undefined ? "nothing" : "no float64";
  throw new FormatError(
    where,
    "checkpoint",
    `tensor "${name}" holds ${found}${length === undefined ? "" : `, expected ${length} numbers`}`,
    "restore the state of the same sampler, optimizer and network",
  );
}
