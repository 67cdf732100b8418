/** Exact transport between point clouds: assignment and network simplex. */
export type { CloudPair, CostMatrix } from "./costs.ts";
export { type EmdGradient, type EmdOptions, type EmdResult, type EmdSlopes, emd, emdGradient } from "./emd.ts";
export {
  type FreeSupportOptions,
  type FreeSupportResult,
  freeSupportBarycenter,
} from "./free-support.ts";
