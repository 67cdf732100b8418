/** Numerics without tensors: linear algebra, transforms, ranks, special functions. */

export { assembledFronts } from "./assembled-fronts.ts";
export { cellMotion } from "./cell-motion.ts";
export { cholesky } from "./cholesky.ts";
export { conserveBlocks } from "./conserve-blocks.ts";
export { cosineTransform } from "./cosine-transform.ts";
export { fastCosineTransform } from "./fast-cosine.ts";
export { fft2, inverseFft2 } from "./fft.ts";
export { filterNoise, spectralAmplitude } from "./gaussian-field.ts";
export { bilinearUpsample, blockMean, repeatUpsample } from "./grid.ts";
export { leastSquares, triangularise } from "./householder.ts";
export { eachRank, squaresOf } from "./member-columns.ts";
export { multifrontal } from "./multifrontal.ts";
export { type OuterBlock, type OuterGroup, outerRows } from "./outer-rows.ts";
export { pairDistances } from "./pair-distances.ts";
export { quantile, quantileOfSorted } from "./quantile.ts";
export { quantilesOf } from "./select-ranks.ts";
export { eachSorted } from "./sort-columns.ts";
export { gammaCdf, logGamma, normalCdf, studentQuantile } from "./special.ts";
export { dot } from "./vectors.ts";
