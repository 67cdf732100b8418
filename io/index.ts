/** Fields on grids: reading NetCDF and GeoTIFF by content, units, regridding, and writing CF files that others open. */
export * from "./axes.ts";
export * from "./calendar.ts";
export * from "./field.ts";
export * from "./open.ts";
export * from "./read.ts";
export * from "./regrid.ts";
export * from "./source.ts";
export * from "./units.ts";
export * from "./write-geotiff.ts";
export * from "./write-netcdf.ts";
