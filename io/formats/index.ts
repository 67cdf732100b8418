/** The formats: NetCDF-3 and -4, GeoTIFF, Zarr and GRIB, found by content. */

export type { GridFormat, OpenOptions } from "./format.ts";
export { geoKeysOf } from "./geotiff/geo-keys.ts";
export { openGeotiff } from "./geotiff/open.ts";
export type { GeotiffOptions } from "./geotiff/options.ts";
export { writeGeotiff } from "./geotiff/write.ts";
export type { NetcdfOptions } from "./netcdf/layout/options.ts";
export { createNetcdf, writeNetcdf } from "./netcdf/write.ts";
export { openGrid, sniff } from "./open.ts";
export { formatToWrite, type OutputFormat, outputFormats } from "./table.ts";
export { appendZarr } from "./zarr/append.ts";
export { auditZarr } from "./zarr/audit.ts";
export type { ZarrOptions } from "./zarr/layout.ts";
export type { ZarrVersion } from "./zarr/metadata.ts";
export { beginStore, notAStore, type PendingStore } from "./zarr/replace-store.ts";
export { zarrContradictions, zarrVersion } from "./zarr/tree.ts";
export { zarrChunkFiles } from "./zarr/update.ts";
export { createZarr, writeZarr, writeZarrRegion } from "./zarr/write.ts";
