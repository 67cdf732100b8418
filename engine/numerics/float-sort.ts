/**
 * Sorting of float64 arrays for loops that sort again and again: a stable radix sort on the upper 32 bits (sign,
 * exponent and 20 bits of mantissa) in three passes, then an insertion pass for what the lower bits decide. What does
 * not crowd is put into even boxes between least and greatest instead, in half the time: ranks in two passes, values
 * alone into boxes, and each of these again within the processor's first cache.
 */

const RADIX = 2048;
/** Below this size insertion alone is faster than clearing the histograms. */
const SMALL = 48;

/** Starts of each half of a box's number, of the call that runs; fixed arrays compile to shorter loops than a sorter's own. */
const lower = new Int32Array(RADIX);
const higher = new Int32Array(RADIX);

/** Values that are looked at to see whether one is many of all. */
const LOOKED_AT = 64;

/** Values in ascending order, and the indices they come from. */
export interface Ranking {
  readonly order: Uint32Array;
  readonly values: Float64Array;
}

/** Sorts arrays of one size; the buffers it returns are its own and are overwritten by the next call. */
export class FloatSorter {
  readonly #n: number;
  readonly #values: Float64Array;
  #turned: Float64Array | undefined;
  #boxes: Boxes | undefined;
  #digits: Digits | undefined;
  #order: readonly [Uint32Array, Uint32Array] | undefined;

  /** @param n - length of the arrays, ≥ 1 */
  constructor(n: number) {
    this.#n = n;
    this.#values = new Float64Array(n);
  }

  /** The values of `x` in ascending order. No NaN. */
  values(x: Float64Array): Float64Array {
    const w = this.#values;
    if (this.#n < SMALL) {
      inserted(x, w, Number.POSITIVE_INFINITY);
      return w;
    }
    this.#turned ??= new Float64Array(this.#n);
    const v = this.#turned;
    const [low, high] = ends(x);
    if (!repeats(x, low)) {
      if (byBoxes(x, v, w, 0, low, high)) return w;
    } else {
      // What is least is most of all, such as dry days.
      const rest = setAbove(w, x, low);
      if (rest === this.#n || byBoxes(w, v, w, rest, ...ends(w, rest))) return w;
    }
    const shift = exactShift(low, high);
    this.#byDigits(shifted(x, shift), v);
    // Too many values share their upper bits.
    if (!inserted(w, w, 8 * this.#n)) w.sort();
    if (shift !== 0) for (let i = 0; i < w.length; i++) w[i]! += shift;
    return w;
  }

  /** The values of `x` in ascending order with their indices, stable. No NaN. */
  rank(x: Float64Array): Ranking {
    const n = this.#n;
    this.#order ??= [new Uint32Array(n), new Uint32Array(n)];
    const [o, order] = this.#order;
    const values = this.#values;
    if (n < SMALL) {
      for (let i = 0; i < n; i++) order[i] = i;
      gather(x, order, values);
      insertedWith(values, order, Number.POSITIVE_INFINITY);
      return { order, values };
    }
    const [low, high] = ends(x);
    this.#boxes ??= { keys: new Int32Array(n), upper: new Uint16Array(n) };
    const bits = this.#countBoxes(x, low, high, this.#boxes);
    if (bits > 0) {
      orderByLowerBox(bits, this.#boxes, o);
      orderByUpperBox(o, this.#boxes, order);
      gather(x, order, values);
      if (insertedWith(values, order, 8 * n)) return { order, values };
    }
    this.#orderByDigits(shifted(x, exactShift(low, high)), o, order);
    gather(x, order, values);
    if (insertedWith(values, order, 8 * n)) return { order, values };
    order.sort((s, t) => x[s]! - x[t]! || s - t);
    gather(x, order, values);
    return { order, values };
  }

  /** Even boxes between least and greatest. @returns their bits; 0 where values crowd too much for it (heavy tails) */
  #countBoxes(x: Float64Array, low: number, high: number, to: Boxes): number {
    const n = this.#n;
    const bits = n < 32768 ? 9 : 11;
    const boxes = 1 << bits;
    const scale = (boxes * boxes - 1) / (high - low);
    if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return 0;
    lower.fill(0);
    higher.fill(0);
    countBoxes(x, low, scale, bits, to);
    // Values that share a box meet about half of each other on their way: the insertions ahead, were each upper box
    // even.
    let insertions = 0;
    for (let j = 0; j < boxes; j++) insertions += (higher[j]! * higher[j]!) / (4 * boxes);
    if (insertions > 2 * n) return 0;
    accumulate(lower, 0, boxes);
    accumulate(higher, 0, boxes);
    return bits;
  }

  /** By the digits of their upper bits, what lower bits decide left open. */
  #byDigits(x: Float64Array, v: Float64Array): void {
    const [n, w] = [this.#n, this.#values];
    const { histogram: h, keys: k, turned: l } = this.#count(x);
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

  /** The same of indices. */
  #orderByDigits(x: Float64Array, o: Uint32Array, q: Uint32Array): void {
    const { histogram: h, keys: k } = this.#count(x);
    for (let i = 0; i < k.length; i++) q[h[k[i]! & 2047]!++] = i;
    for (let i = 0; i < k.length; i++) {
      const at = q[i]!;
      o[h[RADIX + ((k[at]! >>> 11) & 2047)]!++] = at;
    }
    for (let i = 0; i < k.length; i++) {
      const at = o[i]!;
      q[h[2 * RADIX + (k[at]! >>> 22)]!++] = at;
    }
  }

  /** Fills the keys, whose unsigned order is the order of the values, and the starts of their digits. */
  #count(x: Float64Array): Digits {
    const n = this.#n;
    this.#digits ??= { histogram: new Uint32Array(3 * RADIX), keys: new Uint32Array(n), turned: new Uint32Array(n) };
    const { histogram, keys } = this.#digits;
    const h = histogram.fill(0);
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
    return this.#digits;
  }
}

/** Of the passes by digits: counts, keys as they come and in the order of their lowest digit. */
interface Digits {
  readonly histogram: Uint32Array;
  readonly keys: Uint32Array;
  readonly turned: Uint32Array;
}

/**
 * Of the passes by place: each value's box, and where each half of a box's number starts. Signed: it compiles to
 * shorter loops.
 */
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

/** True if a value is many of those that are looked at. */
function repeats(x: Float64Array, value: number): boolean {
  const step = Math.ceil(x.length / LOOKED_AT);
  let found = 0;
  for (let i = 0; i < x.length; i += step) if (x[i] === value) found++;
  return 8 * found * step > x.length;
}

/** Puts all values of `x` into `w`, those that are `low` first. @returns how many these are */
function setAbove(w: Float64Array, x: Float64Array, low: number): number {
  const n = x.length;
  let at = n;
  // The place after the last one is written again and again.
  for (let i = 0; i < n; i++) {
    w[at - 1] = x[i]!;
    at -= x[i]! === low ? 0 : 1;
  }
  w.fill(low, 0, at);
  return at;
}

/** Values that fit into the first cache with the counts of their boxes. */
const NEAR = 4096;
const nearBoxes = new Int32Array(NEAR);

/** Boxes of so many values, and their number for a unit; undefined where numbers are too large or too small for it. */
function evenBoxes(
  n: number,
  low: number,
  high: number,
): { readonly boxes: number; readonly scale: number } | undefined {
  const boxes = n > NEAR ? Math.min(RADIX, 2 ** Math.ceil(Math.log2(n / 512))) : 2 ** Math.ceil(Math.log2(n));
  const scale = (boxes - 0.5) / (high - low);
  return scale > 0 && scale < Number.POSITIVE_INFINITY ? { boxes, scale } : undefined;
}

/**
 * Sorts the values of `x` from a place on into `w`, by boxes of even width and again within each of them. `x` may be `w`.
 *
 * @param v - as long as `x`, written over
 * @returns false where half of all values fall into one box: nothing is sorted then
 */
function byBoxes(x: Float64Array, v: Float64Array, w: Float64Array, from: number, low: number, high: number): boolean {
  const to = x.length;
  const n = to - from;
  const even = evenBoxes(n, low, high);
  if (even === undefined) {
    if (x !== w) w.set(x);
    if (low !== high) w.subarray(from).sort();
    return true;
  }
  const { boxes, scale } = even;
  const starts = n > NEAR ? new Int32Array(boxes) : nearBoxes.fill(0, 0, boxes);
  countEven(x, from, to, low, scale, starts);
  if (n > NEAR) for (let k = 0; k < boxes; k++) if (2 * starts[k]! > n) return false;
  accumulate(starts, 0, boxes, from);
  intoEven(x, from, to, low, scale, starts, v);
  if (n <= NEAR) insertedOrSorted(v, w, from, to);
  else eachBox(v, w, from, starts, low, scale, 1);
  return true;
}

/** Sorts boxes, each of which ends where `ends` says, from `v`, which is written over, into `w`. */
function eachBox(
  v: Float64Array,
  w: Float64Array,
  from: number,
  boxEnds: Int32Array,
  low: number,
  scale: number,
  depth: number,
): void {
  // A box's own ends need not be looked for where rounding is far below its width.
  const slack = 1e-6 / scale;
  const isWide = slack > 1e-15 * Math.max(Math.abs(low), Math.abs(low + boxEnds.length / scale));
  for (let k = 0, at = from; k < boxEnds.length; k++) {
    const end = boxEnds[k]!;
    if (end - at < SMALL) inserted(v, w, Number.POSITIVE_INFINITY, at, end);
    else if (isWide && end - at <= NEAR) {
      sortBox(v, w, at, end, low + k / scale - slack, low + (k + 1) / scale + slack, depth);
    } else sortBox(v, w, at, end, ...ends(v, at, end), depth);
    at = end;
  }
}

function sortBox(
  v: Float64Array,
  w: Float64Array,
  from: number,
  to: number,
  low: number,
  high: number,
  depth: number,
): void {
  const n = to - from;
  const even = depth > 6 ? undefined : evenBoxes(n, low, high);
  if (even === undefined) {
    w.set(v.subarray(from, to), from);
    if (low !== high) w.subarray(from, to).sort();
    return;
  }
  const { boxes, scale } = even;
  const starts = n > NEAR ? new Int32Array(boxes) : nearBoxes.fill(0, 0, boxes);
  countEven(v, from, to, low, scale, starts);
  accumulate(starts, 0, boxes, from);
  intoEven(v, from, to, low, scale, starts, w);
  if (n <= NEAR) insertedOrSorted(w, w, from, to);
  else {
    v.set(w.subarray(from, to), from);
    eachBox(v, w, from, starts, low, scale, depth + 1);
  }
}

/** Sorting of what is nearly in order. */
function insertedOrSorted(v: Float64Array, w: Float64Array, from: number, to: number): void {
  if (inserted(v, w, 8 * (to - from), from, to)) return;
  if (v !== w) w.set(v.subarray(from, to), from);
  w.subarray(from, to).sort();
}

function countEven(x: Float64Array, from: number, to: number, low: number, scale: number, counts: Int32Array): void {
  for (let i = from; i < to; i++) counts[((x[i]! - low) * scale) | 0]!++;
}

function intoEven(
  x: Float64Array,
  from: number,
  to: number,
  low: number,
  scale: number,
  starts: Int32Array,
  out: Float64Array,
): void {
  for (let i = from; i < to; i++) {
    const value = x[i]!;
    out[starts[((value - low) * scale) | 0]!++] = value;
  }
}

function orderByLowerBox(bits: number, { keys, upper }: Boxes, out: Uint32Array): void {
  const mask = (1 << bits) - 1;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    const to = lower[key & mask]!++;
    out[to] = i;
    upper[to] = key >> bits;
  }
}

function orderByUpperBox(order: Uint32Array, { upper }: Boxes, out: Uint32Array): void {
  for (let i = 0; i < order.length; i++) out[higher[upper[i]!]!++] = order[i]!;
}

function gather(x: Float64Array, order: Uint32Array, out: Float64Array): void {
  for (let k = 0; k < order.length; k++) out[k] = x[order[k]!]!;
}

/** From how many keys have each of `count` digits to where each digit starts. */
function accumulate(starts: Uint32Array | Int32Array, from: number, count: number, first = 0): void {
  let start = first;
  for (let k = from; k < from + count; k++) {
    const size = starts[k]!;
    starts[k] = start;
    start += size;
  }
}

/**
 * Insertion of the values of `x`, which may be `w`, into `w`.
 *
 * @returns false where it gave up after so many moves: what is in `w` is then not sorted, and a permutation if `x` is `w`
 */
function inserted(x: Float64Array, w: Float64Array, limit: number, from = 0, to = w.length): boolean {
  if (from >= to) return true;
  let left = limit;
  let before = x[from]!;
  w[from] = before;
  for (let i = from + 1; i < to; i++) {
    const value = x[i]!;
    if (value >= before) {
      w[i] = value;
      before = value;
      continue;
    }
    let j = i - 1;
    for (; j >= from && w[j]! > value; j--) w[j + 1] = w[j]!;
    w[j + 1] = value;
    left -= i - 1 - j;
    if (left < 0) return false;
  }
  return true;
}

/** The same of values with their indices. */
function insertedWith(values: Float64Array, order: Uint32Array, limit: number): boolean {
  let left = limit;
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    if (values[i - 1]! <= value) continue;
    const at = order[i]!;
    let j = i - 1;
    for (; j >= 0 && values[j]! > value; j--) {
      values[j + 1] = values[j]!;
      order[j + 1] = order[j]!;
    }
    values[j + 1] = value;
    order[j + 1] = at;
    left -= i - j;
    if (left < 0) return false;
  }
  return true;
}

/** Least and greatest of a part. */
function ends(x: Float64Array, from = 0, to = x.length): [number, number] {
  // Two of each, which need not wait for each other.
  let [low, lower, high, higher] = [x[from]!, x[to - 1]!, x[from]!, x[to - 1]!];
  for (let i = from + 1; i < to; i += 2) {
    low = Math.min(low, x[i - 1]!);
    high = Math.max(high, x[i - 1]!);
    lower = Math.min(lower, x[i]!);
    higher = Math.max(higher, x[i]!);
  }
  return [Math.min(low, lower), Math.max(high, higher)];
}

/**
 * Shift that can be taken from all values without rounding so that they spread over their upper bits: temperatures in
 * kelvin share theirs, and would be left to the slow path. Differences within a factor of two are exact (Sterbenz).
 */
function exactShift(low: number, high: number): number {
  if (low > 0 && high <= 2 * low) return low;
  return high < 0 && low >= 2 * high ? high : 0;
}

const shifted = (x: Float64Array, shift: number): Float64Array => (shift === 0 ? x : x.map((v) => v - shift));
