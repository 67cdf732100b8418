/** From derivatives in order of rank to derivatives in the elements. */
import type { Ranked } from "./rank-transport.ts";

/** Within groups of equal values, slopes in proportion to mass: any order of ties is optimal, this is their mean. */
export function shareTies({ values, levels }: Ranked, slopes: Float64Array): void {
  const n = values.length;
  for (let start = 0; start < n; ) {
    let end = start + 1;
    let sum = slopes[start]!;
    for (; end < n && values[end]! === values[start]!; end++) sum += slopes[end]!;
    if (end - start > 1) {
      const before = start === 0 || levels === undefined ? 0 : levels[start - 1]!;
      const mass = levels === undefined ? end - start : levels[end - 1]! - before;
      for (let k = start; k < end; k++) {
        const own = levels === undefined ? 1 : levels[k]! - (k === 0 ? 0 : levels[k - 1]!);
        slopes[k] = mass > 0 ? (sum * own) / mass : 0;
      }
    }
    start = end;
  }
}

/** Derivatives in the weights from those in the cumulated, normalised weights. */
export function massGradient({ levels }: Ranked, slopes: Float64Array, total: number): Float64Array {
  const n = slopes.length;
  const out = new Float64Array(n);
  let sum = 0;
  let mean = 0;
  for (let k = n - 1; k >= 0; k--) {
    sum += slopes[k]!;
    out[k] = sum;
    mean += sum * (levels === undefined ? 1 / n : levels[k]! - (k === 0 ? 0 : levels[k - 1]!));
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
