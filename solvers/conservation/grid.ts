/** Grids of cells on boxes of one or two axes of space, and their faces along each axis, line by line. */

/** A grid of cells; cells are row-major, the last axis fastest. */
export interface Grid {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Cells along each axis. */
  readonly counts: readonly number[];
  readonly cells: number;
}

/** The lines of cells along an axis. */
export interface Lines {
  readonly width: number;
  readonly length: number;
  /** Step from a cell to the next one of its line. */
  readonly step: number;
  /** First cell of each line. */
  readonly starts: Int32Array;
}

/** A grid with about so many cells along the longest axis, and cells as square as the box allows. */
export function gridOf(bounds: readonly (readonly [number, number])[], along: number): Grid {
  const widths = bounds.map(([low, high]) => high - low);
  const longest = Math.max(...widths);
  const counts = widths.map((width) => Math.max(8, Math.round((along * width) / longest)));
  // A box of very different extents has units of its own along each axis.
  const isPlain = longest <= 16 * Math.min(...widths);
  const own = isPlain ? counts : widths.map(() => along);
  return {
    low: bounds.map(([low]) => low),
    high: bounds.map(([, high]) => high),
    counts: own,
    cells: own.reduce((a, b) => a * b),
  };
}

/** The lines along an axis. */
export function linesOf({ low, high, counts, cells }: Grid, axis: number): Lines {
  const length = counts[axis]!;
  const step = counts.slice(axis + 1).reduce((a, b) => a * b, 1);
  const starts = Int32Array.from({ length: cells / length }, (_, k) => {
    const inner = k % step;
    return ((k - inner) / step) * step * length + inner;
  });
  return { width: (high[axis]! - low[axis]!) / length, length, step, starts };
}

/** Coordinates of all cells' centres, a column for each axis. */
export function centresOf({ low, high, counts, cells }: Grid): Float64Array[] {
  return counts.map((count, axis) => {
    const step = counts.slice(axis + 1).reduce((a, b) => a * b, 1);
    const width = (high[axis]! - low[axis]!) / count;
    return Float64Array.from({ length: cells }, (_, i) => low[axis]! + width * ((Math.floor(i / step) % count) + 0.5));
  });
}

/** Coordinates of the faces along an axis, [lines][length + 1] of them, a column for each axis. */
export function facesOf(grid: Grid, axis: number): Float64Array[] {
  const centres = centresOf(grid);
  const { width, length, starts } = linesOf(grid, axis);
  return centres.map((column, k) => {
    const out = new Float64Array(starts.length * (length + 1));
    for (const [line, start] of starts.entries())
      for (let i = 0; i <= length; i++)
        out[line * (length + 1) + i] = k === axis ? grid.low[axis]! + width * i : column[start]!;
    return out;
  });
}
