/** Transport between Gaussians: the Bures–Wasserstein distance and barycenter. */

export {
  type BuresOptions,
  type BuresResult,
  buresWasserstein,
  type GaussianGradient,
  type GaussianMap,
} from "./bures.ts";
export { type BarycenterOptions, type BarycenterResult, buresBarycenter } from "./bures-barycenter.ts";
export {
  type DiagonalGaussian,
  type FactoredGaussian,
  type FullGaussian,
  type Gaussian,
  type GaussianOfOptions,
  gaussianOf,
} from "./gaussian.ts";
export { type SpdOptions, spdExp, spdGeodesic, spdLog } from "./spd.ts";
