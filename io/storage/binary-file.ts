/** A file read by position. */

import { FormatError, OptionsError } from "../../engine/errors.ts";
import { Buffer, constants } from "../../engine/platform/bytes.ts";
import { closeSync, fstatSync, openSync, readSync } from "../../engine/platform/files.ts";
import { bytesText } from "../../engine/text/number.ts";

/** Node reads at most 2 GiB at once. */
const MOST_AT_ONCE = 2 ** 30;
/** Bytes that are read ahead, of pieces up to a size that lie so near behind one another. */
const AHEAD = 2 ** 18;
const SHORT = 2 ** 14;
const NEAR = 2 ** 14;

/**
 * Memory for values.
 * @throws OptionsError for more than Node gives in one piece (4 GiB).
 */
export function allocate(bytes: number): Buffer {
  if (bytes <= constants.MAX_LENGTH) return Buffer.allocUnsafeSlow(bytes);
  const [asked, most] = [bytes, constants.MAX_LENGTH].map(bytesText);
  throw new OptionsError(
    `${asked} are asked for at once; expected at most ${most}: read less at a time`,
    "slab",
    bytes,
  );
}

/** An open file; close it when done. */
export class BinaryFile {
  readonly path: string;
  readonly size: number;
  /** The descriptor, for reads that Node does in the background. */
  readonly descriptor: number;
  readonly #format: string;
  #open = true;
  #ahead: Buffer = Buffer.alloc(0);
  #aheadFrom = 0;
  /** End of the last piece of {@link inTurn}. */
  #last = 0;

  /** @param format - named in errors. */
  constructor(path: string, format: string) {
    this.path = path;
    this.#format = format;
    this.descriptor = openSync(path, "r");
    this.size = fstatSync(this.descriptor).size;
  }

  /**
   * Fills `target` with the bytes from `position` on.
   * @throws FormatError if the file ends before.
   */
  read(target: Uint8Array, position: number): void {
    for (let done = 0; done < target.length; ) {
      const wanted = Math.min(target.length - done, MOST_AT_ONCE);
      const got = readSync(this.descriptor, target, done, wanted, position + done);
      if (got === 0) throw this.truncated(position + target.length);
      done += got;
    }
  }

  /** The `length` bytes from `position` on, in memory of their own. */
  bytes(position: number, length: number): Buffer {
    if (!(position >= 0 && length >= 0 && position + length <= this.size)) throw this.truncated(position + length);
    const target = Buffer.allocUnsafeSlow(length);
    this.read(target, position);
    return target;
  }

  /** {@link bytes} of pieces of which each mostly lies behind the one before: of short ones many are read at once. */
  inTurn(position: number, length: number): Buffer {
    const isNear = position >= this.#last && position - this.#last <= NEAR;
    this.#last = position + length;
    const start = position - this.#aheadFrom;
    if (start >= 0 && length >= 0 && start + length <= this.#ahead.length) {
      return Buffer.from(this.#ahead.subarray(start, start + length));
    }
    if (!isNear || length > SHORT || !(position + length <= this.size)) return this.bytes(position, length);
    this.#ahead = this.bytes(position, Math.min(AHEAD, this.size - position));
    this.#aheadFrom = position;
    return Buffer.from(this.#ahead.subarray(0, length));
  }

  /** The error of a file that ends before `needed` bytes. */
  truncated(needed: number): FormatError {
    return new FormatError(
      this.path,
      this.#format,
      `the file ends before byte ${needed} that its header promises: it is truncated`,
      "fetch or copy it again",
    );
  }

  /** A second time does nothing. */
  close(): void {
    if (this.#open) closeSync(this.descriptor);
    this.#open = false;
  }
}
