/** Exact transport between point clouds: assignment and network simplex. */
export { type EmdOptions, emd } from "./emd.ts";
export { type FreeSupportOptions, freeSupportBarycenter } from "./free-support.ts";
