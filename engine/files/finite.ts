/** Check that stored numbers are finite. */
import type { NamedTensors } from "./safetensors.ts";

/**
 * The first value of float tensors that is NaN or infinite, in words; undefined where there is none.
 *
 * @param among - selects the tensors that count. @defaultValue all
 */
export function notFinite(tensors: NamedTensors, among: (name: string) => boolean = () => true): string | undefined {
  const entries = tensors instanceof Map ? tensors : Object.entries(tensors);
  for (const [name, { data }] of entries) {
    if (!(data instanceof Float32Array || data instanceof Float64Array) || !among(name)) continue;
    const at = data.findIndex((v) => !Number.isFinite(v));
    if (at >= 0) return `tensor ${JSON.stringify(name)} holds ${data[at]} at position ${at}`;
  }
  return undefined;
}
