/**
 * Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
 * 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405. A block of four 32-bit words is a keyed bijection of a 128-bit
 * counter, so any word of any stream can be computed alone, in any order.
 */

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
