/**
 * exp(−C/ε) of one axis, applied to all lines of an array along it. The axis that is applied is the last one of the
 * array, and comes out as the first, so that as many applications as there are axes bring the order back.
 *
 * Two ways. Plain numbers, where the range of the exponents is within float64. Logarithms otherwise: the axis is cut
 * into segments so short that within a pair of them costs differ by less than 600 ε; each segment of a line has its own
 * largest exponent, each pair its least cost, and within a pair products are plain numbers. Pairs that can add nothing
 * in float64 are left out. No term that counts can underflow, at any ε, and there is one exponential a number and
 * segment in place of one a pair.
 *
 * Where such segments are short, ε is small beside the axis, and few terms of a sum count: then these alone are found
 * and added.
 */
import { exp } from "../sinkhorn/exp.ts";
import { NearTerms, negligible } from "./near-terms.ts";

/** Exponents within this range stay plain numbers with all their digits. */
export const plainRange = 600;
/** Segments so short are no gain over the terms that count, one by one. */
const shortest = 8;
/** Lines that are worked on at once. */
const lines = 4;

/** A kernel between two pieces of an axis. */
export class AxisKernel {
  readonly to: number;
  readonly from: number;
  /** Largest cost over ε. */
  readonly range: number;
  readonly #matrix: Float64Array;
  readonly #size: number;
  readonly #least: Float64Array;
  readonly #most: Float64Array;
  readonly #near: NearTerms | undefined;

  /**
   * @param costs - [to, from]
   * @param weights - [to, from], ≥ 0; the kernel is multiplied by them
   * @param plain - made for plain numbers, where `range` allows it
   */
  constructor(costs: Float64Array, to: number, from: number, epsilon: number, plain: boolean, weights?: Float64Array) {
    this.to = to;
    this.from = from;
    const exponents = costs.map((c) => c / epsilon);
    this.range = exponents.reduce((top, v) => Math.max(top, v), 0);
    let size = Math.max(to, from, lines);
    let spread = plain ? undefined : spreads(exponents, to, from, size);
    while (spread !== undefined && size > shortest && spread.widest > plainRange) {
      size = Math.ceil(size / 2 / lines) * lines;
      spread = spreads(exponents, to, from, size);
    }
    const isNear = spread !== undefined && spread.widest > plainRange;
    this.#near = isNear ? new NearTerms(exponents, to, from, weights) : undefined;
    this.#size = size;
    this.#least = spread?.least ?? new Float64Array(1);
    this.#most = spread?.most ?? new Float64Array(1);
    const columns = Math.ceil(from / size);
    const padded = Math.ceil(to / lines) * lines;
    this.#matrix = new Float64Array(isNear ? 0 : padded * from);
    if (!isNear) {
      for (let j = 0; j < to; j++) {
        for (let k = 0; k < from; k++) {
          const base = this.#least[Math.floor(j / size) * columns + Math.floor(k / size)]!;
          const at = j * from + k;
          this.#matrix[at] = exp(base - exponents[at]!) * (weights?.[at] ?? 1);
        }
      }
    }
  }

  /** out[j, r] = Σ_k K[j, k] x[r, k] of plain numbers. */
  plain(x: Float64Array, out: Float64Array): void {
    const { to, from } = this;
    const count = x.length / from;
    out.fill(0, 0, to * count);
    const packed = new Float64Array(lines * from);
    const sums = new Float64Array(this.#matrix.length === 0 ? 0 : (lines * this.#matrix.length) / from);
    const at = new Int32Array(lines);
    let held = 0;
    const finish = () => {
      sums.fill(0);
      products(sums, this.#matrix, from, 0, to, 0, from, packed);
      for (let j = 0; j < to; j++) for (let t = 0; t < held; t++) out[j * count + at[t]!] = sums[lines * j + t]!;
      held = 0;
    };
    for (let r = 0; r < count; r++) {
      let some = false;
      for (let k = r * from; k < (r + 1) * from && !some; k++) some = x[k]! !== 0;
      if (!some) continue;
      for (let k = 0; k < from; k++) packed[lines * k + held] = x[r * from + k]!;
      at[held++] = r;
      if (held === lines) finish();
    }
    if (held > 0) finish();
  }

  /** out[j, r] = log Σ_k K[j, k] exp(x[r, k]); only what is `wanted`, [to, count], need be right. */
  logarithmic(x: Float64Array, out: Float64Array, wanted?: Uint8Array): void {
    const count = x.length / this.from;
    out.fill(Number.NEGATIVE_INFINITY, 0, this.to * count);
    if (this.#near) {
      this.#near.apply(x, out, count, wanted);
      return;
    }
    const { from } = this;
    const work = new Segments(Math.ceil(from / this.#size), from, Math.ceil(this.to / lines) * lines);
    for (let r = 0; r < count; r++) {
      if (work.take(x, r, from, this.#size) && work.held === lines) this.#finish(work, out, count);
    }
    if (work.held > 0) this.#finish(work, out, count);
  }

  #finish(work: Segments, out: Float64Array, count: number): void {
    const { to, from } = this;
    const size = this.#size;
    const columns = Math.ceil(from / size);
    const { tops, packed, scaled, sums, rows, held } = work;
    const shares = new Float64Array(lines);
    const heights = new Float64Array(lines);
    const sure = new Float64Array(lines);
    for (let first = 0, J = 0; first < to; first += size, J++) {
      const end = Math.min(to, first + size);
      sums.fill(0, lines * first, lines * Math.ceil(end / lines) * lines);
      for (let t = 0; t < held; t++) {
        heights[t] = sure[t] = Number.NEGATIVE_INFINITY;
        for (let K = 0; K < columns; K++) {
          const top = tops[t * columns + K]!;
          heights[t] = Math.max(heights[t]!, top - this.#least[J * columns + K]!);
          sure[t] = Math.max(sure[t]!, top - this.#most[J * columns + K]!);
        }
      }
      for (let K = 0; K < columns; K++) {
        let some = false;
        for (let t = 0; t < held; t++) {
          const height = tops[t * columns + K]! - this.#least[J * columns + K]!;
          shares[t] = height > sure[t]! - negligible ? exp(height - heights[t]!) : 0;
          some ||= shares[t]! > 0;
        }
        if (!some) continue;
        const [start, stop] = [K * size, Math.min(from, (K + 1) * size)];
        for (let k = lines * start; k < lines * stop; k++) scaled[k] = packed[k]! * shares[k % lines]!;
        products(sums, this.#matrix, from, first, end, start, stop, scaled);
      }
      for (let t = 0; t < held; t++) {
        const r = rows[t]!;
        for (let j = first; j < end; j++) out[j * count + r] = heights[t]! + Math.log(sums[lines * j + t]!);
      }
    }
    work.clear();
  }
}

/** Up to four lines, cut into segments, each relative to its largest entry. */
class Segments {
  readonly tops: Float64Array;
  /** [from, line] */
  readonly packed: Float64Array;
  readonly scaled: Float64Array;
  /** [to, line] */
  readonly sums: Float64Array;
  readonly rows = new Int32Array(lines);
  held = 0;

  constructor(columns: number, from: number, padded: number) {
    this.tops = new Float64Array(lines * columns);
    this.packed = new Float64Array(lines * from);
    this.scaled = new Float64Array(lines * from);
    this.sums = new Float64Array(lines * padded);
  }

  /** False where the line is empty. */
  take(x: Float64Array, r: number, from: number, size: number): boolean {
    const columns = this.tops.length / lines;
    let some = false;
    for (let K = 0; K < columns; K++) {
      const [start, stop] = [K * size, Math.min(from, (K + 1) * size)];
      let top = Number.NEGATIVE_INFINITY;
      for (let k = start; k < stop; k++) top = Math.max(top, x[r * from + k]!);
      this.tops[this.held * columns + K] = top;
      const empty = top === Number.NEGATIVE_INFINITY;
      some ||= !empty;
      for (let k = start; k < stop; k++) this.packed[lines * k + this.held] = empty ? 0 : exp(x[r * from + k]! - top);
    }
    if (some) this.rows[this.held++] = r;
    return some;
  }

  clear(): void {
    this.held = 0;
    this.packed.fill(0);
  }
}

interface Spread {
  readonly least: Float64Array;
  readonly most: Float64Array;
  readonly widest: number;
}

/** Least and largest exponent of each pair of segments. */
function spreads(exponents: Float64Array, to: number, from: number, size: number): Spread {
  const columns = Math.ceil(from / size);
  const count = Math.ceil(to / size) * columns;
  const least = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(count);
  for (let j = 0; j < to; j++) {
    for (let k = 0; k < from; k++) {
      const at = Math.floor(j / size) * columns + Math.floor(k / size);
      const v = exponents[j * from + k]!;
      if (v < least[at]!) least[at] = v;
      if (v > most[at]!) most[at] = v;
    }
  }
  let widest = 0;
  for (let i = 0; i < count; i++) widest = Math.max(widest, most[i]! - least[i]!);
  return { least, most, widest };
}

/** sums[j, t] += Σ_k matrix[j, k] packed[k, t] for rows j from a multiple of four on and four lines t. */
function products(
  sums: Float64Array,
  matrix: Float64Array,
  width: number,
  first: number,
  end: number,
  start: number,
  stop: number,
  packed: Float64Array,
): void {
  for (let j = first; j < end; j += 2) {
    const m0 = j * width;
    const m1 = m0 + width;
    let [a0, a1, a2, a3] = [0, 0, 0, 0];
    let [b0, b1, b2, b3] = [0, 0, 0, 0];
    for (let k = start, q = lines * start; k < stop; k++, q += lines) {
      // Not as one list: that would make the list every time.
      const p = packed[q]!;
      const r = packed[q + 1]!;
      const s = packed[q + 2]!;
      const t = packed[q + 3]!;
      const w0 = matrix[m0 + k]!;
      const w1 = matrix[m1 + k]!;
      a0 += p * w0;
      a1 += r * w0;
      a2 += s * w0;
      a3 += t * w0;
      b0 += p * w1;
      b1 += r * w1;
      b2 += s * w1;
      b3 += t * w1;
    }
    const o = lines * j;
    sums[o]! += a0;
    sums[o + 1]! += a1;
    sums[o + 2]! += a2;
    sums[o + 3]! += a3;
    sums[o + 4]! += b0;
    sums[o + 5]! += b1;
    sums[o + 6]! += b2;
    sums[o + 7]! += b3;
  }
}
