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
  const found = selectRanks(
    parts,
    [...ranks].sort((a, b) => a - b),
  );
  return levels.map((q) => quantileAt(q, count, (rank) => found.get(rank)!));
}

/** Values that share their first digits, and the ranks that fall among them. */
interface Group {
  readonly digits: readonly number[];
  /** Ascending. */
  readonly ranks: readonly number[];
  /** Values below all of them. */
  readonly below: number;
}

/** @param ranks - ascending */
function selectRanks(parts: readonly Numbers[], ranks: readonly number[]): ReadonlyMap<number, number> {
  const short = parts.every((values) => values instanceof Float32Array);
  // Groups of every depth, one after another; of each the place of the group that a next digit leads to, or how many values have it.
  let tables = new Int32Array(DIGITS);
  let first = 0;
  let groups: Group[] = [{ digits: [], ranks, below: 0 }];
  for (let depth = 0; depth < (short ? 3 : 6); depth++) {
    for (const values of parts) {
      countDigits(short || values instanceof Float64Array ? values : new Float64Array(values), depth, tables);
    }
    const next: Group[] = [];
    const places = groups.map(({ digits, ranks, below }, g) => {
      const counts = tables.subarray((first + g) * DIGITS, (first + g + 1) * DIGITS);
      const led = new Int32Array(DIGITS);
      for (let digit = 0, start = 0; digit < DIGITS && start < ranks.length; digit++) {
        const above = below + counts[digit]!;
        let end = start;
        while (end < ranks.length && ranks[end]! < above) end++;
        if (end > start) {
          led[digit] = first + groups.length + next.length;
          next.push({ digits: [...digits, digit], ranks: ranks.slice(start, end), below });
        }
        [start, below] = [end, above];
      }
      return led;
    });
    const grown = new Int32Array((first + groups.length + next.length) * DIGITS);
    grown.set(tables.subarray(0, first * DIGITS));
    for (const [g, led] of places.entries()) grown.set(led, (first + g) * DIGITS);
    first += groups.length;
    [tables, groups] = [grown, next];
  }
  return new Map(groups.flatMap(({ digits, ranks }) => ranks.map((rank) => [rank, numberOf(digits, short)])));
}

/** Adds up how many values of each group of a depth have each next digit. */
function countDigits(values: Numbers, depth: number, tables: Int32Array): void {
  const width = values instanceof Float32Array ? 1 : 2;
  const words = new Int32Array(values.buffer, values.byteOffset, width * values.length);
  for (let at = width - 1; at < words.length; at += width) {
    // An order of numbers: negative ones with all bits turned, else the sign alone.
    const turned = words[at]! >> 31;
    const upper = words[at]! ^ (turned | 0x80000000);
    const lower = width === 1 ? 0 : words[at - 1]! ^ turned;
    if (depth === 0) {
      tables[upper >>> 21]! += 1;
      continue;
    }
    // Most values are of no group.
    let group = tables[upper >>> 21]!;
    for (let k = 1; k < depth && group > 0; k++) group = tables[group * DIGITS + digitOf(upper, lower, k)]!;
    if (group > 0) tables[group * DIGITS + digitOf(upper, lower, depth)]! += 1;
  }
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
