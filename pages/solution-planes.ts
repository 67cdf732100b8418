/** Planes through a solution, and its values there. */
import { numberText } from "../engine/text/number.ts";
import { gridPoints } from "../equations/domain/index.ts";
import type { Problem } from "../equations/problem/index.ts";
import { quantityList, type Solution } from "../solvers/solution/index.ts";

/** Two axes that are drawn, and where the others are held. */
export interface Plane {
  readonly axes: readonly [number, number];
  readonly at: readonly number[];
  /** `z = 0.5`; empty in two dimensions. */
  readonly held: string;
}

/**
 * One plane in two dimensions, and above three; in three the planes through the middle, or the plane at the beginning,
 * middle and end of time.
 */
export function planesOf(problem: Problem): readonly Plane[] {
  const { axes, bounds, time } = problem;
  const atTime = (t: number) => planeAt(problem, time, t);
  if (axes.length !== 3) return [atTime(time === undefined ? 0 : bounds[time]![1])];
  if (time !== undefined) return [bounds[time]![0], middleOf(problem)[time]!, bounds[time]![1]].map(atTime);
  return [[0, 1] as const, [0, 2] as const, [1, 2] as const].map((shown) => planeOf(problem, shown, middleOf(problem)));
}

const middleOf = ({ bounds }: Problem) => bounds.map(([low, high]) => (low + high) / 2);

function planeOf({ axes }: Problem, shown: readonly [number, number], at: readonly number[]): Plane {
  const held = axes.flatMap((name, k) => (shown.includes(k) ? [] : [`${name} = ${numberText(at[k]!, 4)}`]));
  const few = held.length > 3 ? [...held.slice(0, 1), "…", ...held.slice(-1)] : held;
  return { axes: shown, at, held: few.join(", ") };
}

/** The plane of the first two axes at a place of another axis, in the middle of the others. */
export const planeAt = (problem: Problem, axis: number | undefined, at: number): Plane =>
  planeOf(
    problem,
    [0, 1],
    middleOf(problem).map((x, k) => (k === axis ? at : x)),
  );

/** Values on one plane, without those that show how good they are. */
export async function valuesOn(solution: Solution, plane: Plane, side: number) {
  const { problem, domain } = solution;
  const { axes, unknowns, quantities } = problem;
  const { low, high } = domain;
  const [a, b] = plane.axes;
  const two = gridPoints([low[b]!, low[a]!], [high[b]!, high[a]!], [side, side], true);
  const all = Float64Array.from({ length: side * side * axes.length }, (_, i) => {
    const [row, k] = [Math.floor(i / axes.length), i % axes.length];
    return k === a ? two[2 * row + 1]! : k === b ? two[2 * row]! : plane.at[k]!;
  });
  const inside = domain.isBox ? undefined : domain.contains(all);
  const rows = Array.from({ length: side * side }, (_, i) => i).filter((i) => inside?.[i] !== 0);
  const some = Float64Array.from(rows.flatMap((i) => Array.from(all.subarray(i * axes.length, (i + 1) * axes.length))));
  /** Of columns [rows, width], one number a cell. */
  const spread = (f: (i: number) => number) => {
    const out = new Float64Array(side * side).fill(Number.NaN);
    rows.forEach((row, i) => {
      out[row] = f(i);
    });
    return out;
  };
  // A plane may lie between parts of a domain.
  const none = new Float64Array(0);
  const values = rows.length > 0 ? await solution.evaluate(some) : none;
  const asked = rows.length > 0 ? await solution.expressions(quantityList(problem), some) : none;
  const range = (k: number) => ({ name: axes[k]!, range: [low[k]!, high[k]!] as const });
  return {
    ...{ some, spread, evaluated: values },
    axes: { x: range(a), y: range(b) },
    values: unknowns.map((_, k) => spread((i) => values[i * unknowns.length + k]!)),
    quantities: quantities.map((_, k) => spread((i) => asked[i * quantities.length + k]!)),
  };
}
