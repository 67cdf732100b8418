/** Weights from one grid to another: between rows and columns where both have them in one system, else between cells. */
import { among, checkOptions, gone, type OptionChecks, real } from "../../engine/checks.ts";
import type { Field } from "../field/field.ts";
import { cellOverlaps } from "./area-weights.ts";
import { type GridLine, type GridLines, gridOf, type RegridGrid } from "./grid.ts";
import { isCircle, overlaps, points } from "./line-weights.ts";
import { placeWeights } from "./point-weights.ts";
import { sideOf } from "./positions.ts";
import { sameSystem } from "./same-system.ts";

/** Method of regridding; see {@link regridWeights}. */
export type RegridMethod = RegridOptions["method"];

/** A sparse matrix by rows: row `i` has the entries from `start[i]` to `start[i + 1]`. */
export interface SparseRows {
  /** Number of columns, positions of the source. */
  readonly width: number;
  /** Length: rows + 1, from 0 to the number of entries. */
  readonly start: Int32Array;
  /** One column per entry, 0 to `width` − 1. */
  readonly index: Int32Array;
  /** One per entry. */
  readonly weight: Float64Array;
  /** Sum of the weights of a row whose cell the source covers. */
  readonly total: Float64Array;
}

/** Options of {@link regrid}. */
export interface RegridOptions {
  /** Method of regridding; has no default. */
  readonly method: "conservative" | "bilinear" | "nearest";
  /**
   * Result of bilinear interpolation between the outermost centres and the edge of the source grid: missing values, as
   * CDO, or the values of the border. Around the whole globe there is no edge in x, and rows beyond the last one lean
   * on the mean of that row, taken at the pole.
   * @defaultValue "missing"
   */
  readonly border?: "missing" | "clamp";
  /**
   * Divisor of conservative sums, as CDO and ESMF name it: `"fracarea"`, the area of the source that is there,
   * which gives the mean over it; `"destarea"`, the whole area of the target cell, as if what is missing were 0, which
   * keeps the integral even where cells are covered in part.
   * @defaultValue "fracarea"
   */
  readonly normalization?: "fracarea" | "destarea";
  /**
   * Least share of a target cell, in [0, 1], that must be covered by source values that are there (for bilinear and
   * nearest, least sum of their weights); below it, the value is missing. 0 takes whatever is there, as CDO does. A
   * ten-thousandth less is let pass, for edges from coordinates in float32.
   * @defaultValue 1: a cell that meets any missing value, or the outside, is missing
   */
  readonly minimumValid?: number;
}

/** Checks of the options that make weights. */
const weightChecks: OptionChecks<Pick<RegridOptions, "method" | "border">> = {
  method: among("conservative", "bilinear", "nearest"),
  border: among("missing", "clamp"),
};
const noMask = "set the cells that do not count to NaN, and pass `minimumValid: 0` to take what is left";

/** Checks of {@link RegridOptions}. */
export const regridChecks: OptionChecks<RegridOptions> = {
  ...weightChecks,
  normalization: among("fracarea", "destarea"),
  minimumValid: real(0, 1),
  ...{ sourceMask: gone(noMask), targetMask: gone("set the cells of the result that are to be missing to NaN") },
};

/** Weights from one grid to another, for any number of fields; see {@link regridWeights}. */
export interface RegridWeights {
  /** By which the weights were made. */
  readonly method: RegridOptions["method"];
  /** Rows and columns of the source. */
  readonly shape: readonly [height: number, width: number];
  /** Grid of the result. */
  readonly target: RegridGrid;
}

/** Contents of {@link RegridWeights}. */
export type Weights = LineWeights | CellWeights;

/** Weights between rows and columns of one system. */
export interface LineWeights extends RegridWeights {
  /** Target rows by source rows; two more source rows after the last stand for the means at south and north pole. */
  readonly rows: SparseRows;
  /** Target columns by source columns. */
  readonly columns: SparseRows;
  /** Both axes of the source. */
  readonly source: GridLines;
}

/** Weights between grids of which at least one is turned, projected or curvilinear. */
export interface CellWeights extends RegridWeights {
  /** Target cells by source cells; two more rows of source cells after the last stand for the means at south and north pole. */
  readonly cells: SparseRows;
  /** Grid of the source. */
  readonly source: RegridGrid;
}

/** The options that make weights. */
export const waysOf = ({ method, border }: RegridOptions): Pick<RegridOptions, "method" | "border"> => ({
  method,
  ...(border !== undefined && { border }),
});

/**
 * Weights from the grid of a field to another, computed once and used by {@link regrid} for every time and member.
 *
 * `"conservative"`: first-order, each target cell gets the mean of the source over it, by exact areas of overlap
 * (on a sphere between circles of latitude; on the plane for projections); cells from bounds, else halfway between
 * centres. `"bilinear"`: linear in y and x between centres. `"nearest"`: the cell that holds the point, in y and x.
 * Longitudes may be 0 to 360 or -180 to 180 and cross the seam; latitudes may decrease.
 *
 * Turned, projected and curvilinear grids go by the places of their cells: latitudes and longitudes over both
 * dimensions, or those of a stated rotated pole. `"bilinear"` is then the inverse of the bilinear map of the
 * quadrilateral of the four centres around (in longitude and latitude; beyond 75 degrees in the stereographic plane of
 * the pole), `"nearest"` the nearest centre on the sphere where a cell holds the point, `"conservative"` takes cells
 * between great circles.
 *
 * @param source - a field with y and x as its last two dimensions, or its grid.
 * @param options - method and border, as {@link regrid} takes them
 * @throws ShapeError for grids without places on the earth where these are needed, and cells that overlap; OptionsError
 * for the method.
 */
export function regridWeights(
  source: Field | RegridGrid,
  target: Field | RegridGrid,
  options: Pick<RegridOptions, "method" | "border">,
): RegridWeights {
  checkOptions("regridWeights", options, weightChecks, ["method"]);
  const { method } = options;
  const [from, to] = [source, target].map((grid) => ("dims" in grid ? gridOf(grid) : grid)) as [RegridGrid, RegridGrid];
  const a = sideOf(`regrid: ${"name" in source ? `field ${source.name}` : "the source"}`, from);
  const b = sideOf("regrid: the target", to);
  const shared = { method, shape: [a.rows, a.columns] as const, target: to };
  const made = (weights: Weights): RegridWeights => weights;
  if (a.lines && b.lines && sameSystem(a, b)) {
    const round = isCircle(a.lines.x);
    const line = (s: GridLine, t: GridLine) =>
      method === "conservative" ? overlaps("regrid: the source", s, t) : points(s, t, options, round);
    return made({ ...shared, rows: line(a.lines.y, b.lines.y), columns: line(a.lines.x, b.lines.x), source: a.lines });
  }
  return made({
    ...shared,
    cells: method === "conservative" ? cellOverlaps(a, b) : placeWeights(a, b, options),
    source: from,
  });
}
