/** Allocation of values, only where the files can hold so many: a damaged header must not take the memory. */

import { FormatError } from "../../engine/errors.ts";
import { statSync } from "../../engine/platform/files.ts";
import type { FieldValues } from "./source.ts";

/** Deflate shrinks up to 1032 times, and single bytes may become float64. */
const MOST_SHRUNK = 8 * 1032;
/** Less is given without asking whether the file can hold it. */
const FREE_BYTES = 256 * 2 ** 20;

/**
 * An array for values of a variable.
 * @throws FormatError if files as small as these cannot hold so many (the header is damaged, or names what was never
 *   written), or if the memory does not.
 */
export function allocateValues(count: number, wide: boolean, paths: readonly string[], name: string): FieldValues {
  const path = paths[0]!;
  const bytes = count * (wide ? 8 : 4);
  const files = bytes > FREE_BYTES ? paths.map((one) => statSync(one)) : [];
  const stored = files.reduce((sum, file) => sum + file.size, 0);
  if (files[0]?.isFile() && bytes > stored * MOST_SHRUNK) {
    const what = `${count} values of variable ${name} are asked for, which its ${stored} bytes cannot hold`;
    throw new FormatError(path, "archive", what, "it is damaged or was never filled; check it with `ncdump -h`");
  }
  try {
    return wide ? new Float64Array(count) : new Float32Array(count);
  } catch (cause) {
    const what = `${count} values of variable ${name} do not fit the memory`;
    throw new FormatError(path, "archive", what, "read a part of it (`time`, `lat`, `lon`)", { cause });
  }
}
