/** Places where a formula of the coordinates is least, which quasi-uniform points miss. */
import { rng } from "../../engine/random/rng.ts";
import type { Domain } from "../domain/domain.ts";
import type { Expression } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";

/** Points from the least of which a descent begins, and dimensions above which it finds nothing. */
const count = 1024;
export const mostAxes = 4;
/** Roots and logarithms of one formula that are looked at. */
const mostFormulas = 32;

/** Values at points [n, axes]. */
export type Values = (points: Float64Array) => Float64Array;

/** The coordinates of points, or of normals, one column an axis. */
export const columnsOf = (rows: Float64Array, d: number): Float64Array[] =>
  Array.from({ length: d }, (_, k) => rows.filter((__, i) => i % d === k));

/** The place near a point where |f| is least, by steps along the axes that become shorter. */
export function descended(f: Values, start: Float64Array, { low, high }: Pick<Domain, "low" | "high">): Float64Array {
  let at = start;
  let value = Math.abs(f(at)[0]!);
  const widths = high.map((h, k) => h - low[k]!);
  for (let step = 0.1; step > 1e-11 && value > 0; ) {
    let moved = false;
    for (let k = 0; k < widths.length; k++) {
      for (const sign of [1, -1]) {
        const next = at.slice();
        next[k] = Math.min(high[k]!, Math.max(low[k]!, at[k]! + sign * step * widths[k]!));
        const found = Math.abs(f(next)[0]!);
        if (!(found < value)) continue;
        [at, value, moved] = [next, found, true];
      }
    }
    if (!moved) step /= 2;
  }
  return at;
}

/** Places where the argument of a root or a logarithm is least, and below 0: there the formula has no value. */
export function belowZero(formula: Expression, valuesOf: (e: Expression) => Values, domain: Domain): Float64Array[] {
  if (domain.dimension > mostAxes) return [];
  const inner = [...nodesOf(formula)].flatMap((e) => {
    if (e.kind !== "call") return [];
    const [a, b] = e.args;
    const isRoot = e.name === "pow" && b!.kind === "number" && !Number.isInteger(b!.value);
    return e.name === "sqrt" || e.name === "log" || isRoot ? [valuesOf(a!)] : [];
  });
  if (inner.length === 0) return [];
  const points = domain.interior(count, rng(0).split("singular"));
  const d = domain.dimension;
  return inner.slice(0, mostFormulas).flatMap((f) => {
    const values = f(points);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    // Above 0 everywhere, so that what is least is nearest to 0.
    const floor = least - 10 * (most - least) - 1e-300;
    const start = values.indexOf(least);
    const above: Values = (at) =>
      domain.contains(at)[0] === 1 ? f(at).map((v) => v - floor) : Float64Array.of(Number.POSITIVE_INFINITY);
    const place = start < 0 ? points.slice(0, d) : descended(above, points.slice(start * d, (start + 1) * d), domain);
    return f(place)[0]! < -1e-9 * (most - least) ? [place] : [];
  });
}
