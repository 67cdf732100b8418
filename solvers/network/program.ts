/** The program of any network. */
import { type Mlp, mlpProgram } from "./mlp.ts";
import type { Box, NetworkProgram } from "./network.ts";
import { type Separable, separableProgram } from "./separable.ts";

/** Compiles nothing yet: a network on a box with `unknowns` outputs. */
export function networkProgram(network: Mlp | Separable, box: Box, unknowns: number): NetworkProgram {
  return network.kind === "mlp" ? mlpProgram(network, box, unknowns) : separableProgram(network, box, unknowns);
}
