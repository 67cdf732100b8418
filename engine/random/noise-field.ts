/**
 * Normal noise addressed by pixel. The value at a pixel is a pure function of (seed, channel, member, step, global row,
 * global column): tiles, batches, workers and order do not matter, and overlapping windows agree bit for bit. One
 * Philox block serves four neighbouring columns: its counter is (⌊column/4⌋, row, step, member), its key comes from the
 * seed and the channel.
 */
import { DomainError } from "../errors.ts";
import { centredQuantile } from "../numerics/normal-quantile.ts";
import { philoxAbsorb, philoxBlocks } from "./philox.ts";

/** Key of a noise field: its values depend on it and on the pixel alone. */
interface NoiseKey {
  /** Non-negative safe integer. */
  readonly seed: number;
  /** Ensemble member, 0 … 2³² − 1. @defaultValue 0 */
  readonly member?: number;
  /** Sampling step, 0 … 2³² − 1. @defaultValue 0 */
  readonly step?: number;
  /** Channel of the image, non-negative safe integer. @defaultValue 0 */
  readonly channel?: number;
}

/** Options of {@link normalField}. */
export interface NormalFieldOptions extends NoiseKey {
  /** Global row of the window's first row, −2³¹ … 2³¹ − 1; rows beyond that range are an error. */
  readonly top: number;
  /** Global column of the window's first column, same range. */
  readonly left: number;
  /** Rows of the window. */
  readonly height: number;
  /** Columns of the window. */
  readonly width: number;
}

const TAG_FIELD = 0x66696c64;
const SPAN_BLOCKS = 64;

/**
 * Standard normal noise over a window of a global pixel grid.
 *
 * @returns `height`·`width` values in row-major order; |z| ≤ 6.34
 * @throws DomainError if an option is outside its range
 */
export function normalField(options: NormalFieldOptions): Float32Array {
  const { top, left, height, width } = options;
  const { key0, key1, step, member } = resolve("normalField", options);
  checkInteger("normalField", "height", height, 0, 2 ** 31);
  checkInteger("normalField", "width", width, 0, 2 ** 31);
  checkInteger("normalField", "top", top, -(2 ** 31), 2 ** 31 - Math.max(height, 1));
  checkInteger("normalField", "left", left, -(2 ** 31), 2 ** 31 - Math.max(width, 1));
  const out = new Float32Array(height * width);
  const words = new Uint32Array(4 * SPAN_BLOCKS);

  for (let row = 0, at = 0; row < height; row++) {
    for (let x = 0; x < width; ) {
      const column = left + x;
      const skip = column & 3;
      const count = Math.min(4 * SPAN_BLOCKS - skip, width - x);
      philoxBlocks(words, 0, (skip + count + 3) >>> 2, column >> 2, top + row, step, member, key0, key1);
      for (let i = 0; i < count; i++) out[at++] = wordToNormal(words[skip + i]!);
      x += count;
    }
  }
  return out;
}

/** The normal quantile at the midpoint of cell `word` among 2³² equal cells. */
function wordToNormal(word: number): number {
  const q = (word - 2147483647.5) * 2 ** -32;
  return centredQuantile(q, q + 0.5);
}

function resolve(caller: string, { seed, member = 0, step = 0, channel = 0 }: NoiseKey) {
  checkInteger(caller, "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  checkInteger(caller, "channel", channel, 0, Number.MAX_SAFE_INTEGER);
  checkInteger(caller, "member", member, 0, 2 ** 32 - 1);
  checkInteger(caller, "step", step, 0, 2 ** 32 - 1);
  const identity = [seed >>> 0, Math.floor(seed / 2 ** 32), channel >>> 0, Math.floor(channel / 2 ** 32)] as const;
  const [key0, key1] = philoxAbsorb(identity, TAG_FIELD, new Uint8Array(0));
  return { key0, key1, step, member };
}

function checkInteger(caller: string, what: string, value: number, low: number, high: number): void {
  if (!(Number.isInteger(value) && value >= low && value <= high)) {
    throw new DomainError(`${caller}: ${what} is ${value}; an integer from ${low} to ${high} is needed`, value);
  }
}
