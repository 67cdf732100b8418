/** Block means of fields whose sides are no multiples of a block, and fields filled up to whole blocks. */
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

/**
 * The field, larger at the end of y and x by what is missing to whole blocks; missing there. Coordinates go on as they end.
 *
 * @param field - y and x last
 * @returns the field itself where nothing is to be added, undefined where its coordinates cannot go on
 */
export function wholeBlocks(field: Field, factor: number): Field | undefined {
  const [height, width] = field.shape.slice(-2) as [number, number];
  const [rows, columns] = [height, width].map((n) => Math.ceil(n / factor) * factor) as [number, number];
  if (rows === height && columns === width) return field;
  const [y, x] = field.dims.slice(-2) as [string, string];
  const coordinates: Coordinate[] = [];
  for (const coordinate of field.coordinates) {
    const { dims } = coordinate;
    const more = (dims.includes(y) ? rows - height : 0) + (dims.includes(x) ? columns - width : 0);
    const longer = more === 0 ? coordinate : dims.length === 1 ? goingOn(coordinate, more) : undefined;
    if (longer === undefined) return undefined;
    coordinates.push(longer);
  }
  const frames = field.values.length / (height * width);
  const values = new (field.values instanceof Float64Array ? Float64Array : Float32Array)(frames * rows * columns);
  values.fill(Number.NaN);
  for (let line = 0; line < frames * height; line++) {
    const to = (Math.floor(line / height) * rows + (line % height)) * columns;
    values.set(field.values.subarray(line * width, (line + 1) * width), to);
  }
  return field.with({ shape: [...field.shape.slice(0, -2), rows, columns], values, coordinates });
}

/** A coordinate with further cells, as wide as its last; undefined where it has one alone. */
function goingOn(coordinate: Coordinate, more: number): Coordinate | undefined {
  const { values, bounds } = coordinate;
  const n = values.length;
  if (n < 2) return undefined;
  const step = values[n - 1]! - values[n - 2]!;
  const along = Float64Array.from({ length: n + more }, (_, i) =>
    i < n ? values[i]! : values[n - 1]! + (i - n + 1) * step,
  );
  if (bounds === undefined) return { ...coordinate, values: along };
  const wide = Float64Array.from({ length: 2 * (n + more) }, (_, i) => {
    const beyond = Math.max(0, (i >> 1) - n + 1);
    return bounds[2 * Math.min(i >> 1, n - 1) + (i & 1)]! + beyond * step;
  });
  return { ...coordinate, values: along, bounds: wide };
}
