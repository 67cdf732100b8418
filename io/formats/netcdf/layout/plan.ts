/** Contents of a NetCDF file, worked out from a field and the options before any format comes in (CF-1.11). */
import { OptionsError, ShapeError } from "../../../../engine/errors.ts";
import { axisOf, countsMembers } from "../../../field/axes.ts";
import type { Coordinate, FieldTemplate, FieldValues } from "../../../field/field.ts";
import { globalAttributes } from "../../../field/provenance.ts";
import { attributeType, attributeTypes, pickAttributes } from "../../../storage/attributes.ts";
import type { Attributes, AttributeValue } from "../../../storage/source.ts";
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

/** Attributes that say how values are stored, or name variables that are not there: written anew, or left out. */
const OWN =
  /^(_FillValue|missing_value|scale_factor|add_offset|_Unsigned|_ChunkSizes|_Quantize\w+|_NCProperties|grid_mapping|coordinates|bounds|climatology|ancillary_variables|cell_measures|formula_terms)$/;
/** Attributes in the units of the stored numbers. */
const OF_STORED = /^(valid_range|valid_min|valid_max|flag_values|flag_masks)$/;

/** Dimension and size of the edges or corners of a coordinate's cells; undefined where it has none. */
function edgeDimension({ values, bounds }: Coordinate): { readonly name: string; readonly size: number } | undefined {
  if (!bounds) return undefined;
  const size = values.length === 0 ? 2 : bounds.length / values.length;
  return { name: size === 2 ? "nv" : `nv${size}`, size };
}

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

function planAttributes(attributes: Attributes): PlannedAttribute[] {
  return planned(pickAttributes(attributes, (name) => !OWN.test(name)));
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

/** The edges of a coordinate's cells, where it has them. */
function planBounds(c: Coordinate, streamed: boolean): PlannedVariable[] {
  const { name, dims } = c;
  const corner = edgeDimension(c);
  if (!corner) return [];
  const take = (parts: readonly FieldTemplate[]) => {
    const own = coordinateOf(parts, name);
    if (own.bounds) return own.bounds;
    throw new ShapeError(`writeNetcdf: ${name} of field ${parts[0]!.name}`, "bounds, as the file has", "none");
  };
  const edges = { name: `${name}_bnds`, dtype: "float64", dims: [...dims, corner.name], attributes: [] } as const;
  return [{ ...edges, kind: "bounds", streamed, take, encode: plain("float64") }];
}

/** The attribute that names the edges; of a climatology, they are the years and months that it is over (CF 7.4). */
function boundsAttribute(name: string, attributes: Attributes, bounds: Float64Array | undefined): PlannedAttribute[] {
  if (!bounds) return [];
  return planAttribute("climatology" in attributes ? "climatology" : "bounds", `${name}_bnds`);
}

function planScale(coordinate: Coordinate, streamed: boolean): PlannedVariable {
  const { name, dims, attributes, bounds } = coordinate;
  const dtype = countsMembers(coordinate) ? "int32" : "float64";
  return {
    name,
    dtype,
    dims,
    kind: "scale",
    streamed,
    attributes: [...planAttributes(attributes), ...boundsAttribute(name, attributes, bounds)],
    take: (parts) => coordinateOf(parts, name).values,
    encode: plain(dtype),
  };
}

function planAuxiliary({ name, dims, attributes, bounds, values }: Coordinate, streamed: boolean): PlannedVariable {
  const mayMiss = streamed || values.some(Number.isNaN);
  const encoder = encoderOf(name, {}, "float64");
  return {
    name,
    dtype: "float64",
    dims,
    kind: "auxiliary",
    streamed,
    attributes: [
      ...(mayMiss ? planAttribute("_FillValue", encoder.fill) : []),
      ...planAttributes(attributes),
      ...boundsAttribute(name, attributes, bounds),
    ],
    take: (parts) => coordinateOf(parts, name).values,
    encode: mayMiss ? encoder.encode : plain("float64"),
  };
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

function planData(
  index: number,
  part: FieldTemplate,
  options: NetcdfOptions,
  streamed: boolean,
  shared: Attributes,
): PlannedVariable {
  const { name, dims, units, attributes = {}, values } = part;
  const natural = values instanceof Float64Array ? "float64" : "float32";
  const encoder = encoderOf(name, options, natural);
  const inUnits = (key: string) => !OF_STORED.test(key) && !(key === "units" && units !== undefined);
  const ofStored = Object.entries(attributes).filter(([key]) => OF_STORED.test(key) && !options.packing);
  return {
    name,
    dtype: encoder.dtype,
    dims,
    kind: "data",
    streamed,
    attributes: [
      ...storageAttributes(encoder),
      ...(units === undefined ? [] : planAttribute("units", units)),
      ...planAttributes(pickAttributes(attributes, inUnits)),
      ...ofStored.flatMap(([key, value]) => planAttribute(key, value, encoder.dtype)),
      ...planned(shared),
    ],
    take: (parts) => parts[index]!.values!,
    encode: encoder.encode,
  };
}

function checkNames(where: string, variables: readonly PlannedVariable[], dims: readonly PlannedDimension[]): void {
  const names = variables.map((v) => v.name);
  const twice =
    names.find((n, i) => names.indexOf(n) !== i) ??
    dims.find((d, i) => dims.findIndex((e) => e.name === d.name) !== i)?.name ??
    variables.find((v) => v.kind !== "scale" && dims.some((d) => d.name === v.name))?.name;
  if (twice !== undefined) {
    throw new OptionsError(
      `${where}: two variables or dimensions would be named ${twice}; rename one (\`field.with({ name })\`)`,
      "name",
      twice,
    );
  }
  const cannot = (n: string) => n === "" || /\/|\s$/.test(n) || [...n].some((c) => c < " " || c === "\x7f");
  const bad = [...names, ...dims.map((d) => d.name)].find(cannot);
  if (bad !== undefined) {
    throw new OptionsError(
      `${where}: ${JSON.stringify(bad)} cannot name a variable; expected a name without "/" and control characters`,
      "name",
      bad,
    );
  }
}

/**
 * Lays a file out.
 *
 * @param parts - the field, or its template, and others on the same dimensions and coordinates.
 * @throws OptionsError for unfit options or names; ShapeError if the parts do not fit together.
 */
export function planNetcdf(where: string, parts: readonly FieldTemplate[], options: NetcdfOptions): NetcdfPlan {
  const [first, ...also] = parts as [FieldTemplate, ...FieldTemplate[]];
  const { dims: names, shape, coordinates = [], gridMapping } = first;
  checkNetcdfOptions(where, options, names);
  for (const one of also) {
    if (String(one.dims) === String(names) && String(one.shape) === String(shape)) continue;
    throw new ShapeError(`${where}: ${one.name} beside ${first.name}`, shape, one.shape, "same dimensions");
  }
  const along = timeOf(first);
  const own = coordinates.filter((c) => names.includes(c.name) && String(c.dims) === c.name);
  const auxiliary = coordinates.filter((c) => !own.includes(c));
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
  const onTime = (c: Coordinate) => along !== undefined && c.dims.includes(along);
  const shared: Attributes = {
    ...(auxiliary.length > 0 ? { coordinates: auxiliary.map((c) => c.name).join(" ") } : {}),
    ...(gridMapping ? { grid_mapping: gridMapping.name } : {}),
  };
  const mapping: PlannedVariable[] = gridMapping
    ? [
        {
          name: gridMapping.name,
          dtype: "int32",
          dims: [],
          kind: "mapping",
          streamed: false,
          attributes: planned(gridMapping.attributes),
          take: () => Float64Array.of(0),
          encode: plain("int32"),
        },
      ]
    : [];
  const scales = names.flatMap((name) => own.find((c) => c.name === name) ?? []);
  const variables = [
    ...scales.map((c) => planScale(c, onTime(c))),
    ...[...scales, ...auxiliary].flatMap((c) => planBounds(c, onTime(c))),
    ...auxiliary.map((c) => planAuxiliary(c, onTime(c))),
    ...mapping,
    ...parts.map((part, i) => planData(i, part, options, along !== undefined, shared)),
  ];
  checkNames(where, variables, dims);
  return { dims, variables, attributes: planned(globalAttributes(options)), along };
}
