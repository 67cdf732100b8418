/**
 * A file format of one's own: the ASCII grid of ESRI (`.asc`), one map as text. The object `asciiGrid` is handed in wherever
 * files are read or written; the library need not know it.
 *
 *     node --import tsx --conditions=source examples/own-format.ts [coarse.nc out.asc]
 *
 * Without files: rain over Chile, written into the folder for temporary files.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatError, ShapeError } from "../engine/errors.ts";
import { Field, type GridFormat, inspect, readField, writeField } from "../io/index.ts";

const MISSING = -9999;

export const asciiGrid: GridFormat = {
  name: "ascii-grid",
  title: "ASCII grid",
  extensions: [".asc"],
  recognise: (head) => /^\s*ncols\s+\d/i.test(new TextDecoder("latin1").decode(head)),

  open(path) {
    const words = readFileSync(path, "latin1").trim().split(/\s+/);
    const head = new Map<string, number>();
    while (/^[a-z]/i.test(words[2 * head.size] ?? ""))
      head.set(words[2 * head.size]!.toLowerCase(), Number(words[2 * head.size + 1]));
    const key = (name: string) => head.get(name) ?? Number.NaN;
    const [nx, ny, step, missing] = [key("ncols"), key("nrows"), key("cellsize"), head.get("nodata_value") ?? MISSING];
    const numbers = Float64Array.from(words.slice(2 * head.size), (word) =>
      Number(word) === missing ? NaN : Number(word),
    );
    const [west, south] = ["x", "y"].map((a) => head.get(`${a}llcenter`) ?? key(`${a}llcorner`) + step / 2);
    if (numbers.length !== nx * ny || Number.isNaN(west! + south!))
      throw new FormatError(path, "ascii-grid", `it has ${numbers.length} of ${nx} x ${ny} numbers`, "fetch it again");
    const lat = Float64Array.from({ length: ny }, (_, row) => south! + step * (ny - 1 - row));
    const lon = Float64Array.from({ length: nx }, (_, column) => west! + step * column);
    return new Field({
      name: "grid",
      dims: ["lat", "lon"],
      shape: [ny, nx],
      values: numbers,
      coordinates: [
        { name: "lat", dims: ["lat"], values: lat, attributes: { units: "degrees_north" } },
        { name: "lon", dims: ["lon"], values: lon, attributes: { units: "degrees_east" } },
      ],
    });
  },

  write(path, field) {
    const [y, x] = field.dims.map((dim) => field.coordinate(dim)?.values);
    if (field.dims.length !== 2 || !y || !x || y.length < 2)
      throw new ShapeError(`field ${field.name}`, "one map with coordinates, rows first", field.dims.join(", "));
    const step = Math.abs(y[1]! - y[0]!);
    const rows = Array.from(y, (_, row) => Array.from(field.values.subarray(row * x.length, (row + 1) * x.length)));
    if (y[1]! > y[0]!) rows.reverse();
    const head = { ncols: x.length, nrows: y.length, xllcenter: x[0], yllcenter: Math.min(...y), cellsize: step };
    const lines = Object.entries({ ...head, NODATA_value: MISSING }).map(([name, value]) => `${name} ${value}`);
    const body = rows.map((row) => row.map((v) => (Number.isNaN(v) ? MISSING : v)).join(" "));
    writeFileSync(path, `${[...lines, ...body].join("\n")}\n`);
  },
};

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const chile = new URL("../test/data/coarse/valparaiso_CHIRPS5km_daily_cut.tif", import.meta.url).pathname;
  const made = join(tmpdir(), "monge-own-format.asc");
  const [input = chile, output = made] = process.argv.slice(2);
  const field = await readField(input);
  const maps = field.dims.length > 2 ? field.isel({ [field.dims[0]!]: 0 }) : field;
  await writeField(output, maps, { format: asciiGrid, overwrite: output === made });
  const { format, dims } = await inspect(output, { formats: [asciiGrid] });
  console.log(output, format, dims.map(({ name, size }) => `${name} ${size}`).join(", "));
}
