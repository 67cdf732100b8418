/** Cells that are copies of larger ones: a field that was brought to a finer grid by its nearest values has no rain at the scale of its cells. */
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";

/** Borders between rows, or between columns, below which nothing is said. */
const FEWEST = 8;
/** Wet values that differ from each other beside a border that counts. */
const LEAST_VALUES = 3;
/** Cells are copies where nothing changes across this share of the borders. */
const SAME = 0.4;

/**
 * Rows and columns that a value fills in the mean, such as `[3, 8]`; undefined where cells have values of their own, or too few are wet.
 *
 * @param wet - least wet value
 */
export function copiedCells(maps: readonly ShapedArray[], wet: number): readonly [number, number] | undefined {
  const sides = ([true, false] as const).map((rows) => {
    let [same, all] = [0, 0];
    for (const map of maps) {
      const [count, length] = (rows ? map.shape : map.shape.toReversed()) as [number, number];
      for (let border = 1; border < count; border++) {
        const found = unchanged(map, rows, border, length, wet);
        if (found === undefined) continue;
        all++;
        if (found) same++;
      }
    }
    // A map has one value more than borders.
    return all < FEWEST || same < SAME * all ? undefined : (all + maps.length) / (all - same + maps.length);
  });
  const [rows, columns] = sides;
  return rows === undefined || columns === undefined ? undefined : [Math.round(rows), Math.round(columns)];
}

/** True if no value changes across a border; undefined where too few are wet beside it. */
function unchanged(
  { values, shape }: ShapedArray,
  rows: boolean,
  border: number,
  length: number,
  wet: number,
): boolean | undefined {
  const width = shape[1]!;
  const seen = new Set<number>();
  let same = true;
  for (let i = 0; i < length; i++) {
    const at = rows ? border * width + i : i * width + border;
    const [here, before] = [values[at]!, values[at - (rows ? width : 1)]!];
    if (!(here >= wet || before >= wet)) continue;
    seen.add(here);
    if (here !== before) same = false;
  }
  return seen.size < LEAST_VALUES ? undefined : same;
}
