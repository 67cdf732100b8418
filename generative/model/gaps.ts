/** Missing cells of coarse rain, filled so that the network sees no edge of a dry sea where there is only no data. */

const beside = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;

/**
 * A copy in which each missing cell has the mean of its neighbours that are nearest to what is there: ring by ring from the
 * edge of the gap inwards. Where nothing is there, 0.
 *
 * @param values - [height, width] row-major; missing is NaN
 */
export function fillGaps(values: Float32Array, height: number, width: number): Float32Array {
  const out = values.slice();
  let open = [...out.keys()].filter((i) => Number.isNaN(out[i]));
  while (open.length > 0) {
    const found: [at: number, value: number][] = [];
    const left: number[] = [];
    for (const at of open) {
      const [row, column] = [Math.floor(at / width), at % width];
      let [sum, count] = [0, 0];
      for (const [down, right] of beside) {
        const [y, x] = [row + down, column + right];
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        const value = out[y * width + x]!;
        if (Number.isNaN(value)) continue;
        sum += value;
        count++;
      }
      if (count > 0) found.push([at, sum / count]);
      else left.push(at);
    }
    if (found.length === 0) for (const at of left) out[at] = 0;
    for (const [at, value] of found) out[at] = value;
    open = found.length === 0 ? [] : left;
  }
  return out;
}
