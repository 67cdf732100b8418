/** From derivatives in order of rank to derivatives in the elements. */
import { massAt, type Ranked } from "./rank-transport.ts";

/** Within groups of equal values, slopes in proportion to mass: any order of ties is optimal, this is their mean. */
export function shareTies(ranked: Ranked, slopes: Float64Array): void {
  const { values, levels } = ranked;
  const n = values.length;
  for (let start = 0; start < n; ) {
    let end = start + 1;
    let sum = slopes[start]!;
    for (; end < n && values[end]! === values[start]!; end++) sum += slopes[end]!;
    if (end - start > 1) {
      const weigh = (k: number) => (levels === undefined ? 1 : massAt(ranked, k));
      let mass = 0;
      for (let k = start; k < end; k++) mass += weigh(k);
      for (let k = start; k < end; k++) {
        const own = weigh(k);
        slopes[k] = mass > 0 ? (sum * own) / mass : 0;
      }
    }
    start = end;
  }
}

/** Derivatives in the weights from those in the cumulated, normalised weights. */
export function massGradient(ranked: Ranked, slopes: Float64Array, total: number): Float64Array {
  const n = slopes.length;
  const out = new Float64Array(n);
  let sum = 0;
  let mean = 0;
  for (let k = n - 1; k >= 0; k--) {
    sum += slopes[k]!;
    out[k] = sum;
    mean += sum * massAt(ranked, k);
  }
  for (let k = 0; k < n; k++) out[k] = (out[k]! - mean) / total;
  return out;
}

/** Values by rank, times a factor, at the elements that have these ranks; 0 at elements that were not kept. */
export function fromSorted(
  ranked: Float64Array,
  order: Uint32Array | undefined,
  kept: Uint32Array | undefined,
  count: number,
  factor: number,
): Float64Array {
  if (order === undefined && kept === undefined && factor === 1) return ranked;
  const out = new Float64Array(count);
  for (let k = 0; k < ranked.length; k++) {
    const at = order === undefined ? k : order[k]!;
    out[kept === undefined ? at : kept[at]!] = ranked[k]! * factor;
  }
  return out;
}
