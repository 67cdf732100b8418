/** Squares of catchments that cut coarse cells. */
import { type AreaSet, squareAreas } from "../../verification/series/index.ts";

/** Pixels by which squares are shifted, so that they cut coarse cells. */
export const SHIFT = 2;

/** Squares of so many pixels on a map of `map` x `map`, shifted against the coarse cells. */
export function shiftedSquares(map: number, side: number): AreaSet {
  const inner = map - 2 * SHIFT;
  const { name, names, labels } = squareAreas(`${side * side} km²`, [inner, inner], [side, side]);
  const moved = new Int32Array(map * map).fill(-1);
  for (let y = 0; y < inner; y++) {
    moved.set(labels.subarray(y * inner, (y + 1) * inner), (y + SHIFT) * map + SHIFT);
  }
  return { name, names, labels: moved };
}
