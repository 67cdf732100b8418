/** Exact transport between point clouds: assignment and network simplex. */
export {
  type CloudPair,
  type CostMatrix,
  type EmdGradient,
  type EmdOptions,
  type EmdResult,
  emd,
  emdGradient,
} from "./emd.ts";
