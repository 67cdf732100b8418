/** HDF5 files opened with the checks that h5wasm leaves out. */

import { FormatError } from "../../../../engine/errors.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { type Dataset, type Group, type Hdf5File, hdf5Library, libraryOf } from "./library.ts";

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

/**
 * Opens an HDF5 file for reading.
 *
 * @param followed - whether external links, external storage and virtual datasets may lead to other files
 * @throws FormatError where HDF5 cannot open it.
 */
export async function openHdf5(path: string, followed = false): Promise<Hdf5File> {
  const file = (await hdf5Library(followed)).open(path, (File) => new File(path, "r"));
  if (file) return file;
  const what = "it begins like HDF5 but HDF5 cannot open it: it is truncated or damaged";
  throw new FormatError(path, "hdf5", what, "fetch or copy it again, or check it with `h5ls`");
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
