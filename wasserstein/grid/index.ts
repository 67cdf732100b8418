/** Transport between fields on a grid, its kernel applied axis by axis. */
export type { GridAxes, SphereAxes } from "./axes.ts";
export { type GridBarycenterOptions, type GridBarycenterResult, gridBarycenter } from "./barycenter.ts";
export { type BinnedTransportOptions, type BinnedTransportResult, binnedTransport } from "./binned.ts";
export type { GridDisplacement } from "./displacement.ts";
export { type GridDivergenceResult, gridDivergence } from "./divergence.ts";
export { type GridGraphOptions, gridDivergenceGraph, gridTransportGraph } from "./graph.ts";
export { type GridGradient, type GridTransportResult, gridTransport, type MetricError } from "./grid-transport.ts";
export type { GridMass, GridTransportOptions } from "./input.ts";
export { type GridPartialOptions, type GridPartialResult, gridPartialTransport } from "./partial.ts";
