/**
 * Rates of change of sources, coefficients and prescribed values with time, by their text: so that no step jumps over a
 * pulse.
 */
import { type Expression, evaluateAt, nodesOf } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { EvolutionForm, Row } from "./evolution-form.ts";

/** Moments that are looked at where there is no space, and where there is; places along each axis of space, by their number. */
const [moments, momentsInSpace, placesAlong] = [2 ** 16, 2 ** 12, [1, 7, 7, 3]];
/** Share of its range by which something may change within one step. */
const mostChange = 0.35;

/** The largest parts of rows without unknowns that depend on an axis. */
export function partsAlong(
  { inside, faces }: Record<"inside" | "faces", readonly Row[]>,
  axis: number,
): readonly Expression[] {
  const found = new Set<Expression>();
  const visit = (e: Expression): void => {
    const leaves = [...nodesOf(e)];
    if (!leaves.some((n) => n.kind === "coordinate" && n.axis === axis)) return;
    if (!leaves.some((n) => n.kind === "data")) found.add(e);
    else if ("args" in e) e.args.forEach(visit);
  };
  for (const { residual, slopes } of [...inside, ...faces]) {
    visit(residual);
    for (const { slope } of slopes) visit(slope);
  }
  return [...found].filter(({ kind }) => kind !== "coordinate");
}

/** The longest step from a time on; infinite where nothing depends on time. */
export function longestSteps(
  problem: Problem,
  form: Pick<EvolutionForm, "inside" | "space" | "time"> & { readonly faces: readonly Row[] },
): (t: number) => number {
  const parts = partsAlong(form, form.time);
  if (parts.length === 0) return () => Number.POSITIVE_INFINITY;
  const { bounds, axes, constants } = problem;
  const [begin, end] = bounds[form.time]!;
  const count = form.space.length === 0 ? moments : momentsInSpace;
  const dt = (end - begin) / count;
  const changes = new Float64Array(count);
  const points = new Float64Array((count + 1) * axes.length);
  const places = placesAlong[form.space.length]!;
  const at = places ** form.space.length;
  for (let place = 0; place < at; place++) {
    for (let i = 0; i <= count; i++) {
      form.space.forEach((axis, a) => {
        const [low, high] = bounds[axis]!;
        const k = Math.floor(place / places ** a) % places;
        points[i * axes.length + axis] = low + ((k + 0.37) / places) * (high - low);
      });
      points[i * axes.length + form.time] = i === count ? end : begin + i * dt;
    }
    for (const part of parts) {
      const values = evaluateAt(part, points, axes.length, constants);
      let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const v of values) {
        if (v < low) low = v;
        if (v > high) high = v;
      }
      const range = high - low;
      if (!(range > 1e-12 * Math.max(Math.abs(low), Math.abs(high))) || !Number.isFinite(range)) continue;
      for (let i = 0; i < count; i++) changes[i] = Math.max(changes[i]!, Math.abs(values[i + 1]! - values[i]!) / range);
    }
  }
  const sums = new Float64Array(count + 1);
  changes.forEach((change, i) => {
    sums[i + 1] = sums[i]! + change;
  });
  return (t) => {
    const from = Math.min(count, Math.max(0, Math.floor((t - begin) / dt)));
    const target = sums[from]! + mostChange;
    let [low, high] = [from, count + 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (middle > count || sums[middle]! > target) high = middle;
      else low = middle + 1;
    }
    return low > count ? Number.POSITIVE_INFINITY : Math.max(dt, begin + low * dt - t);
  };
}
