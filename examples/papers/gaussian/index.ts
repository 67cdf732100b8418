/** Transport between Gaussians: the Bures–Wasserstein distance and barycenter. */
export { type BuresGradient, buresWasserstein } from "./bures.ts";
export { buresBarycenter } from "./bures-barycenter.ts";
export { type Gaussian, gaussianOf } from "./gaussian.ts";
