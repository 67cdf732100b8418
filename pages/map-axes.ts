/** Axes of the maps of a field. */
import { type Field, planeFromEarth, soundLine, whereOf } from "../io/field/index.ts";
import { textOf } from "../io/storage/index.ts";
import type { MapAxes, MapFigureOptions } from "../report/index.ts";

/**
 * Axes of the last two dimensions, where both have coordinates, and which row of values comes first.
 *
 * @throws ShapeError for coordinates that turn back or lie nowhere on the earth
 */
export function mapAxes(field: Field): {
  readonly firstRow: "top" | "bottom";
  readonly axes?: MapAxes;
  /** True for axes in longitude and latitude of the earth; for those of a projection that is known, the way to them. */
  readonly coast?: NonNullable<MapFigureOptions["coast"]>;
} {
  const [y, x] = field.dims.slice(-2).map((dim) => axisOf(field, dim));
  const up = y !== undefined && y.range[0] < y.range[1];
  const [low, high] = y?.range ?? [0, 1];
  return {
    firstRow: up ? "bottom" : "top",
    ...(x && y && !isIdealised(field) && { coast: coastOf(field, x, y) }),
    ...(x && y && { axes: { x, y: up ? y : { ...y, range: [high, low] } } }),
  };
}

function coastOf(field: Field, x: Axis, y: Axis): NonNullable<MapFigureOptions["coast"]> {
  if (x.name.endsWith("(°E)") && y.name.endsWith("(°N)")) return true;
  const fromEarth = planeFromEarth(field);
  if (fromEarth === undefined) return false;
  return (latitude, longitude) => {
    const [down, across] = fromEarth(latitude, longitude);
    return [down * y.scale, across * x.scale];
  };
}

/** True if coordinates say that they are of no real place, as those of synthetic rain. */
const isIdealised = (field: Field) =>
  field.dims
    .slice(-2)
    .some((dim) => /\bidealised\b/.test(textOf(field.coordinate(dim)?.attributes ?? {}, "comment") ?? ""));

type Axis = MapAxes["x"] & { readonly scale: number };

/** Outer edges of a dimension, where it has coordinates, and what its numbers were multiplied by. */
function axisOf(field: Field, dim: string): Axis | undefined {
  const coordinate = field.coordinate(dim);
  if (coordinate === undefined || coordinate.values.length < 2) return undefined;
  const { values, attributes } = soundLine(`maps of ${whereOf(field)}`, coordinate);
  const [first, last] = [values[0]!, values.at(-1)!];
  const half = (last - first) / (values.length - 1) / 2;
  const standard = textOf(attributes, "standard_name") ?? dim;
  const name = { projection_x_coordinate: "x", projection_y_coordinate: "y" }[standard] ?? standard;
  const units = (textOf(attributes, "units") ?? "").replace(
    /^degrees?_?(e|n)\w*$/i,
    (_, way) => `°${way.toUpperCase()}`,
  );
  const far = units === "m" && Math.max(Math.abs(first), Math.abs(last)) >= 1e4;
  const scale = far ? 1e-3 : 1;
  const said = far ? "km" : units;
  return { name: said ? `${name} (${said})` : name, range: [(first - half) * scale, (last + half) * scale], scale };
}
