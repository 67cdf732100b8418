/** Networks: what the unknowns are made of. */
export { scaledCoordinates } from "./features.ts";
export {
  type AnyNetwork,
  describeNetwork,
  type KnownNetwork,
  type NetworkOption,
  networkChoices,
  networkKinds,
  networkNames,
  networkProgram,
} from "./kinds.ts";
export { activate, blockOf, columnAlgebra, columnsOf, freeParameters, linear } from "./layers.ts";
export { type Mlp, type MlpOptions, mlp } from "./mlp.ts";
export type { Block, Box, LinearLayer, Listener, NetworkProgram, OwnNetwork } from "./network.ts";
export { type Separable, type SeparableOptions, separable } from "./separable.ts";
export { type Sum, sum } from "./sum.ts";
