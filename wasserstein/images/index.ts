/** Distances between images and densities on grids: multiscale and dual Sobolev. */
export { dualSobolevNorm } from "./dual-sobolev.ts";
export { multiscaleWasserstein } from "./multiscale.ts";
export { type MultiscaleOptions, type MultiscalePlan, multiscalePlan, type ScalePlan } from "./multiscale-plan.ts";
