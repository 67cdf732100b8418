/** Times of kinks and jumps of solutions without space: where formulas of time turn, and where delays carry that to. */
import { type Expression, nodesOf, turnOf } from "../../equations/expression/index.ts";
import { alongAxis, isOfAxis, type Problem } from "../../equations/problem/index.ts";
import type { EvolutionForm } from "./evolution-form.ts";

/** Moments at which formulas are looked at, and most times. */
const [looks, most] = [2 ** 13, 2000];
/** Most delays that carry a jump on: each makes it one of a derivative higher, until steps of order 5 do not see it. */
const carried = 6;
/** Units of rounding within which two times are one. */
const same = 8;

/** Times after the start in order, at which steps end; none in space. */
export function breakPoints(problem: Problem, { space, time, inTime, inside, leaves, past }: EvolutionForm): number[] {
  if (space.length > 0) return [];
  const [begin, end] = problem.bounds[time]!;
  /** Times at which a formula passes through a value: the first ones on the other side. */
  const passesOf = (e: Expression) => {
    const f = alongAxis(problem, e, time);
    const moments = Float64Array.from({ length: looks + 1 }, (_, k) =>
      k === looks ? end : begin + ((end - begin) * k) / looks,
    );
    const values = moments.map(f);
    return (value: number, isAbove: (v: number) => boolean = (v) => v >= value) =>
      Array.from(values).flatMap((v, k) => {
        if (k === looks || isAbove(v) === isAbove(values[k + 1]!)) return [];
        let [a, b] = [moments[k]!, moments[k + 1]!];
        for (let middle = (a + b) / 2; middle > a && middle < b; middle = (a + b) / 2) {
          if (isAbove(f(middle)) === isAbove(v)) a = middle;
          else b = middle;
        }
        return [b];
      });
  };
  const nodes = [...nodesOf([...inside.map(({ residual }) => residual), ...past.map(({ at }) => at)])];
  const turns = nodes.flatMap((node) => {
    const argument = turnOf(node);
    return argument && isOfAxis(argument, time) ? passesOf(argument)(0, (v) => v > 0) : [];
  });
  const delays = past.flatMap(({ at, leaf }) => {
    if (!isOfAxis(at, time)) return [];
    const { unknown, inTime: order } = leaves[leaf]!;
    // What a delay asks for goes into the highest derivative, which is then as smooth as that.
    return [{ passes: passesOf(at), smooths: order < inTime[unknown]! }];
  });
  const found = new Map([begin, ...turns].map((t) => [t, 0]));
  const waiting = [...found.keys()];
  for (let t = waiting.shift(); t !== undefined && found.size < most; t = waiting.shift()) {
    for (const { passes, smooths } of delays) {
      const level = found.get(t)! + (smooths ? 1 : 0);
      if (level > carried) continue;
      for (const next of passes(t)) {
        if (next <= t || (found.get(next) ?? Number.POSITIVE_INFINITY) <= level) continue;
        found.set(next, level);
        waiting.push(next);
      }
    }
  }
  const sorted = [...found.keys()].filter((t) => t > begin).sort((a, b) => a - b);
  // Of several that differ by rounding the last one lies behind all of them.
  return sorted.filter((t, k) => !(k + 1 < sorted.length && sorted[k + 1]! - t <= same * roundingAt(t)));
}

/** A unit of rounding at a time. */
const roundingAt = (t: number): number => Number.EPSILON * Math.abs(t);

/** The time before a break at which what holds up to it holds still. */
export const justBefore = (t: number): number => t - 4 * same * roundingAt(t);
