/** Latitudes and longitudes of a grid on a plane that its grid mapping alone gives. */
import { dimOf } from "./axes.ts";
import type { Outline } from "./cut.ts";
import type { Coordinate, GridMapping } from "./field.ts";
import { gridMappingOf } from "./grid-mapping.ts";
import { metresOf } from "./length-units.ts";

/** Positions over rows and columns. */
interface Positions {
  readonly y: Coordinate;
  readonly x: Coordinate;
}

type Mapped = Pick<Outline, "dims" | "coordinates" | "gridMapping">;

/** By the mapping, for both lines: one selection asks for latitudes and for longitudes. */
const known = new WeakMap<GridMapping, { readonly of: readonly Coordinate[]; readonly positions: Positions }>();

/** Centres of the cells on the earth, NaN where the plane has none; undefined without lines in metres and a mapping that is known. */
export function mappedPositions(field: Mapped): Positions | undefined {
  const plane = planeOf(field);
  if (plane === undefined) return undefined;
  const { y, x, perY, perX, projection } = plane;
  const gridMapping = field.gridMapping!;
  const before = known.get(gridMapping);
  if (before?.of[0] === y && before.of[1] === x) return before.positions;
  const size = y.values.length * x.values.length;
  const [latitudes, longitudes] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0, row = 0; row < y.values.length; row++) {
    for (let column = 0; column < x.values.length; column++, i++) {
      const [latitude, longitude] = projection.toEarth(y.values[row]! * perY, x.values[column]! * perX);
      latitudes[i] = latitude;
      longitudes[i] = longitude;
    }
  }
  const dims = [y.dims[0]!, x.dims[0]!];
  const positions = {
    y: {
      ...{ name: "lat", dims, values: latitudes },
      attributes: { standard_name: "latitude", units: "degrees_north" },
    },
    x: {
      ...{ name: "lon", dims, values: longitudes },
      attributes: { standard_name: "longitude", units: "degrees_east" },
    },
  };
  known.set(gridMapping, { of: [y, x], positions });
  return positions;
}

/** Position in units of the lines of a grid from latitude and longitude, degrees; undefined where {@link mappedPositions} is. */
export function planeFromEarth(
  field: Mapped,
): ((latitude: number, longitude: number) => readonly [y: number, x: number]) | undefined {
  const plane = planeOf(field);
  return (
    plane &&
    ((latitude, longitude) => {
      const [y, x] = plane.projection.fromEarth(latitude, longitude);
      return [y / plane.perY, x / plane.perX];
    })
  );
}

/** The lines of a grid, the metres of their units, and the projection. */
function planeOf(field: Mapped) {
  const { coordinates, gridMapping } = field;
  const [y, x] = (["y", "x"] as const).map((role) => coordinates.find((c) => c.name === dimOf(field, role)));
  if (gridMapping === undefined || y?.dims.length !== 1 || x?.dims.length !== 1) return undefined;
  const [perY, perX] = [metresOf(y, gridMapping), metresOf(x, gridMapping)];
  const projection = gridMappingOf(gridMapping.attributes, perX ?? 1);
  if (perY === undefined || perX === undefined || typeof projection === "string") return undefined;
  return { y, x, perY, perX, projection };
}
