/** The lower envelope of costs less a potential, axis by axis: what makes potentials admissible for the exact problem. */
import { axisCosts } from "./axes.ts";
import type { Side } from "./box.ts";

/** min over the cells of `from` of C_ij − h_j, at the cells of `to`. */
export function cTransform(to: Side, from: Side, p: number, h: Float64Array): Float64Array {
  let shape = [...from.shape];
  let values = new Float64Array(shape.reduce((product, n) => product * n, 1)).fill(Number.POSITIVE_INFINITY);
  for (let k = 0; k < h.length; k++) values[from.kept[k]!] = -h[k]!;
  for (let k = shape.length - 1; k >= 0; k--) {
    const costs = axisCosts(to.axes[k]!, from.axes[k]!, p);
    const [m, n] = [to.shape[k]!, from.shape[k]!];
    const lines = values.length / n;
    const next = new Float64Array(m * lines);
    for (let r = 0; r < lines; r++) lowest(values, r * n, n, costs, next, r, lines);
    values = next;
    shape = [m, ...shape.slice(0, -1)];
  }
  return Float64Array.from(to.kept, (i) => values[i]!);
}

function lowest(
  values: Float64Array,
  start: number,
  n: number,
  costs: Float64Array,
  out: Float64Array,
  r: number,
  lines: number,
): void {
  const m = costs.length / n;
  for (let j = 0; j < m; j++) {
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0, at = j * n; k < n; k++, at++) {
      const v = values[start + k]! + costs[at]!;
      if (v < least) least = v;
    }
    out[j * lines + r] = least;
  }
}
