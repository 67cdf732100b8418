/** W₁ between the values of a forecast and of the truth: of all cells together, and of each cell over time. */
import type { CaseMap, Cases } from "./cases.ts";

type Numbers = Float32Array | Float64Array;

/** Distances between distributions, in the units of the values: 0 for a forecast of the same values in any order. */
export type WassersteinScores = {
  /** Of the values of all members, cells and times. */
  readonly pooled: number;
  /** Mean over cells of W₁ between the values of a cell over time, of all members. */
  readonly cells: number;
};

/** W₁ = ∫ ∣F − G∣ of two samples in ascending order (Peyré and Cuturi, arXiv 1803.00567, remark 2.30); NaN where one is empty. */
export function wassersteinOfSorted(x: Numbers, y: Numbers): number {
  const [n, m] = [x.length, y.length];
  if (n === 0 || m === 0) return Number.NaN;
  let [i, j, sum] = [0, 0, 0];
  let at = Math.min(x[0]!, y[0]!);
  while (i < n || j < m) {
    const next = j === m || (i < n && x[i]! <= y[j]!) ? x[i]! : y[j]!;
    sum += Math.abs(i / n - j / m) * (next - at);
    at = next;
    while (i < n && x[i]! === at) i++;
    while (j < m && y[j]! === at) j++;
  }
  return sum;
}

/** Values that are held in the order of cells at a time. */
const held = 2 ** 22;

/** Mean over cells of W₁ between their values over time. */
export function cellWasserstein({ maps, members, shape }: Cases): number {
  const size = shape.reduce((a, b) => a * b, 1);
  const step = Math.max(1, Math.floor(held / (maps.length * (members + 1))));
  let [sum, cells] = [0, 0];
  for (let from = 0; from < size; from += step) {
    const count = Math.min(step, size - from);
    const truth = byCell(maps, "truth", 1, from, count);
    const forecast = byCell(maps, "forecast", members, from, count);
    for (let cell = 0; cell < count; cell++) {
      const [x, y] = [forecast(cell).sort(), truth(cell).sort()];
      if (y.length === 0) continue;
      sum += wassersteinOfSorted(x, y);
      cells++;
    }
  }
  return sum / cells;
}

/** The values of each cell of a range, of all images and times. */
function byCell(maps: readonly CaseMap[], side: "forecast" | "truth", images: number, from: number, count: number) {
  const most = maps.length * images;
  const values = new Float64Array(count * most);
  const filled = new Uint32Array(count);
  for (const map of maps) {
    const { positions, [side]: all, truth } = map;
    let first = positions === undefined ? from : positions.findIndex((position) => position >= from);
    if (first < 0) first = truth.length;
    for (let i = first; i < truth.length; i++) {
      const cell = (positions?.[i] ?? i) - from;
      if (cell >= count) break;
      for (let m = 0; m < images; m++) values[cell * most + filled[cell]!++] = all[m * truth.length + i]!;
    }
  }
  return (cell: number) => values.subarray(cell * most, cell * most + filled[cell]!);
}
