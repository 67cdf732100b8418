/** The noise images that make one member differ from another: white at one pixel (twice), and over blocks of two and of four. */
import type { Rng } from "../../engine/random/rng.ts";
import { type NoisePart, timeNoise } from "../diffusion/time-noise.ts";

/** Sides of the blocks that share a value, one an image. */
export const noiseBlocks: readonly number[] = [1, 1, 2, 4];

/** Keys and window of a member's noise. */
export interface NoiseWindow {
  readonly seed: number;
  readonly frame: number;
  /** Parts that are correlated with the noise of the times before. @defaultValue it does not */
  readonly parts?: readonly NoisePart[];
  readonly member: number;
  /** Global row and column of the first pixel. */
  readonly origin: readonly [number, number];
  readonly height: number;
  readonly width: number;
}

/**
 * The noise of one member: values belong to global pixels, and blocks to the global grid of blocks, so that windows that overlap
 * agree bit for bit.
 *
 * @param out - receives [height, width, noiseBlocks.length]
 */
export function noiseImages(
  { seed, frame, parts = [], member, origin, height, width }: NoiseWindow,
  out: Float32Array,
): void {
  const [row, column] = origin;
  for (const [image, side] of noiseBlocks.entries()) {
    const [top, left] = [Math.floor(row / side), Math.floor(column / side)];
    const rows = Math.floor((row + height - 1) / side) - top + 1;
    const columns = Math.floor((column + width - 1) / side) - left + 1;
    const window = { top, left, height: rows, width: columns };
    const white = timeNoise(frame, parts, { seed, member, step: image, ...window }, side);
    const place = { side, row: row - top * side, column: column - left * side, columns };
    spread(white, { ...place, height, width, image, images: noiseBlocks.length, out });
  }
}

/**
 * Noise for training.
 *
 * @param stream - decides all of it
 * @returns [count, height, width, noiseBlocks.length]
 */
export function noiseBatch(stream: Rng, count: number, height: number, width = height): Float32Array {
  const pixels = height * width * noiseBlocks.length;
  const out = new Float32Array(count * pixels);
  for (const [image, side] of noiseBlocks.entries()) {
    const columns = Math.ceil(width / side);
    const blocks = Math.ceil(height / side) * columns;
    const white = stream.split(image).normal(new Float32Array(count * blocks));
    for (let n = 0; n < count; n++) {
      const own = white.subarray(n * blocks, (n + 1) * blocks);
      const to = out.subarray(n * pixels, (n + 1) * pixels);
      spread(own, { side, row: 0, column: 0, columns, height, width, image, images: noiseBlocks.length, out: to });
    }
  }
  return out;
}

interface Spread {
  readonly side: number;
  /** Place of the first pixel within the first block. */
  readonly row: number;
  readonly column: number;
  /** Blocks in a row. */
  readonly columns: number;
  readonly height: number;
  readonly width: number;
  readonly image: number;
  /** In all. */
  readonly images: number;
  readonly out: Float32Array;
}

/** Every pixel gets the value of its block. */
function spread(white: Float32Array, { side, row, column, columns, height, width, image, images, out }: Spread): void {
  for (let y = 0, at = image; y < height; y++) {
    const line = Math.floor((row + y) / side) * columns;
    for (let x = 0; x < width; x++, at += images) {
      out[at] = white[line + Math.floor((column + x) / side)]!;
    }
  }
}
