/** Open files made of parts: variables that are held in memory or read by functions of their own. */
import { FormatError } from "../../engine/errors.ts";
import { copyBox, indexOf, stridesOf } from "./box.ts";
import {
  type DataType,
  type GridSource,
  type RawArray,
  type Slab,
  sizeOf,
  slabWithin,
  type VariableInfo,
} from "./source.ts";

/** A variable and its values; without `read` it holds no numbers. */
export interface SourcePart {
  readonly info: VariableInfo;
  /** @param into - memory of the size of the values, which may be used for them */
  read?(slab: Slab, into?: Uint8Array): RawArray | Promise<RawArray>;
}

/** A variable without netCDF's default fill values, its units those of its attributes. */
export function describeVariable(
  name: string,
  dtype: DataType,
  dims: readonly string[],
  shape: readonly number[],
  attributes: VariableInfo["attributes"],
): VariableInfo {
  const { units } = attributes;
  return {
    name,
    dtype,
    dims,
    shape,
    attributes,
    units: typeof units === "string" ? units : undefined,
    defaultFill: false,
  };
}

/** A slab of a row-major array. */
export function slabOf<T extends RawArray>(values: T, shape: readonly number[], { start, count }: Slab): T {
  const strides = stridesOf(shape);
  const out = new (values.constructor as new (length: number) => T)(sizeOf(count));
  const from = { words: values, offset: indexOf(start, strides), strides };
  copyBox(from, { words: out, offset: 0, strides: stridesOf(count) }, count, 1);
  return out;
}

/** A variable whose values are in memory. */
export const heldPart = (info: VariableInfo, values: RawArray): SourcePart => ({
  info,
  read: (slab) => slabOf(values, info.shape, slab),
});

/** The file of these parts; its dimensions come in the order in which the parts name them. */
export function sourceOfParts(
  file: Omit<GridSource, "dims" | "variables" | "read">,
  parts: readonly SourcePart[],
): GridSource {
  const { path, format } = file;
  const sizes = new Map(parts.flatMap(({ info }) => info.dims.map((name, i) => [name, info.shape[i]!] as const)));
  return {
    ...file,
    dims: [...sizes].map(([name, size]) => ({ name, size, unlimited: false })),
    variables: parts.map(({ info }) => info),
    async read(name, slab, into) {
      const part = parts.find(({ info }) => info.name === name);
      if (part?.read) return part.read(slabWithin(`${path}: variable ${name}`, part.info.shape, slab), into);
      const names = parts.flatMap((one) => (one.read ? [one.info.name] : [])).join(", ");
      const what = part === undefined ? "is not in it" : "holds no numbers";
      throw new FormatError(path, format, `variable ${name} ${what}`, `it has ${names}`);
    },
  };
}
