/** Transport between Gaussians: the Bures–Wasserstein distance and barycenter. */
export { type BuresOptions, buresWasserstein } from "./bures.ts";
export { type BuresBarycenterOptions, buresBarycenter } from "./bures-barycenter.ts";
export { type Gaussian, gaussianOf } from "./gaussian.ts";
export { spdExp, spdGeodesic, spdLog } from "./spd.ts";
