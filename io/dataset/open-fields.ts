/** Variables named together with their files, as on a command line: `era5_*.nc:t2m,q700`. */

import { OptionsError } from "../../engine/errors.ts";
import { whereOf } from "../field/cut.ts";
import type { OpenOptions } from "../formats/format.ts";
import type { Attributes } from "../storage/source.ts";
import { openDataset } from "./dataset.ts";
import type { LazyField } from "./lazy-field.ts";
import { namedFields } from "./named-files.ts";

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
 * Opens the variables that a text names; several files are one field along time.
 *
 * @param text - `FILE`, `PATTERN`, or either with `:VARIABLE,VARIABLE`
 * @throws as {@link openDataset}
 */
export async function openFields(text: string, options: OpenOptions = {}): Promise<OpenedFields> {
  const { files, names } = namedFields(text);
  const [only] = names.length === 1 ? names : [];
  const data = await openDataset(files, { ...options, ...(only !== undefined && { variable: only }) });
  try {
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

/** Times by date, both ends included with the periods they name (null: open), or by index `[from, to)`. */
export type TimeRange =
  | { readonly dates: readonly [from: string | null, to: string | null] }
  | { readonly indices: readonly [from: number, to: number] };

/** The part of a variable at dates or indices. @throws OptionsError where there are none */
export function selectTimes(variable: LazyField, range: TimeRange): LazyField {
  const dim = variable.dimOf("time") ?? ("indices" in range ? variable.dims[0] : undefined);
  if (dim === undefined) {
    const dims = variable.dims.join(", ") || "none";
    throw new OptionsError(`${whereOf(variable)} has no time (it has ${dims})`, "time", range);
  }
  return "dates" in range ? variable.sel({ [dim]: range.dates }) : variable.isel({ [dim]: range.indices });
}
