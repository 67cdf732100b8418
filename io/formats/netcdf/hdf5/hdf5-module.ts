/** The only importer of h5wasm, HDF5 in WebAssembly; the built package has a function that makes them in place of this file. */
import type * as H5wasm from "h5wasm/node";

export type { H5wasm };

let generation = 0;

/** A module with memory of its own: another address is another module. */
export const newHdf5 = (): Promise<typeof H5wasm> =>
  generation++ === 0 ? import("h5wasm/node") : import(`${import.meta.resolve("h5wasm/node")}?${generation}`);
