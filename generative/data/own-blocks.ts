/** Block means that leave out no pixel: blocks at the end of a line are as large as what is left. */
import type { Coordinate, Field } from "../../io/field/index.ts";
import { coarsen } from "../../io/regrid/index.ts";
import { wholeBlocks } from "./whole-blocks.ts";

/**
 * Means over `factor` × `factor` cells; the last rows and columns make smaller blocks, placed at their middle, where they do not
 * fill one. Grids with two-dimensional coordinates lose them.
 *
 * @param field - y and x are its last two dimensions
 */
export function ownBlocks(field: Field, factor: number): Field {
  const options = { crop: true, minimumValid: 1 / factor ** 2 };
  const whole = Math.min(...field.shape.slice(-2)) < factor ? undefined : wholeBlocks(field, factor);
  if (whole === undefined || whole === field) return coarsen(field, factor, options);
  const onGrid = ({ dims }: Coordinate) => field.dims.slice(-2).some((dim) => dims.includes(dim));
  const coordinates = field.coordinates.map((c) => (onGrid(c) ? blocksOf(c, factor) : c));
  return coarsen(whole, factor, options).with({ coordinates });
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
