/** One variable of one open file: finding it, its coordinates and grid mapping by CF, and reading slabs of it decoded. */
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { axisOf } from "../field/axes.ts";
import type { Coordinate, GridMapping } from "../field/field.ts";
import { pickAttributes } from "../storage/attributes.ts";
import { readWhole } from "../storage/read-variable.ts";
import { type Attributes, type DataType, type GridSource, textOf, type VariableInfo } from "../storage/source.ts";

const NOT_NUMERIC: readonly DataType[] = ["char", "string", "other"];

/** True if a variable holds numbers. */
export const isNumeric = (v: VariableInfo): boolean => !NOT_NUMERIC.includes(v.dtype);
const words = (attributes: Attributes, name: string) => (textOf(attributes, name) ?? "").split(/\s+/).filter(Boolean);

/** The variable that a name in an attribute means: in the group of the one that says it, or the nearest above (CF 2.7.1). */
function meant(variables: readonly VariableInfo[], from: VariableInfo, name: string): VariableInfo | undefined {
  for (let group = from.name; group !== ""; ) {
    group = group.slice(0, Math.max(0, group.lastIndexOf("/")));
    const full = group === "" ? name.replace(/^\//, "") : `${group}/${name}`;
    const found = variables.find((v) => v.name === full);
    if (found) return found;
  }
  return undefined;
}

/** True if a variable describes a map projection (also as GDAL and rioxarray write it). */
const isMapping = ({ dims, attributes }: VariableInfo) =>
  dims.length === 0 && ["grid_mapping_name", "crs_wkt", "spatial_ref"].some((name) => attributes[name] !== undefined);

/** Variables that serve others: coordinates, bounds, grid mappings, ancillary ones. */
function servants(variables: readonly VariableInfo[]): Set<string> {
  const named = new Set<string>();
  for (const variable of variables) {
    const { name, dims, attributes } = variable;
    if (dims.length === 1 && dims[0] === name) named.add(name);
    for (const key of [
      "coordinates",
      "bounds",
      "climatology",
      "ancillary_variables",
      "cell_measures",
      "grid_mapping",
    ]) {
      for (const word of words(attributes, key)) {
        const servant = word.replace(/:$/, "");
        named.add(meant(variables, variable, servant)?.name ?? servant);
      }
    }
  }
  return named;
}

/** Names of the variables that look like data: numbers over y and x, or else over anything. */
export function plausible(variables: readonly VariableInfo[]): string[] {
  const hidden = servants(variables);
  const byName = new Map(variables.map((v) => [v.name, v]));
  const open = variables.filter(
    (v) => isNumeric(v) && v.dims.length > 0 && !hidden.has(v.name) && !/_(bnds|bounds)$/.test(v.name),
  );
  const role = (dim: string) => axisOf(dim, byName.get(dim)?.attributes ?? {});
  const maps = open.filter((v) => v.dims.some((d) => role(d) === "y") && v.dims.some((d) => role(d) === "x"));
  const flat = open.filter((v) => v.dims.length > 1);
  const chosen = maps.length > 0 ? maps : flat.length > 0 ? flat : open;
  const positions = chosen.filter((v) => !/^(latitude|longitude)$/.test(textOf(v.attributes, "standard_name") ?? ""));
  return positions.map((v) => v.name);
}

/** The parts of a file that {@link chooseVariable} needs. */
export type Contents = Pick<GridSource, "path" | "format" | "variables">;

/**
 * The variable of this name, or the only one that looks like data.
 * @throws FormatError if there is no such variable, or it is not numeric; OptionsError if several could be meant.
 */
export function chooseVariable({ path, format, variables }: Contents, wanted: string | undefined): VariableInfo {
  const fail = (what: string, hint: string) => new FormatError(path, format, what, hint);
  const has = () => `it has ${variables.map((v) => v.name).join(", ") || "none"}`;
  if (wanted !== undefined) {
    const found = variables.find((v) => v.name === wanted);
    if (!found) throw fail(`variable ${wanted} is not in it`, has());
    if (isNumeric(found)) return found;
    throw fail(`variable ${wanted} is of type ${found.type ?? found.dtype}; expected numbers`, has());
  }
  const names = plausible(variables);
  if (names.length === 1) return variables.find((v) => v.name === names[0])!;
  if (names.length === 0)
    throw fail("it holds no variable with numbers on a grid", "see `monge info` for what it holds");
  const text = `${path}: it holds several variables (${names.join(", ")}); name one, as in ${path}:${names[0]}`;
  throw new OptionsError(text, "variable", names);
}

/** The variables that place a variable: those of its dimensions, then those that its `coordinates` names. */
export function coordinateVariables(variables: readonly VariableInfo[], variable: VariableInfo): VariableInfo[] {
  const named = words(variable.attributes, "coordinates").map((name) => meant(variables, variable, name));
  const all = new Set([...variable.dims.map((dim) => variables.find((v) => v.name === dim)), ...named]);
  const mapping = mappingVariable(variables, variable);
  return [...all].flatMap((info) => {
    // Some list the grid mapping among the coordinates (rioxarray, xarray).
    if (!info || info === variable || info === mapping || !isNumeric(info)) return [];
    if (!info.dims.every((d) => variable.dims.includes(d))) return [];
    const { name, dims } = info;
    return variable.dims.includes(name) && !(dims.length === 1 && dims[0] === name) ? [] : [info];
  });
}

/** Reads a coordinate with its bounds. */
export async function readCoordinate(source: GridSource, info: VariableInfo): Promise<Coordinate> {
  const { bounds: named, ...attributes } = info.attributes;
  const wanted = typeof named === "string" ? named : textOf(info.attributes, "climatology");
  const bounds = wanted === undefined ? undefined : meant(source.variables, info, wanted);
  const paired =
    bounds && isNumeric(bounds) && info.dims.length < 3 && String(bounds.shape.slice(0, -1)) === String(info.shape);
  const corners = bounds?.shape.at(-1) ?? 0;
  const fits = info.dims.length < 2 ? corners === 2 : corners > 2;
  const edges = paired && fits ? { bounds: await readWhole(source, bounds) } : {};
  return { name: info.name, dims: info.dims, values: await readWhole(source, info), attributes, ...edges };
}

/** The variable that describes the projection: the one that `grid_mapping` names, or one that stands among the coordinates. */
function mappingVariable(variables: readonly VariableInfo[], variable: VariableInfo): VariableInfo | undefined {
  const find = (name: string) => meant(variables, variable, name);
  const name = words(variable.attributes, "grid_mapping")[0]?.replace(/:$/, "");
  if (name !== undefined) return find(name);
  return words(variable.attributes, "coordinates")
    .map(find)
    .find((v) => v !== undefined && isMapping(v));
}

/** The grid mapping that a variable names. */
export function mappingOf(variables: readonly VariableInfo[], variable: VariableInfo): GridMapping | undefined {
  const info = mappingVariable(variables, variable);
  return info && { name: info.name, attributes: info.attributes };
}

/** A variable may run over one dimension twice (a covariance); the second time its name gets a number. */
export function distinct(dims: readonly string[]): string[] {
  return dims.map((dim, i) => {
    const earlier = dims.slice(0, i).filter((d) => d === dim).length;
    return earlier === 0 ? dim : `${dim}_${earlier + 1}`;
  });
}

/** Attributes that say how values were stored, which a field no longer is. */
const STORAGE =
  /^(_FillValue|missing_value|scale_factor|add_offset|valid_range|valid_min|valid_max|_Unsigned|_ChunkSizes|grid_mapping|coordinates|units)$/;

/** The attributes of a variable that mention its quantity. */
export function ownAttributes(variable: VariableInfo): Attributes {
  return pickAttributes(variable.attributes, (name) => !STORAGE.test(name));
}

/**
 * The coordinate that dates a dimension whose own coordinate does not: among those that the variable names, one along
 * it in units "since" (NEMO's `time_centered` or `time_instant` for a `time_counter` without units).
 */
export function auxiliaryTime(variables: readonly VariableInfo[], variable: VariableInfo): VariableInfo | undefined {
  const dates = (v: VariableInfo | undefined) => v !== undefined && isNumeric(v) && /\ssince\s/i.test(v.units ?? "");
  const undated = variable.dims.filter((dim) => !dates(variables.find((v) => v.name === dim)));
  return words(variable.attributes, "coordinates")
    .map((name) => meant(variables, variable, name))
    .find((v) => v !== undefined && dates(v) && v.dims.length === 1 && undated.includes(v.dims[0]!));
}

/** The dimension of a variable that is time, if one is. */
export function timeDimension(variables: readonly VariableInfo[], variable: VariableInfo): string | undefined {
  const auxiliary = auxiliaryTime(variables, variable);
  if (auxiliary) return auxiliary.dims[0];
  const attributes = (dim: string) => variables.find((v) => v.name === dim)?.attributes ?? {};
  return variable.dims.find((dim) => axisOf(dim, attributes(dim)) === "time");
}
