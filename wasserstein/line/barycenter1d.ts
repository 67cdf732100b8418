/** Barycenters on the line: means of quantile functions. */
import { anything, checkOptions, whole } from "../../engine/checks.ts";
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { FloatSorter } from "../../engine/numerics/float-sort.ts";
import { asValues, rank, sortedValues, type Values } from "../../engine/numerics/radix-sort.ts";
import { type Cloud, checkedWeights, checkValues, massOf } from "../measure/measure.ts";
import { type Samples, samplesOf } from "../measure/samples.ts";
import { levelsFrom } from "./rank-transport.ts";

/**
 * The W₂ barycenter of samples on the line: its quantile function is the weighted mean of theirs (Agueh and Carlier,
 * doi:10.1137/100805741, §6.1). An arithmetic mean of rain ensembles smears and lowers peaks; this mean of
 * intensities keeps them.
 *
 * Samples of one size without weights give as many points, in ascending order, of equal weight. Else points are the
 * pieces of the mean quantile function, with their weights: at most the sum of the sizes.
 *
 * @param measures - each finite, not empty, with weights or without
 * @param options - shares and number of points
 * @returns a cloud of dimension 1 in ascending order; its mean is the weighted mean of the samples' means
 * @throws ShapeError where there is no sample, one is empty, or weights have another length
 * @throws DomainError where a value or weight is not finite, a weight is negative, or weights sum to 0
 * @throws OptionsError where `count` is not a whole number ≥ 1
 */
export function barycenter1d(
  measures: readonly Samples[],
  options: {
    /** Non-negative weight of each measure; only their proportions count. @defaultValue equal */
    readonly weights?: ArrayLike<number>;
    /**
     * Return this many points of equal weight: means of the quantile function over equal intervals, the closest such
     * sample in W₂. @defaultValue the exact barycenter, with as many points as it has
     */
    readonly count?: number;
  } = {},
): Cloud {
  const where = "barycenter1d";
  checkOptions(where, options, { weights: anything, count: whole() });
  const { count } = options;
  const read = measures.map((one, k) => samplesOf(`${where}: samples[${k}]`, one));
  const samples = read.map(({ values }) => values);
  if (samples.length === 0) throw new ShapeError(`${where}: samples`, "at least one sample", "none");
  const share = shares(where, options.weights, samples.length);
  for (const [k, sample] of samples.entries()) {
    const name = `${where}: samples[${k}]`;
    if (sample.length === 0) throw new ShapeError(name, "at least one value", "none");
    checkValues(name, asValues(sample));
  }
  const n = samples[0]!.length;
  const weighted = read.some(({ weights }) => weights !== undefined);
  if (count === undefined && !weighted && samples.every((sample) => sample.length === n)) {
    return { points: meanOfRanks(samples, share), count: n, dim: 1 };
  }
  const sides = samples.map((sample, k) => {
    const values = asValues(sample);
    const { weights } = massOf(`${where}: samples[${k}] weights`, read[k]!.weights, values.length);
    if (weights === undefined) return { values: sortedValues(values), levels: evenLevels(values.length) };
    const { order, values: ascending } = rank(values);
    return { values: ascending, levels: levelsFrom(weights, order).levels! };
  });
  const pieces = meanQuantile(sides, share);
  return count === undefined ? pieces : resampled(pieces, count);
}

function shares(where: string, weights: ArrayLike<number> | undefined, n: number): Float64Array {
  if (weights === undefined) return new Float64Array(n).fill(1 / n);
  const checked = checkedWeights(`${where}: weights`, weights, n);
  const total = checked.reduce((sum, w) => sum + w, 0);
  if (total > 0) return checked.map((w) => w / total);
  throw new DomainError(`${where}: weights sum to ${total}, expected a positive sum`, total);
}

/** Σ share · k-th least value, samples of one size. */
function meanOfRanks(samples: readonly ArrayLike<number>[], share: Float64Array): Float64Array {
  const n = samples[0]!.length;
  const mean = new Float64Array(n);
  const sorter = new FloatSorter(n);
  for (const [k, sample] of samples.entries()) addTimes(mean, share[k]!, sortedValues(asValues(sample), sorter));
  return mean;
}

function addTimes(sum: Float64Array, factor: number, values: Values): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += factor * values[i]!;
}

function evenLevels(n: number): Float64Array {
  const levels = new Float64Array(n);
  for (let i = 0; i < n; i++) levels[i] = (i + 1) / n;
  return levels;
}

interface Steps {
  readonly values: Values;
  readonly levels: Float64Array;
}

/** The mean of step functions, on the union of their steps. */
function meanQuantile(sides: readonly Steps[], share: Float64Array): Cloud & { readonly weights: Float64Array } {
  const count = sides.length;
  const at = new Uint32Array(count);
  const [values, levels] = [sides.map((side) => side.values), sides.map((side) => side.levels)];
  const room = levels.reduce((sum, l) => sum + l.length, 0);
  const [points, weights] = [new Float64Array(room), new Float64Array(room)];
  // Each side's level at its place, read often.
  const ends = Float64Array.from(levels, (l) => l[0]!);
  let [level, pieces] = [0, 0];
  while (level < 1) {
    let next = 1;
    for (let k = 0; k < count; k++) if (ends[k]! < next) next = ends[k]!;
    if (next > level) {
      let mean = 0;
      for (let k = 0; k < count; k++) mean += share[k]! * values[k]![at[k]!]!;
      points[pieces] = mean;
      weights[pieces++] = next - level;
      level = next;
    }
    for (let k = 0; k < count; k++) {
      if (ends[k]! > level) continue;
      const own = levels[k]!;
      let i = at[k]!;
      while (i < own.length - 1 && own[i]! <= level) i++;
      at[k] = i;
      ends[k] = own[i]!;
    }
  }
  return { points: points.slice(0, pieces), weights: weights.slice(0, pieces), count: pieces, dim: 1 };
}

/** Means over `count` equal intervals of levels. */
function resampled({ points, weights }: { points: ArrayLike<number>; weights: Float64Array }, count: number): Cloud {
  const out = new Float64Array(count);
  let level = 0;
  for (let i = 0, piece = 0, left = weights[0]!; i < count; i++) {
    let [sum, end] = [0, (i + 1) / count];
    if (i === count - 1) end = 1;
    while (level < end) {
      const last = piece === weights.length - 1;
      const part = last ? end - level : Math.min(left, end - level);
      sum += part * points[piece]!;
      level = part === end - level ? end : level + part;
      left -= part;
      if (left <= 0 && !last) left += weights[++piece]!;
      else if (part === 0) break;
    }
    out[i] = sum * count;
  }
  return { points: out, count, dim: 1 };
}
