/** Exact transport between point clouds: assignment and network simplex. */
export { emd } from "./emd.ts";
export { freeSupportBarycenter } from "./free-support.ts";
