/** Entropic transport, with a certified bracket on the exact value, and its debiased divergence. */
export { sinkhornDivergence } from "./divergence.ts";
export type { SinkhornOptions } from "./input.ts";
export { sinkhorn } from "./sinkhorn.ts";
