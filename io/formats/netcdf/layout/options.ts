/** Options of a written NetCDF file, and the checks of them that need no data. */

import { among, anything, checkOptions, flag, type OptionChecks, real, whole } from "../../../../engine/checks.ts";
import { OptionsError } from "../../../../engine/errors.ts";
import type { AtomicOptions } from "../../../../engine/files/atomic-file.ts";
import { provenanceChecks } from "../../../field/provenance.ts";
import type { NumberType } from "../../../storage/source.ts";
import { type BesideOptions, besideChecks, type Storage } from "../../format.ts";

/** Element types that numbers can be stored in. */
export type StoredType = NumberType;

/** Storing numbers as whole multiples of a step. */
export interface Packing {
  /** Smallest and largest value that may come, in the field's units. A value beyond is an error. */
  readonly range: readonly [low: number, high: number];
  /** Integer type in the file. @defaultValue "int16", 65534 steps */
  readonly dtype?: "int8" | "int16" | "int32";
}

/** Options of `writeNetcdf` and `createNetcdf`. */
export interface NetcdfOptions extends AtomicOptions, BesideOptions, Storage<typeof storage> {}

const INTEGERS: readonly StoredType[] = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"];
const DTYPES: readonly StoredType[] = [...INTEGERS, "float32", "float64"];

const storage = {
  ...{ ...provenanceChecks, compression: whole(0, 9), significantDigits: whole(1, 7), shuffle: flag, chunks: anything },
  ...{ dtype: among(...DTYPES), packing: anything, unlimitedTime: flag, fillValue: real() },
};

/** Checks of {@link NetcdfOptions}. */
export const netcdfChecks: OptionChecks<NetcdfOptions> = { ...storage, ...besideChecks };

/** True if a type holds whole numbers only. */
export function isInteger(dtype: StoredType): boolean {
  return INTEGERS.includes(dtype);
}

/** The way to a NetCDF-3 file, which is read and not written. */
export const toClassic = "write .nc (NetCDF-4); `nccopy -k classic IN.nc OUT.nc` makes NetCDF-3 of it";

function refuse(where: string, option: string, value: unknown, expected: string): OptionsError {
  return new OptionsError(`${where}: ${option} is ${JSON.stringify(value)}; expected ${expected}`, option, value);
}

/**
 * Checks each option by itself. @throws OptionsError for one that is unknown or out of range, with the way to NetCDF-3
 * where its format is asked for
 */
export function checkNetcdfNames(where: string, options: NetcdfOptions): void {
  const { format } = options as { readonly format?: unknown };
  if (format !== undefined) throw refuse(where, "format", format, `none, for NetCDF-4 alone is written; ${toClassic}`);
  checkOptions(where, options, netcdfChecks);
}

/**
 * Checks all that can be checked before any data is seen.
 * @throws OptionsError naming the option, its value and what is expected.
 */
export function checkNetcdfOptions(where: string, options: NetcdfOptions, dims: readonly string[]): void {
  const { chunks, dtype, packing, significantDigits } = options;
  if (!Object.entries(chunks ?? {}).every(([dim, n]) => dims.includes(dim) && whole(1, 2 ** 31)(n, "") === undefined)) {
    throw refuse(where, "chunks", chunks, `whole numbers from 1 for some of ${dims.join(", ")}`);
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
