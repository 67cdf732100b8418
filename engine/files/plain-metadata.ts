/** Plain data as JSON in the metadata of a file of tensors. */
import { FormatError } from "../errors.ts";
import { isTooDeep, repeatedKey } from "./json-keys.ts";
import { isPlainObject } from "./plain-checks.ts";

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
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    return fail(`metadata "${key}" is not JSON`, "the file is damaged", cause);
  }
  if (!isPlainObject(value)) return fail(`metadata "${key}" is no JSON object`, "the file is damaged");
  if (isTooDeep(json)) return fail(`metadata "${key}" is nested hundreds deep`, "the file is damaged, or was changed");
  const twice = repeatedKey(json);
  if (twice !== undefined) return fail(`metadata "${key}" has ${JSON.stringify(twice)} twice`, "the file is damaged");
  return value;
}
