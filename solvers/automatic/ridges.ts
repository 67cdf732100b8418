/** How conditions are met where the method is chosen by itself: ridges that values on faces leave in a box count only where they are seen. */
import { rng } from "../../engine/rng.ts";
import type { Domain } from "../domain/domain.ts";
import { type Expression, evaluateAt } from "../expression/expression.ts";
import type { Problem } from "../problem/problem.ts";
import type { Hardness } from "../solve/hardness.ts";
import { suggestedHardness } from "../solve/lift.ts";

/** Values on faces, beside the largest of the solution, up to which they are carried linearly: what a lift in many dimensions may miss on edges. */
const negligible = 1e-3;
/** Even points of which the best begins the search of a peak; values that are tried along each axis, and how often all axes are gone through. */
const [begins, tried, cycles] = [1024, 33, 3];

/** As `suggestedHardness`, but values on faces do not fade where they are known to be next to nothing. */
export function hardnessFor(problem: Problem, domain: Domain): Hardness {
  const suggested = suggestedHardness(problem, domain);
  if (suggested !== "fading" || problem.exact === undefined) return suggested;
  const seen = problem.exact.some((u) => {
    const largest = peakOf(problem, domain, u);
    const sides = problem.axes.flatMap((_, axis) => [domain.low, domain.high].map((at) => ({ axis, at: at[axis]! })));
    return sides.some((face) => peakOf(problem, domain, u, face) > negligible * largest);
  });
  return seen ? "fading" : "hard";
}

/** Largest |u| that is found in the box, or on a face of it, axis by axis from the best of even points: those alone see no bump in many dimensions. */
function peakOf(
  { axes, constants }: Problem,
  { low, high, interior }: Domain,
  u: Expression,
  face?: { readonly axis: number; readonly at: number },
): number {
  const d = axes.length;
  const best = (points: Float64Array) => {
    const values = evaluateAt(u, points, d, constants).map(Math.abs);
    const largest = values.reduce((m, v) => Math.max(m, v), 0);
    const at = values.indexOf(largest);
    return { largest, point: points.slice(at * d, (at + 1) * d) };
  };
  const first = interior(begins, rng(0).split("ridges"));
  if (face) for (let i = face.axis; i < first.length; i += d) first[i] = face.at;
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
