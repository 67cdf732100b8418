/** Sums of networks: one that is there already and a correction of it, each with parameters of its own. */
import { OptionsError } from "../../engine/errors.ts";
import { jetAlgebra } from "../jet/jet.ts";
import { tensorRing } from "../jet/tensor-ring.ts";
import type { Mlp } from "./mlp.ts";
import type { Network, NetworkProgram } from "./network.ts";
import { together } from "./parallel.ts";
import type { Separable } from "./separable.ts";

/** Networks whose outputs are added; their parameters follow one another. Plain data. */
export interface Sum extends Network {
  readonly kind: "sum";
  /** At least one. */
  readonly parts: readonly (Mlp | Separable | Sum)[];
}

/**
 * A sum of networks. Random features on top of a trained network are one.
 *
 * @param parts - at least one network
 * @throws OptionsError where there is none to add
 */
export function sum({ parts }: Pick<Sum, "parts">): Sum {
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
