/** Sums of networks: one that is there already and a correction of it, each with parameters of its own. */
import { checkNames } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { jetAlgebra } from "../jet/jet.ts";
import { tensorRing } from "../jet/tensor-ring.ts";
import type { Mlp } from "./mlp.ts";
import type { Network, NetworkProgram } from "./network.ts";

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

/** Networks whose outputs are added; their parameters follow one another. Plain data. */
export interface Sum extends Network {
  readonly kind: "sum";
  /** At least one. */
  readonly parts: readonly (Mlp | Sum)[];
}

/**
 * A sum of networks. Random features on top of a trained network are one.
 *
 * @param options - `parts`, at least one network
 * @throws OptionsError where there is none to add
 */
export function sum(options: Pick<Sum, "parts">): Sum {
  checkNames("sum", options, "parts kind");
  const { parts } = options;
  if (Array.isArray(parts) && parts.length > 0) return Object.freeze({ kind: "sum", parts });
  throw new OptionsError("sum: parts is no list of networks; give at least one", "parts", parts);
}

/** The program of a sum, from those of its parts. */
export function sumProgram(parts: readonly NetworkProgram[]): NetworkProgram {
  const { size, outputs } = together(parts);
  return {
    size,
    initial: (rng, centres) =>
      Float64Array.from(parts.flatMap((part, i) => Array.from(part.initial(rng.split(`part ${i}`), centres)))),
    forward(theta, points, set, listen) {
      const algebra = jetAlgebra(tensorRing, set);
      return outputs(theta, points, set, listen).reduce((a, b) => a.map((jet, k) => algebra.add(jet, b[k]!)));
    },
  };
}
