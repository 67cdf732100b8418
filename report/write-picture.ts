/** Pictures to files: as SVG or PNG, whole or not at all. */

import { checkOptions, flag, real } from "../engine/checks.ts";
import { OptionsError } from "../engine/errors.ts";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { mkdir } from "../engine/platform/files.ts";
import { dirname, extname } from "../engine/platform/paths.ts";
import { svgToPng } from "./png.ts";

/**
 * Writes a picture under its name's ending, `.svg` or `.png`. The file appears complete or not at all: it is written
 * beside its place under another name and then renamed.
 *
 * @param path - where to; missing folders are made
 * @param svg - the picture
 * @param options.scale - pixels per SVG unit for PNG, 0.1 … 10 (`@defaultValue` 1)
 * @param options.overwrite - whether a file that is there is replaced (`@defaultValue` true)
 * @throws OptionsError for another ending; DomainError for a text that is not an SVG
 */
export async function writePicture(
  path: string,
  svg: string,
  options: { readonly scale?: number; readonly overwrite?: boolean } = {},
): Promise<void> {
  checkOptions("writePicture", options, { scale: real(0.1, 10), overwrite: flag });
  const ending = extname(path).toLowerCase();
  if (ending !== ".svg" && ending !== ".png")
    throw new OptionsError(`writePicture: "${path}" must end in .svg or .png`, "path", path);
  const bytes = ending === ".svg" ? svg : svgToPng(svg, options.scale);
  await mkdir(dirname(path), { recursive: true });
  await writeAtomically(path, bytes, { overwrite: options.overwrite ?? true });
}
