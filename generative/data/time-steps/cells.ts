/** The coarse cell that holds each pixel of a fine grid that divides coarse cells. */

/** Positions along y and x. */
export interface Lines {
  readonly y: ArrayLike<number>;
  readonly x: ArrayLike<number>;
}

/**
 * Cells by pixel, row by row; undefined where the pixels do not divide the cells into whole numbers of rows and columns. Cells at the end
 * may be smaller, as those of a grid whose sides are no multiples of the factor.
 */
export function nestedCells(fine: Lines, coarse: Lines): Int32Array | undefined {
  const [rows, columns] = [nested(fine.y, coarse.y), nested(fine.x, coarse.x)];
  if (rows === undefined || columns === undefined) return undefined;
  const width = fine.x.length;
  return Int32Array.from(
    { length: fine.y.length * width },
    (_, i) => rows[Math.floor(i / width)]! * coarse.x.length + columns[i % width]!,
  );
}

/** The cell of each position of a line. */
function nested(fine: ArrayLike<number>, coarse: ArrayLike<number>): Int32Array | undefined {
  const factor = Math.ceil(fine.length / coarse.length);
  if (Math.ceil(fine.length / factor) !== coarse.length) return undefined;
  const cell = fine.length > 1 ? Math.abs(fine[1]! - fine[0]!) * factor : Number.POSITIVE_INFINITY;
  for (let c = 0; c < coarse.length; c++) {
    const [from, to] = [c * factor, Math.min((c + 1) * factor, fine.length)];
    let sum = 0;
    for (let i = from; i < to; i++) sum += fine[i]!;
    const off = Math.abs(sum / (to - from) - coarse[c]!);
    // A cell at the end may be cut, or stand for the whole of it.
    const slack = to - from < factor ? 0.5 : 1e-2;
    if (!(off <= slack * cell) && fine.length > 1) return undefined;
  }
  return Int32Array.from({ length: fine.length }, (_, i) => Math.floor(i / factor));
}
