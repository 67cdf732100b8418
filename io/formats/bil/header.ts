/** The header of raw rasters after ESRI (`.hdr` beside `.bil`, `.bsq`, `.bip`, `.flt`): keys and values, one pair a line. */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { FormatError } from "../../../engine/errors.ts";
import { getOwn } from "../../../engine/files/get-own.ts";
import type { DataType } from "../../storage/source.ts";

/** Layout of a raw raster in its file. */
export interface BilHeader {
  readonly path: string;
  readonly rows: number;
  readonly columns: number;
  readonly bands: number;
  readonly dtype: DataType;
  readonly littleEndian: boolean;
  readonly layout: "BIL" | "BSQ" | "BIP";
  /** Bytes before the first pixel, of a row of one band, of a row of all bands, and between bands (BSQ). */
  readonly skip: number;
  readonly bandRowBytes: number;
  readonly totalRowBytes: number;
  readonly bandGapBytes: number;
  readonly nodata: number | undefined;
  /** Centre of the first pixel, and the size of pixels; y falls along rows. Undefined where the header says nothing. */
  readonly place: { readonly x: number; readonly y: number; readonly dx: number; readonly dy: number } | undefined;
}

const HINT = "correct the header, or convert with `gdal_translate`";
const MOST_HEADER_BYTES = 2 ** 16;

/** The file of the same name that ends in `.hdr`, whatever its case. */
function headerBeside(path: string): string | undefined {
  const stem = path.replace(/\.[^./\\]*$/, "");
  return [`${stem}.hdr`, `${stem}.HDR`, `${path}.hdr`].find((p) => p !== path && existsSync(p) && statSync(p).isFile());
}

function readText(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(MOST_HEADER_BYTES);
    return bytes.toString("latin1", 0, readSync(file, bytes, 0, bytes.length, 0));
  } finally {
    closeSync(file);
  }
}

function keysOf(text: string): Map<string, string> {
  const keys = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([A-Za-z_]+)(?:\s*=\s*|\s+)(\S+)/.exec(line);
    if (match) keys.set(match[1]!.toUpperCase(), match[2]!);
  }
  return keys;
}

/** Names of raw rasters. What others call theirs (`.jp2`, `.asc`, `.img`, `.bmp`, `.ntf`) has a format of its own. */
const RAW = /\.(bil|bip|bsq|flt|dem)$/i;

/** True if a raw raster lies there: it is named like one, and a header of ESRI's kind stands beside it. */
export function isBil(path: string): boolean {
  if (!RAW.test(path)) return false;
  const header = headerBeside(path);
  if (header === undefined) return false;
  const keys = keysOf(readText(header));
  return keys.has("NROWS") && keys.has("NCOLS");
}

/**
 * Reads and checks the header beside a raw raster.
 * @throws FormatError naming the key that is missing or cannot be.
 */
export function readBilHeader(path: string): BilHeader {
  const header = headerBeside(path);
  if (header === undefined) throw new FormatError(path, "bil", "there is no .hdr beside it", "keep both in one folder");
  const keys = keysOf(readText(header));
  const refuse = (key: string, expected: string) =>
    new FormatError(header, "bil", `${key} is ${keys.get(key) ?? "missing"}; expected ${expected}`, HINT);
  const number = (key: string, fallback?: number): number => {
    const text = keys.get(key);
    const value = text === undefined ? fallback : Number(text);
    if (value === undefined || !Number.isFinite(value)) throw refuse(key, "a number");
    return value;
  };
  const whole = (key: string, low: number, fallback?: number): number => {
    const value = number(key, fallback);
    if (!(Number.isInteger(value) && value >= low)) throw refuse(key, `a whole number of at least ${low}`);
    return value;
  };
  const [rows, columns, bands] = [whole("NROWS", 1), whole("NCOLS", 1), whole("NBANDS", 1, 1)];
  // GridFloat is this format without a word on its type.
  const floats = !keys.has("NBITS") && /\.flt$/i.test(path);
  const bits = whole("NBITS", 1, floats ? 32 : 8);
  const kind = (keys.get("PIXELTYPE") ?? (floats ? "FLOAT" : "UNSIGNEDINT")).toUpperCase();
  const prefix = getOwn({ UNSIGNEDINT: "uint", SIGNEDINT: "int", FLOAT: "float" }, kind);
  if (prefix === undefined) throw refuse("PIXELTYPE", "UNSIGNEDINT, SIGNEDINT or FLOAT");
  const allowed = prefix === "float" ? [32, 64] : [8, 16, 32];
  if (!allowed.includes(bits)) throw refuse("NBITS", `${allowed.join(" or ")} for ${kind}`);
  const layout = (keys.get("LAYOUT") ?? "BIL").toUpperCase();
  if (layout !== "BIL" && layout !== "BSQ" && layout !== "BIP") throw refuse("LAYOUT", "BIL, BSQ or BIP");
  const order = (keys.get("BYTEORDER") ?? "I").toUpperCase();
  if (!["I", "LSBFIRST", "M", "MSBFIRST"].includes(order)) throw refuse("BYTEORDER", "I (little-endian) or M");
  const size = bits / 8;
  const bandRowBytes = whole("BANDROWBYTES", columns * size, columns * size);
  const fullRow = layout === "BIP" ? columns * bands * size : layout === "BIL" ? bandRowBytes * bands : bandRowBytes;
  // Some writers state the row of all bands for BSQ too, where it has no meaning.
  const totalRowBytes = layout === "BSQ" ? bandRowBytes : whole("TOTALROWBYTES", fullRow, fullRow);
  return {
    path: header,
    rows,
    columns,
    bands,
    dtype: `${prefix}${bits}` as DataType,
    littleEndian: order === "I" || order === "LSBFIRST",
    layout,
    skip: whole("SKIPBYTES", 0, 0),
    bandRowBytes,
    totalRowBytes,
    bandGapBytes: layout === "BSQ" ? whole("BANDGAPBYTES", 0, 0) : 0,
    nodata: keys.has("NODATA") ? number("NODATA") : keys.has("NODATA_VALUE") ? number("NODATA_VALUE") : undefined,
    place: placeOf(keys, number, rows),
  };
}

function placeOf(keys: ReadonlyMap<string, string>, number: (key: string, fallback?: number) => number, rows: number) {
  const cell = keys.has("CELLSIZE") ? number("CELLSIZE") : undefined;
  const [dx, dy] = [number("XDIM", cell ?? 1), number("YDIM", cell ?? 1)];
  if (!(dx > 0 && dy > 0)) return undefined;
  if (keys.has("ULXMAP") && keys.has("ULYMAP")) return { x: number("ULXMAP"), y: number("ULYMAP"), dx, dy };
  if (keys.has("XLLCORNER") && keys.has("YLLCORNER"))
    return { x: number("XLLCORNER") + dx / 2, y: number("YLLCORNER") + (rows - 0.5) * dy, dx, dy };
  if (keys.has("XLLCENTER") && keys.has("YLLCENTER"))
    return { x: number("XLLCENTER"), y: number("YLLCENTER") + (rows - 1) * dy, dx, dy };
  return undefined;
}
