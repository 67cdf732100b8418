/**
 * A file format without a header: daily gauge analyses of NOAA's Climate Prediction Center (Xie et al. 2007,
 * doi:10.1175/JHM583.1), as they are distributed. Float32, little-endian, rain in 0.1 mm and then the number of gauges, rows
 * from south to north. Grid and day are in the name, `PRCP_CU_GAUGE_V1.0GLB_0.50deg.lnx.20180603.RT`. The day of the
 * contiguous US ends at 12 UTC of that date; that of the globe differs from country to country, and is given as the calendar day.
 *
 *     node --import tsx --conditions=source examples/cpc-gauges.ts [PRCP_CU_GAUGE_V1.0GLB_0.50deg.lnx.20180603.RT out.nc]
 *
 * Without arguments: a day of the contiguous US that is made first, with rain that grows to the north.
 */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { FormatError } from "../engine/errors.ts";
import { type Attributes, type GridFormat, readField, type VariableInfo, writeField } from "../io/index.ts";

const NAME = /^PRCP_CU_GAUGE_V1\.0(GLB_0\.50deg|CONUS_0\.25deg)\.lnx\.(\d{4})(\d{2})(\d{2})(\.RT[A-Z]*)?$/;
/** Columns, rows, first centre and spacing in degrees, hour at which the day of the name ends (from its midnight). */
const GRIDS = {
  "GLB_0.50deg": { columns: 720, rows: 360, lon: 0.25, lat: -89.75, step: 0.5, ends: 24 },
  "CONUS_0.25deg": { columns: 300, rows: 120, lon: 230.125, lat: 20.125, step: 0.25, ends: 12 },
} as const;
const HOUR = 3_600_000;

export const cpcGauges: GridFormat = {
  name: "cpc",
  extensions: [],
  recognise: (_, path) => NAME.test(basename(path)),

  open(path) {
    const [, kind, year, month, day] = NAME.exec(basename(path))!;
    const { columns, rows, lon, lat, step, ends } = GRIDS[kind as keyof typeof GRIDS];
    const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
    const bytes = readFileSync(path);
    const cells = rows * columns;
    if (new Date(midnight).toISOString().slice(0, 10) !== `${year}-${month}-${day}`)
      throw new FormatError(path, "cpc", `its name has ${year}-${month}-${day}, which is no day`, "correct the name");
    if (bytes.length !== 8 * cells) {
      const what = `it has ${bytes.length} bytes; expected ${8 * cells} (${columns} x ${rows}, rain and gauges)`;
      throw new FormatError(path, "cpc", what, "fetch it again");
    }
    const end = midnight / HOUR + ends;
    const line = (n: number, first: number) => Float64Array.from({ length: n }, (_, i) => first + i * step);
    const map = (begin: number) => Float32Array.from({ length: cells }, (_, i) => bytes.readFloatLE(4 * (begin + i)));
    const values: Readonly<Record<string, Float32Array | Float64Array>> = {
      precip: map(0),
      gauges: map(cells),
      time: Float64Array.of(end - 24),
      time_bnds: Float64Array.of(end - 24, end),
      lat: line(rows, lat),
      lon: line(columns, lon),
    };
    const info = (name: string, dims: readonly string[], attributes: Attributes): VariableInfo => {
      const { units } = attributes;
      const shape = dims.map((dim) => ({ time: 1, lat: rows, lon: columns, bnds: 2 })[dim]!);
      const dtype = values[name] instanceof Float32Array ? "float32" : "float64";
      return { name, dtype, dims, shape, attributes, units: typeof units === "string" ? units : undefined };
    };
    const times = { standard_name: "time", units: "hours since 1970-01-01", calendar: "standard", bounds: "time_bnds" };
    const rain = { standard_name: "precipitation_amount", units: "mm", cell_methods: "time: sum", scale_factor: 0.1 };
    const variables = [
      info("precip", ["time", "lat", "lon"], { ...rain, missing_value: -999 }),
      info("gauges", ["time", "lat", "lon"], { long_name: "Number of gauges", units: "1", missing_value: -999 }),
      info("time", ["time"], times),
      info("time_bnds", ["time", "bnds"], {}),
      info("lat", ["lat"], { standard_name: "latitude", units: "degrees_north", axis: "Y" }),
      info("lon", ["lon"], { standard_name: "longitude", units: "degrees_east", axis: "X" }),
    ];
    return {
      path,
      format: "cpc",
      dims: Object.entries({ time: 1, lat: rows, lon: columns, bnds: 2 }).map(([name, size]) => {
        return { name, size, unlimited: false };
      }),
      variables,
      attributes: { title: "CPC unified gauge-based analysis of daily precipitation", institution: "NOAA/CPC" },
      async read(name, slab) {
        const all = values[name];
        const shape = variables.find((v) => v.name === name)?.shape;
        if (!all || !shape) throw new FormatError(path, "cpc", `it has no variable ${name}`, "name precip or gauges");
        if (!slab) return all;
        // Of time there is one position.
        const [row = 0, column = 0] = [0, ...slab.start].slice(-2);
        const [height = 1, width = 1] = [1, ...slab.count].slice(-2);
        const out = all.slice(
          0,
          slab.count.reduce((a, b) => a * b, 1),
        );
        for (let y = 0; y < height && out.length > 0; y++) {
          const from = (row + y) * shape.at(-1)! + column;
          out.set(all.subarray(from, from + width), y * width);
        }
        return out;
      },
      close() {},
    };
  },
};

/** A file of one day. */
function madeDay(): string {
  const path = join(mkdtempSync(join(tmpdir(), "monge-gauges-")), "PRCP_CU_GAUGE_V1.0CONUS_0.25deg.lnx.20180603.RT");
  const { columns, rows } = GRIDS["CONUS_0.25deg"];
  const cells = columns * rows;
  writeFileSync(
    path,
    Float32Array.from({ length: 2 * cells }, (_, i) => (i < cells ? Math.floor(i / columns) : 1)),
  );
  return path;
}

if (process.argv[1] === import.meta.filename) {
  const [input = madeDay(), output = "out.nc"] = process.argv.slice(2);
  await writeField(output, await readField(input, { variable: "precip", formats: [cpcGauges] }));
}
