/**
 * Horizontal coordinates that may be computed with: finite, one way along a line, latitudes on the earth, longitudes
 * that go on over the date line. What refines, coarsens, regrids, draws and maps takes them from here.
 */
import { ShapeError } from "../../engine/errors.ts";
import { textOf } from "../storage/source.ts";
import { axisOf, isGeographic } from "./axes.ts";
import type { Coordinate, Field } from "./field.ts";

/** Latitudes may exceed 90 by this much, degrees: float32 rounds sums of steps. */
const SLACK = 1e-4;

/** Bounds may miss their centre by this share of the cell: float32 rounds both. */
const ROUNDING = 1e-3;

const LATITUDES = "latitudes of -90 to 90 (are y and x exchanged?)";

const WAY = "correct the coordinate in the file, or cut the part out that is sound (`isel`)";

/** True if the numbers are longitudes: of the earth, or of a rotated pole. */
const isCircular = ({ name, attributes }: Coordinate) =>
  axisOf(name, attributes) === "x" &&
  (isGeographic(name, attributes) || textOf(attributes, "standard_name") === "grid_longitude");

const isLatitude = ({ name, attributes }: Coordinate) =>
  axisOf(name, attributes) === "y" &&
  (isGeographic(name, attributes) || textOf(attributes, "standard_name") === "grid_latitude");

function refuse(where: string, c: Coordinate, expected: string, index: string | number, value: number): never {
  throw new ShapeError(`${where}: coordinate ${c.name}`, expected, `${value} at index ${index}`, WAY);
}

/** Index of a value as it is said: one number for a line, row and column for a plane. */
const said = (i: number, columns: number | undefined) =>
  columns === undefined ? i : `[${Math.floor(i / columns)}, ${i % columns}]`;

/** Finite values, and latitudes of the earth: what is beyond by rounding is the pole. */
function checkedValues(where: string, c: Coordinate, gaps: boolean, columns?: number): Float64Array {
  const latitude = isLatitude(c);
  let beyond = false;
  for (const [i, v] of c.values.entries()) {
    if (!Number.isFinite(v) && !(gaps && Number.isNaN(v))) {
      refuse(where, c, "a finite position for every cell", said(i, columns), v);
    }
    if (!latitude || !(Math.abs(v) > 90)) continue;
    if (Math.abs(v) > 90 + SLACK) refuse(where, c, LATITUDES, said(i, columns), v);
    beyond = true;
  }
  return beyond ? c.values.map((v) => Math.max(-90, Math.min(90, v))) : c.values;
}

/** First position that does not go on in the direction of the first step; -1 where all do. */
function turnOf(values: Float64Array): number {
  const direction = Math.sign(values[1]! - values[0]!);
  for (let i = 1; i < values.length; i++) if (!((values[i]! - values[i - 1]!) * direction > 0)) return i;
  return -1;
}

/** The same longitudes, each less than half a circle from the one before, between -180 and 360 as far as they fit. */
function unwrapped(values: Float64Array): Float64Array {
  const out = values.slice();
  let turns = 0;
  for (let i = 1; i < out.length; i++) {
    turns -= Math.round((values[i]! - values[i - 1]!) / 360);
    out[i] = values[i]! + 360 * turns;
  }
  const [low, high] = [Math.min(out[0]!, out.at(-1)!), Math.max(out[0]!, out.at(-1)!)];
  const shift = low < -180 ? 360 : high > 360 ? -360 : 0;
  return shift === 0 ? out : out.map((v) => v + shift);
}

/** Edges near their centres, where these are longitudes; each cell has an extent and holds its centre. */
function soundBounds(where: string, c: Coordinate, values: Float64Array, circular: boolean): Float64Array {
  const { bounds = new Float64Array(), name } = c;
  const near = (edge: number, i: number) => {
    const d = edge - values[i >> 1]!;
    return circular && Math.abs(d) > 180 ? edge - 360 * Math.round(d / 360) : edge;
  };
  const out = bounds.map(near);
  for (const [i, centre] of values.entries()) {
    const [low, high] = [Math.min(out[2 * i]!, out[2 * i + 1]!), Math.max(out[2 * i]!, out[2 * i + 1]!)];
    const slack = ROUNDING * (high - low);
    if (high > low && centre >= low - slack && centre <= high + slack) continue;
    throw new ShapeError(
      `${where}: cell ${i} of ${name}`,
      `an extent above 0 around its position ${c.values[i]}`,
      `${bounds[2 * i]} to ${bounds[2 * i + 1]}`,
      "correct the bounds in the file, or leave them out: cells then end halfway between positions",
    );
  }
  return out;
}

/**
 * A line of positions: finite, only increasing or only decreasing, latitudes of -90 to 90. Longitudes that cross the
 * date line or Greenwich go on without a jump; bounds go with them.
 *
 * @param where - what asks, for messages
 * @throws ShapeError with index and value of the first position that does not fit
 */
export function soundLine(where: string, c: Coordinate): Coordinate {
  const circular = isCircular(c);
  const given = checkedValues(where, c, false);
  const values = circular && turnOf(given) >= 0 ? unwrapped(given) : given;
  const turn = turnOf(values);
  if (turn >= 0) refuse(where, c, "positions that only increase or only decrease", turn, c.values[turn]!);
  if (circular) {
    const round = values.findIndex((v) => Math.abs(v - values[0]!) > 360 + SLACK);
    if (round >= 0) refuse(where, c, "longitudes that go around the circle once at most", round, c.values[round]!);
  }
  const bounds = c.bounds && soundBounds(where, c, values, circular);
  return { ...c, values, ...(bounds && { bounds }) };
}

/**
 * Positions over rows and columns: finite, latitudes of -90 to 90; longitudes go on from cell to cell, along the first
 * column and then along rows.
 *
 * @param options.gaps - whether cells without a position, NaN, may be among them
 * @throws ShapeError with index and value of the first position that does not fit
 */
export function soundPlane(
  where: string,
  c: Coordinate,
  columns: number,
  { gaps = false }: { readonly gaps?: boolean } = {},
): Coordinate {
  const given = checkedValues(where, c, gaps, columns);
  const corners = (c.bounds?.length ?? 0) / given.length;
  if (isLatitude(c)) {
    const beyond = c.bounds?.findIndex((v) => Math.abs(v) > 90 + SLACK) ?? -1;
    if (beyond >= 0) {
      const cell = said(Math.floor(beyond / corners), columns);
      refuse(where, { ...c, name: `bounds of ${c.name}` }, LATITUDES, cell, c.bounds![beyond]!);
    }
    return given === c.values ? c : { ...c, values: given };
  }
  if (!isCircular(c)) return c;
  const turns = new Int32Array(given.length);
  for (let i = 1; i < turns.length; i++) {
    const before = i % columns === 0 ? i - columns : i - 1;
    turns[i] = turns[before]! - (Math.round((given[i]! - given[before]!) / 360) || 0);
  }
  if (!turns.some(Boolean)) return c;
  const bounds = c.bounds?.map((v, i) => v + 360 * turns[Math.floor(i / corners)]!);
  return { ...c, values: given.map((v, i) => v + 360 * turns[i]!), ...(bounds && { bounds }) };
}

/** The parts of a field, read or not, by which its horizontal coordinates are found. */
type Positions = Pick<Field, "dims" | "shape" | "coordinates">;

/**
 * The coordinates of a field with those along its last two dimensions made sound; all others as they are.
 *
 * @param where - what asks, with the field's name, for messages
 * @param options.gaps - whether positions over rows and columns may be missing, NaN
 * @throws ShapeError as {@link soundLine} and {@link soundPlane}
 */
export function soundCoordinates(
  where: string,
  { dims, shape, coordinates }: Positions,
  options: { readonly gaps?: boolean } = {},
): readonly Coordinate[] {
  const [y, x] = dims.slice(-2);
  const columns = shape.at(-1)!;
  return coordinates.map((c) => {
    if (c.dims.length === 1 && (c.name === y || c.name === x) && c.dims[0] === c.name) return soundLine(where, c);
    const flat = c.dims.length === 2 && c.dims[0] === y && c.dims[1] === x && isGeographic(c.name, c.attributes);
    return flat ? soundPlane(where, c, columns, options) : c;
  });
}
