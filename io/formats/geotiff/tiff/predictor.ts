/**
 * The differences that TIFF writes instead of values, so that a compressor finds more: predictor 2 takes the value to
 * the left (TIFF 6.0, section 14), predictor 3 sorts the bytes of floats by significance first (TIFF technical note 3).
 * All samples are little-endian here.
 */

/** Values from differences of whole numbers, each from the one `stride` before it in its row. Works in place. */
export function undoDifferences(bytes: Uint8Array, rowValues: number, stride: number, bits: number): void {
  if (bits === 64) {
    const values = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length >> 3);
    for (let row = 0; row + rowValues <= values.length; row += rowValues)
      for (let i = row + stride; i < row + rowValues; i++) values[i] = values[i]! + values[i - stride]!;
    return;
  }
  const values = wordsOf(bytes, bits);
  for (let row = 0; row + rowValues <= values.length; row += rowValues) {
    if (stride === 1) {
      let sum = 0;
      for (let i = row; i < row + rowValues; i++) {
        sum = (sum + values[i]!) | 0;
        values[i] = sum;
      }
    } else for (let i = row + stride; i < row + rowValues; i++) values[i] = values[i]! + values[i - stride]!;
  }
}

/** The reverse of {@link undoDifferences}, for up to 32 bits. */
export function takeDifferences(bytes: Uint8Array, rowValues: number, stride: number, bits: number): void {
  const values = wordsOf(bytes, bits);
  for (let row = 0; row + rowValues <= values.length; row += rowValues)
    for (let i = row + rowValues - 1; i >= row + stride; i--) values[i] = values[i]! - values[i - stride]!;
}

function wordsOf(bytes: Uint8Array, bits: number): Uint8Array | Uint16Array | Uint32Array {
  if (bits === 8) return bytes;
  if (bits === 16) return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length >> 1);
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

/** Floats from sorted byte differences. `size` is 2, 4 or 8 bytes; the result is new, little-endian. */
export function undoFloatDifferences(bytes: Uint8Array, rowValues: number, stride: number, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const rowBytes = rowValues * size;
  const words = size === 4 && stride === 1 ? new Uint32Array(out.buffer) : undefined;
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    if (words) {
      undoRow4(bytes, row, rowValues, words);
      continue;
    }
    for (let i = row + stride; i < row + rowBytes; i++) bytes[i] = bytes[i]! + bytes[i - stride]!;
    for (let b = 0, from = row; b < size; b++)
      for (let to = row + size - 1 - b, end = row + rowBytes; to < end; to += size) out[to] = bytes[from++]!;
  }
  return out;
}

/** Four sums side by side, each from where the bytes before it end: they do not wait for one another. */
function undoRow4(bytes: Uint8Array, row: number, n: number, words: Uint32Array): void {
  let [p, q, r, s] = [0, 0, 0, 0];
  for (let i = row, end = row + n; i < end; i++) {
    q += bytes[i]!;
    r += bytes[i + n]!;
    s += bytes[i + 2 * n]!;
  }
  r += q;
  s += r;
  for (let i = row, to = row >> 2, end = row + n; i < end; i++) {
    p += bytes[i]!;
    q += bytes[i + n]!;
    r += bytes[i + 2 * n]!;
    s += bytes[i + 3 * n]!;
    words[to++] = (p << 24) | ((q & 255) << 16) | ((r & 255) << 8) | (s & 255);
  }
}

/** The reverse of {@link undoFloatDifferences}. */
export function takeFloatDifferences(bytes: Uint8Array, rowValues: number, stride: number, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  const rowBytes = rowValues * size;
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    for (let b = 0, to = row; b < size; b++)
      for (let from = row + size - 1 - b, end = row + rowBytes; from < end; from += size) out[to++] = bytes[from]!;
    for (let i = row + rowBytes - 1; i >= row + stride; i--) out[i] = out[i]! - out[i - stride]!;
  }
  return out;
}
