/** Distances between images and densities on grids: multiscale and dual Sobolev. */
export { dualSobolevNorm } from "./dual-sobolev.ts";
export { multiscaleWasserstein } from "./multiscale.ts";
export { multiscaleWassersteinGraph } from "./multiscale-graph.ts";
export type { MultiscaleOptions } from "./multiscale-plan.ts";
