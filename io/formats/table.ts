/** The formats that monge knows, one row each, in the order in which files are asked. Readers and writers are loaded when they are needed. */

import { OptionsError } from "../../engine/errors.ts";
import { Buffer } from "../../engine/platform/bytes.ts";
import { extname } from "../../engine/platform/paths.ts";
import { BinaryFile } from "../storage/binary-file.ts";
import { foreignFormat } from "./foreign.ts";
import { besideChecks, type GridFormat, type StorageOptions } from "./format.ts";
import { geotiffChecks } from "./geotiff/options.ts";
import { findGrib } from "./grib/find.ts";
import { CLASSIC_FORMATS, type ClassicVersion } from "./netcdf/classic/header.ts";
import { superblockOf } from "./netcdf/hdf5/headers.ts";
import { netcdfChecks, toClassic } from "./netcdf/layout/options.ts";
import { isNimrod, openNimrod } from "./nimrod.ts";
import { isRadolan, openRadolan } from "./radolan.ts";
import { zarrChecks, zarrStretch } from "./zarr/layout.ts";
import { notAStore } from "./zarr/replace-store.ts";
import { zarrVersion } from "./zarr/tree.ts";

const HDF5_MAGIC = "\x89HDF\r\n\x1a\n";
/** Names of the options of storage in a table. */
const storageIn = (checks: object) =>
  Object.keys(checks).filter((name) => !Object.hasOwn(besideChecks, name)) as (keyof StorageOptions)[];

const formats: readonly GridFormat[] = [
  {
    name: "netcdf3",
    title: "NetCDF-3",
    extensions: [".nc3", ".cdf"],
    recognise: (head) => startOf(head).startsWith("CDF") && (CLASSIC_FORMATS[head[3] as ClassicVersion] ?? false),
    open: async (path) => (await import("./netcdf/classic/open.ts")).openClassic(path),
  },
  {
    name: "netcdf4",
    title: "NetCDF-4/HDF5",
    extensions: [".nc", ".nc4"],
    recognise: (head, path) => hasHdf5(head, path) && "hdf5",
    open: async (path, options) => (await import("./netcdf/hdf5/open.ts")).openNetcdf4(path, options),
    create: async (...given) => (await import("./netcdf/write.ts")).netcdfWriter(...given),
    options: storageIn(netcdfChecks),
  },
  {
    name: "geotiff",
    title: "GeoTIFF",
    extensions: [".tif", ".tiff"],
    recognise: (head) => /^(II[*+]\0|MM\0[*+])/.test(startOf(head)),
    open: async (path, options) => (await import("./geotiff/open.ts")).openGeotiff(path, options),
    write: async (...given) => (await import("./geotiff/write.ts")).writeGeotiff(...given),
    atomic: true,
    options: storageIn(geotiffChecks),
  },
  {
    name: "grib",
    title: "GRIB",
    extensions: [],
    recognise: (head, path) =>
      findGrib(bufferOf(head)) !== undefined &&
      (startOf(head).startsWith("GRIB") || !foreignFormat(path, bufferOf(head))?.known),
    open: async (path) => (await import("./grib/open.ts")).openGrib(path),
  },
  {
    name: "radolan",
    title: "RADOLAN",
    extensions: [],
    recognise: (head) => isRadolan(bufferOf(head).toString("latin1", 0, 32)),
    open: (path) => openRadolan(path),
  },
  {
    name: "nimrod",
    title: "Nimrod",
    extensions: [],
    recognise: isNimrod,
    open: (path) => openNimrod(path),
  },
  {
    name: "zarr",
    title: "Zarr",
    extensions: [".zarr"],
    kind: "folder",
    recognise: (_, path) => {
      const version = zarrVersion(path);
      return version !== undefined && `zarr-v${version}`;
    },
    open: async (path, options, kind) =>
      (await import("./zarr/open.ts")).openZarr(path, kind === "zarr-v2" ? 2 : 3, options),
    create: async (...given) => (await import("./zarr/streaming-write.ts")).zarrWriter(...given),
    stretch: zarrStretch,
    refuse: notAStore,
    options: storageIn(zarrChecks),
  },
];

/** All formats: one's own first. */
export const allFormats = (own: readonly GridFormat[] = []): readonly GridFormat[] => [...own, ...formats];

/** Readable formats in words, such as "NetCDF-3, GeoTIFF or Zarr". */
export function readableFormats(own: readonly GridFormat[] = []): string {
  const titles = allFormats(own).flatMap(({ title }) => title ?? []);
  return `${titles.slice(0, -1).join(", ")} or ${titles.at(-1)}`;
}

/** Names of the formats that fields can be written in. */
export type OutputFormat = "netcdf4" | "geotiff" | "zarr";

/** Those names, to choose from. */
export const outputFormats = formats.filter(isWritable).map(({ name }) => name) as readonly OutputFormat[];

function isWritable({ write, create }: GridFormat): boolean {
  return (write ?? create) !== undefined;
}

/** @throws OptionsError unless the format can be written; lists those that can. */
function writable(path: string, found: GridFormat | undefined, format: string): GridFormat {
  if (found !== undefined && isWritable(found)) return found;
  const what = found === undefined ? "no format that monge knows" : "a format that is only read";
  const way = found?.name === "netcdf3" ? `; ${toClassic}` : "";
  const names = outputFormats.join(", ");
  const message = `${path}: format is ${JSON.stringify(format)}, ${what}; expected one of ${names}${way}`;
  throw new OptionsError(message, "format", format);
}

/**
 * The format that is asked for, else the one that a name stands for.
 * @throws OptionsError for an unknown name or extension, or a format that is only read
 */
export function formatToWrite(path: string, format?: string | GridFormat): GridFormat {
  if (typeof format === "object") return writable(path, format, format.name);
  if (format !== undefined) return writable(path, formats.find(({ name }) => name === format), format); // biome-ignore format: one line
  const found = formats.find(({ extensions }) => extensions.includes(extname(path).toLowerCase()));
  if (found !== undefined) return writable(path, found, found.name);
  const list = formats
    .filter(isWritable)
    .flatMap(({ extensions }) => extensions)
    .join(", ");
  throw new OptionsError(`${path}: the format is not clear from the name; end it in one of ${list}`, "output", path);
}

const bufferOf = (head: Uint8Array): Buffer => Buffer.from(head.buffer, head.byteOffset, head.byteLength);
const startOf = (head: Uint8Array): string => bufferOf(head).toString("latin1", 0, 8);

function hasHdf5(head: Uint8Array, path: string): boolean {
  if (startOf(head) === HDF5_MAGIC) return true;
  const file = new BinaryFile(path, "hdf5");
  try {
    return superblockOf(file) !== undefined;
  } finally {
    file.close();
  }
}
