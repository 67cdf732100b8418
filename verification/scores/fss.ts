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
  const tableOf = (values: typeof truth) => eventTable(eventsOf(values, threshold), height, width);
  const [difference, reference] = windowSquares(tableOf(forecast), 1, tableOf(truth), height, width, window);
  return 1 - difference / reference;
}

/** 1 where a value reaches the threshold. */
export function eventsOf(values: Float32Array | Float64Array, threshold: number): Uint16Array {
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) out[i] = Number(values[i]! >= threshold);
  return out;
}

/** Sums of events [height, width] over all rectangles that start at the corner, [height + 1, width + 1]. */
export function eventTable(events: Uint16Array, height: number, width: number): Float64Array {
  const stride = width + 1;
  const sums = new Float64Array((height + 1) * stride);
  for (let y = 0, i = 0; y < height; y++) {
    let row = 0;
    for (let at = (y + 1) * stride + 1, end = at + width; at < end; at++, i++) {
      row += events[i]!;
      sums[at] = sums[at - stride]! + row;
    }
  }
  return sums;
}

/**
 * Σ(f − o)² and Σ(f² + o²) over the windows round all pixels, by tables of a forecast's events, of so many members, and
 * of the truth's.
 */
export function windowSquares(
  forecast: Float64Array,
  members: number,
  truth: Float64Array,
  height: number,
  width: number,
  window: number,
): [difference: number, reference: number] {
  const stride = width + 1;
  const first = -Math.floor(window / 2);
  const clip = (at: number, size: number) => Math.max(0, Math.min(size, at));
  // Sums of whole numbers, exact: divided by members and windows at the end.
  let [difference, reference] = [0, 0];
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [clip(y + first, height) * stride, clip(y + first + window, height) * stride];
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x + first);
      const right = Math.min(width, x + first + window);
      const a = bottom + right;
      const b = top + right;
      const c = bottom + left;
      const d = top + left;
      const f = forecast[a]! - forecast[b]! - forecast[c]! + forecast[d]!;
      const o = (truth[a]! - truth[b]! - truth[c]! + truth[d]!) * members;
      difference += (f - o) * (f - o);
      reference += f * f + o * o;
    }
  }
  const scale = (members * window * window) ** 2;
  return [difference / scale, reference / scale];
}
