/** Options of a written NetCDF file, and the checks of them that need no data. */

import { checkWhole } from "../../../../engine/check-numbers.ts";
import { OptionsError } from "../../../../engine/errors.ts";
import type { AtomicOptions } from "../../../../engine/files/atomic-file.ts";
import type { NumberType } from "../../../storage/source.ts";
import type { BesideOptions, StorageOptions } from "../../format.ts";

/** Element types that numbers can be stored in; NetCDF-3 has them without the unsigned and the 64-bit integers. */
export type StoredType = NumberType;

/**
 * A family of NetCDF files, or one of the three classic formats by name. `netcdf3` is the 64-bit offset format (CDF-2),
 * which everything reads, and the 64-bit data format (CDF-5) only where a variable or a record of it is larger than
 * CDF-2 can say (4 GiB).
 */
export type NetcdfFormat = "netcdf4" | "netcdf3" | "netcdf3-classic" | "netcdf3-64bit-offset" | "netcdf3-64bit-data";

/** Storing numbers as whole multiples of a step. */
export interface Packing {
  /** Smallest and largest value that may come, in the field's units. A value beyond is an error. */
  readonly range: readonly [low: number, high: number];
  /** Integer type in the file. @defaultValue "int16", 65534 steps */
  readonly dtype?: "int8" | "int16" | "int32";
}

/** Options of `writeNetcdf` and `createNetcdf`. */
export interface NetcdfOptions
  extends AtomicOptions,
    BesideOptions,
    Pick<
      StorageOptions,
      | "attributes"
      | "history"
      | "now"
      | "compression"
      | "shuffle"
      | "chunks"
      | "dtype"
      | "packing"
      | "significantDigits"
      | "unlimitedTime"
      | "fillValue"
    > {
  /** One of the formats called NetCDF. @defaultValue "netcdf4" */
  readonly format?: NetcdfFormat;
}

const FORMATS: readonly NetcdfFormat[] = [
  "netcdf4",
  "netcdf3",
  "netcdf3-classic",
  "netcdf3-64bit-offset",
  "netcdf3-64bit-data",
];
const INTEGERS: readonly StoredType[] = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"];
const DTYPES: readonly StoredType[] = [...INTEGERS, "float32", "float64"];

/** True if a type holds whole numbers only. */
export function isInteger(dtype: StoredType): boolean {
  return INTEGERS.includes(dtype);
}

function refuse(where: string, option: string, value: unknown, expected: string): OptionsError {
  return new OptionsError(`${where}: ${option} is ${JSON.stringify(value)}; expected ${expected}`, option, value);
}

const whole = (value: number, low: number, high: number) => Number.isInteger(value) && value >= low && value <= high;

/**
 * Checks all that can be checked before any data is seen.
 * @throws OptionsError naming the option, its value and what is expected.
 */
export function checkNetcdfOptions(where: string, options: NetcdfOptions, dims: readonly string[]): void {
  const { format = "netcdf4", compression, shuffle, chunks, dtype, packing, significantDigits, fillValue } = options;
  if (!FORMATS.includes(format)) throw refuse(where, "format", format, `one of ${FORMATS.join(", ")}`);
  checkWhole(where, { compression }, 0, 9);
  checkWhole(where, { significantDigits }, 1, 7);
  if (format !== "netcdf4") {
    const none = 'none, as NetCDF-3 has neither chunks nor compression; write `format: "netcdf4"`';
    if (compression !== undefined && compression > 0) throw refuse(where, "compression", compression, none);
    if (shuffle) throw refuse(where, "shuffle", shuffle, none);
    if (chunks !== undefined) throw refuse(where, "chunks", chunks, none);
  }
  if (!Object.entries(chunks ?? {}).every(([dim, n]) => dims.includes(dim) && whole(n, 1, 2 ** 31))) {
    throw refuse(where, "chunks", chunks, `whole numbers from 1 for some of ${dims.join(", ")}`);
  }
  if (dtype !== undefined && !DTYPES.includes(dtype))
    throw refuse(where, "dtype", dtype, `one of ${DTYPES.join(", ")}`);
  if (fillValue !== undefined && !Number.isFinite(fillValue)) {
    throw refuse(where, "fillValue", String(fillValue), "a finite number");
  }
  if (packing !== undefined) {
    const [low, high] = packing.range;
    if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
      throw refuse(where, "packing.range", packing.range, "two finite numbers, the lower first");
    }
    const kinds: readonly unknown[] = ["int8", "int16", "int32", undefined];
    if (!kinds.includes(packing.dtype)) throw refuse(where, "packing.dtype", packing.dtype, "int8, int16 or int32");
    if (dtype !== undefined) throw refuse(where, "dtype", dtype, "none beside `packing`, which has its own");
    if (significantDigits !== undefined) {
      throw refuse(where, "significantDigits", significantDigits, "none beside `packing`, which rounds by itself");
    }
  }
}
