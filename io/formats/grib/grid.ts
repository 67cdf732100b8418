/** Grids of GRIB: latitude and longitude, regular or Gaussian, also with a rotated pole. */
import { type GribGrid, GribProblem, MOST_POINTS } from "./message.ts";

/** Definition of such a grid in both editions; angles in degrees. */
export interface GridSays {
  readonly kind: "regular" | "gaussian";
  readonly columns: number;
  readonly rows: number;
  readonly first: readonly [lat: number, lon: number];
  readonly last: readonly [lat: number, lon: number];
  readonly scanning: number;
  /** Latitudes between a pole and the equator, of a Gaussian grid. */
  readonly parallels?: number;
  /** Points of each row of a reduced grid. */
  readonly lengths?: readonly number[];
  readonly pole?: { readonly lat: number; readonly lon: number; readonly angle: number };
  readonly figure: Readonly<Record<string, number>>;
}

/** The zeros of the Legendre polynomial of degree 2n as latitudes from north to south, by Newton's method. */
export function gaussianLatitudes(n: number): Float64Array {
  const degree = 2 * n;
  return Float64Array.from({ length: degree }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (degree + 0.5));
    for (let round = 0; round < 20; round++) {
      let [before, now] = [1, x];
      for (let k = 2; k <= degree; k++) [before, now] = [now, ((2 * k - 1) * x * now - (k - 1) * before) / k];
      const step = (now * (1 - x * x)) / (degree * (before - x * now));
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    return (Math.asin(x) * 180) / Math.PI;
  });
}

function line(first: number, last: number, n: number): Float64Array {
  const step = n > 1 ? (last - first) / (n - 1) : 0;
  // Angles are whole microdegrees; what a division leaves beyond ten digits is noise.
  return Float64Array.from({ length: n }, (_, i) => Math.round((first + i * step) * 1e10) / 1e10);
}

function latitudesOf({ kind, rows, first, last, parallels = 0 }: GridSays): Float64Array {
  if (kind === "regular") return line(first[0], last[0], rows);
  if (parallels < 1 || parallels > 4000) throw new GribProblem(`its Gaussian grid has ${parallels} parallels`);
  const all = gaussianLatitudes(parallels);
  const order = first[0] < last[0] ? all.reverse() : all;
  const start = order.findIndex((lat) => Math.abs(lat - first[0]) < 0.01);
  if (start < 0 || start + rows > order.length)
    throw new GribProblem(`its ${rows} rows from ${first[0]} are not of the Gaussian grid N${parallels}`);
  return order.slice(start, start + rows);
}

/** The regular grid of rows of these lengths. @throws GribProblem for rows that are not whole circles from 0° on */
export function reducedTo(lengths: readonly number[], says: GridSays): GridSays {
  const columns = Math.max(...lengths);
  const [from, to] = [says.first[1], says.last[1]];
  if (lengths.some((n) => n < 1)) throw new GribProblem(`one of its ${lengths.length} rows has no point`);
  // The last point is that of the longest row, in thousandths of a degree in edition 1.
  if (from !== 0 || Math.abs(to - 360 + 360 / columns) > 0.3 * (360 / columns))
    throw new GribProblem(`its reduced grid goes from ${from} to ${to} degrees, not around the whole circle`, true);
  if ((says.scanning & 0xb0) !== 0) throw new GribProblem("its reduced grid is not scanned by rows eastward", true);
  return { ...says, columns, lengths, last: [says.last[0], 360 - 360 / columns] };
}

/** Axes of a grid. @throws GribProblem where they cannot be */
export function gridOf(says: GridSays): GribGrid {
  const { columns, rows, first, last, scanning, pole, figure, lengths } = says;
  if (!(columns > 0 && rows > 0 && columns * rows <= MOST_POINTS))
    throw new GribProblem(`its grid has ${columns} x ${rows} points; expected 1 to ${MOST_POINTS}`);
  const west = (scanning & 0x80) !== 0;
  const [from, to] = [first[1], last[1]];
  if (
    ![...first, ...last].every((v) => Math.abs(v) <= 720) ||
    Math.abs(first[0]) > 90.001 ||
    Math.abs(last[0]) > 90.001
  )
    throw new GribProblem(`its corners are ${first.join(", ")} and ${last.join(", ")}; expected degrees`);
  // Columns run one way around the circle.
  const start = !west && to < from ? from - 360 : west && to > from ? from + 360 : from;
  const mapping = pole
    ? {
        grid_mapping_name: "rotated_latitude_longitude",
        grid_north_pole_latitude: -pole.lat,
        grid_north_pole_longitude: ((pole.lon + 360) % 360) - 180,
        north_pole_grid_longitude: pole.angle,
        ...figure,
      }
    : { grid_mapping_name: "latitude_longitude", ...figure };
  return {
    key: JSON.stringify(says),
    columns,
    rows,
    x: line(start, to, columns),
    y: latitudesOf(says),
    mapping,
    system: pole === undefined ? "geographic" : "rotated",
    scanning,
    ...(lengths && { lengths }),
  };
}
