/** The older name of {@link writeField}. */
import type { LazyField } from "./lazy-field.ts";
import { type WriteFieldOptions, writeField } from "./write-field.ts";

/**
 * Options of the older name of `writeField`.
 * @deprecated Use `WriteFieldOptions`.
 */
export type WriteLazyOptions = WriteFieldOptions;

/**
 * Writes a variable; the older name of {@link writeField}.
 *
 * @param path - its ending tells the format where `format` does not
 * @deprecated `writeField` also takes fields in memory, and replaces a file only with `overwrite: true`.
 */
export async function writeLazy(path: string, variable: LazyField, options: WriteLazyOptions = {}): Promise<void> {
  // As it always was: files are replaced, stores are not.
  const { format } = options;
  const isFolder = typeof format === "object" ? format.kind === "folder" : (format ?? path).endsWith("zarr");
  await writeField(path, variable, { overwrite: !isFolder, ...options });
}
