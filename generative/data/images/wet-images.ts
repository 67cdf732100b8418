/** Selection of images by their wet share: mostly wet ones, and a part of drier ones. */
import type { Rng } from "../../../engine/random/rng.ts";

/** Shares by which images are chosen. */
export const usualShares = {
  /** Least share of wet pixels, of those with values, of a wet image; only of precipitation. */
  wetShare: 0.1,
  /** Least share of wet pixels of a drier image; images below it are dropped. */
  drierShare: 0.01,
  /** Part of the images taken from the drier ones, in [0, 1). */
  drierPart: 0.2,
};

/** Rectangle of maps that have a number of columns. */
export interface Rectangle {
  readonly columns: number;
  readonly row: number;
  readonly column: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Pixels where any map has a value; where the rain has one, and is wet (above 0); whether any value is clutter.
 *
 * @param limits - larger values of each map are clutter
 * @param rain - number of the map of rain
 */
export function lookAt(maps: readonly ArrayLike<number>[], limits: readonly number[], rain: number, at: Rectangle) {
  let [valid, there, wet, clutter] = [0, 0, 0, false];
  for (let y = at.row; y < at.row + at.height; y++) {
    for (let i = y * at.columns + at.column; i < y * at.columns + at.column + at.width; i++) {
      let any = 0;
      for (let o = 0; o < maps.length; o++) {
        const value = maps[o]![i]!;
        if (Number.isNaN(value)) continue;
        any = 1;
        if (value > limits[o]!) clutter = true;
        if (o === rain) {
          there++;
          if (value > 0) wet++;
        }
      }
      valid += any;
    }
  }
  return { valid, there, wet, clutter };
}

/** A seeded choice: up to (1 − drierPart) · limit wet images, and drier ones in the ratio drierPart : 1 − drierPart to those. */
export function chooseWet<T>(
  wet: readonly T[],
  drier: readonly T[],
  { limit, drierPart, rng }: { readonly limit: number; readonly drierPart: number; readonly rng: Rng },
): { readonly wet: readonly T[]; readonly drier: readonly T[] } {
  const kept = Math.min(wet.length, Math.floor(limit * (1 - drierPart) + 1e-9));
  const fewer = Math.min(drier.length, Math.floor((kept * drierPart) / (1 - drierPart) + 1e-9));
  const choose = (from: readonly T[], most: number, stream: Rng) =>
    Array.from(stream.permutation(from.length).subarray(0, most), (i) => from[i]!);
  return { wet: choose(wet, kept, rng.split("wet")), drier: choose(drier, fewer, rng.split("drier")) };
}
