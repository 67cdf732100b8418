/** The one field that an argument or option names. */
import { OptionsError } from "../../engine/errors.ts";
import { type LazyField, namedFields, type OpenedFields, openFields } from "../../io/dataset/index.ts";
import { checkFiles } from "./failure.ts";

/** @throws OptionsError where no pattern is named, but a file that is not there */
export function checkNamed(role: string, text: string): void {
  if (!/[*?{[]/.test(text)) checkFiles(role, [namedFields(text).files]);
}

/**
 * Opens it; the files stay open.
 *
 * @param role - of the command line, such as `TRUTH` or `--coarse`
 * @param text - `FILE`, `PATTERN`, or either with `:VARIABLE`
 * @throws OptionsError where the file is not there, or several variables are named
 */
export async function openField(
  role: string,
  text: string,
  options: { readonly allowExternal?: boolean | undefined } = {},
): Promise<OpenedFields & { readonly field: LazyField }> {
  checkNamed(role, text);
  const found = await openFields(text, { allowExternal: options.allowExternal ?? false });
  const [field, ...more] = found.fields as [LazyField, ...LazyField[]];
  if (more.length === 0) return { ...found, field };
  found.close();
  throw new OptionsError(`${role} ${text}: expected one variable; name one`, "source", text);
}
