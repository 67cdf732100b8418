/**
 * Values of given ranks among many, without sorting them: counted by the upper eleven bits, then where a rank falls by
 * the next eleven, until all bits are known. Memory does not grow with the values.
 */
import { quantileAt } from "./quantile.ts";

type Numbers = Float32Array | Float64Array;

const [BITS, DIGITS] = [11, 2048];

/** Quantiles of the values of all parts together, as those of their sorted values. No NaN. */
export function quantilesOf(parts: readonly Numbers[], levels: readonly number[]): readonly number[] {
  const count = parts.reduce((sum, { length }) => sum + length, 0);
  const ranks = new Set<number>();
  for (const q of levels) quantileAt(q, count, (rank) => ranks.add(rank) && 0);
  const select = count <= few ? selectFew : selectRanks;
  const found = select(
    parts,
    [...ranks].sort((a, b) => a - b),
  );
  return levels.map((q) => quantileAt(q, count, (rank) => found.get(rank)!));
}

/** Values of which a copy is made. */
const few = 2 ** 16;

/** By Floyd and Rivest (1975, doi:10.1145/360680.360691) in a copy. @param ranks - ascending */
function selectFew(parts: readonly Numbers[], ranks: readonly number[]): ReadonlyMap<number, number> {
  const count = parts.reduce((sum, { length }) => sum + length, 0);
  const values = new Float64Array(count);
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  let from = 0;
  return new Map(
    ranks.map((rank) => {
      putRank(values, from, count - 1, rank);
      from = rank;
      return [rank, values[rank]!];
    }),
  );
}

/** Moves values between `from` and `to` so that that of the rank stands there, none above before it, none below after it. */
function putRank(values: Float64Array, from: number, to: number, rank: number): void {
  while (to > from) {
    if (to - from > 600) {
      // A sample's ranks around the one that is sought enclose it nearly always.
      const n = to - from + 1;
      const i = rank - from + 1;
      const z = Math.log(n);
      const s = 0.5 * Math.exp((2 * z) / 3);
      const deviation = 0.5 * Math.sqrt((z * s * (n - s)) / n) * Math.sign(i - n / 2);
      const low = Math.max(from, Math.floor(rank - (i * s) / n + deviation));
      putRank(values, low, Math.min(to, Math.floor(rank + ((n - i) * s) / n + deviation)), rank);
    }
    const pivot = values[rank]!;
    let [i, j] = [from, to];
    swap(values, from, rank);
    if (values[to]! > pivot) swap(values, to, from);
    while (i < j) {
      swap(values, i, j);
      i++;
      j--;
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
    }
    if (values[from] === pivot) swap(values, from, j);
    else swap(values, ++j, to);
    if (j <= rank) from = j + 1;
    if (rank <= j) to = j - 1;
  }
}

function swap(values: Float64Array, i: number, j: number): void {
  const held = values[i]!;
  values[i] = values[j]!;
  values[j] = held;
}

/** Values that share their first digits, and the ranks that fall among them. */
interface Group {
  /** Number of its table. */
  readonly at: number;
  readonly digits: readonly number[];
  /** Ascending. */
  readonly ranks: readonly number[];
  /** Values below all of them. */
  readonly below: number;
}

/** @param ranks - ascending */
function selectRanks(parts: readonly Numbers[], ranks: readonly number[]): ReadonlyMap<number, number> {
  const short = parts.every((values) => values instanceof Float32Array);
  const depths = short ? 3 : 6;
  // Of each group how many values have each next digit, then the number of the group that the digit leads to, or 0.
  const tables = new Int32Array((1 + depths * ranks.length) * DIGITS);
  let [groups, free]: [Group[], number] = [[{ at: 0, digits: [], ranks, below: 0 }], 1];
  let left: readonly Numbers[] = short
    ? parts
    : parts.map((values) => (values instanceof Float64Array ? values : new Float64Array(values)));
  for (let depth = 0; depth < depths; depth++) {
    for (const values of left) countDigits(values, depth, tables);
    const next: Group[] = [];
    let kept = 0;
    for (const { at, digits, ranks: own, below: first } of groups) {
      const table = tables.subarray(at * DIGITS, (at + 1) * DIGITS);
      for (let digit = 0, start = 0, below = first; digit < DIGITS; digit++) {
        const above = below + table[digit]!;
        let end = start;
        while (end < own.length && own[end]! < above) end++;
        table[digit] = end > start ? free : 0;
        if (end > start) {
          next.push({ at: free++, digits: [...digits, digit], ranks: own.slice(start, end), below });
          kept += above - below;
        }
        [start, below] = [end, above];
      }
    }
    groups = next;
    // Few are left but where many values are equal.
    if (4 * kept < left.reduce((sum, { length }) => sum + length, 0)) left = [inGroups(left, depth + 1, tables, kept)];
  }
  return new Map(groups.flatMap(({ digits, ranks }) => ranks.map((rank) => [rank, numberOf(digits, short)])));
}

/** Adds up how many values of each group of a depth have each next digit. */
function countDigits(values: Numbers, depth: number, tables: Int32Array): void {
  const [words, width] = wordsOf(values);
  for (let at = width - 1; at < words.length; at += width) {
    const turned = words[at]! >> 31;
    const upper = words[at]! ^ (turned | 0x80000000);
    if (depth === 0) {
      tables[upper >>> 21]! += 1;
      continue;
    }
    const lower = width === 1 ? 0 : words[at - 1]! ^ turned;
    const group = groupOf(upper, lower, depth, tables);
    if (group > 0) tables[group * DIGITS + digitOf(upper, lower, depth)]! += 1;
  }
}

/** Values that are in a group of a depth. */
function inGroups(parts: readonly Numbers[], depth: number, tables: Int32Array, count: number): Numbers {
  const out = new (parts[0] instanceof Float32Array ? Float32Array : Float64Array)(count);
  let next = 0;
  for (const values of parts) {
    const [words, width] = wordsOf(values);
    for (let i = 0, at = width - 1; i < values.length; i++, at += width) {
      const turned = words[at]! >> 31;
      const lower = width === 1 ? 0 : words[at - 1]! ^ turned;
      if (groupOf(words[at]! ^ (turned | 0x80000000), lower, depth, tables) > 0) out[next++] = values[i]!;
    }
  }
  return out;
}

const wordsOf = (values: Numbers): readonly [words: Int32Array, width: 1 | 2] => {
  const width = values instanceof Float32Array ? 1 : 2;
  return [new Int32Array(values.buffer, values.byteOffset, width * values.length), width];
};

/**
 * The group of a depth, 0 for none, of a number by its bits in an order of numbers: negative ones with all bits turned,
 * of others the sign alone.
 */
function groupOf(upper: number, lower: number, depth: number, tables: Int32Array): number {
  // Most values are of no group.
  let group = tables[upper >>> 21]!;
  for (let k = 1; k < depth && group > 0; k++) group = tables[group * DIGITS + digitOf(upper, lower, k)]!;
  return group;
}

function digitOf(upper: number, lower: number, depth: number): number {
  if (depth === 1) return (upper >>> 10) & 2047;
  if (depth === 2) return ((upper & 1023) << 1) | (lower >>> 31);
  if (depth === 3) return (lower >>> 20) & 2047;
  return depth === 4 ? (lower >>> 9) & 2047 : (lower & 511) << 2;
}

/** The number of these digits. */
function numberOf(digits: readonly number[], short: boolean): number {
  const bits = digits.reduce((sum, digit) => (sum << BigInt(BITS)) | BigInt(digit), 0n);
  const size = short ? 32 : 64;
  const key = bits >> BigInt(BITS * digits.length - size);
  const sign = 1n << BigInt(size - 1);
  const view = new DataView(new ArrayBuffer(8));
  const own = BigInt.asUintN(size, key & sign ? key ^ sign : ~key);
  if (!short) {
    view.setBigUint64(0, own);
    return view.getFloat64(0);
  }
  view.setUint32(0, Number(own));
  return view.getFloat32(0);
}
