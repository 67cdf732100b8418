/** Writes messages in protobuf's wire format: fields in a row, each a tag and a number or bytes with their length. */

const text = new TextEncoder();

/** A message under construction; a field of the value that its type has by default is written all the same. */
export class MessageWriter {
  #bytes = new Uint8Array(1 << 16);
  #at = 0;

  #reserve(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const grown = new Uint8Array(2 * (this.#at + length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }

  /** Seven bits a byte, the lowest first; `value` is a whole number ≥ 0 below 2⁵³. */
  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#at++] = rest;
  }

  /** A whole number, which may be negative: two's complement of 64 bits. */
  int(field: number, value: number): void {
    this.#varint(field * 8);
    if (value >= 0) {
      this.#varint(value);
      return;
    }
    this.#reserve(10);
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest > 0x7fn; rest >>= 7n) this.#bytes[this.#at++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#at++] = Number(rest);
  }

  /** A number of single precision. */
  float(field: number, value: number): void {
    this.#varint(field * 8 + 5);
    this.#reserve(4);
    new DataView(this.#bytes.buffer).setFloat32(this.#at, value, true);
    this.#at += 4;
  }

  bytes(field: number, value: Uint8Array): void {
    this.#varint(field * 8 + 2);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  string(field: number, value: string): void {
    this.#varint(field * 8 + 2);
    // Names are short and plain: they are written as they are, and the first letter that is not sends the rest to the
    // encoder.
    this.#reserve(value.length + 5);
    const start = this.#at;
    if (value.length < 0x80) {
      this.#bytes[this.#at++] = value.length;
      for (let i = 0; i < value.length; i++) {
        const letter = value.charCodeAt(i);
        if (letter > 0x7f) break;
        this.#bytes[this.#at++] = letter;
      }
      if (this.#at === start + 1 + value.length) return;
      this.#at = start;
    }
    const encoded = text.encode(value);
    this.#varint(encoded.length);
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.#at);
    this.#at += encoded.length;
  }

  /** Begins a message of its own, whose fields come next; what it gives ends it. */
  begin(field: number): number {
    this.#varint(field * 8 + 2);
    this.#reserve(1);
    return ++this.#at;
  }

  /** Ends the message that began there. */
  end(start: number): void {
    const length = this.#at - start;
    // Most fit the byte that was left for their length; others move up.
    const more = lengthOfVarint(length) - 1;
    this.#reserve(more);
    if (more > 0) this.#bytes.copyWithin(start + more, start, this.#at);
    this.#at = start - 1;
    this.#varint(length);
    this.#at += length;
  }

  /** Bytes that were written. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }
}

function lengthOfVarint(value: number): number {
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) length++;
  return length;
}
