/** Reduced grids: rows of fewer points near the poles, read onto the regular grid of the longest row. */

/** Rows of equal length, interpolated linearly along each; between a point and a missing one the point stands. */
export function widened(values: Float32Array, lengths: readonly number[], columns: number): Float32Array {
  const out = new Float32Array(lengths.length * columns);
  let begin = 0;
  for (const [row, length] of lengths.entries()) {
    for (let column = 0; column < columns; column++) {
      // In whole numbers, so that points that coincide are exact.
      const [place, rest] = [Math.floor((column * length) / columns), (column * length) % columns];
      const [a, b] = [values[begin + place]!, values[begin + ((place + 1) % length)]!];
      const share = rest / columns;
      const [left, right] = Number.isNaN(a) ? [b, b] : [a, Number.isNaN(b) ? a : b];
      out[row * columns + column] = rest === 0 ? a : (1 - share) * left + share * right;
    }
    begin += length;
  }
  return out;
}
