/** Records as JSON files with a checksum of their content: white space may change, values may not. */

import { FormatError } from "../errors.ts";
import { readFile } from "../platform/files.ts";
import { createHash } from "../platform/hashing.ts";
import { recordToJson } from "./json.ts";
import { parseObject } from "./json-keys.ts";
import { sealKey } from "./seal.ts";

/** Kind of file, for errors. */
export interface SealedKind {
  /** Such as "run". */
  readonly format: string;
  /** Remedy where it is not. */
  readonly hint: string;
  /** Names of its fields; others are refused. */
  readonly fields: readonly string[];
}

/** A record as the text of a file: JSON by `recordToJson`, with the checksum as the last field. */
export function sealedJson(record: object): string {
  const plain: object = JSON.parse(recordToJson(record));
  return `${JSON.stringify({ ...plain, [sealKey]: hashOf(plain) }, null, 2)}\n`;
}

/**
 * The record of a JSON file, without the checksum. Files without one, from before there were checksums, are read too.
 *
 * @throws FormatError where the file is missing, no JSON object, has a field twice or an unknown one, or another
 * checksum
 */
export async function readSealedJson(path: string, kind: SealedKind): Promise<Readonly<Record<string, unknown>>> {
  const fail = (message: string, hint = kind.hint, cause?: unknown): never => {
    throw new FormatError(path, kind.format, message, hint, { cause });
  };
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return fail("there is no such file");
    throw error;
  });
  const value = parseObject("it", bytes, (message, cause) => fail(message, kind.hint, cause));
  const { [sealKey]: digits, ...record } = value;
  const other = Object.keys(record).find((name) => !kind.fields.includes(name));
  if (other !== undefined) return fail(`it has a field ${JSON.stringify(other.slice(0, 60))} that means nothing here`);
  if (Object.hasOwn(value, sealKey) && digits !== hashOf(record)) {
    const way = `take another copy; after a change on purpose remove the field ${sealKey}`;
    return fail("its checksum is not that of its content: it was damaged or changed after it was written", way);
  }
  return record;
}

function hashOf(plain: object): string {
  return createHash("sha256").update(JSON.stringify(plain)).digest("hex");
}
