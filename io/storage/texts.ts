/** Text stored as arrays of characters, as NetCDF-3 stores it. */
import { Buffer } from "../../engine/platform/bytes.ts";

/** Cuts text at its first NUL and drops the blanks that fill it up. */
export function trimText(text: string): string {
  const end = text.indexOf("\0");
  return (end < 0 ? text : text.slice(0, end)).trimEnd();
}

/** Joins characters along the last dimension into one text for each position of those before it. */
export function joinCharacters(bytes: Uint8Array, shape: readonly number[]): string[] {
  const width = shape.at(-1) ?? 1;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = width === 0 ? 0 : bytes.length / width;
  return Array.from({ length: count }, (_, i) => trimText(all.toString("utf8", i * width, (i + 1) * width)));
}
