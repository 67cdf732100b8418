/** Truths of ordinary differential equations by the classical Runge–Kutta method. */
import type { TestSet } from "../../solvers/solution/evaluation.ts";

/** Derivatives of all unknowns at a time. */
export type Rate = (t: number, state: readonly number[]) => readonly number[];

/** The solution at `moments` + 1 times from 0 to `until`, with `each` steps between two. */
export function evolution(
  rate: Rate,
  start: readonly number[],
  until: number,
  { moments = 1000, each = 200 } = {},
): TestSet {
  const h = until / (moments * each);
  const moved = (u: readonly number[], by: number, k: readonly number[]) => u.map((v, i) => v + by * k[i]!);
  let state = start;
  const found = [...start];
  for (let step = 0; step < moments * each; step++) {
    const t = step * h;
    const a = rate(t, state);
    const b = rate(t + h / 2, moved(state, h / 2, a));
    const c = rate(t + h / 2, moved(state, h / 2, b));
    const d = rate(t + h, moved(state, h, c));
    state = state.map((v, i) => v + (h / 6) * (a[i]! + 2 * b[i]! + 2 * c[i]! + d[i]!));
    if ((step + 1) % each === 0) found.push(...state);
  }
  const points = Float64Array.from({ length: moments + 1 }, (_, i) => (i * until) / moments);
  return { points, values: Float64Array.from(found), unknowns: start.length };
}
