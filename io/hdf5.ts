/** The only door to h5wasm: opening, creating and closing HDF5 files with the checks that the library leaves out. */
import h5wasm, { Dataset, type File, FS, Group, Module } from "h5wasm/node";
import { FormatError } from "../engine/errors.ts";
import { guardHeaps, type ReadingFileSystem } from "./hdf5-heap-guard.ts";

export type { File as Hdf5File, Metadata as Hdf5Metadata } from "h5wasm/node";
export { Dataset, Group };

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

/** Loads the library once; its errors become exceptions instead of pages on the console. */
async function ready(): Promise<void> {
  await h5wasm.ready;
  Module.activate_throwing_error_handler();
  if (!guarded) guardHeaps(FS as unknown as ReadingFileSystem);
  guarded = true;
}

let guarded = false;

/** The open file, or undefined where HDF5 throws or h5wasm returns a hollow object. */
function tryOpen(open: () => File): File | undefined {
  try {
    const file = open();
    return file.file_id < 0n ? undefined : file;
  } catch {
    return undefined;
  }
}

/**
 * Opens an HDF5 file for reading.
 * @throws FormatError where HDF5 cannot open it.
 */
export async function openHdf5(path: string): Promise<File> {
  await ready();
  const file = tryOpen(() => new h5wasm.File(path, "r"));
  if (!file) {
    throw new FormatError(
      path,
      "hdf5",
      "it begins like HDF5 but HDF5 cannot open it: it is truncated or damaged",
      "fetch or copy it again, or check it with `h5ls`",
    );
  }
  return file;
}

/**
 * Creates an HDF5 file in the layout that every version of HDF5 reads, whose links and attributes keep their order,
 * which netCDF-C needs to append to it.
 * @throws FormatError if the file cannot be created.
 */
export async function createHdf5(path: string): Promise<File> {
  await ready();
  const file = tryOpen(() =>
    withoutTimestamps(() => new h5wasm.File(path, "w", { track_order: true, libver: ["earliest", "latest"] })),
  );
  if (!file) {
    throw new FormatError(path, "hdf5", "HDF5 cannot create it", "check that the folder exists and can be written");
  }
  return file;
}

/**
 * Opens an HDF5 file to change it.
 * @throws FormatError if HDF5 cannot open it, or not for writing.
 */
export async function changeHdf5(path: string): Promise<File> {
  await ready();
  const file = tryOpen(() => withoutTimestamps(() => new h5wasm.File(path, "a")));
  if (!file) {
    const hint = "check that it is sound (`h5ls`) and can be written";
    throw new FormatError(path, "hdf5", "HDF5 cannot open it for writing", hint);
  }
  return file;
}

/** Where an object's header lies in its file (what an HDF5 object reference holds). */
export function addressOf(object: Dataset | Group): number {
  return Number(Buffer.from(object.create_reference().ref_data).readBigUInt64LE(0));
}

/** The address of a dataset's header in this file; undefined where a link may have led to another one. */
export function ownAddressOf(dataset: Dataset): number | undefined {
  try {
    const { ref_data: reference } = dataset.create_reference();
    // Only the name that HDF5 finds at the address proves that it lies in this file.
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
export function closeWritten(file: File, path: string): void {
  let status = -1;
  try {
    status = file.close();
  } catch {
    // Reported below, with the way out.
  }
  if (status < 0) {
    throw new FormatError(path, "hdf5", "HDF5 could not write all of it", "free disk space and try again");
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
