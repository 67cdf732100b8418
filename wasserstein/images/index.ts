/** Distances between images and densities on grids: multiscale and dual Sobolev; patches of images. */
export { type DualSobolevOptions, type DualSobolevResult, dualSobolevNorm, type GridDensity } from "./dual-sobolev.ts";
export { type MultiscaleHostOptions, type MultiscaleResult, multiscaleWasserstein } from "./multiscale.ts";
export { type MultiscaleGraphOptions, multiscaleWassersteinGraph } from "./multiscale-graph.ts";
export type { MultiscaleOptions, MultiscaleReduce } from "./multiscale-plan.ts";
export { patchDirections, patchProjections } from "./patches.ts";
