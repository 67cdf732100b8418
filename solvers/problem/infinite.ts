/** Places at which formulas are infinite, and how fast: whether a square has an integral there. */
import { rng } from "../../engine/rng.ts";
import type { Domain } from "../domain/domain.ts";
import { call } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";

/** Points at which divisors are looked at. */
export const looked = 1024;
/** Points on each shell about a place where a divisor vanishes. */
const onShell = 64;
/** Dimensions above which a search for zeros sees nothing. */
export const mostAxes = 4;
/** Divisors of one formula that are looked at. */
const mostDivisors = 32;
/** Radii of shells, over the width of the domain. */
const radii = [1e-3, 1e-6, 1e-8] as const;

/** A part of space: a domain, or one of its faces, which has no width along an axis. */
export interface Region {
  readonly dimension: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  contains(points: Float64Array): Uint8Array;
}

/** Values at points [n, axes]. */
export type Values = (points: Float64Array) => Float64Array;

/** The coordinates of points, or of normals, one column an axis. */
export const columnsOf = (rows: Float64Array, d: number): Float64Array[] =>
  Array.from({ length: d }, (_, k) => rows.filter((__, i) => i % d === k));

/** What is divided by, as expressions of the coordinates. */
export function divisorsOf(formula: Expression): Expression[] {
  const found: Expression[] = [];
  for (const node of nodesOf(formula)) {
    if (node.kind !== "call") continue;
    const [a, b] = node.args;
    if (node.name === "div") found.push(b!);
    if (node.name === "pow" && b!.kind === "number" && b!.value < 0) found.push(a!);
    if (node.name === "tan") found.push(call("cos", a!));
  }
  const kinds = (e: Expression) => new Set([...nodesOf(e)].map(({ kind }) => kind));
  const given = (e: Expression) => {
    const all = kinds(e);
    return all.has("coordinate") && ![...all].some((kind) => ofUnknowns.includes(kind));
  };
  return found.filter(given).slice(0, mostDivisors);
}

const ofUnknowns: readonly Expression["kind"][] = ["derivative", "laplacian", "elsewhere", "data", "function"];

/** Places in a region at which a function vanishes: between two signs, and where its size is least. */
export function zerosOf(f: Values, points: Float64Array, region: Region): Float64Array[] {
  const d = region.dimension;
  const values = f(points);
  const sizes = Array.from(values, Math.abs).sort((a, b) => a - b);
  const typical = sizes[sizes.length >> 1]!;
  const row = (i: number) => points.slice(i * d, (i + 1) * d);
  const order = Array.from(values.keys())
    .filter((i) => Number.isFinite(values[i]!))
    .sort((a, b) => Math.abs(values[a]!) - Math.abs(values[b]!));
  const plus = order.find((i) => values[i]! > 0);
  const minus = order.find((i) => values[i]! < 0);
  const crossing = plus !== undefined && minus !== undefined ? [bisected(f, row(plus), row(minus))] : [];
  const least = order.slice(0, 3).map((i) => descended(f, row(i), region));
  const vanishes = (p: Float64Array) => Math.abs(f(p)[0]!) <= 1e-9 * typical;
  return [...crossing, ...least].filter((p) => vanishes(p) && region.contains(p)[0] === 1);
}

/**
 * Places where a formula may have no value: where the argument of a root or a logarithm is least, and below 0.
 */
export function belowZero(formula: Expression, valuesOf: (e: Expression) => Values, domain: Domain): Float64Array[] {
  const arguments_ = [...nodesOf(formula)].flatMap((e) => {
    if (e.kind !== "call") return [];
    const [a, b] = e.args;
    const isRoot = e.name === "pow" && b!.kind === "number" && !Number.isInteger(b!.value);
    return e.name === "sqrt" || e.name === "log" || isRoot ? [valuesOf(a!)] : [];
  });
  if (arguments_.length === 0) return [];
  const points = domain.interior(looked, rng(0).split("singular"));
  const d = domain.dimension;
  return arguments_.slice(0, mostDivisors).flatMap((f) => {
    const values = f(points);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    // Above 0 everywhere, so that what is least is nearest to 0.
    const floor = least - 10 * (most - least) - 1e-300;
    const start = values.indexOf(least);
    const isIn = (at: Float64Array) => domain.contains(at)[0] === 1;
    const above: Values = (at) => (isIn(at) ? f(at).map((v) => v - floor) : Float64Array.of(Number.POSITIVE_INFINITY));
    const place = start < 0 ? points.slice(0, d) : descended(above, points.slice(start * d, (start + 1) * d), domain);
    return f(place)[0]! < -1e-9 * (most - least) ? [place] : [];
  });
}

/** The place between two points of different sign. */
function bisected(f: Values, plus: Float64Array, minus: Float64Array): Float64Array {
  let [a, b] = [plus, minus];
  for (let k = 0; k < 60; k++) {
    const middle = a.map((v, j) => (v + b[j]!) / 2);
    if (f(middle)[0]! > 0) a = middle;
    else b = middle;
  }
  return a;
}

/** Where |f| is least near a point, by steps along the axes that become shorter. */
export function descended(f: Values, start: Float64Array, { low, high }: Region): Float64Array {
  let at = start;
  let value = Math.abs(f(at)[0]!);
  const widths = high.map((h, k) => h - low[k]!);
  for (let step = 0.1; step > 1e-11 && value > 0; ) {
    let moved = false;
    for (let k = 0; k < widths.length; k++) {
      if (widths[k] === 0) continue;
      for (const sign of [1, -1]) {
        const next = at.slice();
        const to = at[k]! + sign * step * widths[k]!;
        next[k] = Math.min(high[k]!, Math.max(low[k]!, to));
        const found = Math.abs(f(next)[0]!);
        if (!(found < value)) continue;
        [at, value, moved] = [next, found, true];
      }
    }
    if (!moved) step /= 2;
  }
  return at;
}

/** What a function does about a place. */
export interface Growth {
  /** The integral of the square over a ball falls as the radius to this power, at least; below 0 it grows while the ball shrinks. */
  readonly power: number;
  /** The largest size on the shell of that radius. */
  readonly largest: number;
  readonly distance: number;
}

/** How the mean square over a ball times its volume changes while the ball shrinks; undefined where the function is 0 about the place. */
export function growthAt(f: Values, place: Float64Array, region: Region): Growth | undefined {
  const d = region.dimension;
  const widths = region.high.map((h, k) => h - region.low[k]!);
  const axes = widths.filter((w) => w > 0).length;
  const width = Math.max(...widths);
  const directions = rng(0)
    .split("shells")
    .normal(onShell * d)
    .map((v, i) => (widths[i % d]! > 0 ? v : 0));
  const shells = radii.map((radius) => {
    const distance = radius * width;
    const around = new Float64Array(onShell * d);
    for (let i = 0; i < onShell; i++) {
      const length = Math.hypot(...directions.subarray(i * d, (i + 1) * d));
      for (let k = 0; k < d; k++) around[i * d + k] = place[k]! + (distance * directions[i * d + k]!) / length;
    }
    const inside = region.contains(around);
    const values = f(around).filter((v, i) => inside[i] === 1 && Number.isFinite(v));
    const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    return { distance, largest, integral: distance ** axes * values.reduce((sum, v) => sum + v * v, 0) };
  });
  if (shells.some(({ integral }) => integral === 0)) return undefined;
  const powers = shells.slice(1).map(({ distance, integral }, k) => {
    const outer = shells[k]!;
    return Math.log(integral / outer.integral) / Math.log(distance / outer.distance);
  });
  return { power: Math.max(...powers), largest: shells[1]!.largest, distance: shells[1]!.distance };
}
