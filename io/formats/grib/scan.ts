/** The messages of a GRIB file, one after the other, also with headers of bulletins between them. */
import { FormatError } from "../../../engine/errors.ts";
import type { BinaryFile } from "../../storage/binary-file.ts";
import { findGrib } from "./find.ts";
import { readGrib1 } from "./grib1.ts";
import { readGrib2 } from "./grib2.ts";
import { GribProblem } from "./message.ts";
import type { FileFields, PlacedField } from "./variables.ts";

/** A bulletin's header before a message is shorter. */
const MOST_BETWEEN = 4096;
const MOST_MESSAGE = 2 ** 30;
const MOST_FIELDS = 100_000;
const HINT = "check it with `grib_dump` or `gdalinfo`, or fetch it again";

/**
 * Reads all messages.
 * @throws FormatError if one is damaged or cut off, with its place
 */
export function scanGrib(file: BinaryFile): FileFields {
  const fields: PlacedField[] = [];
  const unread = new Map<string, number>();
  const note = ({ message }: GribProblem) => unread.set(message, (unread.get(message) ?? 0) + 1);
  let count = 0;
  for (let at = 0; at < file.size; ) {
    const found = findGrib(file.bytes(at, Math.min(MOST_BETWEEN, file.size - at)));
    if (found === undefined) break;
    const offset = at + found;
    count++;
    const fail = (what: string, cause?: unknown) =>
      new FormatError(file.path, "grib", `message ${count} at byte ${offset}: ${what}`, HINT, { cause });
    const head = file.bytes(offset, Math.min(16, file.size - offset));
    if (head.length < 16) throw fail("it is cut off");
    const edition = head[7];
    const length = edition === 1 ? head.readUIntBE(4, 3) : Number(head.readBigUInt64BE(8));
    if (edition === 1 && length >= 0x800000) {
      const what = `GRIB 1 above 8 MB in ECMWF's own coding of lengths, which is not read`;
      throw new FormatError(file.path, "grib", what, "convert it with `grib_set -s edition=2 IN OUT`");
    }
    if (length < 20 || length > MOST_MESSAGE || offset + length > file.size)
      throw fail(`it says that it has ${length} bytes; ${file.size - offset} are there: it is truncated or damaged`);
    const bytes = file.bytes(offset, length);
    if (bytes.toString("latin1", length - 4) !== "7777") throw fail('it does not end in "7777": it is damaged');
    try {
      const found = edition === 1 ? [readGrib1(bytes)] : readGrib2(bytes, note);
      for (const field of found) fields.push({ field, offset });
    } catch (error) {
      if (error instanceof GribProblem && error.unread) note(error);
      else if (error instanceof GribProblem || error instanceof RangeError) throw fail(error.message, error);
      else throw error;
    }
    if (fields.length > MOST_FIELDS) throw fail(`it is one of more than ${MOST_FIELDS} fields; split the file`);
    at = offset + length;
  }
  return { fields, unread: [...unread].map(([what, times]) => (times === 1 ? what : `${what} (${times} fields)`)) };
}
