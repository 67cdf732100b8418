/** Files that an HDF5 file leads to: by external links, external storage and virtual datasets. */

import { isMongeError } from "../../../../engine/errors.ts";
import { existsSync, readdirSync } from "../../../../engine/platform/files.ts";
import { basename, dirname, join, resolve } from "../../../../engine/platform/paths.ts";
import { BinaryFile } from "../../../storage/binary-file.ts";
import { openHdf5 } from "./file.ts";
import { externalNames } from "./layout.ts";
import { libraryOf } from "./library.ts";
import { walkHdf5 } from "./walk.ts";

/** All of them that are there, with those that they lead to themselves. */
export async function filesLedTo(path: string): Promise<readonly string[]> {
  const found = new Set<string>([resolve(path)]);
  for (const at of found) {
    const names = await namesIn(at).catch((error: unknown) => {
      // What is led to need be no HDF5.
      if (isMongeError(error)) return [];
      throw error;
    });
    for (const name of names) for (const place of places(name, dirname(at))) found.add(place);
  }
  found.delete(resolve(path));
  return [...found];
}

/** Names of other files as a file has them. */
async function namesIn(path: string): Promise<readonly string[]> {
  const file = await openHdf5(path, true);
  try {
    const { led } = libraryOf(file, path);
    led.clear();
    const { entries } = walkHdf5(file, path);
    const virtual = entries.flatMap(({ metadata }) => metadata.virtual_sources ?? []);
    const bytes = new BinaryFile(path, "hdf5");
    try {
      const stored = entries.flatMap(({ own }) => {
        const address = own();
        return address === undefined ? [] : externalNames(bytes, address);
      });
      return [...led, ...virtual.map(({ file_name: name }) => name), ...stored];
    } finally {
      bytes.close();
    }
  } finally {
    file.close();
  }
}

/** Existing paths at which HDF5 looks for a name; `%b` in names of virtual sources stands for a number. */
function places(name: string, folder: string): readonly string[] {
  if (name === "." || name === "") return [];
  const all = [resolve(name), resolve(folder, name), join(folder, basename(name))];
  return all.flatMap((place) => {
    if (!basename(place).includes("%b")) return existsSync(place) ? [place] : [];
    if (!existsSync(dirname(place))) return [];
    const [start, end] = basename(place).split("%b") as [string, string];
    const fits = (one: string) =>
      one.startsWith(start) && one.endsWith(end) && /^\d+$/.test(one.slice(start.length, one.length - end.length));
    return readdirSync(dirname(place))
      .filter(fits)
      .map((one) => join(dirname(place), one));
  });
}
