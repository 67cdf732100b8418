/** Tiles of one frame, without a choice. */
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { type FoundImage, placesIn } from "../../generative/data/images/choose.ts";
import { tileAt, tileShares, tileSource } from "../../generative/data/tiles/tiles.ts";

/** Wet and drier tiles of a frame, [1, height, width] in mm/h, with dry pixels as 0. */
export function tilesIn(
  frame: ShapedArray & { readonly values: Float32Array },
  size: number,
  { wet, clutter }: { readonly wet: number; readonly clutter: number },
): readonly (FoundImage & { readonly values: Float32Array })[] {
  const [, rows, columns] = frame.shape as [number, number, number];
  const threshold = Math.fround(wet);
  const map = frame.values.map((rate) => (rate < threshold ? 0 : rate));
  const at = { rows, columns, clutter: [clutter] };
  const dropped = { empty: 0, dry: 0, clutter: 0 };
  return Array.from(placesIn([map], at, tileSource([], { size }), tileShares(), dropped), (place) => {
    const found = { frame: 0, ...place };
    return { ...found, values: tileAt(frame, found, size, wet) };
  });
}
