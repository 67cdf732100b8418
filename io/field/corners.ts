/** Edges of the cells of grids that were made finer or coarser: what conservative remapping needs (CF-1.11, 7.1). */
import { axisOf, geographicOf, isGeographic } from "./axes.ts";
import type { Coordinate } from "./field.ts";

/** Values of a line and one more beyond each end, in the same steps. */
function extended(values: ArrayLike<number>): Float64Array {
  const n = values.length;
  const at = (i: number) =>
    i < 0 ? 2 * values[0]! - values[1]! : i < n ? values[i]! : 2 * values[n - 1]! - values[n - 2]!;
  return Float64Array.from({ length: n + 2 }, (_, i) => at(i - 1));
}

/** Corners between cells, `[height + 1, width + 1]`: means of the four centres around, which go on in the same steps beyond. */
export function cornerLattice(values: Float64Array, height: number, width: number): Float64Array {
  const rows = Array.from({ length: height }, (_, r) => extended(values.subarray(r * width, (r + 1) * width)));
  const columns = Array.from({ length: width + 2 }, (_, c) => extended(rows.map((row) => row[c]!)));
  return Float64Array.from({ length: (height + 1) * (width + 1) }, (_, i) => {
    const [r, c] = [Math.floor(i / (width + 1)), i % (width + 1)];
    return (columns[c]![r]! + columns[c + 1]![r]! + columns[c]![r + 1]! + columns[c + 1]![r + 1]!) / 4;
  });
}

/** True if longitudes go from one cell to the next without a jump around the earth. */
export function seamless(values: Float64Array, width: number): boolean {
  return values.every(
    (v, i) =>
      (i % width === 0 || Math.abs(v - values[i - 1]!) < 180) && (i < width || Math.abs(v - values[i - width]!) < 180),
  );
}

/**
 * Two-dimensional latitudes and longitudes on (y, x) with the four corners of each cell, anticlockwise; neighbours
 * share theirs. They are left as they are where there is no such pair, a side has one cell, or longitudes jump at a
 * seam.
 */
export function withCorners(coordinates: readonly Coordinate[], height: number, width: number): readonly Coordinate[] {
  const flat = (role: "x" | "y") =>
    geographicOf(coordinates, role, (c) => c.dims.length === 2 && c.values.length === height * width);
  const [lat, lon] = [flat("y"), flat("x")];
  if (!lat || !lon || String(lat.dims) !== String(lon.dims)) return coordinates;
  if (
    height < 2 ||
    width < 2 ||
    !seamless(lon.values, width) ||
    ![lat, lon].every((c) => c.values.every(Number.isFinite))
  )
    return coordinates;
  const [y, x] = [cornerLattice(lat.values, height, width), cornerLattice(lon.values, height, width)].map(
    (corners, k) => (k === 0 ? corners.map((v) => Math.min(90, Math.max(-90, v))) : corners),
  ) as [Float64Array, Float64Array];
  const down = width + 1;
  const turn = (x[1]! - x[0]!) * (y[down]! - y[0]!) - (x[down]! - x[0]!) * (y[1]! - y[0]!);
  const ring = turn > 0 ? [0, 1, down + 1, down] : [0, down, down + 1, 1];
  const around = (corners: Float64Array) =>
    Float64Array.from({ length: 4 * height * width }, (_, i) => {
      const cell = Math.floor(i / 4);
      return corners[Math.floor(cell / width) * down + (cell % width) + ring[i % 4]!]!;
    });
  return coordinates.map((c) =>
    c === lat ? { ...c, bounds: around(y) } : c === lon ? { ...c, bounds: around(x) } : c,
  );
}

/**
 * Edges `[n, 2]` of a line, in its direction, whichever way the bounds were written: as stated, or halfway between
 * centres; latitudes end at the poles. Undefined for a single centre without bounds.
 */
export function edgesAlong({ name, attributes, values, bounds }: Coordinate): Float64Array | undefined {
  const n = values.length;
  if (bounds) {
    const falls = n > 1 && (values[n - 1]! - values[0]!) * (bounds[1]! - bounds[0]!) < 0;
    return falls ? bounds.map((_, i) => bounds[i ^ 1]!) : bounds;
  }
  if (n < 2) return undefined;
  const ends = extended(values);
  const pole = isGeographic(name, attributes) && axisOf(name, attributes) === "y" ? 90 : Number.POSITIVE_INFINITY;
  return Float64Array.from({ length: 2 * n }, (_, i) => {
    const at = Math.floor(i / 2) + (i % 2);
    return Math.min(pole, Math.max(-pole, (ends[at]! + ends[at + 1]!) / 2));
  });
}

/**
 * A line of cells, each divided into `factor` equal ones: together they are exactly the cell, and their centres are
 * midway.
 *
 * @returns undefined for a single position without bounds
 */
export function dividedLine(c: Coordinate, factor: number): { values: Float64Array; bounds: Float64Array } | undefined {
  const edges = edgesAlong(c);
  if (edges === undefined) return undefined;
  const n = c.values.length * factor;
  const edge = (cell: number, k: number) => {
    const [low, high] = [edges[2 * cell]!, edges[2 * cell + 1]!];
    return k === 0 ? low : k === factor ? high : low + ((high - low) * k) / factor;
  };
  const bounds = Float64Array.from({ length: 2 * n }, (_, i) => {
    const fine = Math.floor(i / 2);
    return edge(Math.floor(fine / factor), (fine % factor) + (i % 2));
  });
  return { bounds, values: Float64Array.from({ length: n }, (_, i) => (bounds[2 * i]! + bounds[2 * i + 1]!) / 2) };
}
