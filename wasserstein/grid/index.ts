/** Transport between fields on a grid, its kernel applied axis by axis. */
export { gridBarycenter } from "./barycenter.ts";
export { binnedTransport } from "./binned.ts";
export { gridDivergence } from "./divergence.ts";
export { gridTransport } from "./grid-transport.ts";
export type { GridMass, GridTransportOptions } from "./input.ts";
export { gridPartialTransport } from "./partial.ts";
