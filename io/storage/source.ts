/** Interface of every reader: one open file seen as dimensions, variables and attributes, whatever its format. */

import { OptionsError } from "../../engine/errors.ts";
import type { attributeTypes } from "./attributes.ts";

/** Formats that monge recognises by their first bytes; those that a user hands in have names of their own. */
export type FileFormat =
  | "netcdf3-classic"
  | "netcdf3-64bit-offset"
  | "netcdf3-64bit-data"
  | "hdf5"
  | "geotiff"
  | "grib"
  | "zarr-v2"
  | "zarr-v3"
  | (string & {});

const NUMBER_TYPES = [
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float32",
  "float64",
] as const;

/** Types of numbers, as they are stored in files. */
export type NumberType = (typeof NUMBER_TYPES)[number];

/** Element types as stored in a file. */
export type DataType = NumberType | "char" | "string" | "other";

/** True if a name is that of a type of numbers. */
export function isNumberType(name: string): name is NumberType {
  return (NUMBER_TYPES as readonly string[]).includes(name);
}

/** Raw numbers as stored; 64-bit integers arrive as float64 (exact up to 2^53, rounded to the nearest beyond). */
export type RawArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** One attribute: text, a number, or several of either. */
export type AttributeValue = string | number | readonly number[] | readonly string[];

/** Attributes by name, in file order; under a symbol, the types of their numbers where they are unusual. */
export type Attributes = Readonly<Record<string, AttributeValue>> & {
  readonly [attributeTypes]?: Readonly<Record<string, NumberType>>;
};

/** A named dimension of a file. */
export interface DimensionInfo {
  /** With its groups, `Grid/lat`, where it is in one. */
  readonly name: string;
  /** Number of positions, at present where it is unlimited. */
  readonly size: number;
  /** True if the file can grow along it. */
  readonly unlimited: boolean;
}

/** A variable of a file: what is known without reading its values. */
export interface VariableInfo {
  /** With its groups, `Grid/precipitation`, where it is in one. */
  readonly name: string;
  /** Type as stored, before unpacking. */
  readonly dtype: DataType;
  /** One name per dimension, slowest first; none of a scalar. */
  readonly dims: readonly string[];
  /** Size of each dimension, in the order of `dims`. */
  readonly shape: readonly number[];
  /** Text of the attribute `units`, as it stands; undefined where there is none. */
  readonly units: string | undefined;
  /** As stored, `_FillValue` and `scale_factor` included. */
  readonly attributes: Attributes;
  /** Size of a storage chunk along each dimension, where the file is chunked. */
  readonly chunks?: readonly number[];
  /** True if netCDF's default fill values count as missing where there is no `_FillValue`. @defaultValue true */
  readonly defaultFill?: boolean;
  /** The type in words, where `dtype` is "other". */
  readonly type?: string;
}

/** A block of a variable: where it begins and how many positions it takes along each dimension. */
export interface Slab {
  /** First position along each dimension, from 0. */
  readonly start: readonly number[];
  /** Positions along each dimension, ≥ 0. */
  readonly count: readonly number[];
}

/** A file open for reading. */
export interface GridSource {
  /** As it was given. */
  readonly path: string;
  /** Files that are read beside it: a header, a mask, what links lead to. @defaultValue none */
  readonly files?: readonly string[];
  /** By the content. */
  readonly format: FileFormat;
  /** Each dimension, in file order. */
  readonly dims: readonly DimensionInfo[];
  /** Each variable, coordinates included, in file order. */
  readonly variables: readonly VariableInfo[];
  /** Those of the file as a whole. */
  readonly attributes: Attributes;
  /**
   * Raw values of a numeric variable or of a slab of it, row-major.
   * @param into - memory of the size of the values, which the reader may use for them
   * @throws FormatError if the variable is not numeric or its bytes cannot be had; OptionsError for a slab outside it.
   */
  read(name: string, slab?: Slab, into?: Uint8Array): Promise<RawArray>;
  /**
   * All texts of a text variable, row-major; of characters, those along the last dimension make one text.
   * @throws FormatError if the variable holds no text.
   */
  readTexts?(name: string): Promise<string[]>;
  /**
   * Of a source in many files: the path of one that was read and has changed since; undefined where none has. It may be
   * asked after the end, too.
   */
  changed?(): string | undefined;
  /** Notices about the parts that were read: missing pieces and contradictions, in words. */
  notices?(): readonly string[];
  /** Drops what is kept in memory to read faster; the file stays open. */
  release?(): void;
  /** Closes the file, and removes what was unpacked; nothing can be read afterwards. */
  close(): void;
}

/**
 * The slab that is asked for, or the whole variable.
 * @throws OptionsError if it does not lie inside the shape.
 */
export function slabWithin(where: string, shape: readonly number[], slab?: Slab): Slab {
  if (!slab) return { start: shape.map(() => 0), count: shape };
  const { start, count } = slab;
  const inside = (n: number, i: number) =>
    Number.isInteger(start[i]) &&
    Number.isInteger(count[i]) &&
    start[i]! >= 0 &&
    count[i]! >= 0 &&
    start[i]! + count[i]! <= n;
  if (start.length === shape.length && count.length === shape.length && shape.every(inside)) return slab;
  const asked = `start [${start.join(", ")}], count [${count.join(", ")}]`;
  throw new OptionsError(
    `${where}: the slab is ${asked}; expected one inside the shape [${shape.join(", ")}]`,
    "slab",
    slab,
  );
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** A text attribute, or undefined where it is absent or not text. */
export function textOf(attributes: Attributes, name: string): string | undefined {
  const value = attributes[name];
  if (typeof value === "string") return value;
  return Array.isArray(value) && typeof value[0] === "string" ? value[0] : undefined;
}

/** A numeric attribute as an array; empty where it is absent or text. */
export function numbersOf(attributes: Attributes, name: string): readonly number[] {
  const value = attributes[name];
  if (typeof value === "number") return [value];
  if (Array.isArray(value)) return value.filter((v): v is number => typeof v === "number");
  return [];
}

/** Contiguous, row-major numbers of a field; NaN stands for missing. */
export type FieldValues = Float32Array | Float64Array;
