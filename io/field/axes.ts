/** Role of a coordinate by CF: `axis`, then `standard_name`, then units, then its name (CF-1.11, chapter 4). */
import { getOwn } from "../../engine/files/get-own.ts";
import { type Attributes, textOf } from "../storage/source.ts";

/** Roles that monge distinguishes. */
export type Axis = "x" | "y" | "z" | "time" | "realization";

const STANDARD: Readonly<Record<string, Axis>> = {
  longitude: "x",
  grid_longitude: "x",
  projection_x_coordinate: "x",
  projection_x_angular_coordinate: "x",
  latitude: "y",
  grid_latitude: "y",
  projection_y_coordinate: "y",
  projection_y_angular_coordinate: "y",
  time: "time",
  realization: "realization",
};
const LETTERS: Readonly<Record<string, Axis>> = { x: "x", y: "y", z: "z", t: "time", e: "realization" };
const NAMES: readonly (readonly [RegExp, Axis])[] = [
  [/^(x|xc|rlon|lon|lons|longitude|longitudes|easting|nx|west_east|etopo\w*_x)$/i, "x"],
  [/^(y|yc|rlat|lat|lats|latitude|latitudes|northing|ny|south_north|etopo\w*_y)$/i, "y"],
  [/^(time|t|valid_time|day|date)$/i, "time"],
  [/^(realization|realisation|ensemble|ens|member|members|number)$/i, "realization"],
  [/^(lev|level|levels|plev|height|depth|z)$/i, "z"],
];

/**
 * The role of a coordinate (or bare dimension) from its name and attributes, or undefined.
 *
 * @param name - may have groups before it (`Grid/lat`); they are not looked at
 */
export function axisOf(name: string, attributes: Attributes): Axis | undefined {
  const letter = getOwn(LETTERS, textOf(attributes, "axis")?.toLowerCase() ?? "");
  if (letter) return letter;
  const standard = getOwn(STANDARD, textOf(attributes, "standard_name") ?? "");
  if (standard) return standard;
  const units = textOf(attributes, "units") ?? "";
  if (/^(decimal_)?degrees?[ _]?(east|e)$/i.test(units)) return "x";
  if (/^(decimal_)?degrees?[ _]?(north|n)$/i.test(units)) return "y";
  if (/\ssince\s/i.test(units)) return "time";
  // A name in a group says what its last part says.
  const last = name.slice(name.lastIndexOf("/") + 1);
  return NAMES.find(([pattern]) => pattern.test(last))?.[1];
}

/** True if a coordinate numbers the members of an ensemble: its values are whole, and stored as such. */
export function countsMembers(c: { readonly attributes: Attributes; readonly values: Float64Array }): boolean {
  return textOf(c.attributes, "standard_name") === "realization" && c.values.every((v) => (v | 0) === v);
}

/** Name of the dimension that plays a role, if one does. */
export function dimOf(field: WithCoordinates, role: Axis): string | undefined {
  return field.dims.find(
    (dim) => axisOf(dim, field.coordinates.find((c) => c.name === dim)?.attributes ?? {}) === role,
  );
}

interface WithCoordinates {
  readonly dims: readonly string[];
  readonly coordinates: readonly { readonly name: string; readonly attributes: Attributes }[];
}

/**
 * True if a coordinate is a longitude or latitude in degrees on the earth itself (not a rotated grid).
 *
 * @param name - looked at where there are neither `standard_name` nor units in degrees north or east
 */
export function isGeographic(name: string, attributes: Attributes): boolean {
  const standard = textOf(attributes, "standard_name") ?? "";
  if (standard === "longitude" || standard === "latitude") return true;
  if (standard !== "") return false;
  const units = textOf(attributes, "units") ?? "";
  return (
    /^(decimal_)?degrees?[ _]?(east|e|north|n)$/i.test(units) || /^(?:.*\/)?(lon|lat|longitude|latitude)$/i.test(name)
  );
}

/**
 * The latitude (`y`) or longitude (`x`) on the earth among coordinates.
 *
 * @param fits - whether a coordinate runs over the right dimensions
 */
export function geographicOf<C extends { readonly name: string; readonly attributes: Attributes }>(
  coordinates: readonly C[],
  role: Axis,
  fits: (c: C) => boolean,
): C | undefined {
  return coordinates.find(
    (c) => fits(c) && isGeographic(c.name, c.attributes) && axisOf(c.name, c.attributes) === role,
  );
}
