/** Fields on grids: reading NetCDF, GeoTIFF and Zarr by content, units, regridding, and writing CF files that others open. */

export { type Cadence, cadenceOf, type TimeGap } from "./dataset/cadence.ts";
export { Dataset, type DatasetOptions, openDataset, type VariableOptions } from "./dataset/dataset.ts";
export { dated, type TimeAxisOptions } from "./dataset/dated.ts";
export { lazyField } from "./dataset/in-memory.ts";
export { type IndexSelection, LazyField, type SlabOptions } from "./dataset/lazy-field.ts";
export * from "./dataset/read.ts";
export { mapsLast, type Names, renamed, transposed, ungrouped } from "./dataset/reshape.ts";
export type { Label, LabelRange, SelectOptions } from "./dataset/select.ts";
export { type OutputFormat, type WriteLazyOptions, writeLazy } from "./dataset/write-lazy.ts";
export * from "./field/accumulate.ts";
export * from "./field/axes.ts";
export * from "./field/calendar.ts";
export * from "./field/dates.ts";
export * from "./field/field.ts";
export { boundsIntervals, spacingInterval } from "./field/interval.ts";
export type { Provenance } from "./field/provenance.ts";
export * from "./field/units.ts";
export { type GeotiffReadOptions, openGeotiff } from "./formats/geotiff/open.ts";
export type { GeotiffType } from "./formats/geotiff/pack.ts";
export * from "./formats/geotiff/write.ts";
export * from "./formats/netcdf/append.ts";
export * from "./formats/netcdf/write.ts";
export * from "./formats/open.ts";
export * from "./formats/zarr/append.ts";
export * from "./formats/zarr/write.ts";
export {
  type AxisKind,
  cellAreas,
  type GridLine,
  type GridLines,
  type RegridGrid,
  type RegularGridOptions,
  regularGrid,
} from "./regrid/grid.ts";
export { regridLazy } from "./regrid/lazy.ts";
export * from "./regrid/refine.ts";
export { type GridMask, type RegridOptions, type RegridRule, regrid } from "./regrid/regrid.ts";
export {
  type RegridMethod,
  type RegridWeights,
  type RegridWeightsOptions,
  regridWeights,
  type SparseRows,
} from "./regrid/weights.ts";
export * from "./storage/source.ts";
