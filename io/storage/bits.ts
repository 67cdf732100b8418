/** Numbers of any count of bits, most significant bit first. */

/**
 * A stretch of whole numbers of the same width.
 *
 * @param start - first bit
 * @param width - bits of a number, at most 32
 * @throws RangeError where the bytes do not hold them
 */
export function unpackBits(bytes: Uint8Array, start: number, count: number, width: number): Float64Array {
  if (width > 32) throw new RangeError(`numbers of ${width} bits; expected at most 32`);
  if (start + count * width > bytes.length * 8)
    throw new RangeError(`${count} numbers of ${width} bits are promised, which its data section does not hold`);
  const out = new Float64Array(count);
  if (width === 0) return out;
  let at = start >> 3;
  let bits = (8 - (start & 7)) & 7;
  let held = bits === 0 ? 0 : bytes[at++]! & (2 ** bits - 1);
  for (let i = 0; i < count; i++) {
    // At most 39 bits are held, which a float64 keeps exactly.
    while (bits < width) {
      held = held * 256 + bytes[at++]!;
      bits += 8;
    }
    const rest = 2 ** (bits - width);
    const value = Math.floor(held / rest);
    out[i] = value;
    held -= value * rest;
    bits -= width;
  }
  return out;
}
