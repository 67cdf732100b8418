/** Range, mean and course in time of a variable, read slab by slab. */
import type { LazyField } from "../../io/dataset/index.ts";
import { sizeOf } from "../../io/storage/index.ts";

export interface ValuesDescription {
  readonly count: number;
  readonly missing: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Means of stretches of time, in order; null where all is missing. Empty without a course in time. */
  readonly course: readonly (number | null)[];
}

/** Bars of a course. */
const BINS = 24;
const SLAB_BYTES = 16e6;
/** Chunks of a file that are read between two reports of progress, at most, where a slab may be as small. */
const SLAB_CHUNKS = 20_000;
const BARS = "▁▂▃▄▅▆▇█";

/** @param onProgress - called with how many values have been read */
export async function describeValues(
  variable: LazyField,
  onProgress: (done: number) => void = () => {},
): Promise<ValuesDescription> {
  const dim = variable.dimOf("time");
  const steps = dim === undefined ? 1 : variable.size(dim);
  const bins = Math.min(BINS, steps);
  const sums = new Float64Array(bins);
  const counts = new Float64Array(bins);
  let [min, max, missing, done, step] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, 0];
  const chunkBytes = variable.bytes / chunksOf(variable);
  for await (const slab of variable.slabs({ bytes: Math.min(SLAB_BYTES, SLAB_CHUNKS * chunkBytes) })) {
    const { values } = slab;
    const axis = dim === undefined ? -1 : slab.dims.indexOf(dim);
    const [length, inner] = axis < 0 ? [1, values.length] : [slab.shape[axis]!, sizeOf(slab.shape.slice(axis + 1))];
    for (let start = 0, row = 0; start < values.length; start += inner, row++) {
      const bin = axis < 0 ? 0 : Math.floor(((step + (row % length)) * bins) / steps);
      const { least, most, sum, count } = summaryOf(values, start, start + inner);
      min = Math.min(min, least);
      max = Math.max(max, most);
      sums[bin]! += sum;
      counts[bin]! += count;
      missing += inner - count;
    }
    if (axis >= 0) step += length;
    done += values.length;
    onProgress(done);
  }
  const there = done - missing;
  const known = (v: number): number | null => (there > 0 ? v : null);
  const total = sums.reduce((a, b) => a + b, 0);
  const course = bins < 2 ? [] : Array.from(sums, (sum, i) => (counts[i]! > 0 ? sum / counts[i]! : null));
  return { count: done, missing, min: known(min), max: known(max), mean: known(total / there), course };
}

/** Range, sum and number of the values that are there: a function of its own, which compiles to a shorter loop than within. */
function summaryOf(values: ArrayLike<number>, from: number, to: number) {
  let [least, most, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = from; i < to; i++) {
    const v = values[i]!;
    if (Number.isNaN(v)) continue;
    if (v < least) least = v;
    if (v > most) most = v;
    sum += v;
    count++;
  }
  return { least, most, sum, count };
}

/** Number of chunks that a variable is stored in. */
export function chunksOf({ shape, chunks }: LazyField): number {
  return sizeOf(shape.map((n, axis) => Math.ceil(n / (chunks?.[axis] ?? n))));
}

/** A course as bars from its least to its largest mean; a dot where all is missing. */
export function sparkline(course: ValuesDescription["course"]): string {
  const known = course.filter((v) => v !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const bar = (v: number) =>
    BARS[Math.min(BARS.length - 1, Math.floor(((v - low) / (high - low || 1)) * BARS.length))]!;
  return course.map((v) => (v === null ? "·" : bar(v))).join("");
}
