/** Fields of maps for the tests of scores. */
import { type Coordinate, Field, type FieldOptions } from "../../io/index.ts";
import { axis, evenly } from "../axis.ts";

interface Made {
  readonly members?: number | undefined;
  readonly name?: string;
  readonly units?: string;
  readonly attributes?: FieldOptions["attributes"];
  /** Places of the times in these units. @defaultValue whole numbers */
  readonly times?: ArrayLike<number>;
  readonly since?: string;
  /** Along the rows and columns. @defaultValue none, of y and x */
  readonly lines?: readonly Coordinate[];
}

/** Maps of some times, of members where there are some: rain of days from the first of November on unless something else is said. */
export function maps(values: FieldOptions["values"], side: readonly [number, number], made: Made = {}): Field {
  const { members, name = "pr", units = "mm", since = "days since 2001-11-01", lines = [] } = made;
  const { attributes = { standard_name: "lwe_thickness_of_precipitation_amount" } } = made;
  const count = values.length / (members ?? 1) / side[0] / side[1];
  const plane = lines.length === 2 ? lines.map((line) => line.name) : ["y", "x"];
  return new Field({
    ...{ name, values, units, attributes },
    dims: ["time", ...(members === undefined ? [] : ["realization"]), ...plane],
    shape: [count, ...(members === undefined ? [] : [members]), ...side],
    coordinates: [axis("time", Float64Array.from(made.times ?? evenly(count)), { units: since }), ...lines],
  });
}

/** A line of latitudes or longitudes. */
export const degrees = (name: "lat" | "lon", values: Float64Array): Coordinate =>
  axis(name, values, { units: name === "lat" ? "degrees_north" : "degrees_east" });
