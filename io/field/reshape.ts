/** Fields under other names and with their dimensions in another order: the parts of it that need no values. */
import { OptionsError } from "../../engine/errors.ts";
import { emptyLike } from "../storage/block.ts";
import { copyBox, stridesOf } from "../storage/box.ts";
import { type Attributes, type FieldValues, textOf } from "../storage/source.ts";
import { type Outline, whereOf } from "./cut.ts";
import type { Coordinate, GridMapping } from "./field.ts";

/** New names by old ones, of the variable, its dimensions, coordinates and grid mapping. */
export type Names = Readonly<Record<string, string>>;

/** All names that a variable has. */
function namesOf(x: Outline): string[] {
  const late = (x.late ?? []).map(({ name }) => name);
  const mapping = x.gridMapping ? [x.gridMapping.name] : [];
  return [...new Set([x.name, ...x.dims, ...x.coordinates.map((c) => c.name), ...late, ...mapping])];
}

/** Changes of a renaming. */
export interface Renaming {
  readonly name: string;
  readonly attributes: Attributes;
  readonly coordinates: readonly Coordinate[];
  readonly gridMapping: GridMapping | undefined;
  /** The new name of an old one. */
  readonly to: (name: string) => string;
}

/**
 * The parts of a variable under other names.
 * @throws OptionsError for a name that it does not have, and where two things would have one name
 */
export function renaming(x: Outline, names: Names): Renaming {
  const all = namesOf(x);
  const unknown = Object.keys(names).find((name) => !all.includes(name));
  if (unknown !== undefined) {
    const way = `it has ${all.join(", ")}`;
    throw new OptionsError(`${whereOf(x)}: there is no ${unknown} to rename; ${way}`, "rename", names);
  }
  const to = (name: string) => (Object.hasOwn(names, name) ? names[name]! : name);
  const twice = all.find((name, i) => all.findIndex((other) => to(other) === to(name)) !== i);
  if (twice !== undefined) {
    const what = `two of ${all.join(", ")} would be named ${to(twice)}`;
    throw new OptionsError(`${whereOf(x)}: ${what}; choose another name`, "rename", names);
  }
  const methods = textOf(x.attributes, "cell_methods")?.replace(/(?<![\w/-])[\w/-]+(?=\s*:)/g, to);
  return {
    name: to(x.name),
    attributes: methods === undefined ? x.attributes : { ...x.attributes, cell_methods: methods },
    coordinates: x.coordinates.map((c) => ({ ...c, name: to(c.name), dims: c.dims.map(to) })),
    gridMapping: x.gridMapping && { ...x.gridMapping, name: to(x.gridMapping.name) },
    to,
  };
}

/** Names without groups; where two would become one, the groups stay in them, with `_` for `/`. */
export function namesWithoutGroups(x: Outline): Names {
  const all = namesOf(x);
  const last = (name: string) => name.slice(name.lastIndexOf("/") + 1);
  const clear = (name: string) => all.filter((other) => last(other) === last(name)).length === 1;
  const grouped = all.filter((name) => name.includes("/"));
  return Object.fromEntries(grouped.map((name) => [name, clear(name) ? last(name) : name.replaceAll("/", "_")]));
}

/** Values with their dimensions in another order: dimension k of the result is `order[k]` of the values. */
export function permuted(values: FieldValues, shape: readonly number[], order: readonly number[]): FieldValues {
  if (order.every((axis, k) => axis === k)) return values;
  const out = emptyLike(values, values.length);
  const [sizes, strides] = [order.map((axis) => shape[axis]!), stridesOf(shape)];
  const from = { words: values, offset: 0, strides: order.map((axis) => strides[axis]!) };
  copyBox(from, { words: out, offset: 0, strides: stridesOf(sizes) }, sizes, 1);
  return out;
}

/** Coordinates of several dimensions with these in the order of the variable's. */
function alike(c: Coordinate, dims: readonly string[], sizes: ReadonlyMap<string, number>): Coordinate {
  const own = dims.filter((dim) => c.dims.includes(dim));
  if (own.length < 2 || String(own) === String(c.dims)) return c;
  const order = own.map((dim) => c.dims.indexOf(dim));
  const shape = c.dims.map((dim) => sizes.get(dim)!);
  const corners = c.bounds && c.bounds.length / c.values.length;
  const bounds = c.bounds && permuted(c.bounds, [...shape, corners!], [...order, c.dims.length]);
  const values = permuted(c.values, shape, order) as Float64Array;
  return { ...c, dims: own, values, ...(bounds && { bounds: bounds as Float64Array }) };
}

/** Changes of another order of dimensions: axis k of the result is `order[k]` of the variable. */
export interface Reordering {
  readonly order: readonly number[];
  readonly shape: readonly number[];
  readonly coordinates: readonly Coordinate[];
}

/**
 * The parts of a variable with its dimensions in another order; two-dimensional coordinates follow.
 * @throws OptionsError unless `dims` are all of its dimensions
 */
export function reordering(x: Outline, dims: readonly string[]): Reordering {
  if (dims.length !== x.dims.length || new Set(dims).size !== dims.length || !dims.every((d) => x.dims.includes(d))) {
    const expected = `all of ${x.dims.join(", ")} in some order`;
    throw new OptionsError(`${whereOf(x)}: dims is ${dims.join(", ") || "empty"}; expected ${expected}`, "dims", dims);
  }
  const order = dims.map((dim) => x.dims.indexOf(dim));
  const sizes = new Map(x.dims.map((dim, i) => [dim, x.shape[i]!]));
  const coordinates = x.coordinates.map((c) => alike(c, dims, sizes));
  return { order, shape: order.map((axis) => x.shape[axis]!), coordinates };
}
