/** Functions that are numbers on a grid: what is written of them, the checks, and their tables. */

import { DomainError, OptionsError } from "../../engine/errors.ts";
import { Buffer } from "../../engine/platform/bytes.ts";
import { rng } from "../../engine/random/rng.ts";
import { numberText } from "../../engine/text/number.ts";
import { edgesAbout, type Interpolation } from "../expression/spline-axis.ts";
import { type Table, tableOf } from "../expression/table.ts";

/** Numbers on a grid, between which a function is interpolated. */
export interface GridSpec {
  /**
   * Places of the values along each axis, slowest first, rising or falling. An axis is one of the problem, or else an
   * argument of the function, `k(s)`.
   */
  readonly axes: Readonly<Record<string, ArrayLike<number>>>;
  /** Row-major over the axes; or as `readProblem` writes them, float64 in base64. */
  readonly values: ArrayLike<number> | string;
  /** Ends of the cells about the places, one more than these. `@defaultValue` halfway between */
  readonly edges?: Readonly<Record<string, ArrayLike<number>>>;
  /**
   * The same along all axes, or by axis: "cubic" splines, with two continuous derivatives; "linear"; "nearest", which has
   * none; "means", smooth such that each cell has the mean given. `@defaultValue "cubic"`
   */
  readonly interpolation?: Interpolation | Readonly<Record<string, Interpolation>>;
  /** Of the values, for people. */
  readonly units?: string;
  /** File and variable that they come from, for messages. */
  readonly source?: string;
}

/** A function on a grid: its table, and the names of its arguments. */
export interface GridFunction {
  readonly table: Table;
  readonly parameters: readonly string[];
}

const bytesMark = "base64:";

/** Numbers as a text, bit by bit. */
export const textOfNumbers = (values: Float64Array): string =>
  bytesMark + Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("base64");

/** The numbers of a grid. @throws OptionsError for a text that is none of `readProblem`'s */
export function numbersOf(name: string, values: GridSpec["values"]): Float64Array {
  if (typeof values !== "string") return Float64Array.from(values);
  const bytes = Buffer.from(values.slice(bytesMark.length), "base64");
  if (!values.startsWith(bytesMark) || bytes.length % 8 !== 0)
    throw fail(name, "has values that are a text", 'give a list of numbers; to read a file write { "file": "k.nc" }');
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** An error of the function of this name. */
export const fail = (name: string, what: string, way: string): OptionsError =>
  new OptionsError(`pde: the function "${name}" ${what}; ${way}`, "functions", name);

const known = new WeakMap<object, GridFunction>();

/**
 * The function of numbers on a grid; found once for each spec.
 *
 * @throws OptionsError where sizes do not match, or places do not rise or fall
 * @throws DomainError where a value is not finite, or smooth interpolation changes the sign of values that have one
 */
export function gridFunction(name: string, spec: GridSpec): GridFunction {
  const found = known.get(spec) ?? read(name, spec);
  known.set(spec, found);
  return found;
}

function read(name: string, spec: GridSpec): GridFunction {
  const parameters = Object.keys(spec.axes);
  const nodes = parameters.map((axis) => Float64Array.from(spec.axes[axis]!));
  const sizes = nodes.map(({ length }) => length);
  const given = numbersOf(name, spec.values);
  if (given.length !== sizes.reduce((a, b) => a * b, 1)) {
    const way = `give one for each place of ${parameters.map((axis, k) => `${axis} (${sizes[k]})`).join(" × ")}`;
    throw fail(name, `has ${given.length} values`, way);
  }
  for (const [k, axis] of parameters.entries()) checkPlaces(name, axis, nodes[k]!);
  const bad = given.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw new DomainError(
      `pde: the function "${name}" has a value that is ${given[bad]}; give finite numbers, or say in a file what is missing: "missing": "nearest" or a number`,
      given[bad],
    );
  const edges = parameters.map((axis, k) => {
    const own = spec.edges?.[axis] && Float64Array.from(spec.edges[axis]);
    if (own && own.length !== sizes[k]! + 1)
      throw fail(name, `has ${own.length} edges along ${axis}`, `give ${sizes[k]! + 1}, around ${sizes[k]} places`);
    return own;
  });
  const falling = nodes.map((own) => own.length > 1 && own[1]! < own[0]!);
  const values = flipped(given, sizes, falling);
  const rising = nodes.map((own, k) => (falling[k] ? own.toReversed() : own));
  const ends = edges.map((own, k) =>
    own && own[0]! > own.at(-1)! ? own.toReversed() : (own ?? edgesAbout(rising[k]!)),
  );
  const { interpolation = "cubic" } = spec;
  const kinds = parameters.map((axis) =>
    typeof interpolation === "string" ? interpolation : (interpolation[axis] ?? "cubic"),
  );
  const stranger =
    typeof interpolation === "string"
      ? undefined
      : Object.keys(interpolation).find((axis) => !parameters.includes(axis));
  if (stranger !== undefined)
    throw fail(name, `has an interpolation along "${stranger}"`, `its axes are ${parameters.join(", ")}`);
  const table = tableOf(name, { nodes: rising, edges: ends, values, interpolation: kinds });
  checkSign(name, table, rising, values, kinds);
  return { table, parameters };
}

function checkPlaces(name: string, axis: string, places: Float64Array): void {
  const sign = Math.sign(places[1]! - places[0]!) || 1;
  const bad = places.findIndex((x, i) => !Number.isFinite(x) || (i > 0 && !(sign * (x - places[i - 1]!) > 0)));
  if (places.length === 0) throw fail(name, `has no places along ${axis}`, "give at least one");
  if (bad < 0) return;
  const what = `has ${numberText(places[bad]!, 6)} after ${numberText(places[bad - 1] ?? Number.NaN, 6)} along ${axis}`;
  throw fail(name, what, "places rise or fall from each to the next");
}

/** The values in the order of rising places. */
function flipped(values: Float64Array, sizes: readonly number[], falling: readonly boolean[]): Float64Array {
  if (!falling.includes(true)) return values;
  const out = new Float64Array(values.length);
  const at = new Array<number>(sizes.length);
  for (let i = 0; i < values.length; i++) {
    let rest = i;
    for (let k = sizes.length - 1; k >= 0; k--) {
      at[k] = rest % sizes[k]!;
      rest = Math.floor(rest / sizes[k]!);
    }
    out[sizes.reduce((to, n, k) => to * n + (falling[k] ? n - 1 - at[k]! : at[k]!), 0)] = values[i]!;
  }
  return out;
}

/** Cells at most whose middles are looked at. */
const mostCells = 1 << 20;

/** Splines overshoot beside steps: where values have one sign, they must keep it. */
function checkSign(
  name: string,
  table: Table,
  nodes: readonly Float64Array[],
  values: Float64Array,
  kinds: readonly Interpolation[],
): void {
  if (!kinds.some((kind) => kind === "cubic" || kind === "means")) return;
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const sign = least >= 0 ? 1 : most <= 0 ? -1 : 0;
  if (sign === 0) return;
  const sizes = nodes.map((own) => Math.max(1, own.length - 1));
  const cells = sizes.reduce((a, b) => a * b, 1);
  const every = Math.ceil(cells / mostCells);
  const count = Math.floor((cells - 1) / every) + 1;
  const columns = nodes.map(() => new Float64Array(count));
  for (let i = 0; i < count; i++) {
    let rest = i * every;
    for (let k = nodes.length - 1; k >= 0; k--) {
      const [own, j] = [nodes[k]!, rest % sizes[k]!];
      columns[k]![i] = (own[j]! + (own[j + 1] ?? own[j]!)) / 2;
      rest = Math.floor(rest / sizes[k]!);
    }
  }
  const between = table.values(columns);
  const worst = between.reduce((a, v) => Math.min(a, sign * v), Number.POSITIVE_INFINITY);
  const size = Math.max(Math.abs(least), Math.abs(most));
  const lowest = Math.min(Math.abs(least), Math.abs(most));
  if (worst >= (lowest > 0 ? Number.MIN_VALUE : -1e-9 * size)) return;
  const [kind, other] = kinds.includes("means") ? ["means", "nearest"] : ["cubic", "linear"];
  throw new DomainError(
    `pde: the function "${name}" is ${numberText(sign * worst, 3)} between values from ${numberText(least, 3)} to ${numberText(most, 3)}: "${kind}" interpolation overshoots beside steps; write "interpolation": "${other}"`,
    worst,
  );
}

/** A problem with every second value of its grids, and the share of its distance that the whole grids are off. */
export interface Coarser {
  readonly functions: Readonly<Record<string, GridSpec>>;
  /** Error of the whole grids over that of every second value, by the order that the values show. */
  readonly share: number;
}

/** Fewest values along an axis of which every second is enough. */
const fewest = 5;

/** Grids of every second value, or of pairs of cells, by which the error of interpolation is seen; undefined where none has enough. */
export function coarserGrids(functions: Readonly<Record<string, unknown>>): Coarser | undefined {
  const found = Object.entries(functions).flatMap(([name, one]) => {
    const spec = typeof one === "object" ? (one as GridSpec) : undefined;
    const half = spec && halved(name, spec);
    return spec && half ? [{ name, half, share: shareOf(name, spec, half) }] : [];
  });
  if (found.length === 0) return undefined;
  return {
    functions: Object.fromEntries(found.map(({ name, half }) => [name, half])),
    share: Math.max(...found.map(({ share }) => share)),
  };
}

/** Every second value, and the last one; along axes of cells that count as they are all of them. */
function halved(name: string, spec: GridSpec): GridSpec | undefined {
  const axes = Object.entries(spec.axes);
  const { interpolation = "cubic" } = spec;
  const kinds = axes.map(([axis]) =>
    typeof interpolation === "string" ? interpolation : (interpolation[axis] ?? "cubic"),
  );
  const isHalved = axes.map(([, { length }], k) => kinds[k] !== "nearest" && length >= fewest);
  if (!isHalved.includes(true)) return undefined;
  const groups = axes.map(([, { length: n }], k) => {
    const all = Array.from({ length: n }, (_, i) => [i]);
    if (!isHalved[k]) return all;
    if (kinds[k] !== "means") return all.filter((_, i) => i % 2 === 0 || i === n - 1);
    return Array.from({ length: Math.ceil(n / 2) }, (_, i) => [2 * i, 2 * i + 1].filter((j) => j < n));
  });
  const nodes = axes.map(([, places]) => Float64Array.from(places));
  const edges = axes.map(([axis], k) => Float64Array.from(spec.edges?.[axis] ?? edgesAbout(nodes[k]!)));
  const width = (k: number, i: number) => edges[k]![i + 1]! - edges[k]![i]!;
  const values = numbersOf(name, spec.values);
  const out: number[] = [];
  const visit = (k: number, offset: number, parts: readonly (readonly [at: number, weight: number])[]): void => {
    if (k === axes.length) {
      const whole = parts.reduce((sum, [, weight]) => sum + weight, 0);
      out.push(parts.reduce((sum, [at, weight]) => sum + (weight / whole) * values[at]!, 0));
      return;
    }
    const n = nodes[k]!.length;
    for (const group of groups[k]!)
      visit(
        k + 1,
        offset,
        parts.flatMap(([at, weight]) => group.map((i) => [at * n + i, weight * width(k, i)] as const)),
      );
  };
  visit(0, 0, [[0, 1]]);
  const middle = (k: number, group: readonly number[]) =>
    group.length === 1 ? nodes[k]![group[0]!]! : (edges[k]![group[0]!]! + edges[k]![group.at(-1)! + 1]!) / 2;
  const cut = axes.flatMap(([axis], k) =>
    isHalved[k] && kinds[k] === "means"
      ? [[axis, [edges[k]![0]!, ...groups[k]!.map((group) => edges[k]![group.at(-1)! + 1]!)]] as const]
      : [],
  );
  return {
    axes: Object.fromEntries(axes.map(([axis], k) => [axis, groups[k]!.map((group) => middle(k, group))])),
    values: textOfNumbers(Float64Array.from(out)),
    ...(cut.length > 0 && { edges: Object.fromEntries(cut) }),
    interpolation,
  };
}

/** 1/(2^p − 1) with the order p at which errors fall from every fourth value to every second. */
function shareOf(name: string, spec: GridSpec, half: GridSpec): number {
  const quarter = halved(name, half);
  if (!quarter) return 1;
  const [table, two, four] = [spec, half, quarter].map((one) => gridFunction(name, one).table) as [Table, Table, Table];
  const places = rng(0)
    .split("interpolation")
    .uniform(sampled * table.axes.length);
  const columns = table.ranges.map(([low, high], k) =>
    Float64Array.from({ length: sampled }, (_, i) => low + (high - low) * places[i * table.axes.length + k]!),
  );
  const values = table.values(columns);
  const off = (other: Table) => Math.hypot(...other.values(columns).map((v, i) => v - values[i]!));
  const [fine, coarse] = [off(two), off(four)];
  // What is off by every second value is itself short of its error by that of all.
  const order = fine > 0 ? Math.log2(Math.max(1.2, coarse / fine)) : 1;
  return 1 / (2 ** Math.min(4, order) - 1);
}

const sampled = 2048;
