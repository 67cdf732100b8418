/**
 * Amplitude of the first noise for an input of a model before version 4, measured on the input itself. Its fields are coarsened once
 * more, where the truth is known, and refined back. Where rain is smoother than that of training, its residuals fall faster towards
 * small scales than those that the model draws; the fall over one octave is continued to the scale that is refined.
 */
import { defined } from "../../engine/defined.ts";
import { bilinearUpsample, blockMean } from "../../engine/numerics/grid.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { rainLimits } from "../../io/rain/index.ts";
import type { Downscaler } from "./downscaler.ts";
import { isOfManyScales, rainUnits, type scaleNames, scaleOff, textureOfFrame } from "./input-scale.ts";
import type { RainPlace } from "./spacing.ts";
import { evenly, type Texture } from "./texture.ts";

/** Cells along a side of a window. */
const SIDE = 16;
/** Most windows of an octave. */
const MOST = 160;
/** Nothing is measured on fewer. */
const FEWEST = 24;
/** Windows with fewer wet cells are left out. */
const LEAST_WET = 0.1;
/** Members of a window. */
const MEMBERS = 2;
/** The fields are coarsened by it. */
const FACTOR = 2;
/** Octaves that the fall is continued by. */
const OCTAVES = 2;
const LEAST = 0.6;
const octaveName: (typeof scaleNames)[number] = "last octave";

/** The fields' own residuals against those that the model draws, one and two octaves above the scale that is refined. */
export interface OwnScales {
  readonly near?: Measured;
  readonly far?: Measured;
}

/**
 * Measures {@link OwnScales}, as far as the fields have enough wet windows.
 *
 * @param fields - coarse rain; NaN is missing
 * @param place - of the coarse rain
 */
export async function ownScales(
  model: Downscaler,
  fields: readonly ShapedArray[],
  place: RainPlace,
): Promise<OwnScales> {
  if (!isOfManyScales(model.configuration)) return {};
  const far = await residualRatio(model, fields.map(halved), coarser(place));
  const near = await residualRatio(model, fields, place);
  return defined({ near, far });
}

/** Amplitude of the first noise, at most 1; 1 where the fields' own scales are not known. */
export function amplitudeOf({ near, far }: OwnScales): number {
  if (near === undefined || far === undefined) return 1;
  const fall = near.mean - far.mean;
  // Less of it where it may be chance.
  const certain = Math.max(0, 1 - (near.variance + far.variance) / fall ** 2);
  return Math.min(Math.max(Math.exp(OCTAVES * certain * fall), LEAST), 1);
}

/**
 * Amplitude of the first noise, measured on the input; 1 for models that are given its last octaves, and have learned from them how
 * smooth it is.
 *
 * @param fields - coarse rain; NaN is missing
 * @param place - of it
 */
export async function measuredAmplitude(
  model: Downscaler,
  fields: readonly ShapedArray[],
  place: RainPlace,
): Promise<number> {
  const given = model.configuration.channels.some(({ role, name }) => role === "scale" && name === octaveName);
  return given ? 1 : amplitudeOf(await ownScales(model, fields, place));
}

/** A mean over windows, and its variance. */
interface Measured {
  readonly mean: number;
  readonly variance: number;
}

/**
 * ln of the true over the drawn root mean square residual of ln(1 + R/c) of fields that are refined back from their means over 2 × 2
 * cells; undefined where they have too few wet windows, or cells that the model was not trained for.
 */
async function residualRatio(
  model: Downscaler,
  fields: readonly ShapedArray[],
  place: RainPlace,
): Promise<Measured | undefined> {
  const below = coarser(place);
  if (scaleOff(model.configuration, FACTOR, below).length > 0) return undefined;
  const windows = fields.flatMap((field) => wetWindows(field, place.interval));
  if (windows.length < FEWEST) return undefined;
  const { unit } = rainUnits(place.interval);
  const chosen = evenly(windows.length, MOST);
  const differences: number[] = [];
  for (const frame of chosen) {
    const { values, texture } = windows[frame]!;
    const coarse = halved({ values, shape: [SIDE, SIDE] });
    const smooth = bilinearUpsample(coarse.values, 1, SIDE / FACTOR, SIDE / FACTOR, FACTOR);
    const { values: fine } = await model.sample(coarse, {
      ...{ factor: FACTOR, place: below, frame, members: MEMBERS, batch: MEMBERS, seed: 0, force: true },
      ...(texture && { texture }),
    });
    // Where the model is right, truth and members are alike, and so are their logarithms in the mean.
    let difference = residualSize(values, smooth, unit);
    for (let at = 0; at < fine.length; at += SIDE ** 2) {
      difference -= residualSize(fine.subarray(at, at + SIDE ** 2), smooth, unit) / MEMBERS;
    }
    // A window without any texture is left out.
    if (Number.isFinite(difference)) differences.push(difference);
  }
  if (differences.length < FEWEST) return undefined;
  const mean = differences.reduce((sum, v) => sum + v, 0) / differences.length;
  const squares = differences.reduce((sum, v) => sum + (v - mean) ** 2, 0);
  return { mean, variance: squares / (differences.length * (differences.length - 1)) };
}

/** ln of the root mean square of ln(1 + R/c) less that of the background. */
function residualSize(fine: Float32Array, background: Float32Array, unit: number): number {
  const squares = fine.reduce((sum, v, i) => sum + (Math.log1p(v / unit) - Math.log1p(background[i]! / unit)) ** 2, 0);
  return Math.log(squares / fine.length) / 2;
}

interface Window {
  readonly values: Float32Array;
  /** Of the means over 2 × 2 cells of its field. */
  readonly texture: Texture | undefined;
}

/** Windows without gaps and clutter, and with enough rain. */
function wetWindows(field: ShapedArray, interval: number | undefined): readonly Window[] {
  const { values, shape } = field;
  const [height, width] = shape as [number, number];
  const { wet, clutter } = rainLimits(interval);
  const texture = textureOfFrame(halved(field), interval);
  const found: Window[] = [];
  for (let top = 0; top + SIDE <= height; top += SIDE) {
    for (let left = 0; left + SIDE <= width; left += SIDE) {
      const window = new Float32Array(SIDE ** 2);
      for (let row = 0; row < SIDE; row++) {
        const from = (top + row) * width + left;
        window.set(values.subarray(from, from + SIDE), row * SIDE);
      }
      const wetCells = window.reduce((sum, v) => sum + (v >= wet ? 1 : 0), 0);
      if (wetCells < LEAST_WET * window.length || !window.every((v) => v <= clutter)) continue;
      found.push({ values: window, texture });
    }
  }
  return found;
}

/** The place of means over 2 × 2 cells. */
const coarser = ({ grid, ...rest }: RainPlace): RainPlace => ({
  ...rest,
  ...(grid && { grid: { ...grid, y: grid.y * FACTOR, x: grid.x * FACTOR } }),
});

/** Means over 2 × 2 cells; a last odd row or column is left out. */
function halved({ values, shape }: ShapedArray): ShapedArray & { readonly values: Float32Array } {
  const width = shape[1]!;
  const [rows, columns] = shape.map((n) => Math.floor(n / FACTOR)) as [number, number];
  const whole = new Float32Array(rows * columns * FACTOR ** 2);
  for (let row = 0; row < rows * FACTOR; row++) {
    whole.set(values.subarray(row * width, row * width + columns * FACTOR), row * columns * FACTOR);
  }
  return { values: blockMean(whole, 1, rows * FACTOR, columns * FACTOR, FACTOR), shape: [rows, columns] };
}
