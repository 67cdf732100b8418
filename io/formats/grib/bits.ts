/** Numbers as GRIB writes them: in any count of bits, with a bit for the sign, and as floats of IBM. */

/** Reads a message by position; every read is checked against its end. */
export class Octets {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Unsigned, of 1 to 6 octets. */
  uint(at: number, octets: number): number {
    return this.bytes.readUIntBE(at, octets);
  }

  /** The first bit is the sign, the others the size. */
  signed(at: number, octets: number): number {
    const value = this.uint(at, octets);
    const half = 2 ** (8 * octets - 1);
    return value >= half ? half - value : value;
  }

  /** Single precision after IBM: 7 bits of an exponent to 16, 24 of a mantissa. */
  ibm(at: number): number {
    const head = this.uint(at, 1);
    return (head & 128 ? -1 : 1) * this.uint(at + 1, 3) * 2 ** -24 * 16 ** ((head & 127) - 64);
  }

  ieee(at: number): number {
    return this.bytes.readFloatBE(at);
  }
}

/** A stretch of numbers of the same width, first bit first. @throws RangeError where the bytes do not hold them */
export function unpackBits(bytes: Uint8Array, start: number, count: number, width: number): Float64Array {
  if (width > 32) throw new RangeError(`numbers of ${width} bits; expected at most 32`);
  if (start + Math.ceil((count * width) / 8) > bytes.length)
    throw new RangeError(`${count} numbers of ${width} bits are promised, which its data section does not hold`);
  const out = new Float64Array(count);
  if (width === 0) return out;
  let [at, held, bits] = [start, 0, 0];
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
