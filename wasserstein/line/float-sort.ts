/**
 * Sorting of float64 arrays for loops that sort again and again: a stable radix sort on the upper 32 bits (sign,
 * exponent and 20 bits of mantissa) in three passes, then an insertion pass for what the lower bits decide. Values alone that
 * do not crowd take two passes on their place between least and greatest instead, in half the time.
 */

const RADIX = 2048;
/** Below this size insertion alone is faster than clearing the histograms. */
const SMALL = 48;

/** Starts of each half of a box's number, of the call that runs; fixed arrays compile to shorter loops than a sorter's own. */
const lower = new Int32Array(RADIX);
const higher = new Int32Array(RADIX);

/** Sorts arrays of one size; the buffers it returns are its own and are overwritten by the next call. */
export class FloatSorter {
  readonly #n: number;
  readonly #histogram = new Uint32Array(3 * RADIX);
  readonly #keys: readonly [Uint32Array, Uint32Array];
  readonly #values: readonly [Float64Array, Float64Array];
  readonly #order: readonly [Uint32Array, Uint32Array];
  readonly #boxes: Boxes;

  /** @param n - length of the arrays, ≥ 1 */
  constructor(n: number) {
    this.#n = n;
    this.#keys = [new Uint32Array(n), new Uint32Array(n)];
    this.#values = [new Float64Array(n), new Float64Array(n)];
    this.#order = [new Uint32Array(n), new Uint32Array(n)];
    this.#boxes = { keys: new Int32Array(n), upper: new Uint16Array(n) };
  }

  /** The values of `x` in ascending order. No NaN. */
  values(x: Float64Array): Float64Array {
    const [, w] = this.#values;
    if (this.#n < SMALL) {
      w.set(x);
      inserted(w, Number.POSITIVE_INFINITY);
      return w;
    }
    const [low, high] = ends(x);
    if (this.#byPlace(x, low, high)) return w;
    const shift = exactShift(low, high);
    this.#byDigits(shifted(x, shift));
    // Too many values share their upper bits.
    if (!inserted(w, 8 * this.#n)) w.sort();
    if (shift !== 0) for (let i = 0; i < w.length; i++) w[i]! += shift;
    return w;
  }

  /** By even boxes between least and greatest. @returns false where values crowd too much for it (heavy tails) */
  #byPlace(x: Float64Array, low: number, high: number): boolean {
    const n = this.#n;
    const bits = n < 32768 ? 9 : 11;
    const boxes = 1 << bits;
    const scale = (boxes * boxes - 1) / (high - low);
    if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return false;
    const [v, w] = this.#values;
    lower.fill(0);
    higher.fill(0);
    countBoxes(x, low, scale, bits, this.#boxes);
    // Values that share a box meet about half of each other on their way: the insertions ahead, were each upper box even.
    let insertions = 0;
    for (let j = 0; j < boxes; j++) insertions += (higher[j]! * higher[j]!) / (4 * boxes);
    if (insertions > 2 * n) return false;
    accumulate(lower, 0, boxes);
    accumulate(higher, 0, boxes);
    byLowerBox(x, bits, this.#boxes, v);
    byUpperBox(v, this.#boxes, w);
    return inserted(w, 8 * n);
  }

  /** By the digits of their upper bits, what lower bits decide left open. */
  #byDigits(x: Float64Array): void {
    const n = this.#n;
    const [v, w] = this.#values;
    const [k, l] = this.#keys;
    const h = this.#count(x);
    for (let i = 0; i < n; i++) {
      const key = k[i]!;
      const to = h[key & 2047]!++;
      l[to] = key;
      v[to] = x[i]!;
    }
    for (let i = 0; i < n; i++) {
      const key = l[i]!;
      const to = h[RADIX + ((key >>> 11) & 2047)]!++;
      k[to] = key;
      w[to] = v[i]!;
    }
    for (let i = 0; i < n; i++) v[h[2 * RADIX + (k[i]! >>> 22)]!++] = w[i]!;
    w.set(v);
  }

  /** Indices of `x` in ascending order of its values, stable. No NaN. */
  order(x: Float64Array): Uint32Array {
    const n = this.#n;
    const [o, q] = this.#order;
    if (n < SMALL) {
      for (let i = 0; i < n; i++) q[i] = i;
    } else {
      const [k] = this.#keys;
      const h = this.#count(shifted(x, exactShift(...ends(x))));
      for (let i = 0; i < n; i++) q[h[k[i]! & 2047]!++] = i;
      for (let i = 0; i < n; i++) {
        const at = q[i]!;
        o[h[RADIX + ((k[at]! >>> 11) & 2047)]!++] = at;
      }
      for (let i = 0; i < n; i++) {
        const at = o[i]!;
        q[h[2 * RADIX + (k[at]! >>> 22)]!++] = at;
      }
    }
    let moves = n < SMALL ? Number.NEGATIVE_INFINITY : -8 * n;
    for (let i = 1; i < n; i++) {
      const at = q[i]!;
      const value = x[at]!;
      let j = i - 1;
      for (; j >= 0 && x[q[j]!]! > value; j--) q[j + 1] = q[j]!;
      q[j + 1] = at;
      moves += i - 1 - j;
      if (moves > 0) return q.sort((s, t) => x[s]! - x[t]! || s - t);
    }
    return q;
  }

  /** Fills the keys, whose unsigned order is the order of the values, and the starts of their digits. */
  #count(x: Float64Array): Uint32Array {
    const n = this.#n;
    const [keys] = this.#keys;
    const h = this.#histogram.fill(0);
    const words = new Uint32Array(x.buffer, x.byteOffset, 2 * n);
    for (let i = 0; i < n; i++) {
      // −0 as 0: equal values must stay in their order.
      const bits = words[2 * i + 1]! === 0x80000000 ? 0 : words[2 * i + 1]!;
      // Negative: flip all bits; else the sign alone.
      const key = (bits ^ ((bits >> 31) | 0x80000000)) >>> 0;
      keys[i] = key;
      h[key & 2047]!++;
      h[RADIX + ((key >>> 11) & 2047)]!++;
      h[2 * RADIX + (key >>> 22)]!++;
    }
    for (let digit = 0; digit < 3; digit++) accumulate(h, digit * RADIX, RADIX);
    return h;
  }
}

/** Of the passes by place: each value's box, and where each half of a box's number starts. Signed: it compiles to shorter loops. */
interface Boxes {
  readonly keys: Int32Array;
  readonly upper: Uint16Array;
}

// Each pass is a function of its own: in one function together they took half as long again.
function countBoxes(x: Float64Array, low: number, scale: number, bits: number, { keys }: Boxes): void {
  const mask = (1 << bits) - 1;
  for (let i = 0; i < x.length; i++) {
    const key = ((x[i]! - low) * scale) | 0;
    keys[i] = key;
    lower[key & mask]!++;
    higher[key >> bits]!++;
  }
}

function byLowerBox(x: Float64Array, bits: number, { keys, upper }: Boxes, out: Float64Array): void {
  const mask = (1 << bits) - 1;
  for (let i = 0; i < x.length; i++) {
    const key = keys[i]!;
    const to = lower[key & mask]!++;
    out[to] = x[i]!;
    upper[to] = key >> bits;
  }
}

function byUpperBox(x: Float64Array, { upper }: Boxes, out: Float64Array): void {
  for (let i = 0; i < x.length; i++) out[higher[upper[i]!]!++] = x[i]!;
}

/** From how many keys have each of `count` digits to where each digit starts. */
function accumulate(starts: Uint32Array | Int32Array, from: number, count: number): void {
  let start = 0;
  for (let k = from; k < from + count; k++) {
    const size = starts[k]!;
    starts[k] = start;
    start += size;
  }
}

/** Insertion in place. @returns false where it gave up after so many moves: what is there is then a permutation, not sorted */
function inserted(w: Float64Array, limit: number): boolean {
  let left = limit;
  let before = w[0]!;
  for (let i = 1; i < w.length; i++) {
    const value = w[i]!;
    if (value >= before) {
      before = value;
      continue;
    }
    let j = i - 1;
    for (; j >= 0 && w[j]! > value; j--) w[j + 1] = w[j]!;
    w[j + 1] = value;
    left -= i - 1 - j;
    if (left < 0) return false;
  }
  return true;
}

/** Least and greatest. */
export function ends(x: Float64Array): readonly [number, number] {
  let low = x[0]!;
  let high = low;
  for (let i = 1; i < x.length; i++) {
    const v = x[i]!;
    if (v < low) low = v;
    else if (v > high) high = v;
  }
  return [low, high];
}

/**
 * Shift that can be taken from all values without rounding so that they spread over their upper bits: temperatures in kelvin
 * share theirs, and would be left to the slow path. Differences within a factor of two are exact (Sterbenz).
 */
function exactShift(low: number, high: number): number {
  if (low > 0 && high <= 2 * low) return low;
  return high < 0 && low >= 2 * high ? high : 0;
}

const shifted = (x: Float64Array, shift: number): Float64Array => (shift === 0 ? x : x.map((v) => v - shift));
