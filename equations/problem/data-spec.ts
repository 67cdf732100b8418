/** A function that comes from a file or a field, as a problem writes it. */
import type { Field } from "../../io/field/index.ts";
import type { GridSpec } from "./grid-functions.ts";

/** A function from a file or a field: numbers on a grid that covers the domain. One of `file` and `field` is given. */
export interface DataSpec {
  /** `FILE` or `FILE:VARIABLE`, beside the problem's file: NetCDF, Zarr, GeoTIFF, GRIB, or CSV with a column for each axis. */
  readonly file?: string;
  /** In the place of a file. */
  readonly field?: Field;
  /** As {@link GridSpec} has it. `@defaultValue "cubic"` */
  readonly interpolation?: GridSpec["interpolation"];
  /** Units that values are converted to. `@defaultValue` those of the file */
  readonly units?: string;
  /** Units of the file, where it has none or wrong ones. */
  readonly fileUnits?: string;
  /** Dimensions, or columns, by axis, such as `{ "x": "easting" }`. `@defaultValue` by name, then by role */
  readonly along?: Readonly<Record<string, string>>;
  /** The problem's unit of length, "m" or "km", to which coordinates in the other one are converted. `@defaultValue` as they are */
  readonly lengths?: "m" | "km";
  /** Meaning of the problem's time, as `"hours since 2020-01-01"`; needed for data with dates. */
  readonly time?: string;
  /** Brings longitude λ and latitude φ onto a plane: x = R cos φ₀ (λ − λ₀), y = R (φ − φ₀), R = 6371 km; in `lengths`, or else in km. */
  readonly projection?: {
    readonly name: "equirectangular";
    readonly centre: readonly [longitude: number, latitude: number];
  };
  /** Places along other dimensions: an index, or a label such as a date. */
  readonly at?: Readonly<Record<string, number | string>>;
  /** Value in the place of missing ones; "nearest": the nearest that there is. `@defaultValue` they are an error */
  readonly missing?: number | "nearest";
}

/** True for a function that is to be read. */
export const isData = (one: unknown): one is DataSpec =>
  typeof one === "object" && one !== null && ("file" in one || "field" in one);
