/** Downscaling without a model. Each result is an ensemble of one member, ready for verification. */
import { bilinearUpsample, repeatUpsample } from "../../engine/numerics/grid.ts";
import { checkFinite, checkOption, checkShape, type ShapedArray } from "../../engine/numerics/shaped-array.ts";

type Upsample = typeof bilinearUpsample;

function upsample(name: string, kernel: Upsample, coarse: ShapedArray, factor: number): ShapedArray {
  checkShape(`${name}: coarse`, coarse, 3);
  checkFinite(`${name}: coarse`, coarse.values);
  checkOption(name, "factor", factor, Number.isInteger(factor) && factor >= 1, "it must be an integer ≥ 1");
  const [count, height, width] = coarse.shape as [number, number, number];
  const values = kernel(coarse.values, count, height, width, factor);
  return { values, shape: [count, 1, height * factor, width * factor] };
}

/**
 * Bilinear interpolation with half-pixel centres and clamped edges (torch's `align_corners=False`). How good it is:
 * docs/how-to/baselines.md.
 *
 * @param coarse `[N, h, w]`, finite
 * @param factor - fine pixels along a side of a coarse cell, whole, ≥ 1
 * @returns `[N, 1, h·factor, w·factor]`, float32
 * @throws ShapeError, DomainError for non-finite values, OptionsError for the factor
 */
export function bilinear(coarse: ShapedArray, factor: number): ShapedArray {
  return upsample("bilinear", bilinearUpsample, coarse, factor);
}

/**
 * Every coarse value over its whole block; same contract as {@link bilinear}.
 *
 * @param factor - fine pixels along a side of a coarse cell, whole, ≥ 1
 */
export function blockConstant(coarse: ShapedArray, factor: number): ShapedArray {
  return upsample("blockConstant", repeatUpsample, coarse, factor);
}
