/** How far apart two solutions of a problem are: in the unknowns, in their slopes, and in what is asked for. */
import { rng } from "../../engine/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { partial, unit } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import type { Problem } from "../problem/problem.ts";
import type { Solved } from "./feature-solve.ts";

/** Even points at which solutions are compared. */
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
}

/** Every number of a distance, times a factor. */
export const scaled = ({ unknowns, each, gradient, quantities }: Distance, by: number): Distance => ({
  unknowns: by * unknowns,
  each: each.map((size) => by * size),
  gradient: by * gradient,
  quantities: quantities.map((size) => by * size),
});

/** Unknowns, their slopes and what is asked for, in this order. */
function expressionsOf({ unknowns, axes, quantities }: Problem): readonly Expression[] {
  const d = axes.length;
  return [
    ...unknowns.map((_, u) => partial(u, unit(d, -1))),
    ...unknowns.flatMap((_, u) => axes.map((_axis, k) => partial(u, unit(d, k)))),
    ...quantities.map(({ quantity }) => quantity),
  ];
}

const lists = new WeakMap<Problem, readonly Expression[]>();

/** Points [n, d], and how many of them there are in a unit of volume: any multiple of it. */
export interface ComparedAt {
  readonly points: Float64Array;
  readonly density?: Float64Array;
}

/** How far `v` is from `u`, at even points of the domain or at given ones. */
export async function distance(problem: Problem, u: Solved, v: Solved, at?: ComparedAt): Promise<Distance> {
  const { points, density } = at ?? { points: domainOf(problem.domain).interior(compared, rng(0).split("trust")) };
  const expressions = lists.get(problem) ?? expressionsOf(problem);
  lists.set(problem, expressions);
  const [a, b] = [await u.expressions(expressions, points), await v.expressions(expressions, points)];
  const width = expressions.length;
  const n = problem.unknowns.length;
  const d = problem.axes.length;
  const extents = problem.bounds.map(([low, high]) => high - low);
  const between = (from: number, to: number, weight: (column: number) => number = () => 1): number => {
    let [difference, size] = [0, 0];
    for (let row = 0; row < a.length; row += width) {
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
    unknowns: between(0, n),
    each: problem.unknowns.map((_, k) => between(k, k + 1)),
    gradient: between(n, slopes, (k) => extents[(k - n) % d]!),
    quantities: problem.quantities.map((_, k) => between(slopes + k, slopes + k + 1)),
  };
}
