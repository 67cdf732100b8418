/** Fields on grids: reading NetCDF, GeoTIFF and Zarr by content, units, regridding, and writing CF files that others open. */
export * from "./accumulate.ts";
export * from "./append-zarr.ts";
export * from "./axes.ts";
export * from "./calendar.ts";
export { Dataset, type DatasetOptions, openDataset, type VariableOptions } from "./dataset.ts";
export { type Cadence, cadenceOf, type TimeGap } from "./dataset-cadence.ts";
export { type IndexSelection, LazyField, type SlabOptions } from "./dataset-field.ts";
export { lazyField } from "./dataset-memory.ts";
export { regridLazy } from "./dataset-regrid.ts";
export { type OutputFormat, type WriteLazyOptions, writeLazy } from "./dataset-write.ts";
export { dated, type TimeAxisOptions } from "./dated.ts";
export * from "./dates.ts";
export * from "./field.ts";
export { type GeotiffReadOptions, openGeotiff } from "./geotiff.ts";
export type { GeotiffType } from "./geotiff-pack.ts";
export { boundsIntervals, spacingInterval } from "./interval.ts";
export * from "./open.ts";
export type { Provenance } from "./provenance.ts";
export * from "./read.ts";
export * from "./regrid.ts";
export { type GridMask, type RegridOptions, type RegridRule, regrid } from "./regrid-field.ts";
export {
  type AxisKind,
  cellAreas,
  type GridLine,
  type GridLines,
  type RegridGrid,
  type RegularGridOptions,
  regularGrid,
} from "./regrid-grid.ts";
export {
  type RegridMethod,
  type RegridWeights,
  type RegridWeightsOptions,
  regridWeights,
  type SparseRows,
} from "./regrid-weights.ts";
export { mapsLast, type Names, renamed, transposed, ungrouped } from "./reshape.ts";
export type { Label, LabelRange, SelectOptions } from "./select.ts";
export * from "./source.ts";
export * from "./units.ts";
export * from "./write-geotiff.ts";
export * from "./write-netcdf.ts";
export * from "./write-netcdf-append.ts";
export * from "./write-zarr.ts";
