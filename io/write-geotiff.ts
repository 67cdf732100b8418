/**
 * GeoTIFF files of float32, written here byte by byte because geotiff.js's writer corrupts integers and cannot compress:
 * little-endian, one plane per band, strips with deflate and the floating-point predictor (TIFF technical note 3).
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { writeAtomically } from "../engine/atomic-file.ts";
import { DomainError, ShapeError } from "../engine/errors.ts";
import { axisOf } from "./axes.ts";
import { geoKeysOf, metresPer, onSphere } from "./crs.ts";
import type { Coordinate, Field } from "./field.ts";
import { regularStep } from "./geotransform.ts";
import { sizeOf, textOf } from "./source.ts";

/** Options of {@link writeGeotiff}. */
export interface GeotiffOptions {
  /** EPSG code of x and y, or `"none"`. @defaultValue found from the field, see {@link geoKeysOf} */
  readonly epsg?: number | "none";
  /** Stored in place of missing values. @defaultValue NaN */
  readonly nodata?: number;
  /** Deflate level, 1 to 9. @defaultValue 6 */
  readonly compression?: number;
  /** One description per band. @defaultValue positions along the leading dimensions, e.g. `time=2016-07-11T10:00:00` */
  readonly bands?: readonly string[];
}

type Tag = readonly [code: number, type: number, count: number, bytes: Buffer];

const STRIP_BYTES = 2 ** 18;

const short = (code: number, ...values: readonly number[]): Tag => [
  code,
  3,
  values.length,
  Buffer.from(Uint16Array.from(values).buffer),
];
const long = (code: number, values: readonly number[]): Tag => [
  code,
  4,
  values.length,
  Buffer.from(Uint32Array.from(values).buffer),
];
const double = (code: number, values: readonly number[]): Tag => [
  code,
  12,
  values.length,
  Buffer.from(Float64Array.from(values).buffer),
];
const ascii = (code: number, text: string): Tag => {
  const bytes = Buffer.from(`${text}\0`, "utf8");
  return [code, 2, bytes.length, bytes];
};

interface Axis1d {
  readonly start: number;
  readonly step: number;
  readonly flip: boolean;
}

/** Outer edge, cell size and direction of a horizontal coordinate, in metres or degrees; x must grow, y must fall. */
function layAxis(field: Field, dim: string, grows: boolean): Axis1d {
  const coordinate: Coordinate | undefined = field.coordinates.find((c) => c.name === dim && c.dims.length === 1);
  if (!coordinate)
    throw new ShapeError(`writeGeotiff: field ${field.name}`, `a coordinate for dimension ${dim}`, "none");
  const scale = metresPer(textOf(coordinate.attributes, "units"));
  const { first, step } = regularStep(dim, coordinate.values);
  const flip = step > 0 !== grows;
  const last = first + step * (coordinate.values.length - 1);
  const [from, along] = flip ? [last, -step] : [first, step];
  return { start: (from - along / 2) * scale, step: along * scale, flip };
}

/** One strip with the floating-point predictor: bytes by significance, then differences along the row. */
function encodeStrip(rows: Float32Array, width: number, level: number): Buffer {
  const source = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
  const out = Buffer.alloc(source.length);
  const stride = 4 * width;
  for (let start = 0; start < source.length; start += stride) {
    for (let x = 0; x < width; x++)
      for (let b = 0; b < 4; b++) out[start + b * width + x] = source[start + 4 * x + 3 - b]!;
    for (let i = start + stride - 1; i > start; i--) out[i] = out[i]! - out[i - 1]!;
  }
  return deflateSync(out, { level });
}

function bandNames(field: Field): string[] {
  const leading = field.dims.slice(0, -2);
  const times = field.times();
  const count = sizeOf(field.shape.slice(0, -2));
  return Array.from({ length: count }, (_, band) => {
    let rest = band;
    const parts: string[] = [];
    for (const dim of [...leading].reverse()) {
      const index = rest % field.size(dim);
      rest = Math.floor(rest / field.size(dim));
      const coordinate = field.coordinate(dim);
      const isTime = axisOf(dim, coordinate?.attributes ?? {}) === "time";
      const value = (isTime ? times[index]?.iso : undefined) ?? coordinate?.values[index] ?? index;
      parts.unshift(`${dim}=${value}`);
    }
    return parts.join(" ");
  });
}

const escapeXml = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function metadata(field: Field, names: readonly string[]): string {
  const items = names.flatMap((name, sample) => [
    ...(name === ""
      ? []
      : [`<Item name="DESCRIPTION" sample="${sample}" role="description">${escapeXml(name)}</Item>`]),
    ...(field.units
      ? [`<Item name="UNITTYPE" sample="${sample}" role="unittype">${escapeXml(field.units)}</Item>`]
      : []),
  ]);
  return `<GDALMetadata>${items.join("")}</GDALMetadata>`;
}

/** Rows `[from, to)` of a band as they go to the file: north up, west left, missing values as `nodata`. */
function rowsOf(
  field: Field,
  band: number,
  from: number,
  to: number,
  y: Axis1d,
  x: Axis1d,
  nodata: number,
): Float32Array {
  const [height, width] = [field.shape.at(-2)!, field.shape.at(-1)!];
  const out = new Float32Array((to - from) * width);
  for (let row = from; row < to; row++) {
    const source = (band * height + (y.flip ? height - 1 - row : row)) * width;
    for (let column = 0; column < width; column++) {
      const value = field.values[source + (x.flip ? width - 1 - column : column)]!;
      out[(row - from) * width + column] = Number.isNaN(value) ? nodata : value;
    }
  }
  return out;
}

/** Appends the directory, with values of more than four bytes behind it, and points the header at it. */
function writeDirectory(file: number, at: number, tags: readonly Tag[]): void {
  const sorted = [...tags].sort((a, b) => a[0] - b[0]);
  const start = at + (at % 2);
  const directory = Buffer.alloc(2 + 12 * sorted.length + 4);
  directory.writeUInt16LE(sorted.length, 0);
  const tail: Buffer[] = [];
  let next = start + directory.length;
  sorted.forEach(([code, type, count, bytes], i) => {
    const entry = 2 + 12 * i;
    directory.writeUInt16LE(code, entry);
    directory.writeUInt16LE(type, entry + 2);
    directory.writeUInt32LE(count, entry + 4);
    if (bytes.length <= 4) {
      bytes.copy(directory, entry + 8);
      return;
    }
    directory.writeUInt32LE(next, entry + 8);
    const padded = Buffer.alloc(bytes.length + (bytes.length % 2));
    bytes.copy(padded);
    tail.push(padded);
    next += padded.length;
  });
  writeFully(file, Buffer.concat([directory, ...tail]), start);
  const pointer = Buffer.alloc(4);
  pointer.writeUInt32LE(start, 0);
  writeFully(file, pointer, 4);
}

function writeFully(file: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

/**
 * Writes a field as a GeoTIFF of float32 with north up: the last two dimensions are y and x on a regular grid, all
 * positions along the others become bands. Coordinates in kilometres are written in metres.
 *
 * @throws ShapeError if the field has no regular y and x at its end; OptionsError if the projection has no EPSG code
 *   and none is stated; DomainError if the file would pass 4 GiB, the end of classic TIFF.
 */
export async function writeGeotiff(path: string, field: Field, options: GeotiffOptions = {}): Promise<void> {
  const [yDim, xDim] = [field.dims.at(-2), field.dims.at(-1)];
  if (xDim === undefined || yDim === undefined || field.dimOf("x") !== xDim || field.dimOf("y") !== yDim) {
    throw new ShapeError(
      `writeGeotiff: field ${field.name}`,
      "y and x as its last two dimensions",
      field.dims.join(", "),
    );
  }
  const [height, width] = [field.size(yDim), field.size(xDim)];
  const x = layAxis(field, xDim, true);
  const y = layAxis(field, yDim, false);
  const keys = geoKeysOf(field, xDim, yDim, options.epsg);
  const bands = sizeOf(field.shape.slice(0, -2));
  const names = options.bands ?? bandNames(field);
  if (names.length !== bands) throw new ShapeError("writeGeotiff: bands", [bands], [names.length]);
  const nodata = options.nodata ?? Number.NaN;
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP_BYTES / (4 * width))));
  await writeAtomically(path, (temporary) => {
    const file = openSync(temporary, "wx");
    try {
      writeFully(file, Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]), 0);
      let at = 8;
      const offsets: number[] = [];
      const sizes: number[] = [];
      for (let band = 0; band < bands; band++) {
        for (let from = 0; from < height; from += rows) {
          const part = rowsOf(field, band, from, Math.min(height, from + rows), y, x, nodata);
          const strip = encodeStrip(part, width, options.compression ?? 6);
          writeFully(file, strip, at);
          offsets.push(at);
          sizes.push(strip.length);
          at += strip.length;
          if (at > 0xf0000000) {
            throw new DomainError(
              `${path}: GeoTIFF of ${bands} bands of ${height} x ${width} passes 4 GiB; write fewer bands or NetCDF`,
            );
          }
        }
      }
      const perBand = (value: number) => Array.from({ length: bands }, () => value);
      const tags: Tag[] = [
        long(256, [width]),
        long(257, [height]),
        short(258, ...perBand(32)),
        short(259, 8),
        short(262, 1),
        long(273, offsets),
        short(277, bands),
        long(278, [rows]),
        long(279, sizes),
        short(284, bands > 1 ? 2 : 1),
        short(317, 3),
        ...(bands > 1 ? [short(338, ...perBand(0).slice(1))] : []),
        short(339, ...perBand(3)),
        double(33550, [x.step, -y.step, 0]),
        double(33922, [0, 0, 0, x.start, y.start, 0]),
        ascii(42112, metadata(field, names)),
        ascii(42113, Number.isNaN(nodata) ? "nan" : String(Math.fround(nodata))),
      ];
      if (keys) {
        tags.push(short(34735, ...keys.directory));
        if (keys.doubles.length > 0) tags.push(double(34736, keys.doubles));
        if (keys.ascii !== "") tags.push(ascii(34737, keys.ascii));
      } else {
        const model = onSphere(field, xDim, yDim) ? 2 : 1;
        tags.push(short(34735, 1, 1, 0, 2, 1024, 0, 1, model, 1025, 0, 1, 1));
      }
      writeDirectory(file, at, tags);
    } finally {
      closeSync(file);
    }
  });
}
