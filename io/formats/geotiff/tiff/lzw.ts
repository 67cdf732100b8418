/** The decoders of TIFF that need no library: LZW (TIFF 6.0, section 13) and PackBits (section 9). */

const CLEAR = 256;
const END = 257;
const FIRST = 258;
/** Codes after which no more entries are made: the table has 4096. */
const MOST = 4096 - FIRST;

/**
 * Decodes LZW with codes of 9 to 12 bits, most significant first. Every entry of the table is a stretch of the output:
 * what the code before gave plus the byte that followed it. So no strings are kept, only where each code's output
 * began: entry `258 + k` reaches from the start of code `k` (counted from the last clearing) to the first byte of the
 * next.
 *
 * @returns the bytes that were had, at most `size`; fewer where the code ends early.
 * @throws RangeError for a code that the table does not have.
 */
export function decodeLzw(source: Uint8Array, size: number): Uint8Array {
  if (source.length > 1 && source[0] === 0 && (source[1]! & 1) === 1)
    throw new RangeError("its LZW is of the kind from before TIFF 6.0, with bits reversed");
  const out = new Uint8Array(size);
  const starts = new Uint32Array(MOST + 1);
  const end = source.length;
  let [width, limit, codes] = [9, 511 - FIRST, 0];
  let [held, bits, at, to] = [0, 0, 0, 0];
  while (to < size) {
    if (bits < width) {
      // Beyond the end come zeros, which are not taken for data: see below.
      held = (held << 16) | (source[at]! << 8) | source[at + 1]!;
      at += 2;
      bits += 16;
      if (at >= end + 2 || (at > end && bits - 8 < width)) break;
    }
    bits -= width;
    const code = (held >>> bits) & ((1 << width) - 1);
    if (code < CLEAR) {
      starts[codes] = to;
      out[to++] = code;
    } else if (code >= FIRST) {
      const entry = code - FIRST;
      if (entry >= codes) throw new RangeError(`its LZW has the unknown code ${code}`);
      starts[codes] = to;
      let from = starts[entry]!;
      const stop = Math.min(size, to + starts[entry + 1]! - from + 1);
      // Byte by byte and forwards: the string may reach into what it is itself writing.
      do out[to++] = out[from++]!;
      while (to < stop);
    } else if (code === CLEAR) {
      [width, limit, codes] = [9, 511 - FIRST, 0];
      continue;
    } else if (code === END) break;
    if (codes === limit) {
      width++;
      limit = width < 12 ? (1 << width) - 1 - FIRST : MOST;
    }
    if (codes < MOST) codes++;
  }
  return out.subarray(0, to);
}

/** Decodes PackBits; returns the bytes that were had, at most `size`. */
export function decodePackBits(source: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  let to = 0;
  for (let at = 0; at < source.length && to < size; ) {
    const head = source[at++]!;
    if (head === 128) continue;
    if (head < 128) {
      const part = source.subarray(at, at + Math.min(head + 1, size - to));
      out.set(part, to);
      to += part.length;
      at += head + 1;
    } else {
      if (at >= source.length) break;
      const stop = Math.min(size, to + 257 - head);
      out.fill(source[at++]!, to, stop);
      to = stop;
    }
  }
  return out.subarray(0, to);
}
