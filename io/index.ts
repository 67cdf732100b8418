/**
 * Fields on grids: reading NetCDF, GeoTIFF and Zarr by content, units, regridding, and writing CF files that others open.
 *
 * @module io
 */
export {
  cadenceOf,
  Dataset,
  type DatasetOptions,
  inspect,
  LazyField,
  lazyField,
  openDataset,
  readField,
  type VariableOptions,
  type WriteFieldOptions,
  writeField,
} from "./dataset/index.ts";
export {
  type Coordinate,
  convertPrecipitation,
  deaccumulate,
  decodeTime,
  encodeTime,
  Field,
  type FieldOptions,
  type FieldTemplate,
  parseTimeUnits,
} from "./field/index.ts";
export {
  appendZarr,
  createNetcdf,
  createZarr,
  type GridFormat,
  type NetcdfOptions,
  type OpenOptions,
  openGrid,
  writeNetcdf,
  writeZarr,
  writeZarrRegion,
  type ZarrOptions,
} from "./formats/index.ts";
export {
  cellAreas,
  coarsen,
  type RegridGrid,
  type RegridOptions,
  refine,
  regrid,
  regridLazy,
  regridWeights,
  regularGrid,
} from "./regrid/index.ts";
export { type ResampleOptions, resample } from "./resample/index.ts";
export { atStations, readStations, type Stations } from "./stations/index.ts";
export {
  type Attributes,
  type FileSource,
  fileBytes,
  type GridSource,
  holdFile,
  releaseFile,
  type VariableInfo,
} from "./storage/index.ts";
