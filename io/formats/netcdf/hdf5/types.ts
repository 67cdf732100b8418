/** Types of HDF5: which are numbers or text, and the others in words, with what to do about them. */
import { FormatError } from "../../../../engine/errors.ts";
import { type DataType, isNumberType } from "../../../storage/source.ts";
import { type Hdf5Metadata, TYPE_CLASS } from "./file.ts";

function numberName({ type, size, signed }: Hdf5Metadata): string {
  return `${type === TYPE_CLASS.float ? "float" : signed ? "int" : "uint"}${size * 8}`;
}

/** The element type; "other" for all that is neither a number nor text. */
export function dataTypeOf(metadata: Hdf5Metadata): DataType {
  const { type, size, vlen } = metadata;
  if (type === TYPE_CLASS.string) return vlen || size > 1 ? "string" : "char";
  if (type !== TYPE_CLASS.integer && type !== TYPE_CLASS.float) return "other";
  const name = numberName(metadata);
  return isNumberType(name) ? name : "other";
}

/** A type in words, such as "enum of int8 (dry = 0, wet = 1)". */
export function typeInWords(metadata: Hdf5Metadata): string {
  const { type, size, compound_type, enum_type, vlen_type, array_type } = metadata;
  if (type === TYPE_CLASS.string) return "text";
  if (type === TYPE_CLASS.integer || type === TYPE_CLASS.float) return numberName(metadata);
  if (type === TYPE_CLASS.compound) {
    const members = compound_type?.members.map((m) => `${m.name}: ${typeInWords(m)}`).join(", ");
    return `compound (${members})`;
  }
  if (type === TYPE_CLASS.enumeration) {
    const all = Object.entries(enum_type?.members ?? {}).map(([name, value]) => `${name} = ${value}`);
    const shown = all.length > 6 ? [...all.slice(0, 5), "…"] : all;
    return `enum of ${numberName({ ...metadata, type: TYPE_CLASS.integer })} (${shown.join(", ")})`;
  }
  if (type === TYPE_CLASS.vlen) return `vlen of ${vlen_type ? typeInWords(vlen_type) : "values"}`;
  if (type === TYPE_CLASS.array) return `array of ${array_type ? typeInWords(array_type) : "values"}`;
  if (type === TYPE_CLASS.opaque) return `opaque of ${size} bytes`;
  return type === TYPE_CLASS.reference ? "reference" : `HDF5 class ${type}`;
}

function wayOut({ type }: Hdf5Metadata): string {
  const rewrite = "with h5py or netCDF4-python";
  if (type === TYPE_CLASS.enumeration) return `write its numbers as an integer variable ${rewrite}`;
  if (type === TYPE_CLASS.compound) return `write its members as variables of their own ${rewrite}`;
  if (type === TYPE_CLASS.vlen) return `write it as an array of fixed length, filled up, ${rewrite}`;
  if (type === TYPE_CLASS.float || type === TYPE_CLASS.integer) return `write it as float32 or int32 ${rewrite}`;
  return `look at it with \`h5dump -d\`, and write what is needed as numbers ${rewrite}`;
}

/** The error for a variable that does not hold what was asked for; names its type and the way out. */
export function refusal(path: string, name: string, metadata: Hdf5Metadata | undefined, expected: string): FormatError {
  if (metadata === undefined) {
    return new FormatError(path, "hdf5", `variable ${name} is not in it`, "see `monge info` for what it holds");
  }
  const plain = dataTypeOf(metadata) !== "other";
  const hint = plain ? "name another variable" : wayOut(metadata);
  return new FormatError(
    path,
    "hdf5",
    `variable ${name} is of type ${typeInWords(metadata)}; expected ${expected}`,
    hint,
  );
}
