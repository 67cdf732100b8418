/** Block means that leave out no pixel: blocks at the end of a line are as large as what is left. */
import type { Coordinate, Field } from "../../io/field/index.ts";
import { coarsen } from "../../io/regrid/index.ts";

/**
 * Means over `factor` × `factor` cells; the last rows and columns make smaller blocks, placed at their middle, where they do not
 * fill one. Grids with two-dimensional coordinates lose them.
 *
 * @param field - y and x are its last two dimensions
 */
export function ownBlocks(field: Field, factor: number): Field {
  const options = { crop: true, minimumValid: 1 / factor ** 2 };
  const [y, x] = field.dims.slice(-2) as [string, string];
  const [height, width] = field.shape.slice(-2) as [number, number];
  const [rows, columns] = [height, width].map((n) => Math.ceil(n / factor) * factor) as [number, number];
  const placed = field.coordinates.filter(({ dims }) => dims.includes(y) || dims.includes(x));
  const lines = placed.every(({ dims, values }) => dims.length === 1 && values.length > 1);
  if ((rows === height && columns === width) || !lines || Math.min(height, width) < factor) {
    return coarsen(field, factor, options);
  }
  const values = new Float32Array((field.values.length / (height * width)) * rows * columns).fill(Number.NaN);
  for (let from = 0, row = 0; from < field.values.length; from += width, row++) {
    const at = Math.floor(row / height) * rows + (row % height);
    values.set(field.values.subarray(from, from + width), at * columns);
  }
  const others = field.coordinates.filter((c) => !placed.includes(c));
  const shape = [...field.shape.slice(0, -2), rows, columns];
  const means = coarsen(field.with({ values, shape, coordinates: others }), factor, options);
  return means.with({ coordinates: [...others, ...placed.map((c) => blocksOf(c, factor))] });
}

/** Middles and bounds of the blocks of a line. */
function blocksOf(line: Coordinate, factor: number): Coordinate {
  const { values } = line;
  const n = values.length;
  const half = (i: number) => (values[i + 1]! - values[i]!) / 2;
  const bounds =
    line.bounds ??
    Float64Array.from({ length: 2 * n }, (_, k) => {
      const i = k >> 1;
      return k & 1 ? values[i]! + half(Math.min(i, n - 2)) : values[i]! - half(Math.max(i - 1, 0));
    });
  const count = Math.ceil(n / factor);
  const edges = Float64Array.from({ length: 2 * count }, (_, k) => {
    const first = (k >> 1) * factor;
    return k & 1 ? bounds[2 * Math.min(first + factor, n) - 1]! : bounds[2 * first]!;
  });
  const middles = Float64Array.from({ length: count }, (_, b) => {
    const own = values.subarray(b * factor, (b + 1) * factor);
    return own.reduce((sum, v) => sum + v, 0) / own.length;
  });
  return { ...line, values: middles, bounds: edges };
}
