/** HDF5 files opened, created and closed with the checks that h5wasm leaves out. */

import { FormatError } from "../../../../engine/errors.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { dirname, resolve } from "../../../../engine/platform/paths.ts";
import { type Dataset, type Group, type Hdf5File, type Hdf5Library, hdf5Library, libraryOf } from "./library.ts";

export type { Dataset, Group, Hdf5File, Hdf5Metadata } from "./library.ts";

/** HDF5 type classes by number (H5Tpublic.h). */
export const TYPE_CLASS = {
  integer: 0,
  float: 1,
  string: 3,
  opaque: 5,
  compound: 6,
  reference: 7,
  enumeration: 8,
  vlen: 9,
  array: 10,
};

/** True if something in a file is a dataset; each library has its own classes. */
export const isDataset = (item: unknown): item is Dataset => typeIn(item) === "Dataset";

/** True if something in a file is a group. */
export const isGroup = (item: unknown): item is Group => typeIn(item) === "Group";

const typeIn = (item: unknown) => (item as { type?: unknown } | null | undefined)?.type;

/** A file as `make` opens it. @throws FormatError with these words where HDF5 cannot */
async function opened(
  path: string,
  make: Parameters<Hdf5Library["open"]>[1],
  [shown, what, way]: readonly [shown: string, what: string, way: string],
  followed = false,
): Promise<Hdf5File> {
  const file = (await hdf5Library(followed)).open(path, make);
  if (file) return file;
  throw new FormatError(shown, "hdf5", what, way);
}

/**
 * Opens an HDF5 file for reading.
 *
 * @param followed - whether external links, external storage and virtual datasets may lead to other files
 * @throws FormatError where HDF5 cannot open it.
 */
export function openHdf5(path: string, followed = false): Promise<Hdf5File> {
  const what = "it begins like HDF5 but HDF5 cannot open it: it is truncated or damaged";
  const way = "fetch or copy it again, or check it with `h5ls`";
  return opened(path, (File) => new File(path, "r"), [path, what, way], followed);
}

/**
 * Creates an HDF5 file in the layout that every version of HDF5 reads, whose links and attributes keep their order,
 * which netCDF-C needs to append to it.
 * @param shown - name for messages, where `path` is a temporary one
 * @throws FormatError if the file cannot be created.
 */
export function createHdf5(path: string, shown: string = path): Promise<Hdf5File> {
  const what = `HDF5 cannot create it: probably the disk of ${dirname(resolve(shown))} is full`;
  const make: Parameters<Hdf5Library["open"]>[1] = (File) =>
    withoutTimestamps(() => new File(path, "w", { track_order: true, libver: ["earliest", "latest"] }));
  return opened(path, make, [shown, what, "free space there, or write elsewhere"]);
}

/**
 * Opens an HDF5 file to change it.
 * @throws FormatError if HDF5 cannot open it, or not for writing.
 */
export function changeHdf5(path: string): Promise<Hdf5File> {
  const way = "check that it is sound (`h5ls`) and can be written";
  const what = "HDF5 cannot open it for writing";
  return opened(path, (File) => withoutTimestamps(() => new File(path, "a")), [path, what, way]);
}

/** Address of an object's header in its file (what an HDF5 object reference holds). */
export function addressOf(object: Dataset | Group): number {
  return Number(Buffer.from(object.create_reference().ref_data).readBigUInt64LE(0));
}

/** The address of a dataset's header in this file; undefined where a link may have led to another one. */
export function ownAddressOf(dataset: Dataset, path: string): number | undefined {
  const { h5, followed } = libraryOf(dataset, path);
  const { Module } = h5;
  try {
    if (!followed) return addressOf(dataset);
    const { ref_data: reference } = dataset.create_reference();
    // Only the name that HDF5 finds at the address, searching the whole file, proves that it lies in this one.
    const same = Module.get_referenced_name(dataset.file_id, reference, true) === dataset.path;
    return same ? addressOf(dataset) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Flushes and closes a file that was written.
 * @throws FormatError if HDF5 reports that bytes did not reach the disk.
 */
export function closeWritten(file: Hdf5File, path: string): void {
  let status = -1;
  try {
    status = file.close();
  } catch {
    // Reported below, with the way out.
  }
  if (status < 0) {
    throw new FormatError(
      path,
      "hdf5",
      `HDF5 could not write all of it: probably the disk of ${dirname(resolve(path))} is full`,
      "free space there, or write elsewhere",
    );
  }
}

/**
 * Runs synchronous work with the clock at 1970. HDF5 stamps every object with the time of its writing, h5wasm offers
 * no way to leave that out (`H5Pset_obj_track_times`), and the same field must give the same bytes.
 */
export function withoutTimestamps<T>(work: () => T): T {
  const { now } = Date;
  Date.now = () => 0;
  try {
    return work();
  } finally {
    Date.now = now;
  }
}
