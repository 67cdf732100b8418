/** Quantiles of all cells of many maps together, also of maps that count several times. */
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import type { CaseMap } from "./cases.ts";

type Side = "forecast" | "truth";

/** Quantiles of all cells of all maps. */
export function pooledQuantiles(maps: readonly CaseMap[], side: Side, levels: readonly number[]): readonly number[] {
  if (levels.length === 0 || maps.every((map) => map[side].length === 0)) return levels.map(() => Number.NaN);
  const all = sorted(maps, side);
  return levels.map((q) => quantileOfSorted(all, q));
}

/** Forecast over truth, minus 1; NaN where the truth's is 0. */
export const relativeBias = (forecast: number, truth: number): number =>
  truth > 0 ? forecast / truth - 1 : Number.NaN;

/** ½E|Y − Y′| of all true cells, all pairs: the mean CRPS of a forecast that is their distribution. */
export function uncertaintyOf(maps: readonly CaseMap[]): number {
  const all = sorted(maps, "truth");
  const n = all.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += ((2 * i + 1 - n) / n) * (all[i]! / n);
  return n === 0 ? Number.NaN : sum;
}

function sorted(maps: readonly CaseMap[], side: Side): Float32Array | Float64Array {
  const count = maps.reduce((sum, map) => sum + map[side].length, 0);
  const all = maps.every((map) => map[side] instanceof Float32Array)
    ? new Float32Array(count)
    : new Float64Array(count);
  let at = 0;
  for (const map of maps) {
    all.set(map[side], at);
    at += map[side].length;
  }
  return all.sort();
}

/** Maps that one sort can distinguish. */
const most = 2 ** 20;

/**
 * Values of all maps from the largest down, each with its map, so that quantiles of any choice of maps, some of them
 * several times, need no sorting. Values are float32 here. Eight bytes a value; zeros of precipitation are not kept.
 */
export class WeightedQuantiles {
  /** Ascending: the float32's bits in an order of numbers, then the map, in 52 bits. */
  private readonly keys: Float64Array;
  private readonly sizes: readonly number[];
  private readonly levels: readonly number[];

  /** @param dry - whether values are at least 0, so that zeros need not be kept */
  constructor(maps: readonly CaseMap[], side: Side, levels: readonly number[], dry: boolean) {
    this.levels = levels;
    this.sizes = maps.map((map) => map[side].length);
    let count = 0;
    for (const map of maps) for (const v of map[side]) if (!dry || v > 0) count++;
    this.keys = new Float64Array(levels.length > 0 ? count : 0);
    const [value, bits] = [new Float32Array(1), new Uint32Array(1)];
    const own = new Uint32Array(value.buffer);
    let at = 0;
    maps.forEach((map, k) => {
      if (levels.length === 0) return;
      for (const v of map[side]) {
        if (dry && !(v > 0)) continue;
        value[0] = v;
        bits[0] = own[0]! >= 2 ** 31 ? ~own[0]! : own[0]! + 2 ** 31;
        this.keys[at++] = bits[0] * most + k;
      }
    });
    this.keys.sort();
  }

  /** Quantiles, by numpy's default rule, of maps that count so many times. */
  of(weights: ArrayLike<number>): readonly number[] {
    const { keys, levels, sizes } = this;
    const total = sizes.reduce((sum, n, k) => sum + n * weights[k]!, 0);
    if (total === 0) return levels.map(() => Number.NaN);
    const out = new Array<number>(levels.length);
    let [at, above] = [keys.length, 0];
    // Largest values first: the value that has no more than `rank` above it.
    const value = (rank: number): number => {
      while (at > 0) {
        const map = keys[at - 1]! % most;
        if (above + weights[map]! > rank) return numberOf(Math.floor(keys[at - 1]! / most));
        above += weights[map]!;
        at--;
      }
      return 0;
    };
    const falling = Array.from(levels.keys()).sort((a, b) => levels[b]! - levels[a]!);
    for (const k of falling) {
      const position = levels[k]! * (total - 1);
      const low = Math.floor(position);
      const upper = value(total - 1 - Math.min(low + 1, total - 1));
      const lower = value(total - 1 - low);
      out[k] = lower + (position - low) * (upper - lower);
    }
    return out;
  }
}

function numberOf(bits: number): number {
  const own = new Uint32Array(1);
  own[0] = bits >= 2 ** 31 ? bits - 2 ** 31 : ~bits;
  return new Float32Array(own.buffer)[0]!;
}
