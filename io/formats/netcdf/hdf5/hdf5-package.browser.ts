/** h5wasm as a page has it: one library without filters of others, whose files are those of `held-files.ts`. */

import type * as H5wasm from "h5wasm/node";
import { mountHeldFiles } from "./held-mount.ts";

/** No folder. */
export const pluginFolder = "/filters";

export const canRenew = false;

let loaded: Promise<typeof H5wasm> | undefined;

export function loadHdf5(): Promise<typeof H5wasm> {
  loaded ??= import("h5wasm").then(async (h5) => {
    await h5.ready;
    mountHeldFiles(h5.FS as never);
    return h5 as unknown as typeof H5wasm;
  });
  return loaded;
}
