/** Quantiles of all cells of many maps together, also of maps that count several times. */
import { quantileAt, quantileOfSorted } from "../../engine/numerics/quantile.ts";
import { sortedValues } from "../../engine/numerics/radix-sort.ts";
import { quantilesOf } from "../../engine/numerics/select-ranks.ts";
import type { CaseMap } from "./cases.ts";

type Side = "forecast" | "truth";

/** Quantiles of values in ascending order; NaN without values. */
export const quantilesOfSorted = (sorted: Float32Array | Float64Array, levels: readonly number[]): readonly number[] =>
  levels.map((q) => (sorted.length === 0 ? Number.NaN : quantileOfSorted(sorted, q)));

/** Quantiles of all cells of all maps. */
export function pooledQuantiles(maps: readonly CaseMap[], side: Side, levels: readonly number[]): readonly number[] {
  if (levels.length === 0 || maps.every((map) => map[side].length === 0)) return levels.map(() => Number.NaN);
  return quantilesOf(
    maps.map((map) => map[side]),
    levels,
  );
}

/** Forecast over truth, minus 1; NaN where the truth's is 0. */
export const relativeBias = (forecast: number, truth: number): number =>
  truth > 0 ? forecast / truth - 1 : Number.NaN;

/** ½E|Y − Y′| of values in ascending order, all pairs: the mean CRPS of a forecast that is their distribution. */
export function uncertaintyOf(all: Float32Array | Float64Array): number {
  const n = all.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += ((2 * i + 1 - n) / n) * (all[i]! / n);
  return n === 0 ? Number.NaN : sum;
}

/** The values of all cells of all maps, ascending. */
export function pooledValues(maps: readonly CaseMap[], side: Side): Float32Array | Float64Array {
  const count = maps.reduce((sum, map) => sum + map[side].length, 0);
  const all = maps.every((map) => map[side] instanceof Float32Array)
    ? new Float32Array(count)
    : new Float64Array(count);
  let at = 0;
  for (const map of maps) {
    all.set(map[side], at);
    at += map[side].length;
  }
  return sortedValues(all);
}

/** Maps that one sort can distinguish. */
const most = 2 ** 20;

/**
 * The largest values of all maps, each with its map, so that quantiles of any choice of maps, some of them several
 * times, need no sorting. Values are float32 here. No more are kept than the redraws so far have reached, eight bytes
 * each; zeros of precipitation are not kept.
 */
export class WeightedQuantiles {
  private readonly parts: readonly CaseMap["truth"][];
  private readonly levels: readonly number[];
  private readonly dry: boolean;
  /** Part of all values that is kept, beside zeros. */
  private share: number;
  /** Ascending. */
  private values = new Float32Array(0);
  private maps = new Uint32Array(0);

  /** @param dry - whether values are at least 0, so that zeros need not be kept */
  constructor(maps: readonly CaseMap[], side: Side, levels: readonly number[], dry: boolean) {
    this.parts = maps.map((map) => map[side]);
    this.levels = levels;
    this.dry = dry;
    // Redraws with more of the wettest maps reach less far down, others farther.
    this.share = 2 * (1 - Math.min(1, ...levels));
    if (levels.length > 0 && this.parts.some((part) => part.length > 0)) this.keep();
  }

  private keep(): void {
    const { parts, dry } = this;
    const least = this.share < 1 ? quantilesOf(parts, [1 - this.share])[0]! : -Infinity;
    const isKept = (v: number) => v >= least && (!dry || v > 0);
    let count = 0;
    for (const part of parts) for (let i = 0; i < part.length; i++) count += Number(isKept(part[i]!));
    // The float32's bits in an order of numbers, then the map, in 52 bits.
    const keys = new Float64Array(count);
    const value = new Float32Array(1);
    const bits = new Uint32Array(value.buffer);
    let at = 0;
    for (const [k, part] of parts.entries()) {
      for (let i = 0; i < part.length; i++) {
        if (!isKept(part[i]!)) continue;
        value[0] = part[i]!;
        keys[at++] = (bits[0]! >= 2 ** 31 ? 2 ** 32 - 1 - bits[0]! : bits[0]! + 2 ** 31) * most + k;
      }
    }
    keys.sort();
    this.maps = Uint32Array.from(keys, (key) => key % most);
    this.values = Float32Array.from(keys, (key) => {
      const own = Math.floor(key / most);
      bits[0] = own >= 2 ** 31 ? own - 2 ** 31 : 2 ** 32 - 1 - own;
      return value[0]!;
    });
  }

  /** Quantiles, by numpy's default rule, of maps that count so many times. */
  of(weights: ArrayLike<number>): readonly number[] {
    const { levels, parts } = this;
    const total = parts.reduce((sum, { length }, k) => sum + length * weights[k]!, 0);
    if (total === 0) return levels.map(() => Number.NaN);
    const out = new Array<number>(levels.length);
    let [at, above, last] = [this.values.length, 0, 0];
    // Largest values first: the value that has no more than `rank` above it.
    const value = (rank: number): number => {
      if (rank < last) [at, above] = [this.values.length, 0];
      last = rank;
      for (; at > 0; at--) {
        const weight = weights[this.maps[at - 1]!]!;
        if (above + weight > rank) return this.values[at - 1]!;
        above += weight;
      }
      if (this.share >= 1) return 0;
      // All that is kept lies above: the same ranks among more.
      this.share *= 4;
      this.keep();
      [at, above] = [this.values.length, 0];
      return value(rank);
    };
    const falling = Array.from(levels.keys()).sort((a, b) => levels[b]! - levels[a]!);
    for (const k of falling) out[k] = quantileAt(levels[k]!, total, (rank) => value(total - 1 - rank));
    return out;
  }
}
