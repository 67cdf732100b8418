/** From a field's numbers to the numbers of a file: missing values, integers, packing (CF-1.11, 8.1), bit rounding. */
import { DomainError, OptionsError } from "../../../../engine/errors.ts";
import type { FieldValues } from "../../../field/field.ts";
import { DEFAULT_FILL } from "../../../storage/decode.ts";
import { rangeOf, rawArray } from "../../../storage/number-types.ts";
import type { RawArray } from "../../../storage/source.ts";
import { isInteger, type NetcdfOptions, type StoredType } from "./options.ts";

/** Numbers as they go into a file. */
export type StoredArray = RawArray | BigInt64Array | BigUint64Array;

/** A rule that turns values into stored numbers. */
export interface Encoder {
  readonly dtype: StoredType;
  /** Stored in place of NaN. */
  readonly fill: number;
  /** Stored numbers are (value - offset) / scale; 1 and 0 where nothing is packed. */
  readonly scale: number;
  readonly offset: number;
  /** Bits that are kept behind the leading one, where fewer than all. */
  readonly keptBits: number | undefined;
  /** @throws DomainError for a value that the type, the packed range or the fill value does not allow. */
  encode(values: FieldValues): StoredArray;
}

/** Numbers in the type that is asked for. */
export function toStored(dtype: StoredType, values: ArrayLike<number>): StoredArray {
  if (dtype === "int64") return BigInt64Array.from(Array.from(values, BigInt));
  if (dtype === "uint64") return BigUint64Array.from(Array.from(values, BigInt));
  const out = rawArray(dtype, values.length);
  out.set(values);
  return out;
}

/** netCDF's fill values (netcdf.h); those of 64 bits are the nearest that JavaScript can say. */
const defaultFill = (dtype: StoredType): number =>
  ({ ...DEFAULT_FILL, int8: -127, uint8: 255, uint64: rangeOf("uint64")[1] })[dtype]!;

/** Bits behind the leading one that `digits` decimal digits need: 2^-(bits + 1) <= 10^-digits / 2. */
function bitsOf(digits: number): number {
  return Math.ceil(digits * Math.log2(10));
}

/** Rounds to the nearest number with `bits` bits behind the leading one (Dekker 1971, splitting), up to `largest`. */
function rounder(bits: number, largest: number): (value: number) => number {
  const splitter = 2 ** (52 - bits) + 1;
  return (value) => {
    const large = splitter * value;
    const rounded = large - (large - value);
    return Math.abs(rounded) <= largest ? rounded : value;
  };
}

/** The encoding of unpacked floats; `name` is for messages. */
function floats(name: string, dtype: "float32" | "float64", fill: number, bits: number | undefined): Encoder {
  const kept = bits !== undefined && bits < (dtype === "float32" ? 23 : 52) ? bits : undefined;
  const round = kept === undefined ? undefined : rounder(kept, rangeOf(dtype)[1]);
  const stored = dtype === "float32" ? Math.fround(fill) : fill;
  return {
    dtype,
    fill: stored,
    scale: 1,
    offset: 0,
    keptBits: kept,
    encode: (values) => {
      const out = dtype === "float32" ? new Float32Array(values) : new Float64Array(values);
      if (round) for (let i = 0; i < out.length; i++) out[i] = round(out[i]!);
      for (let i = 0; i < out.length; i++) {
        const value = out[i]!;
        if (Number.isNaN(value)) out[i] = stored;
        else if (value === stored) throw takenFill(name, stored);
      }
      if (dtype === "float32" && values instanceof Float64Array) {
        const lost = values.findIndex((v, i) => Math.abs(out[i]!) === Number.POSITIVE_INFINITY && Number.isFinite(v));
        if (lost >= 0) throw outside(name, values[lost]!, dtype, rangeOf(dtype), 'write `dtype: "float64"`');
      }
      return out;
    },
  };
}

/** The encoding of integers, packed (`scale`, `offset`, values inside `range`) or not. */
function integers(
  name: string,
  dtype: StoredType,
  fill: number,
  packed?: { readonly scale: number; readonly offset: number; readonly range: readonly [number, number] },
): Encoder {
  const { scale, offset, range } = packed ?? { scale: 1, offset: 0, range: rangeOf(dtype) };
  const [low, high] = range;
  const hint = packed ? "state a wider `packing.range`" : "write a wider `dtype`";
  const wide = dtype.endsWith("64");
  return {
    dtype,
    fill,
    scale,
    offset,
    keptBits: undefined,
    encode: (values) => {
      const out = rawArray(dtype, values.length);
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (Number.isNaN(value)) {
          out[i] = fill;
          continue;
        }
        if (!(value >= low && value <= high)) throw outside(name, value, dtype, range, hint);
        const number = packed ? Math.round((value - offset) / scale) : value;
        if (!packed && !Number.isInteger(value)) {
          throw new DomainError(
            `writeNetcdf: ${name} has the value ${value}, which ${dtype} cannot hold; expected whole numbers; ` +
              "write a float `dtype`, or use `packing`",
            value,
          );
        }
        if (number === fill) throw takenFill(name, fill);
        out[i] = number;
      }
      return wide ? toStored(dtype, out) : out;
    },
  };
}

function outside(name: string, value: number, what: string, [low, high]: readonly [number, number], hint: string) {
  return new DomainError(
    `writeNetcdf: ${name} has the value ${value}; expected values from ${low} to ${high}, which is what fits ${what}; ${hint}`,
    value,
  );
}

function takenFill(name: string, fill: number): DomainError {
  return new DomainError(
    `writeNetcdf: ${name} has the value ${fill}, which stands for a missing one; expected any other; choose another \`fillValue\``,
    fill,
  );
}

function checkFill(name: string, dtype: StoredType, fill: number): void {
  const [low, high] = rangeOf(dtype);
  if (fill >= low && fill <= high && (!isInteger(dtype) || Number.isInteger(fill))) return;
  throw new OptionsError(
    `writeNetcdf: fillValue of ${name} is ${fill}; expected a number that ${dtype} holds, from ${low} to ${high}`,
    "fillValue",
    fill,
  );
}

/**
 * The encoder of a variable from the options.
 *
 * With packing, codes go from -(2^(b-1) - 1) up and the lowest number of the type stands for missing. The offset is
 * `scale` times a whole number, so that the code of zero decodes to exactly zero.
 *
 * @throws OptionsError if the fill value does not fit the type.
 */
export function encoderOf(name: string, options: NetcdfOptions, natural: "float32" | "float64"): Encoder {
  const { packing, significantDigits } = options;
  if (packing) {
    const dtype = packing.dtype ?? "int16";
    const [lowest, highest] = rangeOf(dtype);
    const fill = options.fillValue ?? lowest;
    checkFill(name, dtype, fill);
    const [low, high] = packing.range;
    // Three codes fewer than there are: one for missing, one at either end for the shift to whole multiples.
    const scale = (high - low) / (highest - lowest - 3);
    const offset = scale * (Math.round(low / scale) - (lowest + 2));
    return integers(name, dtype, fill, { scale, offset, range: packing.range });
  }
  const dtype = options.dtype ?? natural;
  const fill = options.fillValue ?? defaultFill(dtype);
  if (dtype === "float32" || dtype === "float64") {
    if (dtype === "float32") checkFill(name, dtype, fill);
    return floats(name, dtype, fill, significantDigits === undefined ? undefined : bitsOf(significantDigits));
  }
  checkFill(name, dtype, fill);
  return integers(name, dtype, fill);
}
