/** Grids and fields on them for the tests of regridding, and their descriptions for cdo. */
import { type Coordinate, Field, type RegridGrid } from "../../../io/index.ts";
import { axis, evenly } from "../../axis.ts";

/** Reproducible numbers of [0, 1). */
function dice(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function unevenEdges(seed: number, n: number, low: number, high: number): number[] {
  const next = dice(seed);
  const steps = Array.from({ length: n }, () => 0.3 + next());
  const sum = steps.reduce((a, b) => a + b, 0);
  let at = 0;
  const inner = steps.slice(0, -1).map((step) => {
    at += step;
    return low + ((high - low) * at) / sum;
  });
  return [low, ...inner, high];
}

function lineOf(name: string, edges: readonly number[], attributes: Coordinate["attributes"]): Coordinate {
  const n = edges.length - 1;
  return axis(
    name,
    Float64Array.from({ length: n }, (_, i) => (edges[i]! + edges[i + 1]!) / 2),
    attributes,
    Float64Array.from({ length: 2 * n }, (_, i) => edges[Math.floor(i / 2) + (i % 2)]!),
  );
}

/** Cells of random sizes, by default around the whole globe. */
export function irregularGrid(
  seed: number,
  rows: number,
  columns: number,
  limits: { west?: number; east?: number; south?: number; north?: number; northUp?: boolean } = {},
): RegridGrid {
  const { west = 0, east = west + 360, south = -90, north = 90, northUp = false } = limits;
  const lats = unevenEdges(seed, rows, south, north);
  const y = { standard_name: "latitude", units: "degrees_north", axis: "Y" };
  const x = { standard_name: "longitude", units: "degrees_east", axis: "X" };
  return {
    y: lineOf("lat", northUp ? lats.reverse() : lats, y),
    x: lineOf("lon", unevenEdges(seed + 77, columns, west, east), x),
  };
}

/** The same grid with the northernmost row first. */
export const northUp = ({ y, x }: RegridGrid): RegridGrid => ({
  y: { ...y, values: y.values.slice().reverse(), ...(y.bounds && { bounds: y.bounds.slice().reverse() }) },
  x,
});

/** A field of float64 from a function of y and x, alone or for several hourly times with other factors. */
export function onGrid(grid: RegridGrid, value: (y: number, x: number) => number, times?: number): Field {
  const [height, width] = [grid.y.values.length, grid.x.values.length];
  const plane = height * width;
  const time: Coordinate = axis("time", evenly(times ?? 1), {
    units: "hours since 2000-01-01",
    standard_name: "time",
    axis: "T",
  });
  const values = Float64Array.from({ length: (times ?? 1) * plane }, (_, i) => {
    const cell = i % plane;
    return (
      value(grid.y.values[Math.floor(cell / width)]!, grid.x.values[cell % width]!) * (1 + Math.floor(i / plane) / 4)
    );
  });
  return new Field({
    name: "pr",
    dims: [...(times === undefined ? [] : ["time"]), grid.y.name, grid.x.name],
    shape: [...(times === undefined ? [] : [times]), height, width],
    values,
    units: "mm",
    coordinates: [...(times === undefined ? [] : [time]), grid.y, grid.x],
  });
}

/** A grid of latitudes and longitudes as cdo describes it. */
export function cdoGrid(grid: RegridGrid): string {
  const list = (values: ArrayLike<number> | undefined) => Array.from(values ?? []).join(" ");
  return [
    "gridtype = lonlat",
    `xsize = ${grid.x.values.length}`,
    `ysize = ${grid.y.values.length}`,
    `xvals = ${list(grid.x.values)}`,
    `yvals = ${list(grid.y.values)}`,
    ...(grid.x.bounds ? [`xbounds = ${list(grid.x.bounds)}`] : []),
    ...(grid.y.bounds ? [`ybounds = ${list(grid.y.bounds)}`] : []),
    "",
  ].join("\n");
}
