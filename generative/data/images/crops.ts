/** Seeded training batches: random crops of random images, those with values first, under symmetries of the square. */
import { ShapeError } from "../../../engine/errors.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import type { Image, Images } from "./images.ts";

export interface CropOptions {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  /** Crops begin at multiples of it, so that coarse cells stay whole. */
  readonly stride: number;
  /** Turn and mirror each crop at random; those that are not square are only mirrored. */
  readonly symmetries: boolean;
}

/** Crops, each array as in {@link Image}. */
export interface DrawnCrops {
  /** Number of the image of each crop. */
  readonly images: Int32Array;
  /** [count, height, width, channels]. */
  readonly condition: Float32Array;
  /** [count, height, width, outputs]. */
  readonly clean: Float32Array;
  /** 1 or 0, [count, height, width, outputs]. @defaultValue all have values */
  readonly valid?: Float32Array;
}

/** A place with a smaller share of valid pixels is drawn again, at most so often. */
const leastShare = 0.25;
const draws = 8;

/**
 * Random crops of random images. In an image with gaps, of up to eight places the first is taken where a quarter of the pixels has
 * values, else the one that has most.
 *
 * @param rng - decides all; a batch is a function of this stream alone
 * @throws ShapeError when a crop does not fit the images, or is no multiple of the stride
 */
export function drawCrops(images: Images, rng: Rng, options: CropOptions): DrawnCrops {
  const { count, height, width, stride, symmetries } = options;
  const [down, across] = [images.height - height, images.width - width].map((n) => Math.floor(n / stride) + 1);
  if (!(down! >= 1 && across! >= 1 && height % stride === 0 && width % stride === 0)) {
    const multiples = stride === 1 ? "" : `multiples of ${stride} up to `;
    throw new ShapeError("drawCrops: crop", `${multiples}at most [${images.height}, ${images.width}]`, [height, width]);
  }
  const { channels, outputs, masked } = images;
  const places = masked ? draws : 1;
  const chosen = rng.split(masked ? "image" : "tile").integers(count, 0, images.count);
  const turns = symmetries ? rng.split("symmetry").integers(count, 0, 8) : undefined;
  const rows = rng.split("row").integers(count * places, 0, down!);
  const columns = rng.split("column").integers(count * places, 0, across!);
  const condition = new Float32Array(count * height * width * channels);
  const clean = new Float32Array(count * height * width * outputs);
  const valid = masked ? new Float32Array(clean.length) : undefined;
  for (let n = 0; n < count; n++) {
    const image = images.read(chosen[n]!);
    const candidates = Array.from({ length: places }, (_, i): readonly [number, number] => [
      rows[n * places + i]! * stride,
      columns[n * places + i]! * stride,
    ]);
    const [top, left] = placeOf(images, image, candidates, [height, width]);
    const turn = height === width ? (turns?.[n] ?? 0) : (turns?.[n] ?? 0) & 6;
    // The crop at (row, column) is the image at (y, x), or under bit 0 at (x, y); bit 1 mirrors x in columns, bit 2 y in rows.
    const [upsideDown, reversed] = turn & 1 ? [turn & 2, turn & 4] : [turn & 4, turn & 2];
    const right = reversed ? -1 : 1;
    const below = upsideDown ? -images.width : images.width;
    const first = (top + (upsideDown ? height - 1 : 0)) * images.width + left + (reversed ? width - 1 : 0);
    const [stepY, stepX] = turn & 1 ? [right, below] : [below, right];
    for (let y = 0, to = n * height * width; y < height; y++) {
      for (let x = 0, from = first + y * stepY; x < width; x++, to++, from += stepX) {
        for (let k = 0; k < channels; k++) condition[to * channels + k] = image.condition[from * channels + k]!;
        for (let k = 0; k < outputs; k++) {
          clean[to * outputs + k] = image.clean[from * outputs + k]!;
          if (valid) valid[to * outputs + k] = image.valid![from * outputs + k]!;
        }
      }
    }
  }
  return { images: chosen, condition, clean, ...(valid && { valid }) };
}

function placeOf(
  { width, outputs }: Images,
  { valid }: Image,
  candidates: readonly (readonly [number, number])[],
  crop: readonly [number, number],
): readonly [top: number, left: number] {
  let best = candidates[0]!;
  let most = -1;
  for (const place of valid ? candidates : []) {
    const [top, left] = place;
    let known = 0;
    for (let y = 0; y < crop[0]; y++) {
      const start = ((top + y) * width + left) * outputs;
      for (let at = start; at < start + crop[1] * outputs; at++) known += valid![at]!;
    }
    if (known > most) {
      best = place;
      most = known;
    }
    if (known >= leastShare * crop[0] * crop[1] * outputs) break;
  }
  return best;
}
