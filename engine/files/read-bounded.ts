/** Files that are read whole, up to a bound: a device has no end, and a pipe need not have one. */

import { FormatError } from "../errors.ts";
import { Buffer } from "../platform/bytes.ts";
import { closeSync, fstatSync, openSync, readSync, statSync } from "../platform/files.ts";

/** Bytes that are asked for at a time. */
const STEP = 2 ** 20;
/** Bytes that are taken from a device or a pipe. */
const MOST_STREAMED = 2 ** 24;

/**
 * @param most - bytes of a file; of a device or a pipe 16 MB are taken at most
 * @returns the content; undefined where there is more
 * @throws an error of the system where it cannot be read
 */
export function readBounded(path: string, most: number): Buffer | undefined {
  const file = openSync(path, "r");
  try {
    const status = fstatSync(file);
    if (status.size > most) return undefined;
    const bound = status.isFile() ? most : Math.min(most, MOST_STREAMED);
    const pieces: Buffer[] = [];
    for (let total = 0; total <= bound; ) {
      const piece = Buffer.allocUnsafe(Math.max(1, Math.min(STEP, bound - total + 1)));
      const count = readSync(file, piece);
      if (count === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, count));
      total += count;
    }
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** Bytes of a text that is held whole: a problem, options, an outline. */
const MOST_TEXT = 2 ** 28;

/**
 * The text of a file.
 *
 * @param format - that it should have, for the error
 * @throws FormatError where it is a folder, or has no end; an error of the system where it cannot be read
 */
export function textFile(path: string, format: string): string {
  if (statSync(path).isDirectory()) throw new FormatError(path, format, "it is a folder", "name a file");
  const bytes = readBounded(path, MOST_TEXT);
  if (bytes !== undefined) return bytes.toString("utf8");
  throw new FormatError(path, format, "it is larger than any such text, or has no end", "name a file of text");
}
