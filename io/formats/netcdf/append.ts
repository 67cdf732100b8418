/** Making a NetCDF file longer along its unlimited time, whoever wrote it. */
import { constants } from "node:fs";
import { copyFile } from "node:fs/promises";
import {
  DomainError,
  FormatError,
  isMongeError,
  OptionsError,
  ShapeError,
  UnitsError,
} from "../../../engine/errors.ts";
import { beginAtomically, explainWriteError } from "../../../engine/files/atomic-file.ts";
import { axisOf } from "../../field/axes.ts";
import type { Field, FieldValues } from "../../field/field.ts";
import { readWhole } from "../../storage/read-variable.ts";
import { type FileFormat, type GridSource, numbersOf, textOf, type VariableInfo } from "../../storage/source.ts";
import { openGrid } from "../open.ts";
import { appendRecords } from "./classic/append.ts";
import { appendSteps } from "./hdf5/append.ts";
import { encoderLike } from "./layout/encode.ts";
import type { StoredType } from "./layout/options.ts";
import type { PlannedVariable } from "./layout/plan.ts";

const WHERE = "appendNetcdf";

/** Description of the file once it fits the fields. */
interface Growth {
  readonly format: FileFormat;
  readonly along: string;
  readonly before: number;
  /** All variables of the file along time, with where their values come from. */
  readonly variables: readonly PlannedVariable[];
}

function single(info: VariableInfo, name: string): number | undefined {
  return numbersOf(info.attributes, name)[0];
}

/** A variable that exists, as one that can be written to. */
function writable(path: string, info: VariableInfo, take: PlannedVariable["take"]): PlannedVariable {
  const { name, dtype, dims, attributes } = info;
  if (["char", "string", "other"].includes(dtype) || attributes._Unsigned !== undefined) {
    const what = attributes._Unsigned === undefined ? dtype : `${dtype} with _Unsigned`;
    throw new FormatError(
      path,
      "netcdf",
      `variable ${name} is of type ${what}, which cannot be appended to`,
      "write a new file",
    );
  }
  const stored = dtype as StoredType;
  const fill = single(info, "_FillValue") ?? single(info, "missing_value");
  const scale = single(info, "scale_factor") ?? 1;
  const offset = single(info, "add_offset") ?? 0;
  const keptBits = single(info, "_QuantizeBitRoundNumberOfSignificantBits");
  const encoder = encoderLike(name, stored, { fill, scale, offset, keptBits });
  const encode = (values: FieldValues) => {
    // Readers take netCDF's default fill for missing, but not in bytes.
    if (fill === undefined && stored.endsWith("int8") && values.some(Number.isNaN)) {
      const expected = "expected none, as the file has no `_FillValue` for it";
      throw new DomainError(`${WHERE}: ${path}: ${name} has missing values; ${expected}; fill them first`, Number.NaN);
    }
    return encoder.encode(values);
  };
  return { name, dtype: stored, dims, attributes: [], kind: "data", streamed: true, take, encode };
}

function find(source: GridSource, name: string): VariableInfo {
  const found = source.variables.find((v) => v.name === name);
  if (found) return found;
  const list = source.variables.map((v) => v.name).join(", ");
  throw new FormatError(source.path, source.format, `variable ${name} is not in it`, `it has ${list}`);
}

function sameText(path: string, what: string, found: string | undefined, expected: string | undefined): void {
  if (found === expected) return;
  const message = `${WHERE}: ${path}: ${what} of the field are ${found ?? "none"}; expected ${expected ?? "none"}, as in the file`;
  throw new UnitsError(`${message}; convert the field first`, found ?? "", expected ?? "none");
}

/** Checks a field against its variable; gives the time dimension. */
function checkVariable(source: GridSource, field: Field): string {
  const { path, format } = source;
  const info = find(source, field.name);
  const along = field.dimOf("time");
  if (String(info.dims) !== String(field.dims) || along === undefined) {
    const expected = `${info.dims.join(", ")}${along === undefined ? ", with a time" : ""}`;
    throw new ShapeError(`${WHERE}: ${path}: dims of ${field.name}`, expected, field.dims.join(", "));
  }
  if (!source.dims.find((d) => d.name === along)?.unlimited) {
    const hint = `copy it with \`ncks --mk_rec_dmn ${along} IN OUT\` first`;
    throw new FormatError(path, format, `its dimension ${along} is of fixed length and cannot grow`, hint);
  }
  const sizes = info.shape.map((n, i) => (info.dims[i] === along ? field.shape[i]! : n));
  if (String(sizes) !== String(field.shape))
    throw new ShapeError(`${WHERE}: ${path}: ${field.name}`, sizes, field.shape);
  sameText(path, `units of ${field.name}`, field.units, info.units);
  return along;
}

/** True if positions agree to the precision in which the file holds them. */
function agree(stored: VariableInfo, found: Float64Array, own: Float64Array): boolean {
  const as = stored.dtype === "float32" ? Math.fround : (v: number) => v;
  return (
    found.length === own.length && found.every((v, i) => v === as(own[i]!) || (Number.isNaN(v) && Number.isNaN(own[i])))
  );
}

/** Checks the coordinates that stay, and that times go on. */
async function checkCoordinates(source: GridSource, field: Field, along: string): Promise<void> {
  const { path } = source;
  for (const coordinate of field.coordinates) {
    const { name, dims, values, attributes } = coordinate;
    const info = source.variables.find((v) => v.name === name);
    if (!info) throw new ShapeError(`${WHERE}: ${path}: coordinates of ${field.name}`, `none named ${name}`, name);
    if (dims.includes(along)) {
      sameText(path, `units of ${name}`, textOf(attributes, "units"), info.units);
      const calendar = (a: VariableInfo["attributes"]) =>
        (textOf(a, "calendar") ?? "standard").replace("gregorian", "standard");
      if (axisOf(name, attributes) === "time")
        sameText(path, `calendar of ${name}`, calendar(attributes), calendar(info.attributes));
      continue;
    }
    if (!agree(info, await readWhole(source, info), values)) {
      throw new ShapeError(`${WHERE}: ${path}: coordinate ${name}`, "the same grid as in the file", "another");
    }
  }
  const time = field.coordinate(along);
  const info = source.variables.find((v) => v.name === along);
  if (!time || !info) return;
  const before = (await readWhole(source, info)).at(-1);
  const falls = time.values.findIndex((v, i) => !(v > (time.values[i - 1] ?? before ?? Number.NEGATIVE_INFINITY)));
  if (falls < 0) return;
  const last = falls === 0 ? before! : time.values[falls - 1]!;
  const value = time.values[falls]!;
  throw new DomainError(
    `${WHERE}: ${path}: time ${value} of the field does not come after ${last}; expected later times`,
    value,
  );
}

/** Sources of the values of each variable along time. */
function sources(source: GridSource, fields: readonly Field[], along: string): PlannedVariable[] {
  const { path, format } = source;
  const [first] = fields as [Field, ...Field[]];
  const takes = new Map<string, PlannedVariable["take"]>();
  fields.forEach((field, i) => {
    takes.set(field.name, (parts) => parts[i]!.values!);
  });
  for (const { name, dims, values, bounds } of first.coordinates) {
    if (!dims.includes(along)) continue;
    takes.set(name, () => values);
    const named = textOf(find(source, name).attributes, "bounds");
    if (named !== undefined && bounds) takes.set(named, () => bounds);
    else if ((named === undefined) !== (bounds === undefined)) {
      const [expected, found] = named === undefined ? ["none", "some"] : ["some", "none"];
      throw new ShapeError(`${WHERE}: ${path}: bounds of ${name}`, `${expected}, as in the file`, found);
    }
  }
  return source.variables
    .filter((info) => info.dims.includes(along))
    .map((info) => {
      const take = takes.get(info.name);
      if (take) return writable(path, info, take);
      const hint = "give it too, as a coordinate of the field or a field beside it";
      throw new FormatError(
        path,
        format,
        `variable ${info.name} also goes along ${along}, and the field does not bring it`,
        hint,
      );
    });
}

async function growthOf(path: string, fields: readonly Field[]): Promise<Growth> {
  const source = await openGrid(path);
  try {
    if (source.format === "geotiff") {
      throw new FormatError(path, source.format, "it is GeoTIFF, which has no time to go on", "write NetCDF");
    }
    const alongs = fields.map((field) => checkVariable(source, field));
    const along = alongs[0]!;
    const other = alongs.findIndex((one, i) => one !== along || fields[i]!.size(one) !== fields[0]!.size(along));
    if (other >= 0) {
      throw new OptionsError(
        `${WHERE}: ${fields[other]!.name} has other times than ${fields[0]!.name}; expected the same`,
        "also",
      );
    }
    await checkCoordinates(source, fields[0]!, along);
    const before = source.dims.find((d) => d.name === along)!.size;
    return { format: source.format, along, before, variables: sources(source, fields, along) };
  } finally {
    source.close();
  }
}

/**
 * Makes a NetCDF file longer along its unlimited time by the steps of a field, in the types, packing and fill values of the
 * file. Readers see the old steps or all of them, also after a crash or a full disk: NetCDF-3 is appended to in place, its
 * number of records changed last; NetCDF-4 is appended to in a copy, which then takes its place. One process at a time.
 *
 * @param path - a NetCDF-3 or NetCDF-4 file with an unlimited time
 * @param also - fields for the file's other variables along time.
 * @throws FormatError if the file cannot grow, or the disk refuses; ShapeError for another grid or missing bounds;
 *   UnitsError for other units or another calendar; DomainError for times that do not come after the last, or values that
 *   the file's types cannot hold.
 */
export async function appendNetcdf(path: string, field: Field, also: readonly Field[] = []): Promise<void> {
  const fields: readonly [Field, ...Field[]] = [field, ...also];
  const { format, along, before, variables } = await growthOf(path, fields);
  const count = field.size(along);
  if (count === 0) return;
  try {
    if (format !== "hdf5") {
      await appendRecords(path, variables, fields, count);
      return;
    }
    const pending = await beginAtomically(path);
    try {
      await copyFile(path, pending.temporary, constants.COPYFILE_FICLONE);
      await appendSteps(pending.temporary, path, variables, fields, { along, before, count });
    } catch (error) {
      await pending.discard();
      throw error;
    }
    await pending.commit();
  } catch (error) {
    const explained = explainWriteError(path, error);
    if (isMongeError(explained)) throw explained;
    const [why] = String((error as Error)?.message ?? error).split("\n");
    throw new FormatError(
      path,
      format,
      `it could not be appended to (${why})`,
      "check the file and the free disk space",
      {
        cause: error,
      },
    );
  }
}
