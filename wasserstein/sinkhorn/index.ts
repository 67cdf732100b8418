/** Entropic transport, with a certified bracket on the exact value, and its debiased divergence. */
export { type DivergenceOptions, type DivergenceResult, sinkhornDivergence } from "./divergence.ts";
export type { DensePlan, SinkhornGradient } from "./gradient.ts";
export { type DivergenceGraphOptions, divergenceIterations, sinkhornDivergenceGraph } from "./graph.ts";
export type { RelativeEpsilon, SinkhornOptions } from "./input.ts";
export { type CloudBatch, type SinkhornResult, sinkhorn, sinkhornBatch } from "./sinkhorn.ts";
