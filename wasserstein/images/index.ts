/** Norms of differences of densities on grids. */
export { dualSobolevNorm } from "./dual-sobolev.ts";
