/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405. A block of four 32-bit words is a keyed bijection of a 128-bit
 * counter, so any word of any stream can be computed alone, in any order.
 */
import { code, memoryOf, page, type, wasmModule } from "../numerics/wasm-code.ts";

const MULTIPLIER_0_HIGH = 0xd251;
const MULTIPLIER_0_LOW = 0x1f53;
const MULTIPLIER_1_HIGH = 0xcd9e;
const MULTIPLIER_1_LOW = 0x8d57;
const MULTIPLIER_0 = 0xd2511f53 | 0;
const MULTIPLIER_1 = 0xcd9e8d57 | 0;
const WEYL_0 = 0x9e3779b9 | 0;
const WEYL_1 = 0xbb67ae85 | 0;

/**
 * Write consecutive blocks of four words into `out`: block b has the counter (`c0` + b modulo 2³², `c1`, `c2`, `c3`).
 *
 * @param out - receives 4·`blocks` words from `offset` on; the caller sees to the room
 * @param offset - first index written
 * @param blocks - number of blocks, ≥ 0
 * @param c0 - first counter word, the one that advances; all counter and key words are taken modulo 2³²
 * @param c1 - second counter word
 * @param c2 - third counter word
 * @param c3 - fourth counter word
 * @param k0 - first key word
 * @param k1 - second key word
 */
export function philoxBlocks(
  out: Uint32Array,
  offset: number,
  blocks: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): void {
  if (blocks >= LEAST_BY_VECTORS) {
    vectors ??= byVectors();
    if (vectors !== null) {
      vectors(out, offset, blocks, c0, c1, c2, c3, k0, k1);
      return;
    }
  }
  for (let block = 0, at = offset; block < blocks; block++, at += 4) {
    let x0 = (c0 + block) | 0;
    let x1 = c1 | 0;
    let x2 = c2 | 0;
    let x3 = c3 | 0;
    let key0 = k0 | 0;
    let key1 = k1 | 0;
    for (let round = 0; round < 10; round++) {
      // The high words of the products x0·M0 and x2·M1 by 16-bit halves; no partial sum exceeds 2³² − 1.
      const low0 = x0 & 0xffff;
      const high0 = x0 >>> 16;
      const middle0 = (Math.imul(high0, MULTIPLIER_0_LOW) + (Math.imul(low0, MULTIPLIER_0_LOW) >>> 16)) | 0;
      const cross0 = (Math.imul(low0, MULTIPLIER_0_HIGH) + (middle0 & 0xffff)) | 0;
      const product0 = (Math.imul(high0, MULTIPLIER_0_HIGH) + (middle0 >>> 16) + (cross0 >>> 16)) | 0;
      const low1 = x2 & 0xffff;
      const high1 = x2 >>> 16;
      const middle1 = (Math.imul(high1, MULTIPLIER_1_LOW) + (Math.imul(low1, MULTIPLIER_1_LOW) >>> 16)) | 0;
      const cross1 = (Math.imul(low1, MULTIPLIER_1_HIGH) + (middle1 & 0xffff)) | 0;
      const product1 = (Math.imul(high1, MULTIPLIER_1_HIGH) + (middle1 >>> 16) + (cross1 >>> 16)) | 0;
      const y1 = Math.imul(x2, MULTIPLIER_1);
      const y3 = Math.imul(x0, MULTIPLIER_0);
      x0 = product1 ^ x1 ^ key0;
      x2 = product0 ^ x3 ^ key1;
      x1 = y1;
      x3 = y3;
      key0 = (key0 + WEYL_0) | 0;
      key1 = (key1 + WEYL_1) | 0;
    }
    out[at] = x0;
    out[at + 1] = x1;
    out[at + 2] = x2;
    out[at + 3] = x3;
  }
}

/** Blocks from which on it is worth having the vectors' program. */
const LEAST_BY_VECTORS = 32;
/** Of the first call; null where there is no memory for it. */
let vectors: typeof philoxBlocks | null | undefined;

/** {@link philoxBlocks} by WebAssembly, four blocks at a time. */
function byVectors(): typeof philoxBlocks | null {
  const memory = memoryOf(1);
  if (memory === undefined) return null;
  const [c0, c1, c2, c3, k0, k1, end, at] = [0, 1, 2, 3, 4, 5, 6, 7];
  const [first, x0, x1, x2, x3, a, b, e, f, key0, key1] = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18];
  const { get, set, four } = code;
  const [low, high] = [four.pick(0, 2, 4, 6), four.pick(1, 3, 5, 7)];
  const products = (x: number, multiplier: number, [p, q]: readonly [number, number]) => [
    ...[...get(x), ...four.constant(...new Array<number>(4).fill(multiplier)), ...four.firstProducts, ...set(p)],
    ...[...get(x), ...four.constant(...new Array<number>(4).fill(multiplier)), ...four.lastProducts, ...set(q)],
  ];
  const mixed = ([p, q]: readonly [number, number], x: number, key: number) => [
    ...[...get(p), ...get(q), ...high, ...get(x), ...four.xor, ...get(key), ...four.xor],
  ];
  const next = (key: number, weyl: number) => [
    ...[...get(key), ...four.constant(...new Array<number>(4).fill(weyl)), ...four.add, ...set(key)],
  ];
  const round = [
    ...[...products(x0, MULTIPLIER_0, [a, b]), ...products(x2, MULTIPLIER_1, [e, f])],
    ...[...mixed([e, f], x1, key0), ...set(x0), ...get(e), ...get(f), ...low, ...set(x1)],
    ...[...mixed([a, b], x3, key1), ...set(x2), ...get(a), ...get(b), ...low, ...set(x3)],
    ...[...next(key0, WEYL_0), ...next(key1, WEYL_1)],
  ];
  const filled = (from: number, to: number) => [...get(from), ...four.fill, ...set(to)];
  /** Words of four blocks side by side to blocks after one another. */
  const paired = (p: number, q: number, to: readonly [number, number]) => [
    ...[...get(p), ...get(q), ...four.pick(0, 4, 1, 5), ...set(to[0])],
    ...[...get(p), ...get(q), ...four.pick(2, 6, 3, 7), ...set(to[1])],
  ];
  const stored = (p: number, q: number, place: number) => [
    ...[...get(at), ...get(p), ...get(q), ...four.pick(0, 1, 4, 5), ...code.pair.store(place)],
    ...[...get(at), ...get(p), ...get(q), ...four.pick(2, 3, 6, 7), ...code.pair.store(place + 16)],
  ];
  const body = [
    ...[...get(first), ...set(x0), ...filled(c1, x1), ...filled(c2, x2), ...filled(c3, x3)],
    ...[...filled(k0, key0), ...filled(k1, key1), ...new Array<typeof round>(10).fill(round).flat()],
    ...[...paired(x0, x1, [a, b]), ...paired(x2, x3, [e, f]), ...stored(a, e, 0), ...stored(b, f, 32)],
    ...[...get(first), ...four.constant(4, 4, 4, 4), ...four.add, ...set(first)],
    ...[...get(at), ...code.constant(64), ...code.add, ...code.tee(at), ...get(end), ...code.notEqual],
  ];
  const start = [...get(c0), ...four.fill, ...four.constant(0, 1, 2, 3), ...four.add, ...set(first)];
  const locals = [type.i32, ...new Array<number>(11).fill(type.v128)];
  const run = wasmModule([{ parameters: 7, locals, body: [...start, ...code.repeat(body)] }], memory)[0]!;
  const words = new Uint32Array(memory.buffer);
  const most = page / 16;
  return (out, offset, blocks, counter, ...rest) => {
    for (let done = 0; done < blocks; done += most) {
      const count = Math.min(most, blocks - done);
      run(counter + done, ...rest, 64 * Math.ceil(count / 4));
      out.set(words.subarray(0, 4 * count), offset + 4 * done);
    }
  };
}

/** A 128-bit state of `philoxAbsorb`: four unsigned 32-bit words. */
export type Words4 = readonly [number, number, number, number];

/**
 * Fold a message into a 128-bit state: Merkle–Damgård over Philox blocks with feed-forward, keyed by the state. Used to
 * derive the identity of a named stream from its parent's; it mixes, it is not cryptography.
 *
 * @param state - four unsigned words
 * @param tag - one word that keeps kinds of messages apart
 * @param message - any bytes; the length is part of what is hashed
 * @returns the new state
 */
export function philoxAbsorb(state: Words4, tag: number, message: Uint8Array): Words4 {
  const words = new Uint32Array(4 + 4 * Math.ceil(message.length / 16));
  words[0] = tag;
  words[1] = message.length;
  for (let i = 0; i < message.length; i++) words[4 + (i >>> 2)]! |= message[i]! << (8 * (i & 3));
  const h = Uint32Array.from(state);
  const mixed = new Uint32Array(4);
  for (let i = 0; i < words.length; i += 4) {
    philoxBlocks(mixed, 0, 1, words[i]! ^ h[2]!, words[i + 1]! ^ h[3]!, words[i + 2]!, words[i + 3]!, h[0]!, h[1]!);
    for (let j = 0; j < 4; j++) h[j] = mixed[j]! ^ words[i + j]!;
  }
  return [h[0]!, h[1]!, h[2]!, h[3]!];
}
