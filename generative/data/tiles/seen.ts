/** Properties of training tiles that inputs are compared with: spacing, interval, range and texture. */
import { blockMean } from "../../../engine/numerics/grid.ts";
import type { SeenBlocks } from "../../model/blocks.ts";
import { extent, type RainPlace, rangeOf } from "../../model/spacing.ts";
import { evenly, seenTexture, type TextureOptions, texturesOf, WINDOW } from "../../model/texture.ts";
import type { Tiles } from "./tiles.ts";

/** Most tiles whose texture is measured. */
const MOST_TEXTURES = 500;

/** Properties of training tiles. @param how - the texture is measured */
export function seenBlocks(
  archive: Tiles,
  factor: number,
  places: readonly RainPlace[],
  how: TextureOptions = { wet: 0.1, unit: 1 },
): SeenBlocks {
  const { count, size } = archive;
  let largest = 0;
  for (let tile = 0; tile < count; tile++) {
    largest = blockMean(archive.read(tile).clean, 1, size, size, factor).reduce((a, b) => Math.max(a, b), largest);
  }
  const side = Math.floor(size / factor);
  const textures = evenly(count, MOST_TEXTURES).flatMap((tile) =>
    texturesOf(blockMean(archive.read(tile).clean, 1, size, size, factor), [side, side], WINDOW, how),
  );
  const texture = seenTexture(textures, how);
  const fine = rangeOf(places.flatMap(({ grid }) => (grid ? [grid] : [])));
  const times = ([low, high]: readonly [number, number]) => [low * factor, high * factor] as const;
  const seconds = places.flatMap(({ interval }) => (interval === undefined ? [] : [interval]));
  return {
    largest,
    ...(fine && { coarse: { ...fine, y: times(fine.y), x: times(fine.x) } }),
    ...(seconds.length > 0 && { interval: extent(seconds) }),
    ...(texture && { texture }),
  };
}
