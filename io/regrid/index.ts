/** From one grid to another: conservatively, bilinearly, to the nearest cell. */
export { cellAreas } from "./area-weights.ts";
export {
  type AxisKind,
  type GridLine,
  type GridLines,
  gridOf,
  type RegridGrid,
  type RegularGridOptions,
  regularGrid,
} from "./grid.ts";
export { regridLazy } from "./lazy.ts";
export { type CoarsenOptions, coarsen, refine } from "./refine.ts";
export { type GridMask, type RegridOptions, type RegridRule, regrid } from "./regrid.ts";
export {
  type CellWeights,
  type LineWeights,
  type RegridMethod,
  type RegridWeights,
  type RegridWeightsOptions,
  regridWeights,
  type SparseRows,
} from "./weights.ts";
