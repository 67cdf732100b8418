/** Numbers as GRIB writes them: in any count of bits, with a bit for the sign, and as floats of IBM. */
import type { Buffer } from "../../../engine/platform/bytes.ts";

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
