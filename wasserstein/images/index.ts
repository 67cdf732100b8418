/** Distances between images and densities on grids: multiscale and dual Sobolev; patches of images. */
export { type DualSobolevOptions, dualSobolevNorm } from "./dual-sobolev.ts";
export { type MultiscaleHostOptions as MultiscaleOptions, multiscaleWasserstein } from "./multiscale.ts";
export { type MultiscaleGraphOptions, multiscaleWassersteinGraph } from "./multiscale-graph.ts";
export { patchDirections, patchProjections } from "./patches.ts";
