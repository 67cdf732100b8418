/** Stacks of images through weights: rows and columns one after the other, with missing values as absent weights. */
import type { FieldValues } from "../field/field.ts";
import type { SparseRows, Weights } from "./weights.ts";

/** Rule by which sums of weights become values. */
export interface ApplyOptions {
  readonly normalization: "fracarea" | "destarea";
  readonly minimumValid: number;
}

/** Coordinates stored as float32 move edges by a little: this much of a cell may be uncovered all the same. */
const SLACK = 1e-4;

/** `matrix` times an image of `[rows, width]`, into `[matrix rows, width]`; five rows at a time stay in registers. */
function alongRows(matrix: SparseRows, image: FieldValues, offset: number, width: number, out: Float64Array): void {
  const { start, index, weight, total } = matrix;
  for (let row = 0; row < total.length; row++) {
    const to = row * width;
    let k = start[row]!;
    const end = start[row + 1]!;
    out.fill(0, to, to + width);
    for (; k + 5 <= end; k += 5) {
      const [a, b, c] = [offset + index[k]! * width, offset + index[k + 1]! * width, offset + index[k + 2]! * width];
      const [d, e] = [offset + index[k + 3]! * width, offset + index[k + 4]! * width];
      const [u, v, w] = [weight[k]!, weight[k + 1]!, weight[k + 2]!];
      const [y, z] = [weight[k + 3]!, weight[k + 4]!];
      for (let x = 0; x < width; x++) {
        const sum = u * image[a + x]! + v * image[b + x]! + w * image[c + x]!;
        out[to + x]! += sum + y * image[d + x]! + z * image[e + x]!;
      }
    }
    for (; k + 2 <= end; k += 2) {
      const [a, b] = [offset + index[k]! * width, offset + index[k + 1]! * width];
      const [u, v] = [weight[k]!, weight[k + 1]!];
      for (let x = 0; x < width; x++) out[to + x]! += u * image[a + x]! + v * image[b + x]!;
    }
    if (k < end) {
      const from = offset + index[k]! * width;
      const w = weight[k]!;
      for (let x = 0; x < width; x++) out[to + x]! += w * image[from + x]!;
    }
  }
}

/** An image of `[rows, width]` times the transpose of `matrix`, into `[rows, matrix rows]`. */
function alongColumns(matrix: SparseRows, image: FieldValues, offset: number, rows: number, out: Float64Array): void {
  const { start, index, weight, total, width } = matrix;
  const columns = total.length;
  for (let row = 0; row < rows; row++) {
    const from = offset + row * width;
    const to = row * columns;
    for (let x = 0; x < columns; x++) {
      let sum = 0;
      for (let k = start[x]!; k < start[x + 1]!; k++) sum += weight[k]! * image[from + index[k]!]!;
      out[to + x] = sum;
    }
  }
}

class Applier {
  private readonly weights: Weights;
  private readonly rowsFirst: boolean;
  private readonly between: Float64Array;
  /** With the means at the poles, where weights need them. */
  private readonly padded: Float64Array | undefined;
  readonly cells: number;

  constructor(weights: Weights) {
    this.weights = weights;
    const [height, width] = weights.shape;
    const plane = height * width;
    let [between, poles] = [0, false];
    this.rowsFirst = true;
    if ("cells" in weights) {
      this.cells = weights.cells.total.length;
      poles = weights.cells.index.some((i) => i >= plane);
    } else {
      const { rows, columns } = weights;
      const [newHeight, newWidth] = [rows.total.length, columns.total.length];
      this.cells = newHeight * newWidth;
      const byRows = rows.index.length * width + columns.index.length * newHeight;
      const byColumns = columns.index.length * height + rows.index.length * newWidth;
      this.rowsFirst = byRows <= byColumns;
      poles = rows.index.some((i) => i >= height);
      between = this.rowsFirst ? newHeight * width : (height + 2) * newWidth;
    }
    this.between = new Float64Array(between);
    this.padded = poles ? new Float64Array(plane + 2 * width) : undefined;
  }

  /** Sums of weights times values of one image, into `out`. */
  run(image: FieldValues, offset: number, out: Float64Array): void {
    const { weights } = this;
    const [height, width] = weights.shape;
    let [source, from, count] = [image, offset, height];
    if (this.padded) {
      this.padded.set(image.subarray(offset, offset + height * width));
      this.setPoles(this.padded);
      [source, from, count] = [this.padded, 0, height + 2];
    }
    if ("cells" in weights) {
      alongColumns(weights.cells, source, from, 1, out);
    } else if (this.rowsFirst) {
      alongRows(weights.rows, source, from, width, this.between);
      alongColumns(weights.columns, this.between, 0, weights.rows.total.length, out);
    } else {
      alongColumns(weights.columns, source, from, count, this.between);
      alongRows(weights.rows, this.between, 0, weights.columns.total.length, out);
    }
  }

  /** Sum of the weights of a target cell that the source covers. */
  whole(cell: number): number {
    const { weights } = this;
    if ("cells" in weights) return weights.cells.total[cell]!;
    const width = weights.columns.total.length;
    return weights.rows.total[Math.floor(cell / width)]! * weights.columns.total[cell % width]!;
  }

  /** Means of the southernmost and northernmost row, all around, after the last row. */
  private setPoles(image: Float64Array): void {
    const { shape, source } = this.weights;
    const [height, width] = shape;
    const centres = "centres" in source.y ? source.y.centres : source.y.values;
    const north = centres[0]! > centres[height - 1]! ? 0 : height - 1;
    for (const [row, at] of [
      [height - 1 - north, height],
      [north, height + 1],
    ] as const) {
      let sum = 0;
      for (let x = 0; x < width; x++) sum += image[row * width + x]!;
      image.fill(sum / width, at * width, (at + 1) * width);
    }
  }
}

/** Factor of each target cell's sum, from the sum of the weights that count; NaN where too few do. */
function scalesFrom(applier: Applier, valid: Float64Array, options: ApplyOptions, scales: Float64Array): void {
  for (let i = 0; i < valid.length; i++) {
    const whole = applier.whole(i);
    const there = valid[i]! > 0 && valid[i]! / whole >= options.minimumValid - SLACK;
    scales[i] = there ? 1 / (options.normalization === "destarea" ? whole : valid[i]!) : Number.NaN;
  }
}

/**
 * Copies an image with 0 for what is missing, and notes which cells are there.
 *
 * @returns whether they are others than before.
 */
function takeValid(values: FieldValues, offset: number, shares: Float64Array, clean: FieldValues): boolean {
  let changed = false;
  for (let i = 0; i < clean.length; i++) {
    const value = values[offset + i]!;
    const there = !Number.isNaN(value);
    if (there !== shares[i]! > 0) {
      changed = true;
      shares[i] = there ? 1 : 0;
    }
    clean[i] = there ? value : 0;
  }
  return changed;
}

/**
 * Regrids stacked images.
 *
 * @param values - images of `weights.shape`, one after the other; NaN stands for missing.
 * @returns images of the target's shape, of the same type; sums are taken in float64.
 */
export function applyWeights(values: FieldValues, weights: Weights, options: ApplyOptions): FieldValues {
  const [height, width] = weights.shape;
  const plane = height * width;
  const count = plane === 0 ? 0 : values.length / plane;
  const applier = new Applier(weights);
  const { cells } = applier;
  const out = values instanceof Float64Array ? new Float64Array(count * cells) : new Float32Array(count * cells);
  const [sums, valid, scales] = [new Float64Array(cells), new Float64Array(cells), new Float64Array(cells)];
  const shares = new Float64Array(plane).fill(1);
  // Of the type of the values, so that the loops stay with one type.
  const clean = values instanceof Float32Array ? new Float32Array(plane) : new Float64Array(plane);
  const measureShares = () => {
    applier.run(shares, 0, valid);
    scalesFrom(applier, valid, options, scales);
  };
  measureShares();
  // Images without missing values need no copy; the first sum that is NaN without reason shows that there are some.
  let whole = true;
  const store = (n: number): boolean => {
    let clear = true;
    for (let i = 0; i < cells; i++) {
      const value = sums[i]! * scales[i]!;
      out[n * cells + i] = value;
      if (Number.isNaN(sums[i]!)) clear = false;
    }
    return clear;
  };
  for (let n = 0; n < count; n++) {
    if (whole) {
      applier.run(values, n * plane, sums);
      whole = store(n);
      if (whole) continue;
    }
    const changed = takeValid(values, n * plane, shares, clean);
    if (changed) measureShares();
    applier.run(clean, 0, sums);
    store(n);
  }
  return out;
}
