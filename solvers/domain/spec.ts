/**
 * Domains as plain JSON: what a user writes in a problem file. Time is the axis named `t`; it always comes last,
 * wherever it is written. {@link parseDomain} checks a spec and gives it a form that is easy to compute with.
 */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { polygonFault } from "./polygon-check.ts";

/** Lower and upper end of an axis. */
export type Interval = readonly [low: number, high: number];

/** The name of the axis that is time. It is decided here; everywhere else `time` is an index into the axes. */
export const timeName = "t";

/** The same domain over another interval of time. */
export function overTime(spec: DomainSpec, interval: Interval): DomainSpec {
  return { ...spec, [timeName]: interval } as DomainSpec;
}

/** A box: one interval per axis, in the order written (`t` last), e.g. `{ x: [-1, 1], t: [0, 1] }`; time alone is `{ t: [0, 10] }`. */
export interface BoxSpec {
  readonly [axis: string]: Interval;
}

/** What every shape other than a box may carry. */
export interface ShapeExtras {
  /** Names of the space axes; `@defaultValue` x, y, z up to three dimensions, else x1 … xd. */
  readonly axes?: readonly string[];
  /** The time interval, for a shape times time. */
  readonly t?: Interval;
}

/** The ball |x − center| ≤ radius, an interval in 1-D and a disk in 2-D. */
export interface BallSpec extends ShapeExtras {
  /** Both words mean the same. */
  readonly shape: "ball" | "disk";
  /** One number per space axis. */
  readonly center: readonly number[];
  /** Finite, > 0. */
  readonly radius: number;
}

/** A simple polygon by its vertices in order, in either orientation; the last is joined to the first. */
export interface PolygonSpec extends ShapeExtras {
  readonly shape: "polygon";
  /** Three or more points [x, y]; edges do not cross. */
  readonly vertices: readonly (readonly [number, number])[];
}

/** All points of at least one of the shapes. Let neighbours overlap: on a shared face the distance would be zero. */
export interface UnionSpec extends ShapeExtras {
  /** Two shapes or more. */
  readonly union: readonly SpaceSpec[];
}

/** All points common to the shapes. */
export interface IntersectionSpec extends ShapeExtras {
  /** Two shapes or more. */
  readonly intersection: readonly SpaceSpec[];
}

/** The points of the first shape that lie in none of the others. */
export interface DifferenceSpec extends ShapeExtras {
  /** Two shapes or more, the one that is cut first. */
  readonly difference: readonly SpaceSpec[];
}

/** A domain in space, or in space and time; plain JSON. Parts of a combination are without time. */
export type DomainSpec = BoxSpec | BallSpec | PolygonSpec | UnionSpec | IntersectionSpec | DifferenceSpec;

/** A shape in space, as it stands inside a combination: a {@link DomainSpec} without `t`. */
export type SpaceSpec = DomainSpec;

/** A checked shape in space. */
export type Shape =
  | { readonly kind: "box"; readonly low: readonly number[]; readonly high: readonly number[] }
  | { readonly kind: "ball"; readonly center: readonly number[]; readonly radius: number }
  | {
      readonly kind: "polygon";
      /** Counter-clockwise. */
      readonly vertices: readonly (readonly [number, number])[];
      /** Whether the user wrote them clockwise. */
      readonly reversed: boolean;
    }
  | { readonly kind: "union" | "intersection" | "difference"; readonly parts: readonly Shape[] };

/** A checked domain: axes with `t` last, the shape over the space axes, and the interval of time. */
export interface ParsedDomain {
  readonly axes: readonly string[];
  /** Index of `t` in `axes`. */
  readonly time?: number;
  readonly shape: Shape;
  readonly interval?: Interval;
}

/** Largest coordinate: squares and volumes of a few dimensions must not overflow. */
const farthest = 1e60;
/** Most vertices of a polygon: each is compared with all others. */
const mostVertices = 1024;

/** Keys of combinations. */
export const combinationNames = ["union", "intersection", "difference"] as const;
const show = (value: unknown) => JSON.stringify(value) ?? String(value);

/** Default names of `dimension` space axes: x, y, z; above three dimensions x1 … xd. */
export function defaultAxes(dimension: number): string[] {
  return dimension <= 3
    ? ["x", "y", "z"].slice(0, dimension)
    : Array.from({ length: dimension }, (_, k) => `x${k + 1}`);
}

/**
 * Check a spec and bring it into computable form; polygons come out counter-clockwise.
 *
 * @throws OptionsError for what is not a domain spec (unknown or missing keys, wrong types, wrong axis names)
 * @throws DomainError for non-finite numbers, empty or inverted intervals, radius ≤ 0, polygons that are not simple,
 * and parts of different dimensions
 */
export function parseDomain(spec: DomainSpec): ParsedDomain {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    throw new OptionsError(
      `domainOf: the domain is ${show(spec)}; give an object such as {"x": [-1, 1]}`,
      "domain",
      spec,
    );
  }
  const named = parseNamed(spec, "domain");
  const { [timeName]: t } = spec as ShapeExtras;
  const axes = named.axes;
  if (t === undefined) return { axes, shape: named.shape };
  const interval = checkInterval(t, `domain.${timeName}`);
  return { axes: [...axes, timeName], time: axes.length, shape: named.shape, interval };
}

interface Named {
  readonly axes: readonly string[];
  /** Whether the names were written rather than made up. */
  readonly given: boolean;
  readonly shape: Shape;
}

function parseNamed(spec: DomainSpec, where: string): Named {
  const combination = combinationNames.find((name) => name in spec);
  if (combination !== undefined) return parseCombination(spec, combination, where);
  const record = spec as unknown as Readonly<Record<string, unknown>>;
  if (typeof record["shape"] === "string") return parsePrimitive(record, where);
  const axes = Object.keys(record).filter((axis) => axis !== timeName);
  if (axes.length === 0 && (where !== "domain" || record[timeName] === undefined))
    throw new OptionsError(`domainOf: ${where} has no axis: ${show(spec)}`, where, spec);
  checkAxes(axes, where);
  const intervals = axes.map((axis) => checkInterval(record[axis], `${where}.${axis}`));
  return {
    axes,
    given: true,
    shape: { kind: "box", low: intervals.map(([low]) => low), high: intervals.map(([, high]) => high) },
  };
}

function parsePrimitive(record: Readonly<Record<string, unknown>>, where: string): Named {
  const { shape } = record;
  const ball = shape === "ball" || shape === "disk";
  if (!ball && shape !== "polygon") {
    throw new OptionsError(`domainOf: ${where}.shape is ${show(shape)}; known are "ball" and "polygon"`, where, shape);
  }
  checkKeys(record, ball ? ["shape", "center", "radius"] : ["shape", "vertices"], where);
  if (ball) {
    const center = checkNumbers(record["center"], `${where}.center`);
    const radius = checkNumber(record["radius"], `${where}.radius`);
    if (!(radius > 0)) throw new DomainError(`domainOf: ${where}.radius is ${radius}; it must be positive`, radius);
    return { ...axesFrom(record, center.length, where), shape: { kind: "ball", center, radius } };
  }
  const list = record["vertices"];
  if (!Array.isArray(list) || list.length < 3) {
    throw new OptionsError(
      `domainOf: ${where}.vertices needs at least three [x, y] pairs, got ${show(list)}`,
      where,
      list,
    );
  }
  if (list.length > mostVertices) {
    throw new OptionsError(
      `domainOf: ${where}.vertices has ${list.length} entries, at most ${mostVertices} are allowed; leave some of them out`,
      where,
      list.length,
    );
  }
  const vertices = list.map((pair: unknown, k): readonly [number, number] => {
    const numbers = checkNumbers(pair, `${where}.vertices[${k}]`);
    if (numbers.length !== 2) {
      throw new OptionsError(
        `domainOf: ${where}.vertices[${k}] is ${show(pair)}; polygons are 2-D: [x, y]`,
        where,
        pair,
      );
    }
    return [numbers[0]!, numbers[1]!];
  });
  const fault = polygonFault(vertices);
  if (fault.message !== undefined) throw new DomainError(`domainOf: ${where}.vertices: ${fault.message}`, vertices);
  const reversed = fault.area < 0;
  const oriented = reversed ? [...vertices].reverse() : vertices;
  return { ...axesFrom(record, 2, where), shape: { kind: "polygon", vertices: oriented, reversed } };
}

function parseCombination(spec: DomainSpec, kind: (typeof combinationNames)[number], where: string): Named {
  const record = spec as unknown as Readonly<Record<string, unknown>>;
  checkKeys(record, [kind], where);
  const list = record[kind];
  if (!Array.isArray(list) || list.length === 0) {
    throw new OptionsError(`domainOf: ${where}.${kind} is ${show(list)}; give a list of shapes`, where, list);
  }
  const parts = list.map((part: DomainSpec, k): Named => {
    const inside = `${where}.${kind}[${k}]`;
    if (typeof part !== "object" || part === null) {
      throw new OptionsError(`domainOf: ${inside} is ${show(part)}; give a shape`, inside, part);
    }
    if (timeName in part) {
      throw new OptionsError(
        `domainOf: ${inside} has a time axis; write "${timeName}" beside "${kind}" instead`,
        inside,
        part,
      );
    }
    return parseNamed(part, inside);
  });
  const first = parts.find(({ given }) => given) ?? parts[0]!;
  for (const [k, { axes, given }] of parts.entries()) {
    if (axes.length !== first.axes.length) {
      throw new DomainError(
        `domainOf: ${where}.${kind}[${k}] has ${axes.length} dimensions where another part has ${first.axes.length}`,
        axes,
      );
    }
    if (given && axes.join() !== first.axes.join()) {
      const names = `axes ${axes.join(", ")} where another part has ${first.axes.join(", ")}`;
      throw new OptionsError(
        `domainOf: ${where}.${kind}[${k}] has ${names}; use the same names in one order`,
        where,
        axes,
      );
    }
  }
  const names = record["axes"] === undefined ? first : axesFrom(record, first.axes.length, where);
  return { axes: names.axes, given: names.given, shape: { kind, parts: parts.map(({ shape }) => shape) } };
}

function checkKeys(record: Readonly<Record<string, unknown>>, keys: readonly string[], where: string): void {
  for (const key of Object.keys(record)) {
    if (![...keys, "axes", timeName].includes(key)) {
      const known = [...keys, "axes", timeName].join(", ");
      throw new OptionsError(
        `domainOf: ${where} has the unknown key ${show(key)}; known are ${known}`,
        key,
        record[key],
      );
    }
  }
}

function axesFrom(record: Readonly<Record<string, unknown>>, dimension: number, where: string) {
  const given = record["axes"];
  if (given === undefined) return { axes: defaultAxes(dimension), given: false };
  if (!Array.isArray(given) || given.length !== dimension) {
    throw new OptionsError(`domainOf: ${where}.axes is ${show(given)}; give ${dimension} names`, "axes", given);
  }
  const axes = given.map(String);
  checkAxes(axes, where);
  return { axes, given: true };
}

function checkAxes(axes: readonly string[], where: string): void {
  for (const axis of axes) {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(axis) || axis === timeName) {
      const hint = `a letter followed by letters or digits, and ${timeName} only for time`;
      throw new OptionsError(`domainOf: ${where} has an axis named ${show(axis)}; give ${hint}`, where, axis);
    }
  }
  if (new Set(axes).size !== axes.length) {
    throw new OptionsError(`domainOf: ${where} names an axis twice: ${axes.join(", ")}`, where, axes);
  }
}

function checkInterval(value: unknown, where: string): Interval {
  const numbers = checkNumbers(value, where);
  const [low, high] = numbers;
  if (numbers.length !== 2 || low === undefined || high === undefined) {
    throw new OptionsError(`domainOf: ${where} is ${show(value)}; give [low, high]`, where, value);
  }
  if (!(low < high)) {
    throw new DomainError(`domainOf: ${where} is the empty interval [${low}, ${high}]; low must be below high`, value);
  }
  return [low, high];
}

function checkNumbers(value: unknown, where: string): number[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new OptionsError(`domainOf: ${where} is ${show(value)}; give a list of numbers`, where, value);
  }
  return value.map((entry, k) => checkNumber(entry, `${where}[${k}]`));
}

function checkNumber(value: unknown, where: string): number {
  if (typeof value !== "number") {
    const meant = typeof value === "string" ? multipleOfPi(value) : undefined;
    const way = meant === undefined ? "give a number" : `give the number ${meant}`;
    throw new OptionsError(`domainOf: ${where} is ${show(value)}; ${way}`, where, value);
  }
  if (!Number.isFinite(value)) throw new DomainError(`domainOf: ${where} is ${value}; give a finite number`, value);
  if (Math.abs(value) > farthest) {
    const way = "take other units of length, in which the domain is about one wide";
    throw new DomainError(`domainOf: ${where} is ${value}, beyond ±${farthest}; ${way}`, value);
  }
  return value;
}

/** `-pi`, `2*pi`, `pi/2` as numbers. */
function multipleOfPi(text: string): number | undefined {
  const [, sign, factor, divisor] =
    /^([+-]?)(?:(\d+(?:\.\d+)?)\*?)?pi(?:\/(\d+))?$/.exec(text.replaceAll(/\s/g, "")) ?? [];
  if (sign === undefined) return undefined;
  return ((sign === "-" ? -1 : 1) * Number(factor ?? 1) * Math.PI) / Number(divisor ?? 1);
}
