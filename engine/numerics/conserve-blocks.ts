/** Conservation of rain: every block of the fine field gets the mean that the coarse field prescribes. */
import { ShapeError } from "../errors.ts";
import { checkOption, checkRain, checkShape, type ShapedArray } from "./shaped-array.ts";

/** Options of {@link conserveBlocks}. */
export interface ConserveOptions {
  /**
   * Largest factor by which a block may be scaled up, ≥ 1. What is then still missing is added evenly, so that an
   * (almost) dry block gets the coarse value as drizzle instead of a spike.
   * @defaultValue 10
   */
  readonly cap?: number;
  /**
   * Pixels that count, `[H, W]`, 0 for those that do not: the mean of a block is then that of the others, and where
   * none counts nothing changes. @defaultValue all
   */
  readonly valid?: Uint8Array;
}

/** Below this block mean a block counts as empty; it keeps the scale finite. */
const EMPTY = 1e-6;
/** Largest factor by which a block is scaled up, unless another is asked for. */
const CAP = 10;

/**
 * Scales every block of the fine field to its coarse mean y: f = min(y/max(b, 1e-6), cap)·r with b the block mean of r,
 * then adds max(y − mean f, 0). The result is ≥ 0 and its block means are y to rounding.
 *
 * @param fine `[N, …, H, W]`, rain ≥ 0; axes between N and H (members) share the coarse field
 * @param coarse `[N, h, w]` in the same units, ≥ 0
 * @param factor H/h = W/w
 * @returns The shape and the number type of `fine`
 * @throws ShapeError where shapes do not fit; DomainError for NaN, infinite or negative rain; OptionsError
 */
export function conserveBlocks(
  fine: ShapedArray,
  coarse: ShapedArray,
  factor: number,
  options: ConserveOptions = {},
): ShapedArray {
  const { cap = CAP, valid } = options;
  checkOption("conserveBlocks", "cap", cap, cap >= 1, "it must be ≥ 1");
  checkOption("conserveBlocks", "factor", factor, Number.isInteger(factor) && factor >= 1, "it must be an integer ≥ 1");
  checkShape("conserveBlocks: coarse", coarse, 3);
  checkShape("conserveBlocks: fine", fine, Math.max(3, fine.shape.length));
  const [cases, rows, columns] = coarse.shape as [number, number, number];
  const [height, width] = [rows * factor, columns * factor];
  if (fine.shape[0] !== cases || fine.shape.at(-2) !== height || fine.shape.at(-1) !== width) {
    throw new ShapeError("conserveBlocks: fine", `[${cases}, …, ${height}, ${width}]`, fine.shape);
  }
  if (valid && valid.length !== height * width) {
    throw new ShapeError("conserveBlocks: valid", [height, width], [valid.length]);
  }
  checkRain("conserveBlocks: fine", fine.values);
  checkRain("conserveBlocks: coarse", coarse.values);
  const values = fine.values.slice();
  const perCase = values.length / (cases * height * width);
  const cells = rows * columns;
  for (let image = 0; image < cases * perCase; image++) {
    const start = Math.floor(image / perCase) * cells;
    const own = values.subarray(image * height * width, (image + 1) * height * width);
    scaleBlocks(own, coarse.values.subarray(start, start + cells), columns, factor, cap, valid);
  }
  return { values, shape: fine.shape };
}

/** {@link conserveBlocks} of one image in place, unchecked. @param columns - of the coarse field */
export function scaleBlocks(
  fine: Float32Array | Float64Array,
  coarse: Float32Array | Float64Array,
  columns: number,
  factor: number,
  cap: number,
  valid?: Uint8Array,
): void {
  const width = columns * factor;
  for (let b = 0; b < coarse.length; b++) {
    const corner = Math.floor(b / columns) * factor * width + (b % columns) * factor;
    let [sum, pixels] = [0, 0];
    for (let y = 0; y < factor; y++) {
      for (let at = corner + y * width, end = at + factor; at < end; at++) {
        if (valid && valid[at] === 0) continue;
        sum += fine[at]!;
        pixels++;
      }
    }
    const { scale, missing } = scaling(sum, pixels, coarse[b]!, cap);
    for (let y = 0; y < factor; y++) {
      for (let at = corner + y * width, end = at + factor; at < end; at++) {
        if (valid?.[at] !== 0) fine[at] = scale * fine[at]! + missing;
      }
    }
  }
}

/**
 * Gives cells of any shape their means, over the pixels that have a value; cells without a mean stay as they are.
 *
 * @param values - members one after the other, each over all pixels; NaN is missing; overwritten
 * @param pixels - those of each cell
 * @param means - one for each cell; NaN is missing
 * @param rule - `shift`: values may be negative, and each cell is shifted to its mean; else scaled as by
 * {@link conserveBlocks}
 */
export function conserveCells(
  values: Float32Array | Float64Array,
  members: number,
  pixels: readonly (readonly number[])[],
  means: ArrayLike<number>,
  { shift }: { readonly shift: boolean },
): void {
  const each = values.length / members;
  for (let member = 0; member < members; member++) {
    const own = values.subarray(member * each, (member + 1) * each);
    for (const [cell, all] of pixels.entries()) {
      const mean = means[cell]!;
      if (Number.isNaN(mean)) continue;
      const known = all.filter((at) => !Number.isNaN(own[at]!));
      if (shift) shiftBlock(own, known, mean);
      else conserveBlock(own, known, mean, CAP);
    }
  }
}

function shiftBlock(values: Float32Array | Float64Array, pixels: readonly number[], target: number): void {
  let off = 0;
  for (const at of pixels) off += (target - values[at]!) / pixels.length;
  for (const at of pixels) values[at]! += off;
}

/** Scales the pixels of one block. */
function conserveBlock(
  values: Float32Array | Float64Array,
  pixels: readonly number[],
  target: number,
  cap: number,
): void {
  let sum = 0;
  for (const at of pixels) sum += values[at]!;
  const { scale, missing } = scaling(sum, pixels.length, target, cap);
  for (const at of pixels) values[at] = scale * values[at]! + missing;
}

/** The factor, and the rest to be added, that give pixels of a sum their mean. */
function scaling(sum: number, pixels: number, target: number, cap: number): { scale: number; missing: number } {
  const mean = sum / Math.max(1, pixels);
  const scale = Math.min(target / Math.max(mean, EMPTY), cap);
  return { scale, missing: Math.max(target - scale * mean, 0) };
}
