/** The decoders of TIFF that need no library: LZW (TIFF 6.0, section 13) and PackBits (section 9). */

const CLEAR = 256;
const END = 257;

/**
 * Decodes LZW with codes of 9 to 12 bits, most significant first. Every entry of the table is a stretch of the output:
 * the string of the code before plus the byte that followed it, so that no strings are kept, only where they begin.
 *
 * @returns the bytes that were had, at most `size`; fewer where the code ends early.
 * @throws RangeError for a code that the table does not have.
 */
export function decodeLzw(source: Uint8Array, size: number): Uint8Array {
  if (source.length > 1 && source[0] === 0 && (source[1]! & 1) === 1)
    throw new RangeError("its LZW is of the kind from before TIFF 6.0, with bits reversed");
  const out = new Uint8Array(size);
  const starts = new Uint32Array(4096);
  const lengths = new Uint32Array(4096);
  let next = 258;
  let width = 9;
  let [held, bits, at, to] = [0, 0, 0, 0];
  // Where the string of the code before lies; no code before: length 0.
  let [lastStart, lastLength] = [0, 0];
  const end = source.length;
  while (to < size) {
    while (bits < width) {
      if (at >= end) return out.subarray(0, to);
      held = ((held << 8) | source[at++]!) & 0xffffff;
      bits += 8;
    }
    bits -= width;
    const code = (held >>> bits) & ((1 << width) - 1);
    if (code < 256) {
      if (lastLength > 0 && next < 4096) {
        starts[next] = lastStart;
        lengths[next++] = lastLength + 1;
        if (next === 511) width = 10;
        else if (next === 1023) width = 11;
        else if (next === 2047) width = 12;
      }
      out[to] = code;
      lastStart = to++;
      lastLength = 1;
      continue;
    }
    if (code === CLEAR) {
      next = 258;
      width = 9;
      lastLength = 0;
      continue;
    }
    if (code === END) break;
    if (lastLength > 0 && next < 4096) {
      starts[next] = lastStart;
      lengths[next++] = lastLength + 1;
      if (next === 511) width = 10;
      else if (next === 1023) width = 11;
      else if (next === 2047) width = 12;
    }
    if (lastLength === 0 || code >= next) throw new RangeError(`its LZW has the unknown code ${code}`);
    let from = starts[code]!;
    const length = lengths[code]!;
    const stop = Math.min(size, to + length);
    lastStart = to;
    lastLength = length;
    // Byte by byte and forwards: the string may reach into what it is itself writing.
    while (to < stop) out[to++] = out[from++]!;
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
