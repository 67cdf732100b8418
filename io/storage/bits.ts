/** Numbers of any count of bits, most significant bit first. */

/** Widest numbers that are read by shifts of 32 bits, beside up to seven bits before them. */
const WIDEST_SHIFTED = 24;

/**
 * A stretch of whole numbers of the same width.
 *
 * @param start - first bit
 * @param width - bits of a number, at most 32
 * @param out - takes the numbers from `to` on. @defaultValue a new array
 * @throws RangeError where the bytes do not hold them
 */
export function unpackBits(
  bytes: Uint8Array,
  start: number,
  count: number,
  width: number,
  out: Float64Array = new Float64Array(count),
  to = 0,
): Float64Array {
  if (width > 32) throw new RangeError(`numbers of ${width} bits; expected at most 32`);
  if (start + count * width > bytes.length * 8)
    throw new RangeError(`${count} numbers of ${width} bits are promised, which its data section does not hold`);
  if (width === 0) return out.fill(0, to, to + count);
  let at = Math.floor(start / 8);
  let bits = (8 - (start % 8)) % 8;
  let held = bits === 0 ? 0 : bytes[at++]! & (2 ** bits - 1);
  if (width <= WIDEST_SHIFTED) {
    const mask = 2 ** width - 1;
    for (let i = 0; i < count; i++) {
      // Bits that were taken already leave at the top.
      for (; bits < width; bits += 8) held = (held << 8) | bytes[at++]!;
      bits -= width;
      out[to + i] = (held >>> bits) & mask;
    }
    return out;
  }
  for (let i = 0; i < count; i++) {
    // At most 39 bits are held, which a float64 keeps exactly.
    for (; bits < width; bits += 8) held = held * 256 + bytes[at++]!;
    bits -= width;
    out[to + i] = Math.floor(held / 2 ** bits);
    held %= 2 ** bits;
  }
  return out;
}
