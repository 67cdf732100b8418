/**
 * Sorting of float64 arrays for loops that sort again and again: a stable radix sort on the upper 32 bits (sign,
 * exponent and 20 bits of mantissa) in three passes, then an insertion pass for what the lower bits decide.
 */

const RADIX = 2048;
/** Below this size insertion alone is faster than clearing the histograms. */
const SMALL = 48;

/** Sorts arrays of one size; the buffers it returns are its own and are overwritten by the next call. */
export class FloatSorter {
  readonly #n: number;
  readonly #histogram = new Uint32Array(3 * RADIX);
  readonly #keys: readonly [Uint32Array, Uint32Array];
  readonly #values: readonly [Float64Array, Float64Array];
  readonly #order: readonly [Uint32Array, Uint32Array];

  /** @param n - length of the arrays, ≥ 1 */
  constructor(n: number) {
    this.#n = n;
    this.#keys = [new Uint32Array(n), new Uint32Array(n)];
    this.#values = [new Float64Array(n), new Float64Array(n)];
    this.#order = [new Uint32Array(n), new Uint32Array(n)];
  }

  /** The values of `x` in ascending order. No NaN. */
  values(x: Float64Array): Float64Array {
    const n = this.#n;
    const [v, w] = this.#values;
    if (n < SMALL) {
      w.set(x);
    } else {
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
    let moves = n < SMALL ? Number.NEGATIVE_INFINITY : -8 * n;
    for (let i = 1; i < n; i++) {
      const value = w[i]!;
      let j = i - 1;
      for (; j >= 0 && w[j]! > value; j--) w[j + 1] = w[j]!;
      w[j + 1] = value;
      moves += i - 1 - j;
      // Too many values share their upper bits.
      if (moves > 0) return w.sort();
    }
    return w;
  }

  /** Indices of `x` in ascending order of its values, stable. No NaN. */
  order(x: Float64Array): Uint32Array {
    const n = this.#n;
    const [o, q] = this.#order;
    if (n < SMALL) {
      for (let i = 0; i < n; i++) q[i] = i;
    } else {
      const [k] = this.#keys;
      const h = this.#count(x);
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
    for (let digit = 0; digit < 3; digit++) {
      let start = 0;
      for (let k = digit * RADIX; k < (digit + 1) * RADIX; k++) {
        const size = h[k]!;
        h[k] = start;
        start += size;
      }
    }
    return h;
  }
}
