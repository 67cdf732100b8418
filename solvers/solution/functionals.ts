/** Functionals of a solution: integrals, means, extremes and values at points, with what their quadrature is off. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { dotInOrder } from "../../engine/numerics/vectors.ts";
import { numberText } from "../../engine/text/number.ts";
import {
  columnsAt,
  columnsOf,
  type Expression,
  evaluate,
  nodesOf,
  partial,
  unit,
  unrolled,
} from "../../equations/expression/index.ts";
import {
  type Functional,
  type FunctionalPart,
  knotsAlong,
  nameOfPart,
  type Problem,
  placesOf,
  readFunctional,
} from "../../equations/problem/index.ts";
import { unknownsOf } from "./evaluation.ts";
import { panels, type Rule, ruleOf } from "./integration.ts";

/** Values of derivatives of a solution. */
interface OfSolution {
  readonly problem: Problem;
  /** Constants that were found. */
  readonly found: Readonly<Record<string, number>>;
  expressions(list: readonly Expression[], points: Float64Array): Promise<Float64Array>;
}

/** A number, NaN where it has no value, and an estimate of its error, infinite where nothing is known of it. */
export interface FunctionalValue {
  readonly value: number;
  readonly error: number;
}

/** A functional, and what it would be if none of its integrals cancelled: errors are small beside that. */
export interface Measured {
  readonly found: FunctionalValue | FunctionalSeries;
  /** Of each value. */
  readonly sizes: readonly number[];
}

/** A functional at every moment. */
export interface FunctionalSeries {
  readonly times: readonly number[];
  readonly values: readonly number[];
  readonly errors: readonly number[];
}

/** Moments of a series, and the fewest panels of an integral over time. */
const [moments, overTime] = [21, 3];
/** Relative difference of two levels that is enough, the most levels, and points at which no further one begins. */
const [enough, mostLevels, mostPoints] = [1e-9, 5, 60_000];
/** Knots of data in time, times points of space, up to which panels end at knots. */
const mostAtKnots = 4000;

/**
 * A functional of a solution, by its text or the name of one that the problem asks for.
 *
 * @throws FormatError where the text cannot be read; DomainError where it is not finite
 */
export function functionalOf(
  solution: Pick<OfSolution, "problem" | "expressions"> & {
    readonly report: { readonly constants: Readonly<Record<string, { readonly value: number }>> };
  },
  text: string,
): Promise<Measured> {
  const { problem, report } = solution;
  const known = problem.functionals?.find(({ name }) => name === text);
  const found = Object.fromEntries(Object.entries(report.constants).map(([name, { value }]) => [name, value]));
  const expressions: OfSolution["expressions"] = (list, points) => solution.expressions(list, points);
  return measured({ problem, found, expressions }, known ?? readFunctional(text, text, placesOf(problem)));
}

/** At one time or over time, or at every one of 21. */
async function measured(of: OfSolution, functional: Functional): Promise<Measured> {
  const { time, bounds } = of.problem;
  if (functional.at !== "every") {
    const { value, error, size } = await at(of, functional, functional.at);
    return { found: { value, error }, sizes: [size] };
  }
  const [begin, end] = bounds[time!]!;
  const times = Array.from({ length: moments }, (_, k) => begin + ((end - begin) * k) / (moments - 1));
  const found: Sized[] = [];
  for (const t of times) found.push(await at(of, functional, t));
  return {
    found: { times, values: found.map(({ value }) => value), errors: found.map(({ error }) => error) },
    sizes: found.map(({ size }) => size),
  };
}

/** A number, and the same of absolute values in its integrals. */
interface Sized extends FunctionalValue {
  readonly size: number;
}

/** Share of a part's size by which a formula's slope is found. */
const nearby = 1e-6;

async function at(
  of: OfSolution,
  { parts, formula, name }: Functional,
  when: number | "over" | undefined,
): Promise<Sized> {
  const values: Sized[] = [];
  for (const part of parts) values.push(await valueOfPart(of, part, when));
  // A formula has no place of its own, and of an evolution a moment.
  const moment = new Float64Array(of.problem.axes.length);
  if (typeof when === "number") moment[of.problem.time!] = when;
  const inner = async (numbers: readonly number[]) => {
    const constants = Object.fromEntries(numbers.map((v, k) => [nameOfPart(k), v]));
    return (await valuesOf(of, formula, { points: moment }, constants))[0]!;
  };
  const own = values.map(({ value }) => value);
  const value = await inner(own);
  if (!Number.isFinite(value)) throw new DomainError(`functional: ${name} ${await whyNone(of, when, value)}`, value);
  let error = 0;
  let size = parts.length > 0 ? 0 : Math.abs(value);
  for (const [k, part] of values.entries()) {
    const moved = async (by: number) => Math.abs((await inner(own.map((v, j) => (j === k ? v + by : v)))) - value);
    if (part.error > 0) error += await moved(part.error);
    if (part.size > 0) size += (await moved(nearby * part.size)) / nearby;
  }
  return { value, error, size };
}

/** Points of space at which a solution's end is looked for, and halves of the time in which it is. */
const [looks, halves] = [16, 40];

/** Why a functional has no value, and the way out: a solution that ends before its time has none beyond its end. */
async function whyNone(of: OfSolution, when: number | "over" | undefined, value: number): Promise<string> {
  const { problem } = of;
  const { time, bounds } = problem;
  const formula = `is ${value} at this solution; change its formula, as where it divides by 0, or leave it out`;
  if (time === undefined || when === undefined) return formula;
  const rule = ruleOf(problem, undefined, 0);
  const s = problem.axes.length - 1;
  const rows = Math.min(looks, rule.weights.length);
  const some = { points: rule.points.subarray(0, rows * s), weights: rule.weights.subarray(0, rows) };
  const unknowns = unknownsOf(problem);
  const reaches = async (moment: number) => {
    const { points } = inTime(problem, unknowns[0]!, some, { when: moment, level: 0 });
    return (await of.expressions(unknowns, points)).some(Number.isFinite);
  };
  const [begin, last] = bounds[time]!;
  const wanted = when === "over" ? last : when;
  if ((await reaches(wanted)) || !(await reaches(begin))) return formula;
  let [reached, beyond] = [begin, wanted];
  for (let k = 0; k < halves; k++) {
    const middle = (reached + beyond) / 2;
    if (await reaches(middle)) reached = middle;
    else beyond = middle;
  }
  return `is ${value} at this solution, which ends at ${problem.axes[time]} = ${numberText(reached, 6)}; ask for a moment before, or solve with more time`;
}

/** Points of space and time, with weights. */
interface Places extends Omit<Rule, "isDrawn"> {
  readonly isDrawn?: boolean;
}

/** A rule in space at one time or over time, of a functional's expression. */
function inTime(
  { axes, time, bounds, equations, conditions }: Problem,
  formula: Expression,
  { points, weights, normals, isDrawn }: Rule,
  { when, level }: { readonly when: number | "over" | undefined; readonly level: number },
): Places {
  if (time === undefined) return { points, weights, ...(normals && { normals }), ...(isDrawn && { isDrawn }) };
  const d = axes.length;
  const [begin, end] = bounds[time]!;
  const count = weights.length;
  const all = [formula, ...equations, ...conditions.flatMap((c) => (c.kind === "periodic" ? [] : [c.residual]))];
  const knots = when === "over" ? knotsAlong(all, time, [begin, end]) : [];
  const ends = [begin, ...(knots.length * count <= mostAtKnots ? knots : []), end];
  const rules = ends.slice(1).map((to, k) => {
    const share = (to - ends[k]!) / (end - begin);
    return panels(ends[k]!, to, Math.ceil(overTime * 2 ** level * share));
  });
  const [times, shares] =
    when === "over"
      ? [rules.flatMap((rule) => [...rule.at]), rules.flatMap((rule) => [...rule.weights])]
      : [[when!], [1]];
  const whole = (list: Float64Array, atTime: (k: number) => number) => {
    const out = new Float64Array(times.length * count * d);
    for (let k = 0; k < times.length; k++)
      for (let i = 0; i < count; i++)
        for (let a = 0, from = 0; a < d; a++)
          out[(k * count + i) * d + a] = a === time ? atTime(k) : list[i * (d - 1) + from++]!;
    return out;
  };
  return {
    points: whole(points, (k) => times[k]!),
    weights: Float64Array.from(
      { length: times.length * count },
      (_, i) => shares[Math.floor(i / count)]! * weights[i % count]!,
    ),
    ...(normals && { normals: whole(normals, () => 0) }),
    ...(isDrawn && { isDrawn }),
  };
}

async function valueOfPart(of: OfSolution, part: FunctionalPart, when: number | "over" | undefined): Promise<Sized> {
  if (part.kind === "max" || part.kind === "min") return extreme(of, part, when);
  const level = async (k: number) => {
    const places = inTime(of.problem, part.of, ruleOf(of.problem, part.on, k), { when, level: k });
    const values = await valuesOf(of, part.of, places);
    const measure = part.kind === "mean" ? places.weights.reduce((a, b) => a + b, 0) : 1;
    return {
      value: dotInOrder(values, places.weights) / measure,
      size: dotInOrder(values.map(Math.abs), places.weights) / measure,
      places,
    };
  };
  let before = await level(0);
  for (let k = 1; ; k++) {
    const next = await level(k);
    const error = Math.abs(next.value - before.value);
    const { weights, isDrawn } = next.places;
    if (error <= enough * next.size || k === mostLevels || 4 * weights.length > mostPoints)
      // Of drawn points neighbours in level say less than their distance.
      return { value: next.value, size: next.size, error: (isDrawn ? 2 : 1) * error };
    before = next;
  }
}

/** Places in each direction about the best one, and rounds in which they come nearer by half. */
const [about, rounds] = [2, 28];

/** The largest or the smallest value: of many points, and then of ever nearer ones about the best. */
async function extreme(
  of: OfSolution,
  { of: formula, kind, on }: FunctionalPart,
  when: number | "over" | undefined,
): Promise<Sized> {
  const { problem } = of;
  const { axes, time, bounds } = problem;
  const sign = kind === "max" ? 1 : -1;
  const d = axes.length;
  const inside = [undefined, ...(on === undefined ? (["boundary"] as const) : [])];
  const rules = (on === undefined ? inside : [undefined]).map((place) =>
    inTime(problem, formula, ruleOf(problem, on ?? (place && [place]), 1), { when, level: 1 }),
  );
  let best = { value: Number.NEGATIVE_INFINITY, at: new Float64Array(d), normal: new Float64Array(d) };
  let size = 0;
  const look = async (places: { readonly points: Float64Array; readonly normals?: Float64Array }) => {
    const values = await valuesOf(of, formula, places);
    values.forEach((v, i) => {
      if (Math.abs(v) > size) size = Math.abs(v);
      if (!(sign * v > best.value)) return;
      const row = (list: Float64Array) => list.slice(i * d, (i + 1) * d);
      best = { value: sign * v, at: row(places.points), normal: places.normals ? row(places.normals) : best.normal };
    });
  };
  for (const rule of rules) await look(rule);
  const first = best.value;
  if (first === Number.NEGATIVE_INFINITY) return { value: Number.NaN, size: 0, error: 0 };
  const free = axes
    .map((_, k) => k)
    .filter((k) => (k !== time || when === "over") && !(on && Math.abs(best.normal[k]!) > 0));
  // On edges that are not flat the points themselves are the answer.
  const isFlat = !on || best.normal.filter((v) => v !== 0).length === 1;
  if (free.length <= 3 && isFlat) {
    const side = 2 * about + 1;
    let reach = bounds.map(([low, high]) => (high - low) / 16);
    for (let round = 0; round < rounds; round++) {
      const center = best.at;
      const normal = best.normal;
      const rows = Array.from({ length: side ** free.length }, (_, i) => {
        const row = center.slice();
        let rest = i;
        for (const k of free) {
          const step = (rest % side) - about;
          rest = Math.floor(rest / side);
          row[k] = Math.min(bounds[k]![1], Math.max(bounds[k]![0], row[k]! + (step * reach[k]!) / about));
        }
        return [...row];
      });
      await look({
        points: Float64Array.from(rows.flat()),
        normals: Float64Array.from(rows.flatMap(() => [...normal])),
      });
      reach = reach.map((r) => 0.6 * r);
    }
  }
  // Points between which nothing was looked at: as much as the search gained, or as neighbours differ.
  const error = isFlat ? 1e-9 * size : 0.1 * Math.abs(best.value - first) + 1e-9 * size;
  return { value: sign * best.value, size: Math.abs(best.value), error };
}

/** Values of a formula of a solution: its unknowns are asked of it, the rest is arithmetic. */
async function valuesOf(
  { problem, found, expressions }: OfSolution,
  formula: Expression,
  { points, normals }: { readonly points: Float64Array; readonly normals?: Float64Array },
  more: Readonly<Record<string, number>> = {},
): Promise<Float64Array> {
  const d = problem.axes.length;
  const n = points.length / d;
  const whole = unrolled(formula);
  const leaves = new Map<string, Expression>();
  const keyOf = (unknown: number, order: readonly number[]) => `${unknown}:${order}`;
  for (const node of nodesOf(whole)) {
    if (node.kind === "derivative") leaves.set(keyOf(node.unknown, node.order), node);
    if (node.kind === "laplacian")
      for (const axis of node.axes)
        leaves.set(keyOf(node.unknown, unit(d, axis, 2)), partial(node.unknown, unit(d, axis, 2)));
    if (node.kind === "function")
      throw new OptionsError(`functional: ${node.name} is a function of columns; write a formula`, "functionals");
  }
  const list = [...leaves.values()];
  const rows = list.length === 0 ? new Float64Array(0) : await expressions(list, points);
  const columns = new Map(
    [...leaves.keys()].map((key, k) => [key, Float64Array.from({ length: n }, (_, i) => rows[i * list.length + k]!)]),
  );
  const constants = { ...problem.constants, ...found, ...more };
  const data = normals ? Object.fromEntries(columnsOf(normals, d).map((column, k) => [`normal${k}`, column])) : {};
  const algebra = columnsAt(points, d, {
    ...{
      constants,
      data,
      derivative: (unknown: number, order: readonly number[]) => columns.get(keyOf(unknown, order))!,
    },
  });
  const elsewhere = new Map<Expression, Float64Array>();
  for (const node of nodesOf(whole)) {
    if (node.kind !== "elsewhere") continue;
    const places = node.args.map((arg) => evaluate(arg, algebra));
    const there = Float64Array.from({ length: n * d }, (_, i) => places[i % d]![Math.floor(i / d)]!);
    elsewhere.set(node, await expressions([partial(node.unknown, node.order)], there));
  }
  return evaluate(whole, { ...algebra, elsewhere: (_unknown, _order, _at, node) => elsewhere.get(node)! });
}
