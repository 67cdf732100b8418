/** Overviews: the same ground with half as many pixels along each side, again and again. */

/** One band of a level; NaN stands for missing. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array | Float64Array;
  /** Share of each pixel's ground that has values; undefined where a value that is there counts whole. */
  readonly weights?: Float64Array;
}

/** Sizes of an image and its overviews, until both sides are at most `tile`. */
export function levelSizes(width: number, height: number, tile: number): { width: number; height: number }[] {
  const sizes = [{ width, height }];
  for (let last = sizes[0]!; last.width > tile || last.height > tile; sizes.push(last))
    last = { width: Math.ceil(last.width / 2), height: Math.ceil(last.height / 2) };
  return sizes;
}

/** The pixels that one coarser pixel covers along one side, and how much of each. */
interface Cover {
  readonly first: number;
  readonly parts: readonly number[];
}

function coverOf(fine: number, coarse: number): Cover[] {
  const ratio = fine / coarse;
  return Array.from({ length: coarse }, (_, i) => {
    const [from, to] = [i * ratio, Math.min(fine, (i + 1) * ratio)];
    const first = Math.floor(from + 1e-9);
    const last = Math.min(fine - 1, Math.ceil(to - 1e-9) - 1);
    const parts = Array.from(
      { length: last - first + 1 },
      (_, k) => Math.min(to, first + k + 1) - Math.max(from, first + k),
    );
    return { first, parts };
  });
}

/**
 * The next coarser level: each pixel is the mean of what it covers, weighted by area, without what is missing.
 * Without missing values the mean of the whole is kept.
 */
export function averaged(plane: Plane): Plane {
  const { width, height, values, weights } = plane;
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = values instanceof Float32Array ? new Float32Array(w * h) : new Float64Array(w * h);
  const outWeights = new Float64Array(w * h);
  const [rows, columns] = [coverOf(height, h), coverOf(width, w)];
  const area = (width / w) * (height / h);
  for (let y = 0; y < h; y++) {
    const { first: top, parts: down } = rows[y]!;
    for (let x = 0; x < w; x++) {
      const { first: left, parts: across } = columns[x]!;
      let [sum, weight] = [0, 0];
      for (let j = 0; j < down.length; j++) {
        let at = (top + j) * width + left;
        for (let i = 0; i < across.length; i++, at++) {
          const value = values[at]!;
          if (Number.isNaN(value)) continue;
          const part = down[j]! * across[i]! * (weights === undefined ? 1 : weights[at]!);
          sum += value * part;
          weight += part;
        }
      }
      out[y * w + x] = weight > 0 ? sum / weight : Number.NaN;
      outWeights[y * w + x] = weight / area;
    }
  }
  return { width: w, height: h, values: out, weights: outWeights };
}

/** The next coarser level of categories: each pixel is the one that its middle lies in. */
export function nearest(plane: Plane): Plane {
  const { width, height, values } = plane;
  const [w, h] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const out = values instanceof Float32Array ? new Float32Array(w * h) : new Float64Array(w * h);
  for (let y = 0; y < h; y++) {
    const row = Math.min(height - 1, Math.floor(((y + 0.5) * height) / h)) * width;
    for (let x = 0; x < w; x++)
      out[y * w + x] = values[row + Math.min(width - 1, Math.floor(((x + 0.5) * width) / w))]!;
  }
  return { width: w, height: h, values: out };
}
