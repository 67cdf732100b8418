/** The only importer of h5wasm, HDF5 in WebAssembly. */

import type * as H5wasm from "h5wasm/node";

export type { H5wasm };

import { dirname, fileURLToPath, join } from "../../../../engine/platform/paths.ts";

/** Folder of HDF5's filters. */
export const pluginFolder = join(dirname(fileURLToPath(import.meta.resolve("h5wasm-plugins"))), "plugins");

/** True if each call of {@link loadHdf5} gives another library. */
export const canRenew = true;

let generation = 0;

/** An HDF5 library with memory of its own. */
export async function loadHdf5(): Promise<typeof H5wasm> {
  // Another address is another module, with memory of its own; the built package has a function that makes them.
  const again = () => import(`${import.meta.resolve("h5wasm/node")}?${generation}`);
  const h5: typeof H5wasm = await (generation++ === 0 ? import("h5wasm/node") : again());
  await h5.ready;
  return h5;
}
