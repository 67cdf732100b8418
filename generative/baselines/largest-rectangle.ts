/** The largest rectangle of a mask. */

/** Rows [row, row + rows) and columns [column, column + columns). */
export interface Rectangle {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * The rectangle of most pixels that are all there; the first of several, 0 × 0 where there is none.
 *
 * @param there - `[height, width]`, 0 where something is missing
 */
export function largestRectangle(there: Uint8Array, height: number, width: number): Rectangle {
  let best: Rectangle = { row: 0, column: 0, rows: 0, columns: 0 };
  // How many pixels up from a row are there.
  const above = new Int32Array(width + 1);
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) above[x] = there[row * width + x] ? above[x]! + 1 : 0;
    // Columns whose heights rise from left to right; each rectangle ends where a lower column comes.
    const rising: { readonly from: number; readonly rows: number }[] = [];
    for (let x = 0; x <= width; x++) {
      let from = x;
      while (rising.length > 0 && rising.at(-1)!.rows >= above[x]!) {
        const last = rising.pop()!;
        from = last.from;
        const columns = x - from;
        if (last.rows * columns > best.rows * best.columns) {
          best = { row: row - last.rows + 1, column: from, rows: last.rows, columns };
        }
      }
      rising.push({ from, rows: above[x]! });
    }
  }
  return best;
}
