/**
 * Daily gauge analyses of NOAA's Climate Prediction Center (Xie et al. 2007, doi:10.1175/JHM583.1), as they are
 * distributed: no header, float32, little-endian, rain in 0.1 mm and then the number of gauges, rows from south to
 * north. Grid and day are in the name, `PRCP_CU_GAUGE_V1.0GLB_0.50deg.lnx.20180603.RT`.
 */
import { basename } from "node:path";
import { FormatError } from "../../../engine/errors.ts";
import { BinaryFile, toNumbers } from "../../storage/binary-file.ts";
import {
  type AttributeValue,
  type GridSource,
  type RawArray,
  sizeOf,
  slabWithin,
  type VariableInfo,
} from "../../storage/source.ts";

const NAME = /^PRCP_CU_GAUGE_V1\.0(GLB_0\.50deg|CONUS_0\.25deg)\.lnx\.(\d{4})(\d{2})(\d{2})(\.RT[A-Z]*)?$/;
/** Columns, rows, first centre and spacing in degrees, hour at which the day of the name ends (from its midnight). */
const GRIDS = {
  "GLB_0.50deg": { columns: 720, rows: 360, lon: 0.25, lat: -89.75, step: 0.5, ends: 24 },
  "CONUS_0.25deg": { columns: 300, rows: 120, lon: 230.125, lat: 20.125, step: 0.25, ends: 12 },
} as const;
const HOUR = 3_600_000;

/** Whether a file is named as one of CPC's. */
export function isCpc(path: string): boolean {
  return NAME.test(basename(path));
}

/**
 * Opens a daily file of CPC as `precip` (mm, sum of a day) and `gauges`.
 * @throws FormatError if it has another size than its name promises, or a date that does not exist.
 */
export function openCpc(path: string): GridSource {
  const [, kind, year, month, day] = NAME.exec(basename(path))!;
  const { columns, rows, lon, lat, step, ends } = GRIDS[kind as keyof typeof GRIDS];
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const size = 8 * columns * rows;
  const file = new BinaryFile(path, "cpc");
  const refuse = (what: string, hint: string) => {
    file.close();
    return new FormatError(path, "cpc", what, hint);
  };
  if (new Date(midnight).toISOString().slice(0, 10) !== `${year}-${month}-${day}`)
    throw refuse(`its name says ${year}-${month}-${day}, which is no day`, "correct the name");
  if (file.size !== size)
    throw refuse(
      `it has ${file.size} bytes; expected ${size} (${columns} x ${rows}, rain and gauges)`,
      "fetch it again",
    );
  const end = midnight / HOUR + ends;
  const line = (first: number, by: number, n: number) => Float64Array.from({ length: n }, (_, i) => first + i * by);
  const lines: Readonly<Record<string, Float64Array>> = {
    time: Float64Array.of(end - 24),
    time_bnds: Float64Array.of(end - 24, end),
    lat: line(lat, step, rows),
    lon: line(lon, step, columns),
  };
  const info = (
    name: string,
    dims: readonly string[],
    shape: readonly number[],
    attributes: Readonly<Record<string, AttributeValue>>,
    dtype: "float32" | "float64" = "float64",
  ): VariableInfo => {
    const units = typeof attributes.units === "string" ? attributes.units : undefined;
    return { name, dtype, dims, shape, attributes, units, defaultFill: false };
  };
  const [dims, shape] = [
    ["time", "lat", "lon"],
    [1, rows, columns],
  ];
  const rain = {
    long_name: "Daily precipitation from gauges",
    standard_name: "precipitation_amount",
    units: "mm",
    cell_methods: "time: sum",
    scale_factor: 0.1,
    missing_value: -999,
  };
  const calendar = {
    standard_name: "time",
    units: "hours since 1970-01-01",
    calendar: "standard",
    bounds: "time_bnds",
  };
  const variables = [
    info("precip", dims, shape, rain, "float32"),
    info(
      "gauges",
      dims,
      shape,
      { long_name: "Number of gauges in the cell", units: "1", missing_value: -999 },
      "float32",
    ),
    info("time", ["time"], [1], calendar),
    info("time_bnds", ["time", "bnds"], [1, 2], {}),
    info("lat", ["lat"], [rows], { standard_name: "latitude", units: "degrees_north", axis: "Y" }),
    info("lon", ["lon"], [columns], { standard_name: "longitude", units: "degrees_east", axis: "X" }),
  ];
  return {
    path,
    format: "cpc",
    dims: [...dims, "bnds"].map((name, i) => ({ name, size: [...shape, 2][i]!, unlimited: false })),
    variables,
    attributes: { title: "CPC unified gauge-based analysis of daily precipitation", institution: "NOAA/CPC" },
    async read(name, slab): Promise<RawArray> {
      const variable = variables.find((v) => v.name === name);
      if (!variable) throw new FormatError(path, "cpc", `it has no variable ${name}`, "name precip or gauges");
      const { start, count } = slabWithin(`${path}: variable ${name}`, variable.shape, slab);
      const known = lines[name];
      if (known)
        return variable.shape.length === 1
          ? known.slice(start[0], start[0]! + count[0]!)
          : known.slice(start[1], start[1]! + count[1]!);
      const out = new Float32Array(sizeOf(count));
      const base = name === "precip" ? 0 : rows * columns;
      for (let r = 0; r < count[1]! && out.length > 0; r++) {
        const at = 4 * (base + (start[1]! + r) * columns + start[2]!);
        out.set(toNumbers(file.bytes(at, 4 * count[2]!), "float32", true), r * count[2]!);
      }
      return out;
    },
    close: () => file.close(),
  };
}
