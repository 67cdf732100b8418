/**
 * A denoiser for images of any size out of one for tiles: the state lives on the whole grid, tiles overlap, and their
 * estimates are fused with smooth weights at every evaluation, so that the sampler never sees a seam.
 */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { Denoiser } from "./sampler.ts";

export interface AxisTiling {
  readonly tile: number;
  readonly starts: readonly number[];
  /** Weight of each pixel of each tile along this axis, in (0, 1]; 1 at the borders of the image. */
  readonly weights: readonly Float64Array[];
}

/**
 * Cover `size` pixels with tiles that overlap by at least `overlap`; the last one is aligned with the border. The
 * weights rise as sin² over the overlap.
 *
 * @throws OptionsError when the overlap is not smaller than the tile
 */
export function tileAxis(size: number, tile: number, overlap: number): AxisTiling {
  if (!(overlap >= 0 && overlap < tile)) {
    throw new OptionsError(`tileAxis: overlap is ${overlap}, expected 0 ≤ overlap < ${tile}`, "overlap", overlap);
  }
  if (tile >= size) return { tile: size, starts: [0], weights: [new Float64Array(size).fill(1)] };
  const count = Math.ceil((size - overlap) / (tile - overlap));
  const starts = Array.from({ length: count }, (_, i) => Math.min(i * (tile - overlap), size - tile));
  const weights = starts.map((start) =>
    Float64Array.from({ length: tile }, (_, i) => {
      const rise = start > 0 ? ramp(i, overlap) : 1;
      const fall = start + tile < size ? ramp(tile - 1 - i, overlap) : 1;
      return rise * fall;
    }),
  );
  return { tile, starts, weights };
}

function ramp(i: number, overlap: number): number {
  return i < overlap ? Math.sin((Math.PI / 2) * ((i + 0.5) / overlap)) ** 2 : 1;
}

/**
 * Denoise a batch of tiles of one size.
 *
 * @param x - [count, height, width, outputs]
 * @param condition - [count, height, width, channels]
 * @returns the estimates, [count, height, width, outputs]; the buffer may be used again at the next call
 */
export type TileDenoiser = (
  x: Float32Array,
  condition: Float32Array,
  sigma: number,
) => Promise<Float32Array> | Float32Array;

/** An image whose rows are made when they are needed, so that it is not held. */
export interface ImageRows {
  /** Values a pixel. */
  readonly channels: number;
  /** Some rows, [count, width, channels]; the next call may change them. */
  rows(top: number, count: number): Float32Array;
}

export interface TiledDenoiserOptions {
  /** Images in the state, [members, height, width, outputs]; all share the condition. */
  readonly members: number;
  readonly height: number;
  readonly width: number;
  /** Values a pixel. */
  readonly outputs: number;
  /** [height, width, channels]. */
  readonly condition: Float32Array | ImageRows;
  readonly tile: number;
  /** Pixels that neighbouring tiles share at least. */
  readonly overlap: number;
  /** Tiles in one call; a last smaller batch is filled up with zeros. */
  readonly batch: number;
  /** Makes the denoiser for tiles of the given height and width. */
  readonly denoiser: (height: number, width: number) => Promise<TileDenoiser> | TileDenoiser;
}

/**
 * A {@link Denoiser} of [members, height, width, outputs] states. Where all tiles that cover a pixel agree on it, so does the
 * result, bit for bit, whatever the tile and batch size.
 *
 * @throws ShapeError when the condition does not fit the image
 */
export async function tiledDenoiser(options: TiledDenoiserOptions): Promise<Denoiser> {
  const { members, height, width, outputs, tile, overlap, batch } = options;
  const condition = "rows" in options.condition ? options.condition : heldRows(options.condition, height, width);
  const { channels } = condition;
  const vertical = tileAxis(height, tile, overlap);
  const horizontal = tileAxis(width, tile, overlap);
  const windows = vertical.starts.flatMap((top, i) =>
    horizontal.starts.map((left, j) => ({ top, left, down: vertical.weights[i]!, across: horizontal.weights[j]! })),
  );
  const [rows, columns] = [vertical.tile, horizontal.tile];
  const run = await options.denoiser(rows, columns);
  const pixels = rows * columns;
  const images = new Float32Array(batch * pixels * outputs);
  const conditions = new Float32Array(batch * pixels * channels);
  const fused = new Float32Array(members * height * width * outputs);
  // Weights so far of the rows that a tile covers: row r is line r mod rows, since rows above a tile are done.
  const mass = new Float64Array(rows * width);

  return async (x, sigma) => {
    const jobs = members * windows.length;
    const slabs = slabsOf(condition, (member) => heldImage(x, member, { height, width, outputs }));
    for (let first = 0; first < jobs; first += batch) {
      const count = Math.min(batch, jobs - first);
      for (let k = 0; k < count; k++) {
        const member = Math.floor((first + k) / windows.length);
        const { top, left } = windows[(first + k) % windows.length]!;
        const [image, cells] = slabs(member, top, rows);
        for (let y = 0; y < rows; y++) {
          const from = y * width + left;
          const to = k * pixels + y * columns;
          images.set(image.subarray(from * outputs, (from + columns) * outputs), to * outputs);
          conditions.set(cells.subarray(from * channels, (from + columns) * channels), to * channels);
        }
      }
      images.fill(0, count * pixels * outputs);
      conditions.fill(0, count * pixels * channels);
      const estimates = await run(images, conditions, sigma);
      for (let k = 0; k < count; k++) {
        const member = Math.floor((first + k) / windows.length);
        const number = (first + k) % windows.length;
        const { top, left, down, across } = windows[number]!;
        if (number % horizontal.starts.length === 0) {
          // Rows that no tile before has covered.
          for (let row = number === 0 ? 0 : windows[number - 1]!.top + rows; row < top + rows; row++) {
            mass.fill(0, (row % rows) * width, ((row % rows) + 1) * width);
          }
        }
        for (let y = 0; y < rows; y++) {
          let at = (member * height + top + y) * width + left;
          let line = ((top + y) % rows) * width + left;
          let from = k * pixels + y * columns;
          for (let c = 0; c < columns; c++, at++, line++, from++) {
            // A running weighted mean: equal estimates stay exactly themselves.
            const weight = down[y]! * across[c]!;
            mass[line]! += weight;
            for (let o = 0, to = at * outputs, own = from * outputs; o < outputs; o++, to++, own++) {
              const before = mass[line] === weight ? estimates[own]! : fused[to]!;
              fused[to] = before + (weight / mass[line]!) * (estimates[own]! - before);
            }
          }
        }
      }
    }
    return fused;
  };
}

/** @throws ShapeError where an image does not have the size */
function heldRows(values: Float32Array, height: number, width: number): ImageRows {
  const channels = values.length / (height * width);
  if (!(Number.isInteger(channels) && channels > 0)) {
    throw new ShapeError("tiledDenoiser: condition", `[${height}, ${width}, channels]`, `${values.length} values`);
  }
  const line = width * channels;
  return { channels, rows: (top, count) => values.subarray(top * line, (top + count) * line) };
}

function heldImage(
  x: Float32Array,
  member: number,
  { height, width, outputs }: { readonly height: number; readonly width: number; readonly outputs: number },
): ImageRows {
  const size = height * width * outputs;
  return heldRows(x.subarray(member * size, (member + 1) * size), height, width);
}

/** Rows of state and condition under the tiles of one height, made once for neighbouring tiles. */
function slabsOf(condition: ImageRows, images: (member: number) => ImageRows) {
  let [member, top] = [-1, -1];
  let image: ImageRows | undefined;
  let held: readonly [Float32Array, Float32Array] | undefined;
  return (wanted: number, row: number, count: number): readonly [image: Float32Array, condition: Float32Array] => {
    if (held !== undefined && member === wanted && top === row) return held;
    if (image === undefined || member !== wanted) image = images(wanted);
    held = [image.rows(row, count), top === row && held ? held[1] : condition.rows(row, count)];
    [member, top] = [wanted, row];
    return held;
  };
}
