/** Opens a file by what its first bytes say, never by its name. */
import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { FormatError } from "../../engine/errors.ts";
import type { FileFormat, GridSource } from "../storage/source.ts";
import type { ExternalOptions } from "../storage/within.ts";
import { isBil } from "./bil/header.ts";
import { openBil } from "./bil/open.ts";
import { isCpc, openCpc } from "./cpc/open.ts";
import { foreignFormat, HEAD_BYTES } from "./foreign.ts";
import { type GeotiffReadOptions, openGeotiff } from "./geotiff/open.ts";
import { openGrib } from "./grib/open.ts";
import { findGrib } from "./grib/scan.ts";
import { openClassic } from "./netcdf/classic/open.ts";
import { openNetcdf4 } from "./netcdf/hdf5/open.ts";
import { openWrapped, type UnwrapOptions, type Wrapping } from "./wrapped/unwrap.ts";
import { openZarr } from "./zarr/open.ts";
import { zarrVersion } from "./zarr/tree.ts";

const HDF5_MAGIC = "\x89HDF\r\n\x1a\n";
const READABLE = "NetCDF-3, NetCDF-4/HDF5, GeoTIFF, GRIB or Zarr";

/** @throws FormatError where the system does not let it be read. */
function openReadable(path: string): number {
  try {
    return openSync(path, "r");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why =
      code === "EACCES" || code === "EPERM" ? "you are not permitted to read it" : `it cannot be read (${message})`;
    throw new FormatError(path, "unknown", why, "check the rights on the file", { cause });
  }
}

/**
 * The format of a file from its magic bytes (HDF5 also behind a user block).
 * @throws FormatError if the file is missing, empty, or none of the formats that monge reads.
 */
export function sniff(path: string): FileFormat | Wrapping {
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path) ?? [];
  if (scheme !== undefined) {
    const way = /^(s3|gs|gcs|az|abfs)$/.test(scheme)
      ? "copy it to this machine"
      : "fetch it first, for example with `curl -LO`";
    throw new FormatError(path, "unknown", `it is an address (${scheme}); expected a file or folder`, way);
  }
  if (!existsSync(path)) throw new FormatError(path, "unknown", "there is no such file", "check the path");
  if (statSync(path).isDirectory()) {
    const version = zarrVersion(path);
    if (version !== undefined) return `zarr-v${version}`;
    throw new FormatError(path, "unknown", "it is a folder, and not one of a Zarr store", "name a file or a store");
  }
  if (!statSync(path).isFile()) throw new FormatError(path, "unknown", "it is not a file", "name a file");
  const file = openReadable(path);
  try {
    const size = fstatSync(file).size;
    const at = (offset: number): string => {
      const bytes = Buffer.alloc(8);
      const got = readSync(file, bytes, 0, 8, offset);
      return bytes.toString("latin1", 0, got);
    };
    const magic = at(0);
    if (magic.startsWith("CDF\x01")) return "netcdf3-classic";
    if (magic.startsWith("CDF\x02")) return "netcdf3-64bit-offset";
    if (magic.startsWith("CDF\x05")) return "netcdf3-64bit-data";
    if (/^(II[*+]\0|MM\0[*+])/.test(magic)) return "geotiff";
    if (magic.startsWith("\x1f\x8b")) return "gzip";
    if (magic.startsWith("PK\x03\x04") || magic.startsWith("PK\x05\x06")) return "zip";
    for (let offset = 0; offset < size; offset = offset === 0 ? 512 : offset * 2) {
      if (at(offset) === HDF5_MAGIC) return "hdf5";
    }
    if (isCpc(path)) return "cpc";
    const head = Buffer.alloc(Math.min(size, HEAD_BYTES));
    const whole = head.subarray(0, readSync(file, head, 0, head.length, 0));
    const foreign = foreignFormat(path, whole);
    if (isBil(path) && !foreign?.known) return "bil";
    if (findGrib(whole) !== undefined && (magic.startsWith("GRIB") || !foreign?.known)) return "grib";
    if (foreign) throw new FormatError(path, foreign.name, `it is ${foreign.name}; expected ${READABLE}`, foreign.way);
    const shown = size === 0 ? "it is empty" : `it begins with ${JSON.stringify(magic.slice(0, 4))}`;
    throw new FormatError(
      path,
      "unknown",
      `${shown}; expected ${READABLE}`,
      "convert it with `gdal_translate` or `cdo`",
    );
  } finally {
    closeSync(file);
  }
}

/** Options of {@link openGrid}; each holds for the formats that know it. */
export interface OpenOptions extends GeotiffReadOptions, UnwrapOptions, ExternalOptions {}

/**
 * Opens a file for reading; close it when done. What gzip or zip wraps is unpacked into a temporary file first.
 * @throws FormatError as {@link sniff}, or if it is damaged.
 */
export async function openGrid(path: string, options: OpenOptions = {}): Promise<GridSource> {
  const format = sniff(path);
  if (format === "gzip" || format === "zip") {
    const inside = (unpacked: string) => {
      const kind = sniff(unpacked);
      if (kind !== "gzip" && kind !== "zip") return openGrid(unpacked, options);
      throw new FormatError(path, kind, `it is ${kind} inside ${format}`, "unpack it by hand");
    };
    return openWrapped(path, format, inside, options);
  }
  if (format === "bil") return openBil(path);
  if (format === "hdf5") return openNetcdf4(path, options);
  if (format === "cpc") return openCpc(path);
  if (format === "grib") return openGrib(path);
  if (format === "geotiff") return openGeotiff(path, options);
  if (format === "zarr-v2" || format === "zarr-v3") return openZarr(path, format === "zarr-v2" ? 2 : 3, options);
  return openClassic(path);
}
