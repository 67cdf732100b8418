/**
 * A file format of one's own whose header is another file: raw rasters after ESRI (BIL, BSQ, BIP), as archives published them
 * before GeoTIFF. Numbers lie in `rain.bil`, their layout in `rain.hdr`. `gdal_translate rain.bil rain.tif` is the other way.
 *
 *     node --import tsx --conditions=source examples/raw-raster.ts [rain.bil out.nc]
 *
 * Without arguments: a small raster that is made first.
 */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FormatError } from "../engine/errors.ts";
import { type Coordinate, Field, type GridFormat, readField, writeField } from "../io/index.ts";

const headerOf = (path: string): string => path.replace(/\.[^./\\]*$/, ".hdr");

/** Readers of one number, by type and bits. */
const readers: Readonly<Record<string, (view: DataView, at: number, little: boolean) => number>> = {
  UNSIGNEDINT8: (view, at) => view.getUint8(at),
  UNSIGNEDINT16: (view, at, little) => view.getUint16(at, little),
  SIGNEDINT16: (view, at, little) => view.getInt16(at, little),
  SIGNEDINT32: (view, at, little) => view.getInt32(at, little),
  FLOAT32: (view, at, little) => view.getFloat32(at, little),
};

export const rawRaster: GridFormat = {
  name: "bil",
  extensions: [],
  recognise: (_, path) => /\.(bil|bip|bsq)$/i.test(path) && existsSync(headerOf(path)),

  open(path) {
    const header = headerOf(path);
    const keys = new Map(
      readFileSync(header, "latin1")
        .split(/\r?\n/)
        .map((line) => line.trim().split(/\s+/) as [string, string]),
    );
    const refuse = (key: string, expected: string) =>
      new FormatError(header, "bil", `${key} is ${keys.get(key) ?? "missing"}; expected ${expected}`, "correct it");
    const number = (key: string, fallback: number): number => {
      const value = Number(keys.get(key) ?? fallback);
      if (Number.isNaN(value)) throw refuse(key, "a number");
      return value;
    };
    const [rows, columns, bands] = [number("NROWS", NaN), number("NCOLS", NaN), number("NBANDS", 1)];
    const [bits, skip, gap] = [number("NBITS", 8), number("SKIPBYTES", 0), number("NODATA", Infinity)];
    const read = readers[`${keys.get("PIXELTYPE") ?? "UNSIGNEDINT"}${bits}`];
    if (read === undefined) throw refuse("PIXELTYPE", `one of ${Object.keys(readers).join(", ")} with its NBITS`);
    const missing = bits === 32 && keys.get("PIXELTYPE") === "FLOAT" ? Math.fround(gap) : gap;
    const cell = {
      BIL: (b: number, r: number, c: number) => (r * bands + b) * columns + c,
      BSQ: (b: number, r: number, c: number) => (b * rows + r) * columns + c,
      BIP: (b: number, r: number, c: number) => (r * columns + c) * bands + b,
    }[keys.get("LAYOUT") ?? "BIL"];
    if (cell === undefined) throw refuse("LAYOUT", "BIL, BSQ or BIP");

    const bytes = readFileSync(path);
    const expected = skip + (rows * columns * bands * bits) / 8;
    if (bytes.length !== expected)
      throw new FormatError(path, "bil", `it has ${bytes.length} bytes; expected ${expected}`, "fetch it again");
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const little = (keys.get("BYTEORDER") ?? "I") === "I";
    const values = Float64Array.from({ length: bands * rows * columns }, (_, i) => {
      const [band, row, column] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
      const value = read(view, skip + (cell(band, row, column) * bits) / 8, little);
      return value === missing ? Number.NaN : value;
    });

    const projection = header.replace(/\.hdr$/, ".prj");
    const isGeographic = existsSync(projection) && readFileSync(projection, "latin1").startsWith("GEOGCS");
    const [y, x] = isGeographic ? ["latitude", "longitude"] : ["y", "x"];
    const axis = (name: string, length: number, first: number, step: number, units: string): Coordinate => {
      const values = Float64Array.from({ length }, (_, i) => first + i * step);
      return { name, dims: [name], values, attributes: isGeographic ? { standard_name: name, units } : {} };
    };
    return new Field({
      name: "band_data",
      dims: bands > 1 ? ["band", y, x] : [y, x],
      shape: bands > 1 ? [bands, rows, columns] : [rows, columns],
      values,
      coordinates: [
        axis(y, rows, number("ULYMAP", 0), -number("YDIM", 1), "degrees_north"),
        axis(x, columns, number("ULXMAP", 0), number("XDIM", 1), "degrees_east"),
      ],
    });
  },
};

/** A raster of three rows and four columns, and its header. */
function madeRaster(): string {
  const path = join(mkdtempSync(join(tmpdir(), "monge-raster-")), "rain.bil");
  writeFileSync(
    path,
    Float32Array.from({ length: 12 }, (_, i) => i / 2),
  );
  const size = "NROWS 3\nNCOLS 4\nNBANDS 1\nNBITS 32\nPIXELTYPE FLOAT\nBYTEORDER I\nLAYOUT BIL\n";
  writeFileSync(headerOf(path), `${size}ULXMAP 10\nULYMAP 50\nXDIM 0.5\nYDIM 0.5\n`);
  return path;
}

if (process.argv[1] === import.meta.filename) {
  const [input = madeRaster(), output = "out.nc"] = process.argv.slice(2);
  await writeField(output, await readField(input, { formats: [rawRaster] }));
}
