/** Comparison of the cells of two variables, and of their order. */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { significant } from "../../engine/text/number.ts";
import { LazyField, lazyField } from "../../io/dataset/index.ts";
import { axisOf, type Coordinate, type Field, isGeographic, soundLine } from "../../io/field/index.ts";
import { sizeOf, textOf } from "../../io/storage/index.ts";
import { placeOf, type TimeRoles, verifying } from "./match-times.ts";

/** Two variables with dimensions in one order: time, members (of the forecast), then those of a map. */
export interface Aligned {
  readonly forecast: LazyField;
  readonly truth: LazyField;
  readonly members: number;
  /** Sizes of a map. */
  readonly shape: readonly number[];
  /** Position of each cell of the truth's map in the forecast's; undefined where they have the same order. */
  readonly order: Uint32Array | undefined;
}

/** A variable, of which nothing is read yet unless it is in memory. */
export const lazy = (field: Field | LazyField): LazyField => (field instanceof LazyField ? field : lazyField(field));

/** Centres may differ by this share of the cells' spacing: float32 rounds them. */
const TOLERANCE = 1e-3;

/**
 * Brings both into one order of dimensions, and sees that they lie on the same cells. A line of the forecast may run
 * the other way; longitudes may go round the circle elsewhere.
 *
 * @throws ShapeError where dimensions or cells differ, with the names of what regrids; OptionsError for a truth of
 * several members
 */
export function align(given: LazyField, observed: LazyField, names: TimeRoles = verifying): Aligned {
  const truth = withoutMembers(dropSingle(observed, []), names);
  const time = truth.dimOf("time");
  const space = truth.dims.filter((dim) => dim !== time);
  const roles = space.map((dim) => roleOf(truth, dim));
  const forecast = dropSingle(given, space);
  const [ownTime, member] = [forecast.dimOf("time"), forecast.dimOf("realization")];
  const rest = forecast.dims.filter((dim) => dim !== ownTime && dim !== member);
  const own = space.map((dim, i) => rest.find((d) => d === dim) ?? rest.find((d) => roleOf(forecast, d) === roles[i]));
  if (own.length !== rest.length || own.some((dim) => dim === undefined) || new Set(own).size !== own.length) {
    const hint = "select one position of other dimensions with `isel`";
    const has = `${given.dims.join(", ") || "none"}`;
    throw new ShapeError(
      `${placeOf(names.forecast, given, names.caller)}: dimensions of a map`,
      space.join(", ") || "none",
      has,
      hint,
    );
  }
  const dims = own as string[];
  const flips = space.map((dim, i) => compareLine(forecast, dims[i]!, truth, dim, names));
  comparePlane(forecast, dims, truth, space, flips, names);
  const lead = (dim: string | undefined) => (dim === undefined ? [] : [dim]);
  const shape = space.map((dim) => truth.size(dim));
  return {
    forecast: forecast.transpose([...lead(ownTime), ...lead(member), ...dims]),
    truth: truth.transpose([...lead(time), ...space]),
    members: member === undefined ? 1 : forecast.size(member),
    shape,
    order: flips.includes(true) ? flipped(shape, flips) : undefined,
  };
}

const roleOf = (field: LazyField, dim: string) => axisOf(dim, field.coordinate(dim)?.attributes ?? {}) ?? dim;

/** Dimensions of one position that play no part (height: 2 m) go. */
function dropSingle(field: LazyField, keep: readonly string[]): LazyField {
  const parts = ["time", "realization", "y", "x"];
  const single = field.dims.filter(
    (d) => field.size(d) === 1 && !keep.includes(d) && !parts.includes(roleOf(field, d)),
  );
  return single.length === 0 ? field : field.isel(Object.fromEntries(single.map((dim) => [dim, 0])));
}

function withoutMembers(truth: LazyField, names: TimeRoles): LazyField {
  const member = truth.dimOf("realization");
  if (member === undefined) return truth;
  if (truth.size(member) === 1) return truth.isel({ [member]: 0 });
  const what = `the ${names.truth} has ${truth.size(member)} members along ${member}`;
  throw new OptionsError(
    `${placeOf(names.truth, truth, names.caller)}: ${what}; expected one: choose it with \`isel\``,
    names.truth,
    member,
  );
}

function differ(names: TimeRoles, forecast: LazyField, what: string, expected: string, actual: string): ShapeError {
  const hint =
    'bring one to the grid of the other first, by `regrid: "conservative"` or by `monge convert --grid`; ' +
    "parts are chosen with `isel`";
  return new ShapeError(`${placeOf(names.forecast, forecast, names.caller)}: ${what}`, expected, actual, hint);
}

const shown = (value: number | undefined) => significant(value!, 10);

const ends = ({ values }: Coordinate) =>
  values.length === 1 ? `${shown(values[0])}` : `${shown(values[0])} … ${shown(values.at(-1))} (${values.length})`;

/** True where the forecast's line runs the other way. @throws ShapeError where it is another line */
function compareLine(forecast: LazyField, own: string, truth: LazyField, dim: string, names: TimeRoles): boolean {
  const [a, b] = [forecast.coordinate(own), truth.coordinate(dim)];
  const [n, m] = [forecast.size(own), truth.size(dim)];
  if (n !== m) {
    const show = (c: Coordinate | undefined, count: number) => (c ? ends(c) : `${count} positions`);
    throw differ(names, forecast, own, `${show(b, m)}, as ${dim} of the ${names.truth}`, show(a, n));
  }
  if (a === undefined && b === undefined) return false;
  if (a === undefined || b === undefined) {
    throw differ(
      names,
      forecast,
      own,
      b ? ends(b) : `no coordinate, as in the ${names.truth}`,
      a ? ends(a) : "no coordinate",
    );
  }
  const role = roleOf(truth, dim);
  const { values } = role === "y" || role === "x" ? soundLine(placeOf(names.truth, truth, names.caller), b) : b;
  const scale = lengthScale(a) / lengthScale(b);
  const circle = isGeographic(dim, b.attributes) && axisOf(dim, b.attributes) === "x";
  const spacing = m > 1 ? Math.abs((values[m - 1]! - values[0]!) / (m - 1)) : Math.abs(b.values[0]!) * 1e-3 || 1e-3;
  const apart = (i: number, k: number) => {
    const d = a.values[i]! * scale - b.values[k]!;
    return Math.abs(circle ? d - 360 * Math.round(d / 360) : d);
  };
  const same = (turn: boolean) => b.values.every((_, k) => apart(turn ? m - 1 - k : k, k) <= TOLERANCE * spacing);
  if (same(false)) return false;
  if (same(true)) return true;
  const k = b.values.findIndex((_, i) => !(apart(i, i) <= TOLERANCE * spacing));
  const at = `at position ${k}`;
  throw differ(
    names,
    forecast,
    own,
    `${b.values[k]} ${at}, as ${dim} of the ${names.truth} (${ends(b)})`,
    `${a.values[k]} (${ends(a)})`,
  );
}

/** Two-dimensional latitudes and longitudes, where both have them on the map and lines alone do not decide. */
function comparePlane(
  forecast: LazyField,
  own: readonly string[],
  truth: LazyField,
  space: readonly string[],
  flips: readonly boolean[],
  names: TimeRoles,
): void {
  if (space.length !== 2 || flips.includes(true)) return;
  for (const role of ["y", "x"] as const) {
    const find = (field: LazyField, dims: readonly string[]) =>
      field.coordinates.find(
        (c) =>
          c.dims.length === 2 &&
          String(c.dims) === String(dims) &&
          isGeographic(c.name, c.attributes) &&
          axisOf(c.name, c.attributes) === role,
      );
    const [a, b] = [find(forecast, own), find(truth, space)];
    if (a === undefined || b === undefined) continue;
    const k = b.values.findIndex((v, i) => {
      const d = a.values[i]! - v;
      return Math.abs(role === "x" ? d - 360 * Math.round(d / 360) : d) > 1e-4;
    });
    if (k < 0) continue;
    throw differ(
      names,
      forecast,
      `${a.name} at cell ${k}`,
      `${b.values[k]}, as in the ${names.truth}`,
      `${a.values[k]}`,
    );
  }
}

/** Kilometres in metres. */
const lengthScale = ({ attributes }: Coordinate): number =>
  /^(km|kilomet(er|re)s?)$/.test(textOf(attributes, "units") ?? "") ? 1000 : 1;

function flipped(shape: readonly number[], flips: readonly boolean[]): Uint32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  return Uint32Array.from({ length: sizeOf(shape) }, (_, cell) =>
    shape.reduce((at, n, axis) => {
      const i = Math.floor(cell / strides[axis]!) % n;
      return at + (flips[axis] ? n - 1 - i : i) * strides[axis]!;
    }, 0),
  );
}
