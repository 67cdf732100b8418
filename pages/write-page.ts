/** Pages to files, whole or not at all. */

import { checkOptions, flag } from "../engine/checks.ts";
import { OptionsError } from "../engine/errors.ts";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { mkdir } from "../engine/platform/files.ts";
import { dirname, extname } from "../engine/platform/paths.ts";

/**
 * Writes a page.
 *
 * @param path - ending in .html; missing folders are made
 * @param html - the page
 * @param options.overwrite - whether a file that is there is replaced (`@defaultValue` true)
 * @throws OptionsError for another ending
 */
export async function writePage(
  path: string,
  html: string,
  options: { readonly overwrite?: boolean } = {},
): Promise<void> {
  checkOptions("writePage", options, { overwrite: flag });
  if (extname(path).toLowerCase() !== ".html") {
    throw new OptionsError(`writePage: "${path}" must end in .html`, "path", path);
  }
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, html, options);
}
