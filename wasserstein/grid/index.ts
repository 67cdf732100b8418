/** Transport between fields on a grid, its kernel applied axis by axis. */
export { type GridBarycenterOptions, gridBarycenter } from "./barycenter.ts";
export { type BinnedTransportOptions, binnedTransport } from "./binned.ts";
export { gridDivergence } from "./divergence.ts";
export { type GridGraphOptions, gridDivergenceGraph, gridTransportGraph } from "./graph.ts";
export { gridTransport } from "./grid-transport.ts";
export type { GridMass, GridTransportOptions } from "./input.ts";
export { type GridPartialOptions, gridPartialTransport } from "./partial.ts";
