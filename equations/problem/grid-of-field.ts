/** Fields as grids of a problem: their dimensions along its axes, in its units, the part about its domain. */
import { DomainError, OptionsError, UnitsError } from "../../engine/errors.ts";
import { numberText, percentText } from "../../engine/text/number.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import {
  axisOf,
  type Coordinate,
  type Field,
  type GridMapping,
  inUnits,
  isGeographic,
  isoOf,
  parseTimeUnits,
  timeUnitsOf,
} from "../../io/field/index.ts";
import { timeName } from "../domain/spec.ts";
import { edgesAbout } from "../expression/spline-axis.ts";
import type { DataSpec } from "./data-spec.ts";
import { fail, type GridSpec, textOfNumbers } from "./grid-functions.ts";
import type { Outline } from "./written-domain.ts";

/** Radius of the earth in metres, as of a sphere. */
const radius = 6_371_000;
/** Cells beyond the domain that splines may see, and most values of a grid. */
const [margin, mostValues] = [6, 1 << 24];

/** Places along an axis of the problem. */
interface Along {
  readonly axis: string;
  readonly places: Float64Array;
  readonly edges: Float64Array | undefined;
  /** Of its coordinate, for messages. */
  readonly units: string;
}

/**
 * The grid of a field, in its file or not, about a domain.
 *
 * @param whole - not only the part about the domain, where the function is asked elsewhere
 */
export async function gridOfField(
  name: string,
  given: Field | LazyField,
  data: DataSpec,
  outline: Outline,
  whole: boolean,
  members?: Members,
): Promise<GridSpec> {
  const chosen = memberOf(name, atPlaces(name, given, data), data, members);
  const axes = axesOfDims(name, chosen, data, outline);
  const all = chosen.dims.map((dim, k): Along => alongOf(name, chosen, dim, axes[k]!, data));
  const ranges = all.map((along) => rangeOf(name, along, outline, data, whole));
  const part = chosen.isel(Object.fromEntries(chosen.dims.map((dim, k) => [dim, ranges[k]!])));
  const size = part.shape.reduce((a, b) => a * b, 1);
  if (size > mostValues)
    throw fail(
      name,
      `has ${size} values about the domain`,
      `give a coarser grid (monge convert --coarsen), of ${mostValues} at most`,
    );
  const field = "load" in part ? await part.load() : part;
  const stated = data.fileUnits === undefined ? field : field.with({ units: data.fileUnits });
  const { values, units } = data.units === undefined ? stated : inUnits(stated, data.units);
  const filled = withoutMissing(name, Float64Array.from(values), field.shape, data);
  const cut = (list: Float64Array, k: number, more: number) => list.slice(ranges[k]![0], ranges[k]![1] + more);
  const edges = all.flatMap(({ axis, edges: own }, k) => (own ? [[axis, [...cut(own, k, 1)]] as const] : []));
  return {
    axes: Object.fromEntries(all.map(({ axis, places }, k) => [axis, [...cut(places, k, 0)]])),
    values: textOfNumbers(filled),
    ...(edges.length > 0 && { edges: Object.fromEntries(edges) }),
    ...(data.interpolation !== undefined && { interpolation: data.interpolation }),
    ...(units !== undefined && { units }),
    source: `${data.file ?? given.source ?? "a field"}: ${given.name}${distortion(data, outline)}`,
  };
}

/** Members of an ensemble: the one that is read, and how many each function has. */
export interface Members {
  readonly one: number;
  readonly counts: Map<string, number>;
}

/** The part of one member. @throws OptionsError where there are several and none is asked for */
function memberOf<F extends Field | LazyField>(
  name: string,
  field: F,
  { along = {} }: DataSpec,
  members: Members | undefined,
): F {
  const dim = field.dimOf("realization");
  if (dim === undefined || Object.values(along).includes(dim)) return field;
  const count = field.size(dim);
  members?.counts.set(name, count);
  if (count === 1 || members) return field.isel({ [dim]: count === 1 ? 0 : members!.one }) as F;
  const way = `take one, as in "at": { "${dim}": 0 }, or solve for each (monge solve --members, readEnsemble)`;
  throw fail(name, `has ${count} members along ${dim}`, way);
}

/** The grid of a field inside of a domain: of each of its dimensions the axis of the problem, and the places on both. */
export interface GridOfData {
  readonly along: readonly {
    readonly axis: string;
    readonly dim: string;
    /** In the problem's coordinates. */
    readonly places: Float64Array;
    /** Of the field. */
    readonly coordinate: Coordinate;
  }[];
  readonly gridMapping: GridMapping | undefined;
}

/** The grid of a field inside of a domain. @throws OptionsError where none of it lies there */
export function gridInside(name: string, given: Field | LazyField, data: DataSpec, outline: Outline): GridOfData {
  const chosen = memberOf(name, atPlaces(name, given, data), data, { one: 0, counts: new Map() });
  const axes = axesOfDims(name, chosen, data, outline);
  const all = chosen.dims.map((dim, k): Along => alongOf(name, chosen, dim, axes[k]!, data));
  const ranges = all.map(({ axis, places }): readonly [number, number] => {
    const [low, high] = outline.bounds[axis]!;
    const slack = 1e-9 * (high - low);
    const inside = [...places.keys()].filter((i) => places[i]! >= low - slack && places[i]! <= high + slack);
    if (inside.length > 0) return [inside[0]!, inside.at(-1)! + 1];
    throw fail(name, `has no place of ${axis} inside of the domain`, "write the solution on --grid instead");
  });
  const part = chosen.isel(Object.fromEntries(chosen.dims.map((dim, k) => [dim, ranges[k]!])));
  return {
    along: part.dims.map((dim, k) => ({
      ...{ axis: axes[k]!, dim, places: all[k]!.places.slice(...ranges[k]!), coordinate: part.coordinate(dim)! },
    })),
    gridMapping: part.gridMapping,
  };
}

/** In words, how much longer or shorter lengths along x are on the plane, at the worst place of the domain. */
function distortion({ projection, lengths = "km" }: DataSpec, { bounds }: Outline): string {
  const { y } = bounds;
  if (projection === undefined || y === undefined) return "";
  const [, latitude] = projection.centre;
  const degree = ((Math.PI / 180) * radius) / (lengths === "km" ? 1000 : 1);
  const cos = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
  const off = Math.max(...y.map((v) => Math.abs(cos(latitude + v / degree) / cos(latitude) - 1)));
  return off < 1e-3 ? "" : `, on a plane whose lengths along x are off by up to ${percentText(off)}`;
}

/** The part at the places that are named, without dimensions of one place that are no axis. */
function atPlaces<F extends Field | LazyField>(name: string, field: F, { at = {} }: DataSpec): F {
  return Object.entries(at).reduce<F>((of, [dim, place]) => {
    if (!of.dims.includes(dim)) throw fail(name, `has no dimension "${dim}"`, `${of.name} has ${of.dims.join(", ")}`);
    const part = (typeof place === "number" ? of.isel({ [dim]: place }) : of.sel({ [dim]: place })) as F;
    if (!part.dims.includes(dim)) return part;
    if (part.size(dim) === 1) return part.isel({ [dim]: 0 }) as F;
    throw fail(name, `has ${part.size(dim)} places of ${dim} at "${place}"`, "name one");
  }, field);
}

/** The axis of the problem along each dimension. */
function axesOfDims(name: string, field: Field | LazyField, { along = {} }: DataSpec, { axes }: Outline): string[] {
  const stranger = Object.values(along).find((dim) => !field.dims.includes(dim));
  if (stranger !== undefined)
    throw fail(name, `has no dimension "${stranger}"`, `${field.name} has ${field.dims.join(", ")}`);
  const roles: Readonly<Record<string, string>> = { x: "x", y: "y", z: "z", time: timeName };
  const said = new Map(Object.entries(along).map(([axis, dim]) => [dim, axis]));
  return field.dims.map((dim) => {
    const role = roles[axisOf(dim, field.coordinate(dim)?.attributes ?? {}) ?? ""];
    const axis = said.get(dim) ?? [dim, role].find((one) => one !== undefined && axes.includes(one));
    if (axis !== undefined) return axis;
    const way = `name its axis, as in "along": { "${axes[0]}": "${dim}" }, or one place, as in "at": { "${dim}": 0 }`;
    throw fail(name, `has the dimension "${dim}" of ${field.size(dim)} places, which is no axis of the problem`, way);
  });
}

function alongOf(name: string, field: Field | LazyField, dim: string, axis: string, data: DataSpec): Along {
  const coordinate = field.coordinate(dim);
  if (coordinate?.dims.length !== 1)
    throw fail(
      name,
      `has no places along ${dim}: its grid is not straight there`,
      "bring it onto a straight grid first (monge convert --like, or regrid)",
    );
  const { convert, units } = conversion(name, coordinate, axis, data);
  const { bounds } = coordinate;
  const n = coordinate.values.length;
  const joined =
    bounds && Array.from({ length: n - 1 }, (_, i) => bounds[2 * i + 1] === bounds[2 * i + 2]).every(Boolean);
  const edges = joined ? Float64Array.from({ length: n + 1 }, (_, i) => bounds[i < n ? 2 * i : 2 * n - 1]!) : undefined;
  return { axis, places: coordinate.values.map(convert), edges: edges?.map(convert), units };
}

/** From a coordinate of the file to one of the problem. */
function conversion(
  name: string,
  coordinate: Coordinate,
  axis: string,
  data: DataSpec,
): { readonly convert: (value: number) => number; readonly units: string } {
  const { attributes } = coordinate;
  const units = typeof attributes["units"] === "string" ? attributes["units"] : "";
  if (/\ssince\s/i.test(units)) {
    const own = timeUnitsOf(coordinate);
    if (data.time === undefined) {
      const first = isoOf(Math.round(coordinate.values[0]! * own.step + own.origin), own);
      throw fail(
        name,
        `has dates along ${axis}`,
        `say what the problem's time is, as in "time": "hours since ${first}", or take one date, as in "at": { "${coordinate.name}": 0 }`,
      );
    }
    const calendar = typeof attributes["calendar"] === "string" ? attributes["calendar"] : undefined;
    const wanted = parseTimeUnits(data.time, calendar);
    return { convert: (v) => (v * own.step + (own.origin - wanted.origin)) / wanted.step, units: data.time };
  }
  if (isGeographic(coordinate.name, attributes)) {
    const { projection, lengths = "km" } = data;
    const isLatitude = axisOf(coordinate.name, attributes) === "y";
    if (projection === undefined) {
      if (data.along?.[axis] !== undefined || /^(lon|lat|longitude|latitude)$/i.test(axis))
        return { convert: (v) => v, units: "degrees" };
      const way = `bring it onto a plane, as in "projection": { "name": "equirectangular", "centre": [longitude, latitude] }, or take degrees, as in "along": { "${axis}": "${coordinate.name}" }`;
      throw fail(name, `has ${isLatitude ? "latitude" : "longitude"} along ${axis}`, way);
    }
    const [longitude, latitude] = projection.centre;
    const degree = ((Math.PI / 180) * radius) / (lengths === "km" ? 1000 : 1);
    const scale = isLatitude ? degree : degree * Math.cos((latitude * Math.PI) / 180);
    return { convert: (v) => (v - (isLatitude ? latitude : longitude)) * scale, units: lengths };
  }
  if (data.projection !== undefined && axis !== timeName)
    throw fail(name, `has no longitude or latitude along ${axis} (${coordinate.name})`, 'leave "projection" out');
  if (data.lengths === undefined || axis === timeName) return { convert: (v) => v, units };
  const metres = /^(km|kilomet(er|re)s?)$/.test(units) ? 1000 : /^(m|met(er|re)s?)$/.test(units) ? 1 : undefined;
  if (metres === undefined)
    throw new UnitsError(
      `pde: the function "${name}" has ${units === "" ? "no units" : `the unit "${units}"`} along ${coordinate.name}; expected m or km, to convert to "lengths": "${data.lengths}"`,
      units,
      data.lengths,
    );
  const factor = metres / (data.lengths === "km" ? 1000 : 1);
  return { convert: (v) => v * factor, units: data.lengths };
}

/** Positions about the domain. @throws OptionsError where the grid does not cover it */
function rangeOf(
  name: string,
  { axis, places, edges, units }: Along,
  { bounds }: Outline,
  data: DataSpec,
  whole: boolean,
): readonly [number, number] {
  const asked = bounds[axis];
  const n = places.length;
  if (whole || !asked) return [0, n];
  const ends = edges ?? edgesAbout(places);
  const [low, high] = [Math.min(ends[0]!, ends[n]!), Math.max(ends[0]!, ends[n]!)];
  const slack = 1e-9 * (high - low);
  if (!(asked[0] >= low - slack && asked[1] <= high + slack))
    throw new OptionsError(uncovered(name, axis, [low, high], asked, { units, source: data.file }), "functions", name);
  const inside = [...places.keys()].filter((i) => {
    const [a, b] = [Math.min(ends[i]!, ends[i + 1]!), Math.max(ends[i]!, ends[i + 1]!)];
    return b >= asked[0] && a <= asked[1];
  });
  return [Math.max(0, inside[0]! - margin), Math.min(n, inside.at(-1)! + 1 + margin)];
}

/** Words for a grid that does not cover the domain. */
function uncovered(
  name: string,
  axis: string,
  have: readonly [number, number],
  asked: readonly [number, number],
  { units, source }: { readonly units: string; readonly source: string | undefined },
): string {
  const text = ([low, high]: readonly [number, number]) => `from ${numberText(low, 6)} to ${numberText(high, 6)}`;
  const unit = units === "" ? "" : ` (${units})`;
  const of = source === undefined ? "" : ` of ${source}`;
  return `pde: the function "${name}"${of} is known for ${axis} ${text(have)}${unit}, and the domain has ${axis} ${text(asked)}; give a domain inside of the data, or data that cover it`;
}

/** Values without gaps. @throws DomainError where there are any and nothing says what stands for them */
export function withoutMissing(
  name: string,
  values: Float64Array,
  shape: readonly number[],
  { missing, file }: DataSpec,
): Float64Array {
  const gaps = values.reduce((count, v) => count + (Number.isNaN(v) ? 1 : 0), 0);
  if (gaps === 0) return values;
  if (typeof missing === "number") return values.map((v) => (Number.isNaN(v) ? missing : v));
  if (missing === undefined || gaps === values.length)
    throw new DomainError(
      `pde: the function "${name}"${file === undefined ? "" : ` of ${file}`} has ${gaps} missing values of ${values.length} about the domain; ${gaps === values.length ? "give a domain where there are some" : 'say what stands for them, as in "missing": "nearest" or "missing": 0'}`,
      gaps,
    );
  return nearest(values, shape);
}

/** Each gap with the value that is the fewest steps away. */
function nearest(values: Float64Array, shape: readonly number[]): Float64Array {
  const out = values.slice();
  let front = [...out.keys()].filter((i) => !Number.isNaN(out[i]!));
  const strides = shape.map((_, k) => shape.slice(k + 1).reduce((a, b) => a * b, 1));
  while (front.length > 0) {
    const next: number[] = [];
    for (const i of front)
      for (const [k, stride] of strides.entries()) {
        const at = Math.floor(i / stride) % shape[k]!;
        for (const step of [-1, 1]) {
          const j = i + step * stride;
          if (at + step < 0 || at + step >= shape[k]! || !Number.isNaN(out[j]!)) continue;
          out[j] = out[i]!;
          next.push(j);
        }
      }
    front = next;
  }
  return out;
}
