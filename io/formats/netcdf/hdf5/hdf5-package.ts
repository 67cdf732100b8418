/** HDF5 as Node has it. */

import { dirname, fileURLToPath, join } from "../../../../engine/platform/paths.ts";
import { type H5wasm, newHdf5 } from "./hdf5-module.ts";

export type { H5wasm };

/** Folder of HDF5's filters. */
export const pluginFolder = join(dirname(fileURLToPath(import.meta.resolve("h5wasm-plugins"))), "plugins");

/** True if each call of {@link loadHdf5} gives another library. */
export const canRenew = true;

/** An HDF5 library with memory of its own. */
export async function loadHdf5(): Promise<typeof H5wasm> {
  const h5 = await newHdf5();
  await h5.ready;
  return h5;
}
