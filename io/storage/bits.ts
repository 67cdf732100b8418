/** Numbers of any count of bits, most significant bit first. */

/** Widest numbers that 32 bits hold beside up to seven bits before them. */
const WIDEST_SHIFTED = 25;

/**
 * A stretch of whole numbers of the same width.
 *
 * @param start - first bit
 * @param width - bits of a number, at most 32
 * @param out - takes the numbers from `to` on. @defaultValue a new array
 * @throws RangeError where the bytes do not hold them
 */
export const unpackBits = (
  { buffer, byteOffset, byteLength }: Uint8Array,
  start: number,
  count: number,
  width: number,
  out?: Float64Array,
  to?: number,
): Float64Array => bitsIn(new DataView(buffer, byteOffset, byteLength), start, count, width, out, to);

/** The same of bytes that many stretches are taken from. */
export function bitsIn(
  bytes: DataView,
  start: number,
  count: number,
  width: number,
  out: Float64Array = new Float64Array(count),
  to = 0,
): Float64Array {
  if (width > 32) throw new RangeError(`numbers of ${width} bits; expected at most 32`);
  if (start + count * width > bytes.byteLength * 8)
    throw new RangeError(`${count} numbers of ${width} bits are promised, which its data section does not hold`);
  if (width === 0) return out.fill(0, to, to + count);
  const first = Math.floor(start / 8);
  if (width <= WIDEST_SHIFTED) {
    const mask = (1 << width) - 1;
    // Four bytes hold a number and up to seven bits before it.
    const [whole, end] = [bytes.byteLength - 4, to + count];
    let [at, bit, i] = [first, start & 7, to];
    for (; i < end && at <= whole; i++) {
      out[i] = (bytes.getUint32(at) >>> (32 - width - bit)) & mask;
      bit += width;
      at += bit >> 3;
      bit &= 7;
    }
    for (; i < end; i++, bit += width) {
      let held = 0;
      for (let k = 0; k < 4; k++) held = (held << 8) | byteAt(bytes, at + (bit >> 3) + k);
      out[i] = (held >>> (32 - width - (bit & 7))) & mask;
    }
    return out;
  }
  let at = first;
  let bits = (8 - (start % 8)) % 8;
  let held = bits === 0 ? 0 : bytes.getUint8(at++) & (2 ** bits - 1);
  for (let i = 0; i < count; i++) {
    // At most 39 bits are held, which a float64 keeps exactly.
    for (; bits < width; bits += 8) held = held * 256 + bytes.getUint8(at++);
    bits -= width;
    out[to + i] = Math.floor(held / 2 ** bits);
    held %= 2 ** bits;
  }
  return out;
}

const byteAt = (bytes: DataView, at: number) => (at < bytes.byteLength ? bytes.getUint8(at) : 0);
