/** Cells of one grid that hold the cells of a finer one. */
import { type GridLine, gridOf, type RegridGrid } from "./grid.ts";
import { sideOf } from "./positions.ts";
import { sameSystem } from "./same-system.ts";

/** Cells of a coarse grid that hold fine ones. */
export interface HoldingCells {
  /** Number of the coarse cell that holds the centre of each fine one, row by row; −1 outside of all. */
  readonly of: Int32Array;
  /** True if each fine cell lies whole in a coarse one, or in none. */
  readonly nested: boolean;
}

/** Share of a fine cell that may lie in another coarse one: coordinates are rounded. */
const ROUNDING = 0.01;

/** Position of the coarse cell that holds the centre of each fine one, −1 for none; and whether it holds the whole of it. */
function along(coarse: GridLine, fine: GridLine): { readonly of: readonly number[]; readonly nested: boolean } {
  const round = coarse.kind === "longitude";
  let nested = true;
  const of = Array.from(fine.centres, (centre, i) => {
    for (const cell of coarse.centres.keys()) {
      const [low, high] = [coarse.edges[2 * cell]!, coarse.edges[2 * cell + 1]!];
      const turn = round ? 360 * Math.floor((centre - low) / 360) : 0;
      if (!(centre - turn >= low && centre - turn < high)) continue;
      const [from, to] = [fine.edges[2 * i]!, fine.edges[2 * i + 1]!];
      const slack = ROUNDING * (to - from);
      if (from - turn < low - slack || to - turn > high + slack) nested = false;
      return cell;
    }
    return -1;
  });
  return { of, nested };
}

/**
 * Coarse cells that hold fine ones; cells from bounds, else halfway between centres.
 *
 * @returns undefined where rows and columns are not of one system, so that cells cannot be compared
 * @throws ShapeError for lines that are no grid
 */
export function holdingCells(coarse: Parameters<typeof gridOf>[0], fine: RegridGrid): HoldingCells | undefined {
  const [a, b] = [sideOf("the coarse field", gridOf(coarse)), sideOf("the fine grid", fine)];
  if (!a.lines || !b.lines || !sameSystem(a, b)) return undefined;
  const [rows, columns] = [along(a.lines.y, b.lines.y), along(a.lines.x, b.lines.x)];
  const of = Int32Array.from({ length: b.rows * b.columns }, (_, i) => {
    const [row, column] = [rows.of[Math.floor(i / b.columns)]!, columns.of[i % b.columns]!];
    return row < 0 || column < 0 ? -1 : row * a.columns + column;
  });
  return { of, nested: rows.nested && columns.nested };
}
