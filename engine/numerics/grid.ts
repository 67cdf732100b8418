/**
 * Plain-array kernels that change the resolution of stacked images by an integer factor.
 *
 * Layout everywhere: `count` images of `[height, width]`, row-major and contiguous, so value `(n, y, x)` is at
 * `(n * height + y) * width + x`. Missing values are NaN. Sums run in float64, results are float32.
 */
import { OptionsError, ShapeError } from "../errors.ts";

/** Any contiguous array of real numbers that the kernels read. */
export type GridValues = Float32Array | Float64Array;

function checkStack(name: string, values: GridValues, count: number, height: number, width: number, factor: number) {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new OptionsError(`${name}: factor is ${factor}; expected a whole number of at least 1`, "factor", factor);
  }
  if (values.length !== count * height * width) {
    throw new ShapeError(
      `${name}: values`,
      `${count} images of ${height} x ${width} = ${count * height * width} values`,
      `${values.length}`,
    );
  }
}

/**
 * Conservative coarsening: the mean of every `factor` x `factor` block.
 *
 * @param values - `count` stacked images of `[height, width]`.
 * @param factor - whole number that divides both `height` and `width`.
 * @param minimumValid - least fraction of a block, in (0, 1], that must be present (not NaN) for the block to have a
 * mean, which is
 *   then of what is present.
 * @returns `count` stacked images of `[height / factor, width / factor]`.
 * @throws ShapeError if the length does not fit or the factor does not divide the image; OptionsError for a bad factor.
 */
export function blockMean(
  values: GridValues,
  count: number,
  height: number,
  width: number,
  factor: number,
  minimumValid = 1,
): Float32Array {
  checkStack("blockMean", values, count, height, width, factor);
  if (!(minimumValid > 0 && minimumValid <= 1)) {
    throw new OptionsError(
      `blockMean: minimumValid is ${minimumValid}; expected 0 < minimumValid <= 1`,
      "minimumValid",
    );
  }
  if (height % factor !== 0 || width % factor !== 0) {
    throw new ShapeError(
      "blockMean: image",
      `height and width that ${factor} divides`,
      `${height} x ${width}`,
      `crop to ${height - (height % factor)} x ${width - (width % factor)} first`,
    );
  }
  const [rows, columns] = [height / factor, width / factor];
  const out = new Float32Array(count * rows * columns);
  const sums = new Float64Array(columns);
  const seen = new Int32Array(columns);
  const needed = Math.max(1, minimumValid * factor * factor - 1e-9);
  for (let row = 0; row < count * rows; row++) {
    sums.fill(0);
    seen.fill(0);
    for (let dy = 0; dy < factor; dy++) {
      let at = (row * factor + dy) * width;
      for (let column = 0; column < columns; column++) {
        for (let dx = 0; dx < factor; dx++, at++) {
          const value = values[at]!;
          if (Number.isNaN(value)) continue;
          sums[column]! += value;
          seen[column]! += 1;
        }
      }
    }
    for (let column = 0; column < columns; column++) {
      const n = seen[column]!;
      out[row * columns + column] = n >= needed ? sums[column]! / n : Number.NaN;
    }
  }
  return out;
}

interface Taps {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly weight: Float64Array;
}

/** Interpolation nodes of each fine cell along one axis: half-pixel centres, clamped at the edges. */
function linearTaps(size: number, factor: number): Taps {
  const n = size * factor;
  const taps = { low: new Int32Array(n), high: new Int32Array(n), weight: new Float64Array(n) };
  for (let i = 0; i < n; i++) {
    const source = Math.max(0, (i + 0.5) / factor - 0.5);
    const low = Math.min(Math.floor(source), size - 1);
    taps.low[i] = low;
    taps.high[i] = Math.min(low + 1, size - 1);
    taps.weight[i] = taps.high[i] === low ? 0 : source - low;
  }
  return taps;
}

/** `(1 - w) a + w b` that does not let a NaN of weight zero in. */
function mix(a: number, b: number, w: number): number {
  return w === 0 ? a : a + w * (b - a);
}

/**
 * Bilinear refinement with half-pixel centres and clamped edges, the convention of torch's
 * `F.interpolate(mode="bilinear", align_corners=False)`. Affine images come back exactly half a coarse cell or more
 * away from the border; a NaN reaches exactly the fine cells that weigh it.
 *
 * @param values - `count` stacked images of `[height, width]`.
 * @param range - fine rows of each image, from the first up to the second. @defaultValue all
 * @returns `count` stacked images of `[height * factor, width * factor]`, or of those rows.
 * @throws ShapeError if the length does not fit; OptionsError for a bad factor.
 */
export function bilinearUpsample(
  values: GridValues,
  count: number,
  height: number,
  width: number,
  factor: number,
  range: readonly [from: number, to: number] = [0, height * factor],
): Float32Array {
  checkStack("bilinearUpsample", values, count, height, width, factor);
  const [from, to] = range;
  const [rows, columns] = [to - from, width * factor];
  const vertical = linearTaps(height, factor);
  const horizontal = linearTaps(width, factor);
  const out = new Float32Array(count * rows * columns);
  const line = new Float64Array(width);
  for (let n = 0; n < count; n++) {
    for (let y = from; y < to; y++) {
      const low = (n * height + vertical.low[y]!) * width;
      const high = (n * height + vertical.high[y]!) * width;
      for (let x = 0; x < width; x++) line[x] = mix(values[low + x]!, values[high + x]!, vertical.weight[y]!);
      const start = (n * rows + y - from) * columns;
      for (let x = 0; x < columns; x++) {
        out[start + x] = mix(line[horizontal.low[x]!]!, line[horizontal.high[x]!]!, horizontal.weight[x]!);
      }
    }
  }
  return out;
}

/**
 * Block-constant refinement: every coarse cell is repeated `factor` x `factor` times, so that
 * `blockMean(repeatUpsample(v))` is `v`.
 *
 * @returns `count` stacked images of `[height * factor, width * factor]`.
 * @throws ShapeError if the length does not fit; OptionsError for a bad factor.
 */
export function repeatUpsample(
  values: GridValues,
  count: number,
  height: number,
  width: number,
  factor: number,
): Float32Array {
  checkStack("repeatUpsample", values, count, height, width, factor);
  const columns = width * factor;
  const out = new Float32Array(values.length * factor * factor);
  for (let row = 0; row < count * height; row++) {
    const start = row * factor * columns;
    for (let x = 0; x < width; x++) {
      out.fill(values[row * width + x]!, start + x * factor, start + (x + 1) * factor);
    }
    for (let dy = 1; dy < factor; dy++) out.copyWithin(start + dy * columns, start, start + columns);
  }
  return out;
}

/**
 * One image made larger at the bottom and on the right: its last row and column are repeated.
 *
 * @param image - [height, width, depth]
 * @param size - the asked height and width, not below those of the image
 * @returns [size[0], size[1], depth]; the image itself where it has the size
 */
export function edgesRepeated<T extends Float32Array | Uint8Array>(
  image: T,
  [height, width, depth]: readonly [height: number, width: number, depth: number],
  size: readonly [height: number, width: number],
): T {
  const [rows, columns] = size;
  if (rows === height && columns === width) return image;
  const Kind = image.constructor as new (length: number) => T;
  const values = new Kind(rows * columns * depth);
  for (let y = 0, at = 0; y < rows; y++) {
    const row = Math.min(y, height - 1) * width;
    for (let x = 0; x < columns; x++) {
      const from = (row + Math.min(x, width - 1)) * depth;
      for (let k = 0; k < depth; k++, at++) values[at] = image[from + k]!;
    }
  }
  return values;
}
