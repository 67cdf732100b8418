/**
 * Checksums inside the files that they are of: the SHA-256 of the whole file with zeros in place of the 64 digits. So
 * one changed bit is found wherever it is, and no second file can get lost.
 */
import { Buffer } from "../platform/bytes.ts";
import { createHash } from "../platform/hashing.ts";

/** Name of the checksum in a file's metadata. */
export const sealKey = "monge-sha256";

/** Placeholder of the digits while the sum is taken. */
export const blankSeal: string = "0".repeat(64);

const marked = (digits: string): string => `"${sealKey}":"${digits}"`;

/** Puts the checksum over the zeros in `head`, the first of the pieces. */
export function seal(head: Uint8Array, rest: readonly Uint8Array[]): void {
  const at = find(head, marked(blankSeal));
  const hash = createHash("sha256").update(head);
  for (const piece of rest) hash.update(piece);
  head.set(new TextEncoder().encode(marked(hash.digest("hex"))), at);
}

/**
 * True if a file is the one that its checksum was taken of.
 *
 * @param headLength - bytes from the start in which the checksum must stand
 * @param digits - the checksum as the file states it
 */
export function isIntact(bytes: Uint8Array, headLength: number, digits: string): boolean {
  const at = find(bytes.subarray(0, headLength), marked(digits));
  if (!/^[0-9a-f]{64}$/.test(digits) || at < 0) return false;
  const begin = at + marked("").length - 1;
  const hash = createHash("sha256").update(bytes.subarray(0, begin)).update(blankSeal);
  return hash.update(bytes.subarray(begin + digits.length)).digest("hex") === digits;
}

function find(bytes: Uint8Array, text: string): number {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(text);
}
