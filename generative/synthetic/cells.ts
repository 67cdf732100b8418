/** Coarse cells as weighted means of fine pixels, one axis at a time. */

/** One cell along an axis: pixels from `from` on, with weights that add up to 1. */
export interface Cell {
  readonly from: number;
  readonly weights: Float64Array;
}

export type Cells = readonly Cell[];

/**
 * Cells of `factor` pixels that cover `size` pixels, each moved by `shift`: the weights are the shares of the cell in each
 * pixel, inside the axis alone.
 */
export function cellsAlong(size: number, factor: number, shift: number): Cells {
  return Array.from({ length: Math.ceil(size / factor - 1e-9) }, (_, i) => {
    const low = Math.max(0, i * factor + shift);
    const high = Math.min(size, (i + 1) * factor + shift);
    const from = Math.floor(low);
    const overlaps = Float64Array.from({ length: Math.ceil(high) - from }, (_, j) => {
      return Math.min(high, from + j + 1) - Math.max(low, from + j);
    });
    return { from, weights: overlaps.map((o) => o / (high - low)) };
  });
}

/** A·v: means of one image [height, width] over all cells, [rows, columns]. */
export function cellMeans(image: Float64Array, width: number, rows: Cells, columns: Cells): Float64Array {
  const out = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) => {
    columns.forEach((column, j) => {
      let sum = 0;
      for (let a = 0; a < row.weights.length; a++) {
        const at = (row.from + a) * width + column.from;
        for (let b = 0; b < column.weights.length; b++) sum += row.weights[a]! * column.weights[b]! * image[at + b]!;
      }
      out[i * columns.length + j] = sum;
    });
  });
  return out;
}
