/** Curves of unlike size, each where it can be seen. */
import type { Curve } from "../report/curve-figure.ts";

/** Largest value of a panel over that of a curve in it. */
const mostUnlike = 20;

/**
 * Curves in panels by their largest values, large ones first: in each these are within a factor of 20. A dashed curve,
 * which is the true one, stays with the one before it. Where one panel will do the curves are as they were.
 */
export function inPanels(curves: readonly Curve[]): readonly Curve[] {
  const sets = curves.flatMap((curve, k) => {
    if (curve.dashed) return [];
    const next = curves[k + 1];
    const members = next?.dashed ? [curve, next] : [curve];
    return [{ members, size: Math.max(...members.map(({ y }) => largest(y))) }];
  });
  const sizes = sets.map(({ size }) => size).filter((size) => size > 0);
  const tops: number[] = [];
  for (const size of sizes.sort((a, b) => b - a)) {
    const top = tops.at(-1);
    if (top === undefined || top > mostUnlike * size) tops.push(size);
  }
  if (tops.length < 2) return curves;
  // What is 0 everywhere is seen in any of them.
  const panelOf = (size: number) => (size > 0 ? tops.findLastIndex((top) => top >= size) : 0);
  const placed = sets.flatMap(({ members, size }) =>
    members.map((curve) => ({ ...curve, panel: String(panelOf(size)) })),
  );
  return placed.sort((a, b) => Number(a.panel) - Number(b.panel));
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) > most) most = Math.abs(values[i]!);
  return most;
}
