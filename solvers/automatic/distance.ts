/** Distance of two solutions of a problem: in the unknowns, in their slopes, and in what is asked for. */
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Expression } from "../../equations/expression/index.ts";
import { partial, unit } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { Evaluable } from "../solution/evaluation.ts";

/** Number of quasi-uniform points at which solutions are compared. */
const compared = 4096;

/** ‖u − v‖/‖u‖ of each. */
export interface Distance {
  /** Over all unknowns. */
  readonly unknowns: number;
  /** Of each unknown, in their order. */
  readonly each: readonly number[];
  /** Over all slopes of all unknowns, with every axis in units of the domain's extent. */
  readonly gradient: number;
  /** One number for each quantity that the problem asks for, in their order; NaN where one of the two is not finite. */
  readonly quantities: readonly number[];
  /** Over all unknowns at the last moment; absent where there is no time, or points were given. */
  readonly end?: number;
}

/** One distance of several, number by number. */
export function combined(all: readonly Distance[], by: (numbers: readonly number[]) => number): Distance {
  const of = (one: (distance: Distance) => number) => by(all.map(one));
  const { each, quantities, end } = all[0]!;
  return {
    unknowns: of(({ unknowns }) => unknowns),
    each: each.map((_, k) => of((one) => one.each[k]!)),
    gradient: of(({ gradient }) => gradient),
    quantities: quantities.map((_, k) => of((one) => one.quantities[k]!)),
    ...(end !== undefined && { end: of((one) => one.end!) }),
  };
}

/** Every number of a distance, times a factor. */
export const scaled = (one: Distance, by: number): Distance => combined([one], ([size]) => by * size!);

/** Unknowns, their slopes and what is asked for, in this order. */
export function expressionsOf({ unknowns, axes, quantities }: Problem): readonly Expression[] {
  const d = axes.length;
  return [
    ...unknowns.map((_, u) => partial(u, unit(d, -1))),
    ...unknowns.flatMap((_, u) => axes.map((_axis, k) => partial(u, unit(d, k)))),
    ...quantities.map(({ quantity }) => quantity),
  ];
}

const lists = new WeakMap<Problem, readonly Expression[]>();

/** Points [n, d], and how many of them there are in a unit of volume: any multiple of it. */
export interface Comparison {
  readonly points: Float64Array;
  readonly density?: Float64Array | undefined;
  /** Number of points at the last moment, at the end of the list, which stand for themselves. */
  readonly last?: number | undefined;
}

/** Quasi-uniform points of the domain, and after them a quarter as many of its last moment, which is one without space. */
export function comparisonPoints({ domain, time }: Problem, count: number): Comparison {
  const where = domainOf(domain);
  const points = where.interior(count, rng(0).split("trust"));
  if (time === undefined) return { points };
  const atEnd = where.dimension === 1 ? 1 : count / 4;
  const end = where.boundary(atEnd, rng(0).split("trust, end"), { axis: time, side: "high" }).points;
  const both = new Float64Array(points.length + end.length);
  both.set(points);
  both.set(end, points.length);
  return { points: both, last: end.length / where.dimension };
}

/** A function with values at points. */
type Values = Pick<Evaluable, "expressions">;

/** Relative distance of `v` from `u`, at quasi-uniform points of the domain or at given ones. */
export async function distance(problem: Problem, u: Values, v: Values, at?: Comparison): Promise<Distance> {
  const { points, density, last } = at ?? comparisonPoints(problem, compared);
  const expressions = lists.get(problem) ?? expressionsOf(problem);
  lists.set(problem, expressions);
  const [a, b] = [await u.expressions(expressions, points), await v.expressions(expressions, points)];
  return distanceOfValues(problem, a, b, { density, last });
}

/** The same of values [n, expressions] of {@link expressionsOf}. */
export function distanceOfValues(
  problem: Problem,
  a: Float64Array,
  b: Float64Array,
  { density, last = 0 }: Pick<Comparison, "density" | "last">,
): Distance {
  const { length: width } = expressionsOf(problem);
  const n = problem.unknowns.length;
  const d = problem.axes.length;
  const extents = problem.bounds.map(([low, high]) => high - low);
  const own = a.length - last * width;
  const over = (from: number, to: number, weight: (column: number) => number = () => 1, rows = [0, own]): number => {
    let [difference, size] = [0, 0];
    for (let row = rows[0]!; row < rows[1]!; row += width) {
      const volume = 1 / (density?.[row / width] ?? 1);
      for (let k = from; k < to; k++) {
        const w = weight(k) * Math.sqrt(volume);
        difference += (w * (a[row + k]! - b[row + k]!)) ** 2;
        size += (w * a[row + k]!) ** 2;
      }
    }
    return size > 0 ? Math.sqrt(difference / size) : Math.sqrt(difference);
  };
  const slopes = n * (1 + d);
  return {
    unknowns: over(0, n),
    each: problem.unknowns.map((_, k) => over(k, k + 1)),
    gradient: over(n, slopes, (k) => extents[(k - n) % d]!),
    quantities: problem.quantities.map((_, k) => over(slopes + k, slopes + k + 1)),
    ...(last > 0 && { end: over(0, n, () => 1, [own, a.length]) }),
  };
}
