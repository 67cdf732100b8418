/** Bytes written in full at a place of an open file. */
import { writeSync } from "../platform/files.ts";

/** Systems write at most 2 GiB at once. */
const MOST_AT_ONCE = 2 ** 30;

/** Writes all of a buffer. It does not wait for the disk, only for the copy into the system's memory. */
export function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, Math.min(bytes.length - done, MOST_AT_ONCE), position + done);
  }
}
