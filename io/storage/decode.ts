/** From stored numbers to physical ones: missing values become NaN, then `raw * scale_factor + add_offset` (CF 8.1). */
import { FormatError } from "../../engine/errors.ts";
import { elementSize } from "./number-types.ts";
import { type Attributes, type DataType, numbersOf, type RawArray, type VariableInfo } from "./source.ts";

/** Default fill values of netCDF (netcdf.h); bytes have none. */
export const DEFAULT_FILL: Readonly<Partial<Record<DataType, number>>> = {
  int16: -32767,
  uint16: 65535,
  int32: -2147483647,
  uint32: 4294967295,
  float32: Math.fround(9.969209968386869e36),
  float64: 9.969209968386869e36,
  int64: Number(-9223372036854775806n),
  uint64: Number(18446744073709551614n),
};

/** Values of attributes must be seen in the variable's own type before they are compared; undefined: not exact there. */
function castTo(dtype: DataType): (value: number) => number | undefined {
  if (dtype === "float32") return Math.fround;
  if (dtype === "float64") return (value) => value;
  const bits = 8 * elementSize(dtype);
  const unsigned = dtype.startsWith("uint");
  return (value) => {
    if (!Number.isInteger(value)) return undefined;
    if (bits === 64) return unsigned && value < 0 ? value + 2 ** 64 : value;
    const low = unsigned ? 0 : -(2 ** (bits - 1));
    const high = low + 2 ** bits - 1;
    const wrapped = unsigned && value < 0 ? value + 2 ** bits : value;
    return wrapped >= low && wrapped <= high ? wrapped : undefined;
  };
}

/** Decoding of the values of one variable. */
export interface Decoder {
  readonly target: "float32" | "float64";
  /** Decodes a stretch of raw values into `out` at `offset`. */
  readonly decode: (raw: RawArray, out: Float32Array | Float64Array, offset: number) => void;
}

function asUnsigned(raw: RawArray): RawArray {
  const { buffer, byteOffset, length } = raw;
  if (raw instanceof Int8Array) return new Uint8Array(buffer, byteOffset, length);
  if (raw instanceof Int16Array) return new Uint16Array(buffer, byteOffset, length);
  if (raw instanceof Int32Array) return new Uint32Array(buffer, byteOffset, length);
  return raw;
}

function single(path: string, variable: VariableInfo, name: string, fallback: number): number {
  const value = variable.attributes[name];
  if (value === undefined) return fallback;
  const list = typeof value === "string" ? [Number.parseFloat(value)] : numbersOf(variable.attributes, name);
  const number = list.length === 1 ? list[0]! : Number.NaN;
  // A scale of 0 would make all values alike.
  if (Number.isFinite(number) && !(number === 0 && name === "scale_factor")) return number;
  throw new FormatError(
    path,
    "cf",
    `attribute ${name} of variable ${variable.name} is ${JSON.stringify(value)}; expected one number${name === "scale_factor" ? " other than 0" : ""}`,
    `correct it, for example with \`ncatted -a ${name},${variable.name},o,d,1 FILE\``,
  );
}

function missingValues(attributes: Attributes, dtype: DataType, standard: number | undefined): number[] {
  const cast = castTo(dtype);
  const listed = [...numbersOf(attributes, "_FillValue"), ...numbersOf(attributes, "missing_value")];
  if (attributes._FillValue === undefined && standard !== undefined) listed.push(standard);
  return [...new Set(listed.map(cast).filter((v): v is number => v !== undefined && !Number.isNaN(v)))];
}

/** Limits of stored values. One that the variable's type does not hold exactly is meant otherwise, and ignored. */
function validRange(attributes: Attributes, dtype: DataType): readonly [number, number] {
  const cast = castTo(dtype);
  const range = numbersOf(attributes, "valid_range");
  const [low] = range.length === 2 ? range : numbersOf(attributes, "valid_min");
  const high = range.length === 2 ? range[1] : numbersOf(attributes, "valid_max")[0];
  const limit = (value: number | undefined, none: number) => (value === undefined ? none : (cast(value) ?? none));
  return [limit(low, -Infinity), limit(high, Infinity)];
}

type Decoded = Float32Array | Float64Array;

/** 64-bit integers are already float64 when they are found to be unsigned. */
function wrapNegative(values: Decoded): void {
  for (let i = 0; i < values.length; i++) if (values[i]! < 0) values[i]! += 2 ** 64;
}

/** Elements that are looked at one by one after a missing one, since gaps come together. */
const RUN = 256;

/** The common case: one stored value stands for "missing". `indexOf` looks at several elements at once. */
function maskOne(stored: RawArray, values: Decoded, fill: number): void {
  for (let i = stored.indexOf(fill); i >= 0; i = stored.indexOf(fill, i)) {
    for (const end = Math.min(values.length, i + RUN); i < end; i++) if (stored[i] === fill) values[i] = Number.NaN;
  }
}

/** Without looking for missing ones, which would take several times as long. */
function scaleInto(stored: RawArray, values: Decoded, scale: number, shift: number): void {
  const n = stored.length;
  for (let i = 0; i < n; i++) values[i] = stored[i]! * scale + shift;
}

function maskAll(values: Decoded, missing: readonly number[], low: number, high: number): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= low && value <= high) || missing.includes(value)) values[i] = Number.NaN;
  }
}

/**
 * Builds the decoder of a variable from `_FillValue`, `missing_value`, `valid_range`, `valid_min`, `valid_max`,
 * `_Unsigned`, `scale_factor` and `add_offset`. Without `_FillValue`, netCDF's default fill value of the type counts
 * as missing (not for bytes). Integers of up to 16 bits and float32 decode to float32 (the product is taken in
 * float64), all others to float64.
 *
 * @throws FormatError if a scale or offset is not a number.
 */
export function decoderOf(path: string, variable: VariableInfo): Decoder {
  const { attributes } = variable;
  const unsigned = /^true$/i.test(String(attributes._Unsigned ?? "")) && variable.dtype.startsWith("int");
  const dtype = unsigned ? (`u${variable.dtype}` as DataType) : variable.dtype;
  const scale = single(path, variable, "scale_factor", 1);
  const shift = single(path, variable, "add_offset", 0);
  // That of the type in the file, whatever its bits stand for.
  const standard = (variable.defaultFill ?? true) ? DEFAULT_FILL[variable.dtype] : undefined;
  const missing = missingValues(attributes, dtype, standard);
  const [low, high] = validRange(attributes, dtype);
  const packed = scale !== 1 || shift !== 0;
  const wide = dtype.endsWith("64") || (dtype.endsWith("32") && dtype !== "float32");
  const [fill] = missing;
  const simple = missing.length <= 1 && low === -Infinity && high === Infinity;
  return {
    target: wide ? "float64" : "float32",
    decode: (stored, out, offset) => {
      const values = out.subarray(offset, offset + stored.length);
      const numbers = unsigned ? asUnsigned(stored) : stored;
      const there = stored.buffer === values.buffer && stored.byteOffset === values.byteOffset;
      if (simple && packed && !there && dtype !== "uint64") {
        scaleInto(numbers, values, scale, shift);
        if (fill !== undefined) maskOne(numbers, values, fill);
        return;
      }
      // The target holds every stored value exactly; the passes over it then see one type of array.
      if (!there) values.set(numbers);
      if (unsigned && dtype === "uint64") wrapNegative(values);
      if (!simple) maskAll(values, missing, low, high);
      else if (fill !== undefined) maskOne(values, values, fill);
      if (packed) scaleInto(values, values, scale, shift);
    },
  };
}
