/** Plain data as JSON in the metadata of a file of tensors. */
import { FormatError } from "../errors.ts";
import { parseObject } from "./json-keys.ts";

/** Kind of the file. */
export interface PlainMetadata {
  /** Name of the only entry. */
  readonly key: string;
  /** Kind of file, for errors. */
  readonly format: string;
  /** Function that writes such files, for errors. */
  readonly writer: string;
}

/**
 * The object that stands in a file's metadata.
 *
 * @throws FormatError where there is none, something else beside it, or it is damaged
 */
export function plainMetadata(
  path: string,
  metadata: Readonly<Record<string, string>>,
  { key, format, writer }: PlainMetadata,
): Readonly<Record<string, unknown>> {
  const fail = (message: string, hint: string, cause?: unknown): never => {
    throw new FormatError(path, format, message, hint, { cause });
  };
  const json = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (json === undefined) return fail(`no metadata "${key}"`, `give a file written by ${writer}`);
  const other = Object.keys(metadata).find((name) => name !== key);
  if (other !== undefined) {
    return fail(
      `metadata ${JSON.stringify(other.slice(0, 60))} beside "${key}"`,
      "the file is damaged, or was changed",
    );
  }
  return parseObject(`metadata "${key}"`, json, (message, cause) => fail(message, "the file is damaged", cause));
}
