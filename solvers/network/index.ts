/** Networks: what the unknowns are made of. */
export { scaledCoordinates } from "./features.ts";
export {
  type AnyNetwork,
  describeNetwork,
  type KnownNetwork,
  networkCheck,
  networkChoices,
  networkProgram,
} from "./kinds.ts";
export { blockOf, columnAlgebra, columnsOf, freeParameters, linear } from "./layers.ts";
export { type Mlp, type MlpOptions, mlp } from "./mlp.ts";
export type { NetworkProgram, OwnNetwork } from "./network.ts";
export { type Sum, sum } from "./sum.ts";
