/** Fractions skill score (Roberts and Lean 2008, doi:10.1175/2007MWR2123.1). */
import { anything, checkOptions, whole } from "../../engine/checks.ts";
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { checkFinite } from "../../engine/numerics/shaped-array.ts";

/** Options of {@link fss}. */
export interface FssOptions {
  /** An event is `value ≥ threshold`, in the fields' units. */
  readonly threshold: number;
  /**
   * Side of the square neighbourhood in pixels, ≥ 1: a window round every pixel, no events outside the field, always
   * divided by window² (as pysteps does).
   */
  readonly window: number;
}

/**
 * 1 − Σ(f − o)² / (Σf² + Σo²), with f and o the fractions of event pixels in each window; 1 is perfect. NaN where
 * neither field has an event, as the score is undefined there.
 *
 * @param forecast - `[height, width]`, in the unit of the threshold
 * @param truth - `[height, width]`, in the unit of the threshold
 * @param height - rows
 * @param width - columns
 * @throws ShapeError; OptionsError; DomainError for non-finite values
 */
export function fss(
  forecast: Float32Array | Float64Array,
  truth: Float32Array | Float64Array,
  height: number,
  width: number,
  options: FssOptions,
): number {
  checkOptions("fss", options, { threshold: anything, window: whole() });
  const { threshold, window } = options;
  for (const [name, values] of Object.entries({ forecast, truth })) {
    if (values.length !== height * width) throw new ShapeError(`fss: ${name}`, [height * width], [values.length]);
    checkFinite(`fss: ${name}`, values);
  }
  if (Number.isNaN(threshold)) throw new DomainError("fss: the threshold is NaN", threshold);
  const f = fractions(forecast, height, width, threshold, window);
  const o = fractions(truth, height, width, threshold, window);
  let [difference, reference] = [0, 0];
  for (let i = 0; i < f.length; i++) {
    difference += (f[i]! - o[i]!) ** 2;
    reference += f[i]! ** 2 + o[i]! ** 2;
  }
  return 1 - difference / reference;
}

/** Share of event pixels in every window, from a table of sums over all rectangles that start at the corner. */
export function fractions(
  values: Float32Array | Float64Array,
  height: number,
  width: number,
  threshold: number,
  window: number,
): Float64Array {
  const stride = width + 1;
  const sums = new Float64Array((height + 1) * stride);
  for (let y = 0; y < height; y++) {
    for (let x = 0, row = 0; x < width; x++) {
      if (values[y * width + x]! >= threshold) row++;
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
    }
  }
  const first = -Math.floor(window / 2);
  const out = new Float64Array(height * width);
  const clip = (at: number, size: number) => Math.max(0, Math.min(size, at));
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [clip(y + first, height) * stride, clip(y + first + window, height) * stride];
    for (let x = 0; x < width; x++) {
      const [left, right] = [clip(x + first, width), clip(x + first + window, width)];
      const events = sums[bottom + right]! - sums[top + right]! - sums[bottom + left]! + sums[top + left]!;
      out[y * width + x] = events / (window * window);
    }
  }
  return out;
}
