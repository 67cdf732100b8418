/** What drawn problems at which a solver may be wrong are written with. */
import type { ConditionSpec, ProblemSpec } from "../../equations/problem/index.ts";
import type { TestSet } from "../../solvers/solution/evaluation.ts";
import type { chance } from "./random.ts";

/** A problem without its name, and its truth where it has exactly one. */
export interface Drawn {
  readonly spec: Omit<ProblemSpec, "name">;
  readonly truth?: () => TestSet;
}
export type Chance = ReturnType<typeof chance>;

export const on = (equation: string, place: string): ConditionSpec => ({ type: "dirichlet", equation, on: place });
export const start = (...equations: string[]): ConditionSpec => ({ type: "initial", equation: equations });

/** The integral of f from a to b by Gauss' rule of five points on even parts. */
function integral(f: (x: number) => number, a: number, b: number, parts: number): number {
  const nodes = [0, 0.5384693101056831, -0.5384693101056831, 0.906179845938664, -0.906179845938664];
  const weights = [
    0.5688888888888889, 0.47862867049936647, 0.47862867049936647, 0.23692688505618908, 0.23692688505618908,
  ];
  const h = (b - a) / parts;
  let sum = 0;
  for (let k = 0; k < parts; k++)
    nodes.forEach((t, i) => {
      sum += (weights[i]! * h * f(a + h * (k + (t + 1) / 2))) / 2;
    });
  return sum;
}

/** The integral of f from a point to another, where f changes over a width about a place. */
export function integralAcross(
  f: (x: number) => number,
  { place, width, from, end }: { place: number; width: number; from: number; end: number },
): number {
  const steps = [-1e3, -100, -30, -10, -3, -1, 0, 1, 3, 10, 30, 100, 1e3].map((z) => place + z * width);
  const places = [from, ...steps.filter((x) => x > from && x < end), end];
  let sum = 0;
  for (let i = 1; i < places.length; i++) sum += integral(f, places[i - 1]!, places[i]!, 12);
  return sum;
}
