/**
 * Weights between rectilinear grids. Cells are products of stretches of two axes, so that the sparse matrix from one
 * grid to the other is a product too: one small sparse matrix for the rows and one for the columns.
 */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { Field } from "../field/field.ts";
import { type GridLine, type GridLines, gridOf, linesOf, measure, type RegridGrid } from "./grid.ts";

/** How values come to another grid; see {@link regridWeights}. */
export type RegridMethod = "conservative" | "bilinear" | "nearest";

/** A sparse matrix by rows: row `i` has the entries from `start[i]` to `start[i + 1]`. */
export interface SparseRows {
  /** Number of columns, positions of the source. */
  readonly width: number;
  readonly start: Int32Array;
  readonly index: Int32Array;
  readonly weight: Float64Array;
  /** What the weights of a row sum to where the source covers all of it. */
  readonly total: Float64Array;
}

/** Options of {@link regridWeights}. */
export interface RegridWeightsOptions {
  readonly method: RegridMethod;
  /**
   * What bilinear interpolation gives between the outermost centres and the edge of the source grid: missing values, as
   * CDO, or the values of the border. Around the whole globe there is no edge in x, and rows beyond the last one lean
   * on the mean of that row, taken at the pole.
   * @defaultValue "missing"
   */
  readonly border?: "missing" | "clamp";
}

/** Weights from one grid to another, for any number of fields; see {@link regridWeights}. */
export interface RegridWeights {
  readonly method: RegridMethod;
  /** Target rows by source rows; two more source rows after the last stand for the means at south and north pole. */
  readonly rows: SparseRows;
  readonly columns: SparseRows;
  /** Rows and columns of the source. */
  readonly shape: readonly [height: number, width: number];
  readonly source: GridLines;
  readonly target: RegridGrid;
}

type Entry = readonly [index: number, weight: number];

function sparse(width: number, rows: readonly (readonly Entry[])[], total: Float64Array): SparseRows {
  const start = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    start[i + 1] = start[i]! + row.length;
  });
  const entries = rows.flat();
  return {
    width,
    start,
    index: Int32Array.from(entries, ([index]) => index),
    weight: Float64Array.from(entries, ([, weight]) => weight),
    total,
  };
}

/** Turns of 360 degrees that bring a stretch near another; none off the circle. */
function turns(kind: GridLine["kind"], low: number, high: number, from: number, to: number): number[] {
  if (kind !== "longitude") return [0];
  const first = Math.ceil((from - high) / 360);
  const last = Math.floor((to - low) / 360);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * 360);
}

/** Overlaps of the target's cells with the source's, in the measure of the axis. */
function overlaps(where: string, source: GridLine, target: GridLine): SparseRows {
  const { kind, edges } = source;
  const order = Array.from(source.centres.keys()).sort((a, b) => edges[2 * a]! - edges[2 * b]!);
  const [first, last] = [edges[2 * order[0]!]!, edges[2 * order.at(-1)! + 1]!];
  const close = (k: number) => 1e-4 * (edges[2 * k + 1]! - edges[2 * k]!);
  order.forEach((k, i) => {
    const before = order[i - 1];
    const meets = before !== undefined && edges[2 * before + 1]! - edges[2 * k]! > close(k);
    if (!meets && !(kind === "longitude" && i === order.length - 1 && last - first > 360 + close(k))) return;
    throw new ShapeError(
      `${where}: cells of ${source.name}`,
      "cells that do not overlap",
      `${edges[2 * k]} to ${edges[2 * k + 1]} at index ${k}, which is covered already`,
      kind === "longitude" ? "leave the repeated columns out with `field.isel`" : "correct the bounds",
    );
  });
  const n = target.centres.length;
  const total = new Float64Array(n);
  const rows: Entry[][] = [];
  for (let i = 0; i < n; i++) {
    const [low, high] = [target.edges[2 * i]!, target.edges[2 * i + 1]!];
    total[i] = measure(kind, low, high);
    const row: Entry[] = [];
    for (const turn of turns(kind, low, high, first, last)) {
      for (let at = firstAbove(order, edges, low + turn); at < order.length; at++) {
        const k = order[at]!;
        if (edges[2 * k]! >= high + turn) break;
        const [a, b] = [Math.max(low + turn, edges[2 * k]!), Math.min(high + turn, edges[2 * k + 1]!)];
        // Less than this is the rounding of edges that are meant to meet.
        if (b - a > 1e-12 * (edges[2 * k + 1]! - edges[2 * k]!)) row.push([k, measure(kind, a, b)]);
      }
    }
    rows.push(row.sort((a, b) => a[0] - b[0]));
  }
  return sparse(source.centres.length, rows, total);
}

/** First of the ordered cells whose upper edge lies above a position. */
function firstAbove(order: readonly number[], edges: Float64Array, position: number): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[2 * order[middle]! + 1]! > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether the cells of a line of longitudes close around the globe. */
export function isCircle({ kind, edges }: GridLine): boolean {
  if (kind !== "longitude") return false;
  let [low, high, widest] = [Infinity, -Infinity, 0];
  for (let i = 0; i < edges.length; i += 2) {
    low = Math.min(low, edges[i]!);
    high = Math.max(high, edges[i + 1]!);
    widest = Math.max(widest, edges[i + 1]! - edges[i]!);
  }
  return high - low > 360 - 0.01 * widest;
}

interface Bracket {
  readonly source: GridLine;
  /** Indices by increasing position. */
  readonly order: readonly number[];
  readonly circle: boolean;
  readonly clamp: boolean;
  /** Whether rows beyond the last lean on the mean at the pole. */
  readonly poles: boolean;
}

/** Neighbours of a position and their linear weights; none where it lies outside. */
function linear({ source, order, circle, clamp, poles }: Bracket, position: number): Entry[] {
  const { centres, edges, kind } = source;
  const n = order.length;
  const at = (i: number) => centres[order[i]!]!;
  const [first, last] = [at(0), at(n - 1)];
  const lowest = edges[2 * order[0]!]!;
  const p =
    kind === "longitude" ? position - 360 * Math.floor((position - (circle ? first : lowest) + 1e-9) / 360) : position;
  const slack = 1e-9 * Math.max(1, Math.abs(p));
  if (p >= first - slack && p <= last + slack) {
    let [low, high] = [0, n - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (at(middle) <= p) low = middle;
      else high = middle;
    }
    if (n === 1) return [[order[0]!, 1]];
    return between(order[low]!, order[high]!, (p - at(low)) / (at(high) - at(low)));
  }
  if (circle) return between(order[n - 1]!, order[0]!, (p - last) / (first + 360 - last));
  if (poles && Math.abs(p) <= 90 + slack) {
    const north = p > last;
    const edge = north ? last : first;
    const share = (Math.abs(p) - Math.abs(edge)) / (90 - Math.abs(edge));
    return between(order[north ? n - 1 : 0]!, north ? n + 1 : n, share);
  }
  if (clamp && p >= lowest - slack && p < first) return [[order[0]!, 1]];
  if (clamp && p > last && p <= edges[2 * order[n - 1]! + 1]! + slack) return [[order[n - 1]!, 1]];
  return [];
}

function between(a: number, b: number, share: number): Entry[] {
  const t = Math.min(Math.max(share, 0), 1);
  const entries: Entry[] = [
    [a, 1 - t],
    [b, t],
  ];
  return entries.filter(([, weight]) => weight > 0);
}

/** The nearest centre, where the position lies in a cell of the source or on its edge. */
function nearest(bracket: Bracket, position: number): Entry[] {
  const neighbours = linear({ ...bracket, clamp: true, poles: false }, position);
  const best = neighbours.reduce<Entry | undefined>((a, b) => (a && a[1] >= b[1] ? a : b), undefined);
  return best ? [[best[0], 1]] : [];
}

function points(source: GridLine, target: GridLine, options: RegridWeightsOptions, round: boolean): SparseRows {
  const order = Array.from(source.centres.keys()).sort((a, b) => source.centres[a]! - source.centres[b]!);
  const ends = [source.edges[2 * order[0]!]!, source.edges[2 * order.at(-1)! + 1]!] as const;
  const bracket: Bracket = {
    source,
    order,
    circle: isCircle(source),
    clamp: options.border === "clamp",
    poles: round && source.kind === "latitude" && ends[0] < -90 + 1e-3 && ends[1] > 90 - 1e-3,
  };
  const pick = options.method === "nearest" ? nearest : linear;
  const rows = Array.from(target.centres, (position) => pick(bracket, position));
  return sparse(source.centres.length, rows, new Float64Array(rows.length).fill(1));
}

/** What of a grid mapping says where points lie. */
function projectionOf({ gridMapping }: GridLines): string | undefined {
  if (!gridMapping) return undefined;
  const entries = Object.entries(gridMapping.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  const loose = /^(GeoTransform|crs_wkt|spatial_ref|long_name|comment|proj4.*|proj_params|name)$/i;
  const kept = entries.filter(([name]) => !loose.test(name));
  return JSON.stringify(kept.length > 0 ? kept : entries.filter(([name]) => /^(crs_wkt|spatial_ref)$/.test(name)));
}

function checkSystems(source: GridLines, target: GridLines): void {
  const [a, b] = [projectionOf(source), projectionOf(target)];
  const differ = source.system !== "geographic" && a !== undefined && b !== undefined && a !== b;
  if (source.system === target.system && !differ) return;
  const described = differ
    ? `two grid mappings of ${source.system} coordinates that differ`
    : `from ${source.system} to ${target.system} coordinates`;
  throw new ShapeError(
    "regrid: the grids",
    "one reference system for both",
    described,
    "regrid the file with `cdo remapcon,GRID IN OUT`, `cdo remapbil,GRID IN OUT` or `gdalwarp -t_srs SYSTEM IN OUT`",
  );
}

/**
 * Weights from the grid of a field to another, computed once and used by {@link regrid} for every time and member.
 *
 * `"conservative"`: first-order, each target cell gets the mean of the source over it, by exact areas of overlap
 * (on a sphere between circles of latitude; on the plane for projections); cells from bounds, else halfway between
 * centres. `"bilinear"`: linear in y and x between centres. `"nearest"`: the cell that holds the point, in y and x.
 * Longitudes may be 0 to 360 or -180 to 180 and cross the seam; latitudes may decrease.
 *
 * @param source - a field with y and x as its last two dimensions, or its grid.
 * @throws ShapeError for curvilinear grids, other reference systems and cells that overlap; OptionsError for the method.
 */
export function regridWeights(
  source: Field | RegridGrid,
  target: Field | RegridGrid,
  options: RegridWeightsOptions,
): RegridWeights {
  const { method } = options;
  if (method !== "conservative" && method !== "bilinear" && method !== "nearest") {
    throw new OptionsError(
      `regrid: method is ${JSON.stringify(method)}; expected "conservative", "bilinear" or "nearest"`,
      "method",
      method,
    );
  }
  const [from, to] = [source, target].map((grid) => ("dims" in grid ? gridOf(grid) : grid)) as [RegridGrid, RegridGrid];
  const a = linesOf(`regrid: ${"name" in source ? `field ${source.name}` : "the source"}`, from);
  const b = linesOf("regrid: the target", to);
  checkSystems(a, b);
  const line = (s: GridLine, t: GridLine) =>
    method === "conservative" ? overlaps("regrid: the source", s, t) : points(s, t, options, isCircle(a.x));
  return {
    method,
    rows: line(a.y, b.y),
    columns: line(a.x, b.x),
    shape: [from.y.values.length, from.x.values.length],
    source: a,
    target: to,
  };
}
