/** Variables under other names and with their dimensions in another order: what a file cannot hold, or a program does not take. */
import { OptionsError } from "../../engine/errors.ts";
import { whereOf } from "../field/cut.ts";
import { type Coordinate, Field, type FieldValues, type GridMapping } from "../field/field.ts";
import { sizeOf } from "../storage/source.ts";
import { LazyField, type VariableStore } from "./lazy-field.ts";

/** New names by old ones, of the variable, its dimensions, coordinates and grid mapping. */
export type Names = Readonly<Record<string, string>>;

/** All names that a variable has. */
function namesOf(x: Field | LazyField): string[] {
  const late = x instanceof LazyField ? x.parts.late.map((c) => c.name) : [];
  const mapping = x.gridMapping ? [x.gridMapping.name] : [];
  return [...new Set([x.name, ...x.dims, ...x.coordinates.map((c) => c.name), ...late, ...mapping])];
}

/**
 * The variable under other names.
 *
 * @param variable - keeps its values and their order
 * @param names - new names by old ones; what is not named keeps its name
 * @throws OptionsError for a name that it does not have, and where two things would have one name
 * @example renamed(await data.variable("Grid/precipitation"), { "Grid/precipitation": "pr" })
 */
export function renamed<T extends Field | LazyField>(variable: T, names: Names): T;
export function renamed(variable: Field | LazyField, names: Names): Field | LazyField {
  const all = namesOf(variable);
  const unknown = Object.keys(names).find((name) => !all.includes(name));
  if (unknown !== undefined) {
    const way = `it has ${all.join(", ")}`;
    throw new OptionsError(`${whereOf(variable)}: there is no ${unknown} to rename; ${way}`, "rename", names);
  }
  const to = (name: string) => (Object.hasOwn(names, name) ? names[name]! : name);
  const twice = all.find((name, i) => all.findIndex((other) => to(other) === to(name)) !== i);
  if (twice !== undefined) {
    const what = `two of ${all.join(", ")} would be named ${to(twice)}`;
    throw new OptionsError(`${whereOf(variable)}: ${what}; choose another name`, "rename", names);
  }
  const coordinates = variable.coordinates.map((c): Coordinate => ({ ...c, name: to(c.name), dims: c.dims.map(to) }));
  const mapping = variable.gridMapping;
  const gridMapping: GridMapping | undefined = mapping && { ...mapping, name: to(mapping.name) };
  const changes = { name: to(variable.name), coordinates, gridMapping };
  if (variable instanceof Field) return variable.with({ ...changes, dims: variable.dims.map(to) });
  const { late, store, ...rest } = variable.parts;
  const under = (own: VariableStore): VariableStore => ({ ...own, dims: own.dims.map(to) });
  return new LazyField({
    ...rest,
    ...changes,
    store: under(store),
    late: late.map((c) => ({ ...c, name: to(c.name), store: under(c.store) })),
  });
}

/**
 * The variable without the groups before its names, `Grid/precipitation` as `precipitation`, so that any format can hold it.
 * Where two names would become one, the groups stay in them, with `_` for `/`.
 *
 * @param variable - returned itself where no name has a group
 */
export function ungrouped<T extends Field | LazyField>(variable: T): T {
  const all = namesOf(variable);
  if (!all.some((name) => name.includes("/"))) return variable;
  const last = (name: string) => name.slice(name.lastIndexOf("/") + 1);
  const clear = (name: string) => all.filter((other) => last(other) === last(name)).length === 1;
  const names = all.filter((name) => name.includes("/"));
  return renamed(
    variable,
    Object.fromEntries(names.map((name) => [name, clear(name) ? last(name) : name.replaceAll("/", "_")])),
  );
}

/** Values with their dimensions in another order: dimension k of the result is `order[k]` of the values. */
function permuted(values: FieldValues, shape: readonly number[], order: readonly number[]): FieldValues {
  if (order.every((axis, k) => axis === k)) return values;
  const out = values instanceof Float32Array ? new Float32Array(values.length) : new Float64Array(values.length);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const [sizes, steps] = [order.map((axis) => shape[axis]!), order.map((axis) => strides[axis]!)];
  const [length, step] = [sizes.at(-1) ?? 1, steps.at(-1) ?? 1];
  const place = sizes.slice(0, -1).map(() => 0);
  for (let at = 0, from = 0; at < out.length; ) {
    for (let i = 0; i < length; i++) out[at++] = values[from + i * step]!;
    for (let k = place.length - 1; k >= 0; k--) {
      place[k]!++;
      from += steps[k]!;
      if (place[k]! < sizes[k]!) break;
      from -= sizes[k]! * steps[k]!;
      place[k] = 0;
    }
  }
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

/**
 * The variable with its dimensions in this order; two-dimensional coordinates follow.
 *
 * @param variable - of any rank
 * @param dims - all of its dimensions
 * @throws OptionsError for others
 */
export function transposed<T extends Field | LazyField>(variable: T, dims: readonly string[]): T;
export function transposed(variable: Field | LazyField, dims: readonly string[]): Field | LazyField {
  if (String(dims) === String(variable.dims)) return variable;
  if (
    dims.length !== variable.dims.length ||
    new Set(dims).size !== dims.length ||
    !dims.every((d) => variable.dims.includes(d))
  ) {
    const expected = `all of ${variable.dims.join(", ")} in some order`;
    throw new OptionsError(
      `${whereOf(variable)}: dims is ${dims.join(", ") || "empty"}; expected ${expected}`,
      "dims",
      dims,
    );
  }
  const order = dims.map((dim) => variable.dims.indexOf(dim));
  const sizes = new Map(variable.dims.map((dim, i) => [dim, variable.shape[i]!]));
  const coordinates = variable.coordinates.map((c) => alike(c, dims, sizes));
  const shape = order.map((axis) => variable.shape[axis]!);
  if (variable instanceof Field) {
    return variable.with({ dims, shape, coordinates, values: permuted(variable.values, variable.shape, order) });
  }
  const { store, picks, ...rest } = variable.parts;
  // Dimensions that a selection dropped stand in front; they have one position.
  const dropped = store.dims.map((_, i) => i).filter((i) => !picks[i]!.keep);
  const whole = [...dropped, ...dims.map((dim) => store.dims.indexOf(dim))];
  const pick = <E>(list: readonly E[]): E[] => whole.map((axis) => list[axis]!);
  return new LazyField({
    ...rest,
    coordinates,
    picks: pick(picks),
    store: {
      dims: pick(store.dims),
      shape: pick(store.shape),
      chunks: store.chunks && pick(store.chunks),
      target: store.target,
      check: () => store.check?.(),
      async read({ start, count }) {
        const back = (list: readonly number[]) => list.map((_, axis) => list[whole.indexOf(axis)]!);
        return permuted(await store.read({ start: back(start), count: back(count) }), back(count), whole);
      },
    },
  });
}

/**
 * The variable with y and x as its last dimensions, where it has both and they are not.
 *
 * @param variable - returned itself where it lacks y or x, or they are last already
 */
export function mapsLast<T extends Field | LazyField>(variable: T): T {
  const [y, x] = [variable.dimOf("y"), variable.dimOf("x")];
  if (y === undefined || x === undefined || (variable.dims.at(-2) === y && variable.dims.at(-1) === x)) return variable;
  return transposed(variable, [...variable.dims.filter((dim) => dim !== y && dim !== x), y, x]);
}
