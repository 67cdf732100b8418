/** Seeded arrays that both sides compute with. */
import { type Rng, rng } from "../engine/random/rng.ts";
import type { SharedTensor } from "./peer.ts";

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Numbers between `low` and `high`, the same for the same name. */
export function uniform64(name: string, shape: readonly number[], low: number, high: number): SharedTensor {
  const values = rng(1)
    .split(name)
    .uniform(new Float64Array(sizeOf(shape)));
  return { name, shape, values: values.map((u) => low + (high - low) * u) };
}

/** The same in single precision. */
export function uniform32(name: string, shape: readonly number[], low: number, high: number): SharedTensor {
  const tensor = uniform64(name, shape, low, high);
  return { ...tensor, values: Float32Array.from(tensor.values) };
}

/** Standard normal numbers times `scale`. */
export function normal32(name: string, shape: readonly number[], scale = 1, stream: Rng = rng(2)): SharedTensor {
  const values = stream.split(name).normal(new Float32Array(sizeOf(shape)));
  return { name, shape, values: values.map((v) => scale * v) };
}
