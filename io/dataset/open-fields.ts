/** Variables named together with their files, as on a command line: `era5_*.nc:t2m,q700`. */
import { existsSync } from "node:fs";
import { OptionsError } from "../../engine/errors.ts";
import type { OpenOptions } from "../formats/format.ts";
import type { Attributes } from "../storage/source.ts";
import { openDataset } from "./dataset.ts";
import { expandPatterns } from "./file-pattern.ts";
import type { LazyField } from "./lazy-field.ts";

/** Files and variables that a text names. */
export interface NamedFields {
  /** As written: a file, or a pattern. */
  readonly files: string;
  /** Empty: the only variable that looks like data. */
  readonly names: readonly string[];
}

/** Variables still in their files. */
export interface OpenedFields {
  readonly fields: readonly LazyField[];
  readonly paths: readonly string[];
  /** All files that are read: also what lies beside them, and what links lead to. */
  readonly files: readonly string[];
  /** Global attributes of the (first) file. */
  readonly attributes: Attributes;
  /** @throws FormatError where what was read so far has been written to since */
  checkUnchanged(): void;
  /** Notices about the parts that were read so far. */
  notices(): readonly string[];
  close(): void;
}

/**
 * Takes `FILES:VARIABLE,VARIABLE` apart. What stands behind the last colon are names of variables, unless a file has such a
 * name, or it has a slash (`C:\data`, `s3:/…`).
 */
export function namedFields(text: string): NamedFields {
  const at = text.lastIndexOf(":");
  const rest = text.slice(at + 1);
  if (at <= 0 || existsSync(text) || /[\\/]/.test(rest)) return { files: text, names: [] };
  const names = rest.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return { files: text.slice(0, at), names };
  throw new OptionsError(`${text}: expected FILE, FILE:VARIABLE or FILE:VARIABLE,VARIABLE`, "source", text);
}

/**
 * Opens the variables that a text names; several files are one field along time.
 *
 * @param text - `FILE`, `PATTERN`, or either with `:VARIABLE,VARIABLE`
 * @throws OptionsError where several variables look like data and none is named, or no file has such a name; FormatError as
 *   {@link openDataset}
 */
export async function openFields(text: string, options: OpenOptions = {}): Promise<OpenedFields> {
  const { files, names } = namedFields(text);
  const paths = await expandPatterns([files]);
  const [only] = names.length === 1 ? names : [];
  const data = await openDataset(paths, { ...options, ...(only !== undefined && { variable: only }) });
  try {
    if (names.length === 0 && data.candidates.length > 1) {
      const shown = data.candidates.join(", ");
      const hint = `name one (or more, by commas) as ${files}:${data.candidates[0]}`;
      throw new OptionsError(`${data.paths[0]}: it holds several variables (${shown}); ${hint}`, "variable", shown);
    }
    const fields: LazyField[] = [];
    for (const name of names.length === 0 ? [undefined] : names) fields.push(await data.variable(name));
    return {
      fields,
      paths: data.paths,
      files: data.files,
      attributes: data.attributes,
      checkUnchanged: () => data.checkUnchanged(),
      notices: () => data.notices(),
      close: () => data.close(),
    };
  } catch (error) {
    data.close();
    throw error;
  }
}
