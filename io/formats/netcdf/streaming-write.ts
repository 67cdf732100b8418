/** NetCDF files written stretch by stretch, as the table of formats asks for it. */
import type { Beginning, CreateOptions, FieldWriter, GridFormat } from "../format.ts";
import { createNetcdf } from "./write.ts";

/** Writer of the files of one family. */
export function netcdfWriter(format: "netcdf4" | "netcdf3"): NonNullable<GridFormat["create"]> {
  return async (path, { first, extent }: Beginning, options: CreateOptions): Promise<FieldWriter> => {
    const { chunks, dtype, ...rest } = options;
    const { dims, shape, time } = extent;
    const growing = options.unlimitedTime ?? (format === "netcdf4" || dims[0] === time);
    // What is written at once has its full size; a time that does not grow must be known in full.
    const whole = growing ? first : { ...templateOf(first), shape };
    return createNetcdf(path, whole, {
      ...rest,
      format,
      unlimitedTime: growing,
      ...(dtype !== undefined ? { dtype } : options.packing === undefined && { dtype: typeOf(first) }),
      ...(chunks !== undefined && {
        chunks: Object.fromEntries(dims.map((dim, i) => [dim, chunks[dim] ?? (dim === time ? 1 : shape[i]!)])),
      }),
    });
  };
}

const typeOf = ({ values }: Beginning["first"]) => (values instanceof Float32Array ? "float32" : "float64");

function templateOf({ name, dims, units, coordinates, attributes, gridMapping }: Beginning["first"]) {
  return { name, dims, units, coordinates, attributes, gridMapping };
}
