/**
 * Randomness as an argument. `rng(seed)` gives a stream of Philox4x32-10 words (see philox.ts); `split(name)` gives a
 * separate stream for every name, whatever was drawn before and whatever other names exist. A stream is a counter and
 * nothing more, so saving and restoring it costs five numbers. Noise addressed by pixel is in noise-field.ts.
 */
import { DomainError, FormatError } from "../errors.ts";
import { centredQuantile } from "../numerics/normal-quantile.ts";
import { philoxAbsorb, philoxBlocks, type Words4 } from "./philox.ts";

type FloatArray = Float64Array | Float32Array;

const WORDS_PER_PAGE = 64;
const MAX_WORDS = 2 ** 34;
const WORDS_AT_ONCE = 1024;
/** The words of a draw of many numbers, and as many as stand before them in their block. */
const several = new Uint32Array(WORDS_AT_ONCE + 4);
const TAG_ROOT = 0x6d6f6e67;
const TAG_STRING = 1;
const TAG_NUMBER = 2;

/**
 * One stream of random numbers. Draws advance it; `split` and `state` do not. Counts and arrays may be empty.
 * Every draw into a Float32Array takes the same words as into a Float64Array, so both precisions see the same numbers.
 */
export class Rng {
  readonly #stream: Words4;
  #position: number;
  readonly #page = new Uint32Array(WORDS_PER_PAGE);
  #pageIndex = -1;

  /**
   * Restores a saved stream; {@link rng} makes a new one.
   *
   * @param state - as returned by `state()`, also after a trip through JSON
   * @throws FormatError if it is not such a state
   */
  constructor(state: ReturnType<Rng["state"]>) {
    const { stream, position } = checkedState(state);
    this.#stream = stream;
    this.#position = position;
  }

  /**
   * The child stream called `name`. It depends on the path of names from the seed alone, not on what has been drawn.
   *
   * @param name - any string, or a non-negative safe integer; `split(1)` and `split("1")` differ
   * @throws DomainError if a number is not a non-negative safe integer
   */
  split(name: string | number): Rng {
    const numeric = typeof name === "number";
    if (numeric) checkCount("Rng.split", "name", name);
    const tag = numeric ? TAG_NUMBER : TAG_STRING;
    return new Rng({ stream: philoxAbsorb(this.#stream, tag, new TextEncoder().encode(String(name))), position: 0 });
  }

  /** One number, or `n` of them, or as many as `out` holds, uniform on [0, 1): multiples of 2⁻⁵³ (2⁻²⁴ in float32). */
  uniform(): number;
  uniform(n: number): Float64Array<ArrayBuffer>;
  uniform<A extends Float64Array | Float32Array>(out: A): A;
  uniform(target?: number | FloatArray): number | FloatArray {
    if (target === undefined) return this.#nextUniform();
    const out = allocate("Rng.uniform", target);
    if (out instanceof Float32Array) {
      // Rounded down, since the nearest float32 can be 1.
      for (let i = 0; i < out.length; i++) out[i] = Math.floor(this.#nextUniform() * 0x1000000) / 0x1000000;
      return out;
    }
    for (let i = 0; i < out.length; ) {
      const words = this.#pairs(out.length - i);
      for (let k = 0; k < words.length; k += 2) out[i++] = uniformOf(words[k]!, words[k + 1]!);
    }
    return out;
  }

  /** One number, or `n` of them, or as many as `out` holds, standard normal, by inversion; |z| ≤ 8.21. */
  normal(): number;
  normal(n: number): Float64Array<ArrayBuffer>;
  normal<A extends Float64Array | Float32Array>(out: A): A;
  normal(target?: number | FloatArray): number | FloatArray {
    if (target === undefined) return normalOf(this.#nextWord(), this.#nextWord());
    const out = allocate("Rng.normal", target);
    for (let i = 0; i < out.length; ) {
      const words = this.#pairs(out.length - i);
      for (let k = 0; k < words.length; k += 2) out[i++] = normalOf(words[k]!, words[k + 1]!);
    }
    return out;
  }

  /**
   * A stratified sample of [0, 1): one point in each of n equal intervals, in random order. Passed through a quantile
   * function it samples that distribution with far less variance than independent draws.
   */
  stratified(n: number): Float64Array<ArrayBuffer>;
  stratified<A extends Float64Array | Float32Array>(out: A): A;
  stratified(target: number | FloatArray): FloatArray {
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
  integers(n: number, low: number, high: number): Int32Array<ArrayBuffer> {
    checkCount("Rng.integers", "n", n);
    if (!(Number.isInteger(low) && Number.isInteger(high) && low >= -(2 ** 31) && high <= 2 ** 31 && low < high)) {
      throw new DomainError(`Rng.integers: range [${low}, ${high}); integers -2^31 <= low < high <= 2^31 are needed`, [
        low,
        high,
      ]);
    }
    const out = new Int32Array(n);
    for (let i = 0; i < n; i++) out[i] = low + this.#below(high - low);
    return out;
  }

  /** The integers 0 … n − 1 in uniformly random order. */
  permutation(n: number): Uint32Array<ArrayBuffer> {
    checkCount("Rng.permutation", "n", n);
    const out = new Uint32Array(n);
    for (let i = 0; i < n; i++) out[i] = i;
    return this.shuffle(out);
  }

  /** Permute `items` in place, all orders equally likely (Fisher–Yates), and return it. */
  shuffle<A extends { readonly length: number; [index: number]: unknown }>(items: A): A {
    const list: { readonly length: number; [index: number]: unknown } = items;
    for (let i = list.length - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      const held = list[i];
      list[i] = list[j];
      list[j] = held;
    }
    return items;
  }

  /**
   * The identity of the stream, four unsigned 32-bit words, and the number of 32-bit words drawn so far, as plain JSON:
   * `new Rng(r.state())` continues exactly where `r` stands.
   */
  state(): { readonly stream: readonly [number, number, number, number]; readonly position: number } {
    return { stream: this.#stream, position: this.#position };
  }

  #nextWord(): number {
    const position = this.#position++;
    const page = Math.floor(position / WORDS_PER_PAGE);
    if (page !== this.#pageIndex) this.#turnTo(page);
    return this.#page[position % WORDS_PER_PAGE]!;
  }

  #turnTo(page: number): void {
    const block = page * (WORDS_PER_PAGE / 4);
    const [s0, s1, s2, s3] = this.#stream;
    philoxBlocks(this.#page, 0, WORDS_PER_PAGE / 4, block >>> 0, Math.floor(block / 2 ** 32), s2, s3, s0, s1);
    this.#pageIndex = page;
  }

  /** Words of at most so many pairs, at least one; the next call overwrites them. */
  #pairs(most: number): Uint32Array {
    if (2 * most < WORDS_PER_PAGE) {
      [several[0], several[1]] = [this.#nextWord(), this.#nextWord()];
      return several.subarray(0, 2);
    }
    const [count, skip] = [Math.min(2 * most, WORDS_AT_ONCE), this.#position % 4];
    const [s0, s1, s2, s3] = this.#stream;
    const blocks = Math.ceil((skip + count) / 4);
    for (let done = 0, block = (this.#position - skip) / 4; done < blocks; ) {
      // The second word of the counter is another one where the first comes to its end.
      const some = Math.min(blocks - done, 2 ** 32 - (block % 2 ** 32));
      philoxBlocks(several, 4 * done, some, block >>> 0, Math.floor(block / 2 ** 32), s2, s3, s0, s1);
      done += some;
      block += some;
    }
    this.#position += count;
    return several.subarray(skip, skip + count);
  }

  #nextUniform(): number {
    return uniformOf(this.#nextWord(), this.#nextWord());
  }

  /** A uniform integer in [0, range), 1 ≤ range ≤ 2³²; words in the incomplete last multiple are drawn again. */
  #below(range: number): number {
    const limit = 2 ** 32 - (2 ** 32 % range);
    let word = this.#nextWord();
    while (word >= limit) word = this.#nextWord();
    return word % range;
  }
}

const uniformOf = (high: number, low: number): number => ((high >>> 5) * 0x4000000 + (low >>> 6)) * 2 ** -53;

/** At the midpoint of one of 2⁵² equal cells: never 0 or 1, and symmetric about ½. */
function normalOf(high: number, low: number): number {
  const p = ((high >>> 6) * 0x4000000 + (low >>> 6) + 0.5) * 2 ** -52;
  return centredQuantile(p - 0.5, p);
}

/**
 * The root stream of `seed`.
 *
 * @param seed - a non-negative safe integer (0 … 2⁵³ − 1)
 * @throws DomainError otherwise
 */
export function rng(seed: number): Rng {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new DomainError(`rng: seed is ${seed}; give an integer from 0 to 2^53 - 1`, seed);
  }
  const words: Words4 = [seed >>> 0, Math.floor(seed / 2 ** 32), 0, 0];
  return new Rng({ stream: philoxAbsorb(words, TAG_ROOT, new Uint8Array(0)), position: 0 });
}

function checkedState({ stream, position }: ReturnType<Rng["state"]>): ReturnType<Rng["state"]> {
  const isWord = (x: unknown) => Number.isInteger(x) && Number(x) >= 0 && Number(x) < 2 ** 32;
  const refuse = (message: string, hint: string) => new FormatError("Rng", "state of a random stream", message, hint);
  if (!(Array.isArray(stream) && stream.length === 4 && stream.every(isWord))) {
    throw refuse(`stream is ${JSON.stringify(stream)}`, "four 32-bit words are needed");
  }
  if (!(Number.isSafeInteger(position) && position >= 0)) {
    throw refuse(`position is ${position}`, "a non-negative integer is needed");
  }
  return { stream: [stream[0], stream[1], stream[2], stream[3]], position };
}

function allocate(caller: string, target: number | FloatArray): FloatArray {
  if (typeof target !== "number") return target;
  checkCount(caller, "n", target);
  return new Float64Array(target);
}

function checkCount(caller: string, what: string, n: number): void {
  const limit = what === "n" ? MAX_WORDS : Number.MAX_SAFE_INTEGER;
  if (!(Number.isInteger(n) && n >= 0 && n <= limit)) {
    throw new DomainError(`${caller}: ${what} is ${n}; a non-negative integer is needed`, n);
  }
}
