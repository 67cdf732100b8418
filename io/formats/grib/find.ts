/** The beginning of a GRIB message among bytes. */
import { Buffer } from "../../../engine/platform/bytes.ts";

const MAGIC = Buffer.from("GRIB");

/** Offset of a message within the next bytes; undefined where none does. */
export function findGrib(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(MAGIC); at >= 0; at = bytes.indexOf(MAGIC, at + 1))
    if (at + 8 <= bytes.length && (bytes[at + 7] === 1 || bytes[at + 7] === 2)) return at;
  return undefined;
}
