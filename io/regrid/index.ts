/** From one grid to another: conservatively, bilinearly, to the nearest cell. */
export { cellAreas } from "./area-weights.ts";
export { gridOf, type RegridGrid, regularGrid } from "./grid.ts";
export { holdingCells } from "./holding-cells.ts";
export { coarsenLazy, regridLazy } from "./lazy.ts";
export { centresOf, type Places, sideOf } from "./positions.ts";
export { coarsen, refine } from "./refine.ts";
export { regrid } from "./regrid.ts";
export { type RegridMethod, type RegridOptions, type RegridWeights, regridWeights, type Weights } from "./weights.ts";
