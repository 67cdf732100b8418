/** Contents of a NetCDF file, worked out from a field and the options before any format comes in (CF-1.11). */
import { OptionsError, ShapeError } from "../../../../engine/errors.ts";
import { axisOf, countsMembers } from "../../../field/axes.ts";
import type { Coordinate, FieldTemplate, FieldValues } from "../../../field/field.ts";
import { globalAttributes } from "../../../field/provenance.ts";
import { attributeType, attributeTypes, pickAttributes } from "../../../storage/attributes.ts";
import type { Attributes, AttributeValue } from "../../../storage/source.ts";
import { type CfVariable, cfLayout, edgeDimension } from "../../cf-layout.ts";
import { type Encoder, encoderOf, type StoredArray, toStored } from "./encode.ts";
import { checkNetcdfOptions, type NetcdfOptions, type StoredType } from "./options.ts";

/** An attribute with the type that it is stored in. */
export type PlannedAttribute =
  | { readonly name: string; readonly type: "char"; readonly value: string }
  | { readonly name: string; readonly type: "string"; readonly value: readonly string[] }
  | { readonly name: string; readonly type: StoredType; readonly value: readonly number[] };

/** A dimension; the streamed one is that along which data arrives. */
export interface PlannedDimension {
  readonly name: string;
  /** Of the template; for a streamed dimension that grows, not yet known. */
  readonly size: number;
  readonly streamed: boolean;
  readonly grows: boolean;
}

/** A variable of the file. */
export interface PlannedVariable {
  readonly name: string;
  readonly dtype: StoredType;
  readonly dims: readonly string[];
  readonly attributes: readonly PlannedAttribute[];
  readonly kind: "scale" | "bounds" | "auxiliary" | "mapping" | "data";
  /** True if it has the streamed dimension; if not, and it is no data, its values are those of the template. */
  readonly streamed: boolean;
  /** Its values in the parts of one stretch, the first of which carries the coordinates. */
  take(parts: readonly FieldTemplate[]): FieldValues;
  encode(values: FieldValues): StoredArray;
}

/** All of a file but its data. */
export interface NetcdfPlan {
  readonly dims: readonly PlannedDimension[];
  readonly variables: readonly PlannedVariable[];
  readonly attributes: readonly PlannedAttribute[];
  /** Name of the streamed dimension; none where the field has no time. */
  readonly along: string | undefined;
}

const KINDS: readonly CfVariable["kind"][] = ["scale", "bounds", "auxiliary", "mapping", "data"];
/** Attributes in the units of the stored numbers. */
const OF_STORED = /^(valid_range|valid_min|valid_max|flag_values|flag_masks)$/;

function planAttribute(name: string, value: AttributeValue, numbers: StoredType = "float64"): PlannedAttribute[] {
  if (typeof value === "string") return [{ name, type: "char", value }];
  if (typeof value === "number") return [{ name, type: numbers, value: [value] }];
  if (value.length === 0) return [];
  if (typeof value[0] === "string") return [{ name, type: "string", value: value as readonly string[] }];
  return [{ name, type: numbers, value: value as readonly number[] }];
}

/** Attributes in the types that they were read in, or else in those that their numbers ask for. */
function planned(attributes: Attributes): PlannedAttribute[] {
  const types = attributes[attributeTypes];
  return Object.entries(attributes).flatMap(([name, value]) => {
    const numbers = [value].flat().filter((v) => typeof v === "number");
    return planAttribute(name, value, attributeType(numbers, types?.[name]));
  });
}

/** Numbers that go into the file as they are. */
const plain =
  (dtype: StoredType) =>
  (values: FieldValues): StoredArray =>
    dtype === "float64" && values instanceof Float64Array ? values : toStored(dtype, values);

/** The template's time dimension. */
function timeOf({ dims, coordinates = [] }: FieldTemplate): string | undefined {
  return dims.find((d) => axisOf(d, coordinates.find((c) => c.name === d)?.attributes ?? {}) === "time");
}

function coordinateOf(parts: readonly FieldTemplate[], name: string): Coordinate {
  const found = parts[0]!.coordinates?.find((c) => c.name === name);
  if (found) return found;
  throw new ShapeError(`writeNetcdf: field ${parts[0]!.name}`, `a coordinate ${name}, as the file has`, "none");
}

/** The attributes that go with an encoder. */
function storageAttributes({ dtype, fill, scale, offset, keptBits }: Encoder): PlannedAttribute[] {
  const packed = scale !== 1 || offset !== 0;
  return [
    ...planAttribute("_FillValue", fill, dtype),
    ...(packed ? [...planAttribute("scale_factor", scale), ...planAttribute("add_offset", offset)] : []),
    // The name under which netCDF-C notes the same rounding (nc_def_var_quantize).
    ...(keptBits === undefined ? [] : planAttribute("_QuantizeBitRoundNumberOfSignificantBits", keptBits, "int32")),
  ];
}

/** Attributes of data; those in the units of stored numbers have their type, and nothing to say of packed ones. */
function dataAttributes(attributes: Attributes, encoder: Encoder, packed: boolean): PlannedAttribute[] {
  const ofStored = Object.entries(attributes).filter(([key]) => OF_STORED.test(key) && !packed);
  return [
    ...storageAttributes(encoder),
    ...planned(pickAttributes(attributes, (key) => !OF_STORED.test(key))),
    ...ofStored.flatMap(([key, value]) => planAttribute(key, value, encoder.dtype)),
  ];
}

/** Values of a coordinate, or the edges of its cells, in a stretch. */
const valuesOf =
  ({ name }: Coordinate) =>
  (parts: readonly FieldTemplate[]) =>
    coordinateOf(parts, name).values;

function boundsOf({ name }: Coordinate) {
  return (parts: readonly FieldTemplate[]) => {
    const { bounds } = coordinateOf(parts, name);
    if (bounds) return bounds;
    throw new ShapeError(`writeNetcdf: ${name} of field ${parts[0]!.name}`, "bounds, as the file has", "none");
  };
}

function planVariable(
  one: CfVariable,
  parts: readonly FieldTemplate[],
  options: NetcdfOptions,
  streamed: boolean,
): PlannedVariable {
  const { name, dims } = one;
  const common = { name, dims, kind: one.kind, streamed, attributes: planned(one.attributes) };
  const stored = (dtype: StoredType) => ({ ...common, dtype, encode: plain(dtype) });
  if (one.kind === "mapping") return { ...stored("int32"), take: () => Float64Array.of(0) };
  if (one.kind === "bounds") return { ...stored("float64"), take: boundsOf(one.coordinate) };
  if (one.kind === "scale") {
    return { ...stored(countsMembers(one.coordinate) ? "int32" : "float64"), take: valuesOf(one.coordinate) };
  }
  if (one.kind === "data") {
    const encoder = encoderOf(name, options, one.part.values instanceof Float64Array ? "float64" : "float32");
    const attributes = dataAttributes(one.attributes, encoder, options.packing !== undefined);
    const index = parts.indexOf(one.part);
    return { ...common, dtype: encoder.dtype, attributes, take: (all) => all[index]!.values!, encode: encoder.encode };
  }
  const take = valuesOf(one.coordinate);
  if (!streamed && !one.coordinate.values.some(Number.isNaN)) return { ...stored("float64"), take };
  const encoder = encoderOf(name, {}, "float64");
  const attributes = [...planAttribute("_FillValue", encoder.fill), ...common.attributes];
  return { ...common, dtype: "float64", attributes, take, encode: encoder.encode };
}

function checkNames(where: string, names: readonly string[]): void {
  const bad = names.find((n) => n === "" || /\/|\s$/.test(n) || [...n].some((c) => c < " " || c === "\x7f"));
  if (bad === undefined) return;
  throw new OptionsError(
    `${where}: ${JSON.stringify(bad)} cannot name a variable; expected a name without "/" and control characters`,
    "name",
    bad,
  );
}

/**
 * Lays a file out.
 *
 * @param parts - the field, or its template, and others on the same dimensions and coordinates.
 * @throws OptionsError for unfit options or names; ShapeError if the parts do not fit together.
 */
export function planNetcdf(where: string, parts: readonly FieldTemplate[], options: NetcdfOptions): NetcdfPlan {
  const [first] = parts as [FieldTemplate];
  const { dims: names, shape, coordinates = [] } = first;
  checkNetcdfOptions(where, options, names);
  // Scales first, in the order of dimensions, then edges, other coordinates, the mapping, data.
  const place = (one: CfVariable) => {
    const at = "coordinate" in one ? names.indexOf(one.coordinate.name) : 0;
    return at < 0 ? names.length : at;
  };
  const layout = cfLayout(where, parts).sort(
    (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || place(a) - place(b),
  );
  const along = timeOf(first);
  const dims = names.map((name, i) => ({
    name,
    size: shape[i]!,
    streamed: name === along,
    grows: name === along && options.unlimitedTime !== false,
  }));
  const empty = dims.find((d) => d.size === 0 && !d.streamed);
  if (empty)
    throw new ShapeError(`${where}: dimension ${empty.name} of ${first.name}`, "at least one position", "none");
  const corners = new Map(coordinates.flatMap((c) => edgeDimension(c) ?? []).map((d) => [d.name, d]));
  for (const corner of corners.values()) dims.push({ ...corner, streamed: false, grows: false });
  const onTime = (one: CfVariable) => along !== undefined && one.dims.includes(along);
  const variables = layout.map((one) => planVariable(one, parts, options, onTime(one)));
  checkNames(
    where,
    [...variables, ...dims].map((one) => one.name),
  );
  return { dims, variables, attributes: planned(globalAttributes(options)), along };
}
