/** Fields as pixels, one pixel a cell. Only this file uses the PNG encoder. */

import { ShapeError } from "../engine/errors.ts";
import { encodePng } from "../engine/files/png.ts";
import { type ColorScale, painter, toRgb } from "./color-scale.ts";
import type { MapPanel } from "./map-figure.ts";
import { missingGrey } from "./style.ts";

/**
 * Colours a field; `firstRow` is drawn at the top, as in images, or at the bottom. Each cell becomes exactly one pixel;
 * NaN becomes grey; ±Infinity takes the end colours.
 *
 * @returns the bytes of a PNG file of width × height pixels
 * @throws ShapeError if `values` does not hold height × width numbers
 */
export function rasterPng(
  raster: Pick<MapPanel, "values" | "height" | "width">,
  scale: ColorScale,
  firstRow: "top" | "bottom" = "top",
): Uint8Array {
  const { values, height, width } = raster;
  if (!(height >= 1 && width >= 1) || values.length !== height * width)
    throw new ShapeError("rasterPng: values", [height, width], [values.length], "pass them row by row");
  const paint = painter(scale);
  const missing = toRgb(missingGrey);
  const data = new Uint8Array(3 * height * width);
  for (let row = 0; row < height; row += 1) {
    const source = (firstRow === "top" ? row : height - 1 - row) * width;
    for (let column = 0; column < width; column += 1) {
      const value = values[source + column]!;
      data.set(Number.isNaN(value) ? missing : paint(value), 3 * (row * width + column));
    }
  }
  return encodePng({ width, height, data, channels: 3, depth: 8 });
}

/** Number of missing (NaN) cells. */
export function countMissing(values: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < values.length; i += 1) if (Number.isNaN(values[i])) count += 1;
  return count;
}
