/** Rows of a map in slabs, so that what is made of them beside it stays small. */

/** Rows of a slab that are aimed at. */
const ROWS = 64;

/**
 * Slabs that cover a map, from the top.
 *
 * @param height - rows of the map, a multiple of `multiple`
 * @param multiple - rows of a slab are a multiple of it
 */
export function rowSlabs(height: number, multiple: number): readonly (readonly [top: number, rows: number])[] {
  const most = Math.max(multiple, Math.floor(ROWS / multiple) * multiple);
  return Array.from({ length: Math.ceil(height / most) }, (_, n) => [n * most, Math.min(most, height - n * most)]);
}
