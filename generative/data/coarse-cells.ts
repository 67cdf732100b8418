/** Coarse cells that fine pixels lie in. */

import type { LazyField } from "../../io/dataset/index.ts";
import { holdingCells } from "../../io/regrid/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import { type FineGrid, regridGridOf } from "../model/fine-grid.ts";

/** Pixels of the cells of a coarse grid. */
export interface CoarseCells {
  /** Pixels whose centre lies in each cell, row by row; of cells beyond the fine grid none. */
  readonly pixels: readonly (readonly number[])[];
  /** True if coarse cells are unions of pixels. */
  readonly nested: boolean;
}

/** The cells of a coarse field on a fine grid; undefined where the grids are of different systems. */
export function coarseCells(coarse: LazyField, grid: FineGrid): CoarseCells | undefined {
  const held = holdingCells(coarse, regridGridOf(grid));
  if (held === undefined) return undefined;
  const pixels: number[][] = Array.from({ length: sizeOf(coarse.shape.slice(-2)) }, () => []);
  for (const [at, cell] of held.of.entries()) if (cell >= 0) pixels[cell]!.push(at);
  return { pixels, nested: held.nested };
}
