/** Networks with parameters that follow one another: beside one another, or to be added. */
import { tf } from "../../engine/tensors/tensor.ts";
import type { NetworkProgram } from "./network.ts";

/** Size of several programs together, and the outputs of each. */
export function together(parts: readonly NetworkProgram[]) {
  const offsets = parts.map((_, i) => parts.slice(0, i).reduce((total, { size }) => total + size, 0));
  return {
    size: parts.reduce((total, { size }) => total + size, 0),
    outputs: (...[theta, points, set, listen]: Parameters<NetworkProgram["forward"]>) =>
      parts.map((part, i) => {
        const offset = offsets[i]!;
        const own = tf.slice(theta, [offset], [part.size]);
        // Layers mention the parameters of their part.
        const heard =
          listen && (((layer, z) => listen({ ...layer, offset: offset + layer.offset }, z)) satisfies typeof listen);
        return part.forward(own, points, set, heard);
      }),
  };
}

/** Programs beside one another: the outputs of the first come first, and so do its parameters. */
export function parallelProgram(parts: readonly NetworkProgram[]): NetworkProgram {
  const { size, outputs } = together(parts);
  return {
    size,
    // The first is as it would be alone.
    initial: (rng, centres) =>
      Float64Array.from(
        parts.flatMap((part, i) => Array.from(part.initial(i === 0 ? rng : rng.split(`part ${i}`), centres))),
      ),
    forward: (...inputs) => outputs(...inputs).flat(),
  };
}
