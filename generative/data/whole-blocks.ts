/** Fine fields whose sides are no multiples of the factor, filled up with missing values so that no pixel is lost. */
import type { Coordinate, Field } from "../../io/field/index.ts";

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
