import {
  DomainError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// engine/numerics/normal-quantile.ts
function normalQuantile(p) {
  if (!(p >= 0 && p <= 1)) {
    throw new DomainError(`normalQuantile: p is ${p}; a probability in [0, 1] is needed`, p);
  }
  return centredQuantile(p - 0.5, p);
}
function centredQuantile(q, p) {
  if (q <= 0.425 && q >= -0.425) {
    const r = 0.180625 - q * q;
    return q * horner(
      r,
      2509.0809287301227,
      33430.57558358813,
      67265.7709270087,
      45921.95393154987,
      13731.69376550946,
      1971.5909503065513,
      133.14166789178438,
      3.3871328727963665
    ) / horner(
      r,
      5226.495278852546,
      28729.085735721943,
      39307.89580009271,
      21213.794301586597,
      5394.196021424751,
      687.1870074920579,
      42.31333070160091,
      1
    );
  }
  return q < 0 ? -upperTail(p) : upperTail(1 - p);
}
function upperTail(tail) {
  if (tail === 0) return Infinity;
  const root = Math.sqrt(-Math.log(tail));
  if (root <= 5) {
    const r2 = root - 1.6;
    return horner(
      r2,
      7745450142783414e-19,
      0.022723844989269184,
      0.2417807251774506,
      1.2704582524523684,
      3.6478483247632045,
      5.769497221460691,
      4.630337846156546,
      1.4234371107496835
    ) / horner(
      r2,
      10507500716444169e-25,
      5475938084995345e-19,
      0.015198666563616457,
      0.14810397642748008,
      0.6897673349851,
      1.6763848301838038,
      2.053191626637759,
      1
    );
  }
  const r = root - 5;
  return horner(
    r,
    20103343992922881e-23,
    27115555687434876e-21,
    0.0012426609473880784,
    0.026532189526576124,
    0.29656057182850487,
    1.7848265399172913,
    5.463784911164114,
    6.657904643501103
  ) / horner(
    r,
    20442631033899397e-31,
    1421511758316446e-22,
    18463183175100548e-21,
    7868691311456133e-19,
    0.014875361290850615,
    0.1369298809227358,
    0.599832206555888,
    1
  );
}
function horner(r, a, b, c, d, e, f, g, h) {
  return ((((((a * r + b) * r + c) * r + d) * r + e) * r + f) * r + g) * r + h;
}

// engine/philox.ts
var MULTIPLIER_0_HIGH = 53841;
var MULTIPLIER_0_LOW = 8019;
var MULTIPLIER_1_HIGH = 52638;
var MULTIPLIER_1_LOW = 36183;
var MULTIPLIER_0 = 3528531795 | 0;
var MULTIPLIER_1 = 3449720151 | 0;
var WEYL_0 = 2654435769 | 0;
var WEYL_1 = 3144134277 | 0;
function philoxBlocks(out, offset, blocks, c0, c1, c2, c3, k0, k1) {
  for (let block = 0, at = offset; block < blocks; block++, at += 4) {
    let x0 = c0 + block | 0;
    let x1 = c1 | 0;
    let x2 = c2 | 0;
    let x3 = c3 | 0;
    let key0 = k0 | 0;
    let key1 = k1 | 0;
    for (let round = 0; round < 10; round++) {
      const low0 = x0 & 65535;
      const high0 = x0 >>> 16;
      const middle0 = Math.imul(high0, MULTIPLIER_0_LOW) + (Math.imul(low0, MULTIPLIER_0_LOW) >>> 16) | 0;
      const cross0 = Math.imul(low0, MULTIPLIER_0_HIGH) + (middle0 & 65535) | 0;
      const product0 = Math.imul(high0, MULTIPLIER_0_HIGH) + (middle0 >>> 16) + (cross0 >>> 16) | 0;
      const low1 = x2 & 65535;
      const high1 = x2 >>> 16;
      const middle1 = Math.imul(high1, MULTIPLIER_1_LOW) + (Math.imul(low1, MULTIPLIER_1_LOW) >>> 16) | 0;
      const cross1 = Math.imul(low1, MULTIPLIER_1_HIGH) + (middle1 & 65535) | 0;
      const product1 = Math.imul(high1, MULTIPLIER_1_HIGH) + (middle1 >>> 16) + (cross1 >>> 16) | 0;
      const y1 = Math.imul(x2, MULTIPLIER_1);
      const y3 = Math.imul(x0, MULTIPLIER_0);
      x0 = product1 ^ x1 ^ key0;
      x2 = product0 ^ x3 ^ key1;
      x1 = y1;
      x3 = y3;
      key0 = key0 + WEYL_0 | 0;
      key1 = key1 + WEYL_1 | 0;
    }
    out[at] = x0;
    out[at + 1] = x1;
    out[at + 2] = x2;
    out[at + 3] = x3;
  }
}
function philoxAbsorb(state, tag, message) {
  const words = new Uint32Array(4 + 4 * Math.ceil(message.length / 16));
  words[0] = tag;
  words[1] = message.length;
  for (let i = 0; i < message.length; i++) words[4 + (i >>> 2)] |= message[i] << 8 * (i & 3);
  const h = Uint32Array.from(state);
  const mixed = new Uint32Array(4);
  for (let i = 0; i < words.length; i += 4) {
    philoxBlocks(mixed, 0, 1, words[i] ^ h[2], words[i + 1] ^ h[3], words[i + 2], words[i + 3], h[0], h[1]);
    for (let j = 0; j < 4; j++) h[j] = mixed[j] ^ words[i + j];
  }
  return [h[0], h[1], h[2], h[3]];
}

// engine/noise-field.ts
var TAG_FIELD = 1718185060;
var SPAN_BLOCKS = 64;
function normalField(options) {
  const { top, left, height, width, domainWidth } = options;
  const { key0, key1, step, member } = resolve("normalField", options);
  checkInteger("normalField", "height", height, 0, 2 ** 31);
  checkInteger("normalField", "width", width, 0, 2 ** 31);
  checkInteger("normalField", "top", top, -(2 ** 31), 2 ** 31 - Math.max(height, 1));
  checkInteger("normalField", "left", left, -(2 ** 31), 2 ** 31 - Math.max(width, 1));
  if (domainWidth !== void 0) checkInteger("normalField", "domainWidth", domainWidth, 1, 2 ** 31 - 1);
  const out = checkedOut("normalField", options.out, height * width);
  const words = new Uint32Array(4 * SPAN_BLOCKS);
  for (let row = 0, at = 0; row < height; row++) {
    for (let x = 0; x < width; ) {
      const column = domainWidth === void 0 ? left + x : modulo(left + x, domainWidth);
      const skip = column & 3;
      let count = Math.min(4 * SPAN_BLOCKS - skip, width - x);
      if (domainWidth !== void 0) count = Math.min(count, domainWidth - column);
      philoxBlocks(words, 0, skip + count + 3 >>> 2, column >> 2, top + row, step, member, key0, key1);
      for (let i = 0; i < count; i++) out[at++] = wordToNormal(words[skip + i]);
      x += count;
    }
  }
  return out;
}
function wordToNormal(word) {
  const q = (word - 21474836475e-1) * 2 ** -32;
  return centredQuantile(q, q + 0.5);
}
function resolve(caller, { seed, member = 0, step = 0, channel = 0 }) {
  checkInteger(caller, "seed", seed, 0, Number.MAX_SAFE_INTEGER);
  checkInteger(caller, "channel", channel, 0, Number.MAX_SAFE_INTEGER);
  checkInteger(caller, "member", member, 0, 2 ** 32 - 1);
  checkInteger(caller, "step", step, 0, 2 ** 32 - 1);
  const identity = [seed >>> 0, Math.floor(seed / 2 ** 32), channel >>> 0, Math.floor(channel / 2 ** 32)];
  const [key0, key1] = philoxAbsorb(identity, TAG_FIELD, new Uint8Array(0));
  return { key0, key1, step, member };
}
function checkedOut(caller, out, length) {
  if (out !== void 0 && out.length !== length) {
    throw new ShapeError(`${caller}: out`, [length], [out.length], "give an array of exactly that length");
  }
  return out ?? new Float32Array(length);
}
function checkInteger(caller, what, value, low, high) {
  if (!(Number.isInteger(value) && value >= low && value <= high)) {
    throw new DomainError(`${caller}: ${what} is ${value}; an integer from ${low} to ${high} is needed`, value);
  }
}
function modulo(a, n) {
  return (a % n + n) % n;
}

// engine/rng.ts
var WORDS_PER_PAGE = 64;
var MAX_WORDS = 2 ** 34;
var TAG_ROOT = 1836019303;
var TAG_STRING = 1;
var TAG_NUMBER = 2;
var Rng = class _Rng {
  #stream;
  #position;
  #page = new Uint32Array(WORDS_PER_PAGE);
  #pageIndex = -1;
  /** Prefer {@link rng} and {@link rngFrom}. */
  constructor(state) {
    this.#stream = state.stream;
    this.#position = state.position;
  }
  /**
   * The child stream called `name`. It depends on the path of names from the seed alone, not on what has been drawn.
   *
   * @param name - any string, or a non-negative safe integer; `split(1)` and `split("1")` differ
   * @throws DomainError if a number is not a non-negative safe integer
   */
  split(name) {
    const numeric = typeof name === "number";
    if (numeric) checkCount("Rng.split", "name", name);
    const tag = numeric ? TAG_NUMBER : TAG_STRING;
    return new _Rng({ stream: philoxAbsorb(this.#stream, tag, new TextEncoder().encode(String(name))), position: 0 });
  }
  uniform(target) {
    if (target === void 0) return this.#nextUniform();
    const out = allocate("Rng.uniform", target);
    if (out instanceof Float32Array) {
      for (let i = 0; i < out.length; i++) out[i] = Math.floor(this.#nextUniform() * 16777216) / 16777216;
    } else {
      for (let i = 0; i < out.length; i++) out[i] = this.#nextUniform();
    }
    return out;
  }
  normal(target) {
    if (target === void 0) return this.#nextNormal();
    const out = allocate("Rng.normal", target);
    for (let i = 0; i < out.length; i++) out[i] = this.#nextNormal();
    return out;
  }
  stratified(target) {
    const out = allocate("Rng.stratified", target);
    const n = out.length;
    const below = out instanceof Float32Array ? 1 - 2 ** -24 : 1 - 2 ** -53;
    for (let i = 0; i < n; i++) out[i] = Math.min((i + this.#nextUniform()) / n, below);
    return this.shuffle(out);
  }
  /**
   * `n` integers uniform on `low` ≤ k < `high`, without modulo bias.
   *
   * @throws DomainError unless `low` < `high`, both integers, and all values fit 32 signed bits
   */
  integers(n, low, high) {
    checkCount("Rng.integers", "n", n);
    if (!(Number.isInteger(low) && Number.isInteger(high) && low >= -(2 ** 31) && high <= 2 ** 31 && low < high)) {
      throw new DomainError(`Rng.integers: range [${low}, ${high}); integers -2^31 <= low < high <= 2^31 are needed`, [
        low,
        high
      ]);
    }
    const out = new Int32Array(n);
    for (let i = 0; i < n; i++) out[i] = low + this.#below(high - low);
    return out;
  }
  /** The integers 0 … n − 1 in uniformly random order. */
  permutation(n) {
    checkCount("Rng.permutation", "n", n);
    const out = new Uint32Array(n);
    for (let i = 0; i < n; i++) out[i] = i;
    return this.shuffle(out);
  }
  /** Permute `items` in place, all orders equally likely (Fisher–Yates), and return it. */
  shuffle(items) {
    const list = items;
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      const held = list[i];
      list[i] = list[j];
      list[j] = held;
    }
    return items;
  }
  /** The stream at rest: `rngFrom(r.state())` continues exactly where `r` stands. */
  state() {
    return { stream: this.#stream, position: this.#position };
  }
  #nextWord() {
    const position = this.#position++;
    const page = Math.floor(position / WORDS_PER_PAGE);
    if (page !== this.#pageIndex) this.#turnTo(page);
    return this.#page[position % WORDS_PER_PAGE];
  }
  #turnTo(page) {
    const block = page * (WORDS_PER_PAGE / 4);
    const [s0, s1, s2, s3] = this.#stream;
    philoxBlocks(this.#page, 0, WORDS_PER_PAGE / 4, block >>> 0, Math.floor(block / 2 ** 32), s2, s3, s0, s1);
    this.#pageIndex = page;
  }
  #nextUniform() {
    const high = this.#nextWord() >>> 5;
    return (high * 67108864 + (this.#nextWord() >>> 6)) * 2 ** -53;
  }
  #nextNormal() {
    const high = this.#nextWord() >>> 6;
    const p = (high * 67108864 + (this.#nextWord() >>> 6) + 0.5) * 2 ** -52;
    return centredQuantile(p - 0.5, p);
  }
  /** A uniform integer in [0, range), 1 ≤ range ≤ 2³²; words in the incomplete last multiple are drawn again. */
  #below(range) {
    const limit = 2 ** 32 - 2 ** 32 % range;
    let word = this.#nextWord();
    while (word >= limit) word = this.#nextWord();
    return word % range;
  }
};
function rng(seed) {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new DomainError(`rng: seed is ${seed}; give an integer from 0 to 2^53 - 1`, seed);
  }
  const words = [seed >>> 0, Math.floor(seed / 2 ** 32), 0, 0];
  return new Rng({ stream: philoxAbsorb(words, TAG_ROOT, new Uint8Array(0)), position: 0 });
}
function allocate(caller, target) {
  if (typeof target !== "number") return target;
  checkCount(caller, "n", target);
  return new Float64Array(target);
}
function checkCount(caller, what, n) {
  const limit = what === "n" ? MAX_WORDS : Number.MAX_SAFE_INTEGER;
  if (!(Number.isInteger(n) && n >= 0 && n <= limit)) {
    throw new DomainError(`${caller}: ${what} is ${n}; a non-negative integer is needed`, n);
  }
}

export {
  normalQuantile,
  normalField,
  rng
};
