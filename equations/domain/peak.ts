/** Largest values in boxes of many dimensions, where quasi-uniform points alone see no bump. */
import { rng } from "../../engine/random/rng.ts";
import type { Domain } from "./domain.ts";

/**
 * Quasi-uniform points of which the best begins the search; values that are tried along each axis, and how often all
 * axes are gone through.
 */
const [begins, tried, cycles] = [256, 33, 2];

/** A face of a box. */
export interface BoxFace {
  readonly axis: number;
  readonly side: "low" | "high";
}

/**
 * Largest |f| that is found in a box, or on one of its faces: axis by axis, from the best of quasi-uniform points. NaN
 * where f is not finite at one of them.
 */
export function peakOf(
  f: (points: Float64Array) => Float64Array,
  { low, high, interior, dimension: d }: Domain,
  face?: BoxFace,
): number {
  const best = (points: Float64Array) => {
    const values = f(points).map(Math.abs);
    const largest = values.reduce((m, v) => (v > m || Number.isNaN(v) ? v : m), 0);
    const at = Math.max(0, values.indexOf(largest));
    return { largest, point: points.slice(at * d, (at + 1) * d) };
  };
  const first = interior(begins, rng(0).split("peak"));
  if (face) for (let i = face.axis; i < first.length; i += d) first[i] = (face.side === "low" ? low : high)[face.axis]!;
  let found = best(first);
  for (let step = 0; step < cycles * d; step++) {
    const axis = step % d;
    if (axis === face?.axis) continue;
    const line = new Float64Array((tried + 1) * d);
    for (let k = 0; k <= tried; k++) {
      line.set(found.point, k * d);
      // The last one stays where it is.
      if (k < tried) line[k * d + axis] = low[axis]! + ((high[axis]! - low[axis]!) * k) / (tried - 1);
    }
    found = best(line);
  }
  return found.largest;
}
