/** Transport between Gaussians: the Bures–Wasserstein distance and barycenter. */

export {
  type BuresOptions,
  type BuresResult,
  buresWasserstein,
  type GaussianGradient,
  type GaussianMap,
  normalizedGaussianWasserstein,
} from "./bures.ts";
export { type BarycenterOptions, type BarycenterResult, buresBarycenter } from "./bures-barycenter.ts";
export {
  type DiagonalGaussian,
  type FactoredGaussian,
  type FullGaussian,
  type Gaussian,
  type GaussianOfOptions,
  gaussianOf,
  gaussianOfBox,
} from "./gaussian.ts";
export { type SpdOptions, spdExp, spdGeodesic, spdLog } from "./spd.ts";
export {
  type SpdNormalization,
  type SpdNormalizationGraphOptions,
  type SpdNormalizationOptions,
  type SpdNormalizationTensors,
  spdBatchNormalization,
  spdBatchNormalizationGraph,
} from "./spd-normalization.ts";
