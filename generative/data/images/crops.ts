/** Seeded training batches from an archive of pairs: random crops of random images, those with values first. */
import { ShapeError } from "../../../engine/errors.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import { imageOf, type PairArchive, type PairImages, type StoredPairs } from "./images.ts";

/** Options of {@link drawPairCrops}. */
export interface PairCropOptions {
  /** Number of crops. */
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** Turn and mirror each crop at random; those that are not square are only mirrored. @defaultValue false */
  readonly symmetries?: boolean;
}

/** Crops, each array as in {@link PairArchive}. */
export interface PairCrops {
  /** [count, height, width, channels]. */
  readonly condition: Float32Array;
  /** [count, height, width, outputs]. */
  readonly clean: Float32Array;
  /** 1 or 0, [count, height, width, outputs]. */
  readonly valid: Float32Array;
}

/** A place with a smaller share of valid pixels is drawn again, at most so often. */
const leastShare = 0.25;
const draws = 8;

/**
 * Random crops of random images. Of up to eight places in an image the first is taken where a quarter of the pixels has values,
 * else the one that has most.
 *
 * @param rng - decides all; a batch is a function of this stream alone
 * @throws ShapeError when a crop does not fit the images
 */
export function drawPairCrops(archive: PairArchive | StoredPairs, rng: Rng, options: PairCropOptions): PairCrops {
  const { count, height, width, symmetries = false } = options;
  if (height > archive.height || width > archive.width) {
    throw new ShapeError("drawPairCrops: crop", `at most [${archive.height}, ${archive.width}]`, [height, width]);
  }
  const { channels, outputs } = archive;
  const images = rng.split("image").integers(count, 0, archive.count);
  const turns = symmetries ? rng.split("symmetry").integers(count, 0, 8) : undefined;
  const rows = rng.split("row").integers(count * draws, 0, archive.height - height + 1);
  const columns = rng.split("column").integers(count * draws, 0, archive.width - width + 1);
  const condition = new Float32Array(count * height * width * channels);
  const clean = new Float32Array(count * height * width * outputs);
  const valid = new Float32Array(clean.length);
  for (let n = 0; n < count; n++) {
    const image = imageOf(archive, images[n]!);
    const own = { rows: rows.subarray(n * draws, (n + 1) * draws), columns: columns.subarray(n * draws) };
    const [top, left] = placeOf(archive, image.valid, own, [height, width]);
    const turn = height === width ? (turns?.[n] ?? 0) : (turns?.[n] ?? 0) & 6;
    // Steps in pixels of the image when the crop's row and column rise by one, under symmetry `turn`: bit 0 transposes, then
    // bit 1 mirrors the columns, then bit 2 the rows.
    const across = turn & 2 ? -1 : 1;
    const down = turn & 4 ? -archive.width : archive.width;
    const first = (top + (turn & 4 ? height - 1 : 0)) * archive.width + left + (turn & 2 ? width - 1 : 0);
    const [stepY, stepX] = turn & 1 ? [across, down] : [down, across];
    for (let y = 0, to = n * height * width; y < height; y++) {
      for (let x = 0, from = first + y * stepY; x < width; x++, to++, from += stepX) {
        for (let k = 0; k < channels; k++) condition[to * channels + k] = image.condition[from * channels + k]!;
        for (let k = 0; k < outputs; k++) {
          clean[to * outputs + k] = image.clean[from * outputs + k]!;
          valid[to * outputs + k] = image.valid[from * outputs + k]!;
        }
      }
    }
  }
  return { condition, clean, valid };
}

function placeOf(
  { width, outputs }: PairImages,
  valid: Uint8Array,
  { rows, columns }: { readonly rows: Int32Array; readonly columns: Int32Array },
  crop: readonly [number, number],
): readonly [top: number, left: number] {
  let best: readonly [number, number] = [rows[0]!, columns[0]!];
  let most = -1;
  for (const [i, top] of rows.entries()) {
    const left = columns[i]!;
    let known = 0;
    for (let y = 0; y < crop[0]; y++) {
      const start = ((top + y) * width + left) * outputs;
      for (let at = start; at < start + crop[1] * outputs; at++) known += valid[at]!;
    }
    if (known > most) {
      best = [top, left];
      most = known;
    }
    if (known >= leastShare * crop[0] * crop[1] * outputs) break;
  }
  return best;
}
