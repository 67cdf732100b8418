/** W₁ between the values of a forecast and of the truth: of all cells together, and of each cell over time. */
import { eachSorted } from "../../engine/numerics/sort-columns.ts";
import type { CaseMap, Cases } from "./cases.ts";

type Numbers = Float32Array | Float64Array;

/** Distances between distributions, in the units of the values: 0 for a forecast of the same values in any order. */
export type WassersteinScores = {
  /** Of the values of all members, cells and times. */
  readonly pooled: number;
  /** Mean over cells of W₁ between the values of a cell over time, of all members. */
  readonly cells: number;
};

/**
 * W₁ = ∫ ∣F⁻¹ − G⁻¹∣ of samples in ascending order, the first some whole times as long as the other (Peyré and Cuturi,
 * arXiv 1803.00567, remark 2.30); NaN where they are empty.
 */
export function wassersteinOfSorted(x: Numbers, y: Numbers): number {
  const times = x.length / y.length;
  let sum = 0;
  for (let j = 0, k = 0; j < y.length; j++) for (let m = 0; m < times; m++, k++) sum += Math.abs(x[k]! - y[j]!);
  return sum / x.length;
}

/** Values that are held in the order of cells at a time. */
const held = 2 ** 18;

/** Mean over cells of W₁ between their values over time. */
export function cellWasserstein({ maps, members, shape }: Cases): number {
  const size = shape.reduce((a, b) => a * b, 1);
  const step = Math.max(1, Math.floor(held / (maps.length * (members + 1))));
  // Each map's first cell that is not behind: positions ascend.
  const starts = new Uint32Array(maps.length);
  let [sum, cells] = [0, 0];
  for (let from = 0; from < size; from += step) {
    const count = Math.min(step, size - from);
    const { times, truth, forecast } = rowsOf(maps, members, from, count, starts);
    eachSorted(truth, maps.length, count, (sorted, stride, at, some) => {
      for (let t = 0; t < maps.length; t++) truth.set(sorted.subarray(t * stride, t * stride + some), t * count + at);
    });
    eachSorted(forecast, maps.length * members, count, (sorted, stride, at, some) => {
      for (let i = 0; i < some; i++) {
        const own = times[at + i]!;
        if (own === 0) continue;
        let apart = 0;
        for (let t = 0, k = i, y = at + i; t < own; t++, y += count) {
          for (let m = 0; m < members; m++, k += stride) apart += Math.abs(sorted[k]! - truth[y]!);
        }
        sum += apart / (own * members);
        cells++;
      }
    });
  }
  return sum / cells;
}

/**
 * A range of cells: how many times each has, and the values of the truth [times, count] and of all members [times ·
 * members, count]; what is missing is above all that is there.
 */
function rowsOf(maps: readonly CaseMap[], members: number, from: number, count: number, starts: Uint32Array) {
  const times = new Uint32Array(count);
  const truth = new Float64Array(maps.length * count).fill(Number.POSITIVE_INFINITY);
  const forecast = new Float64Array(maps.length * members * count).fill(Number.POSITIVE_INFINITY);
  for (const [t, map] of maps.entries()) {
    const cells = map.truth.length;
    const { positions } = map;
    if (positions === undefined) {
      for (let i = 0; i < count; i++) times[i]! += 1;
      truth.set(map.truth.subarray(from, from + count), t * count);
      for (let m = 0; m < members; m++) {
        const start = m * cells + from;
        forecast.set(map.forecast.subarray(start, start + count), (t * members + m) * count);
      }
      continue;
    }
    let i = starts[t]!;
    for (; i < cells && positions[i]! < from + count; i++) {
      const at = positions[i]! - from;
      times[at]! += 1;
      truth[t * count + at] = map.truth[i]!;
      for (let m = 0; m < members; m++) forecast[(t * members + m) * count + at] = map.forecast[m * cells + i]!;
    }
    starts[t] = i;
  }
  return { times, truth, forecast };
}
