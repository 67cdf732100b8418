/** Pictures as PNG are drawn in Node alone: a page shows the SVG itself. */
import { BackendError } from "../engine/errors.ts";

export function svgToPng(_svg: string, _scale = 1): never {
  throw new BackendError("svgToPng: a page has no resvg; show the SVG, or draw it on a canvas", "browser");
}
