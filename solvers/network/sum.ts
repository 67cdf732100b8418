/** Sums of networks: one that is there already and a correction of it, each with parameters of its own. */
import { OptionsError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensor.ts";
import { jetAlgebra } from "../jet/jet.ts";
import { tensorRing } from "../jet/tensor-ring.ts";
import type { Mlp } from "./mlp.ts";
import type { Network, NetworkProgram } from "./network.ts";
import type { Separable } from "./separable.ts";

/** Networks whose outputs are added; their parameters follow one another. Plain data. */
export interface Sum extends Network {
  readonly kind: "sum";
  readonly parts: readonly (Mlp | Separable | Sum)[];
}

/** A sum of networks. Random features on top of a trained network are one. @throws OptionsError where there is none to add */
export function sum({ parts }: Pick<Sum, "parts">): Sum {
  if (Array.isArray(parts) && parts.length > 0) return Object.freeze({ kind: "sum", parts });
  throw new OptionsError("sum: parts is no list of networks; give at least one", "parts", parts);
}

/** The program of a sum, from those of its parts. */
export function sumProgram(parts: readonly NetworkProgram[]): NetworkProgram {
  const offsets = parts.map((_, i) => parts.slice(0, i).reduce((total, { size }) => total + size, 0));
  return {
    size: parts.reduce((total, { size }) => total + size, 0),
    initial: (rng, centres) =>
      Float64Array.from(parts.flatMap((part, i) => Array.from(part.initial(rng.split(`part ${i}`), centres)))),
    forward(theta, points, set, listen) {
      const algebra = jetAlgebra(tensorRing, set);
      const outputs = parts.map((part, i) => {
        const offset = offsets[i]!;
        const own = tf.slice(theta, [offset], [part.size]);
        // Layers speak of the parameters of their part.
        const heard =
          listen && (((layer, z) => listen({ ...layer, offset: offset + layer.offset }, z)) satisfies typeof listen);
        return part.forward(own, points, set, heard);
      });
      return outputs.reduce((a, b) => a.map((jet, k) => algebra.add(jet, b[k]!)));
    },
  };
}
