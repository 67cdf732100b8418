/**
 * A denoiser for images of any size out of one for tiles: the state lives on the whole grid, tiles overlap, and their
 * estimates are fused with smooth weights at every evaluation, so that the sampler never sees a seam.
 */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { Denoiser } from "./sampler.ts";

/** One axis of the tiling. */
export interface AxisTiling {
  /** Length of a tile. */
  readonly tile: number;
  /** First pixel of each tile. */
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
 * @param x - [count, height, width, inputs]
 * @param condition - [count, height, width, channels]
 * @returns the estimates, [count, height, width, outputs]; the buffer may be used again at the next call
 */
export type TileDenoiser = (
  x: Float32Array,
  condition: Float32Array,
  sigma: number,
) => Promise<Float32Array> | Float32Array;

/** Options of {@link tiledDenoiser}. */
export interface TiledDenoiserOptions {
  /** Images in the state, [members, height, width, inputs]; all share the condition. */
  readonly members: number;
  readonly height: number;
  readonly width: number;
  /** Values a pixel. @defaultValue 1 */
  readonly outputs?: number;
  /** Values a pixel of the state. @defaultValue `outputs` */
  readonly inputs?: number;
  /** [height, width, channels]. */
  readonly condition: Float32Array;
  /** Length of a tile's side. */
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
  const { members, height, width, outputs = 1, inputs = outputs, condition, tile, overlap, batch } = options;
  const channels = condition.length / (height * width);
  if (!(Number.isInteger(channels) && channels > 0)) {
    throw new ShapeError("tiledDenoiser: condition", `[${height}, ${width}, channels]`, `${condition.length} values`);
  }
  const vertical = tileAxis(height, tile, overlap);
  const horizontal = tileAxis(width, tile, overlap);
  const windows = vertical.starts.flatMap((top, i) =>
    horizontal.starts.map((left, j) => ({ top, left, down: vertical.weights[i]!, across: horizontal.weights[j]! })),
  );
  const [rows, columns] = [vertical.tile, horizontal.tile];
  const run = await options.denoiser(rows, columns);
  const pixels = rows * columns;
  const images = new Float32Array(batch * pixels * inputs);
  const conditions = new Float32Array(batch * pixels * channels);
  const fused = new Float32Array(members * height * width * outputs);
  const mass = new Float64Array(members * height * width);

  return async (x, sigma) => {
    mass.fill(0);
    const jobs = members * windows.length;
    for (let first = 0; first < jobs; first += batch) {
      const count = Math.min(batch, jobs - first);
      for (let k = 0; k < count; k++) {
        const member = Math.floor((first + k) / windows.length);
        const { top, left } = windows[(first + k) % windows.length]!;
        for (let y = 0; y < rows; y++) {
          const from = (member * height + top + y) * width + left;
          const to = k * pixels + y * columns;
          images.set(x.subarray(from * inputs, (from + columns) * inputs), to * inputs);
          const cell = ((top + y) * width + left) * channels;
          conditions.set(condition.subarray(cell, cell + columns * channels), to * channels);
        }
      }
      images.fill(0, count * pixels * inputs);
      conditions.fill(0, count * pixels * channels);
      const estimates = await run(images, conditions, sigma);
      for (let k = 0; k < count; k++) {
        const member = Math.floor((first + k) / windows.length);
        const { top, left, down, across } = windows[(first + k) % windows.length]!;
        for (let y = 0; y < rows; y++) {
          let at = (member * height + top + y) * width + left;
          let from = k * pixels + y * columns;
          for (let c = 0; c < columns; c++, at++, from++) {
            // A running weighted mean: equal estimates stay exactly themselves.
            const weight = down[y]! * across[c]!;
            mass[at]! += weight;
            for (let o = 0, to = at * outputs, own = from * outputs; o < outputs; o++, to++, own++) {
              const before = mass[at] === weight ? estimates[own]! : fused[to]!;
              fused[to] = before + (weight / mass[at]!) * (estimates[own]! - before);
            }
          }
        }
      }
    }
    return fused;
  };
}
