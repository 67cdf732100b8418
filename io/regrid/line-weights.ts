/**
 * Weights between rectilinear grids of one system. Cells are products of stretches of two axes, so that the sparse
 * matrix from one grid to the other is a product too: one small sparse matrix for the rows and one for the columns.
 */
import { ShapeError } from "../../engine/errors.ts";
import { type GridLine, measure } from "./grid.ts";
import type { RegridOptions, SparseRows } from "./weights.ts";

/** A position of the source and its weight. */
export type Entry = readonly [index: number, weight: number];

/** A sparse matrix from its rows, which may be made one at a time. */
export function sparse(width: number, rows: Iterable<readonly Entry[]>, total: Float64Array): SparseRows {
  const start = new Int32Array(total.length + 1);
  let [index, weight] = [new Int32Array(4 * total.length + 16), new Float64Array(4 * total.length + 16)];
  let [row, at] = [0, 0];
  for (const entries of rows) {
    if (at + entries.length > index.length) {
      const size = 2 * index.length + entries.length;
      const [more, heavier] = [new Int32Array(size), new Float64Array(size)];
      more.set(index);
      heavier.set(weight);
      [index, weight] = [more, heavier];
    }
    for (const [position, share] of entries) {
      index[at] = position;
      weight[at++] = share;
    }
    start[++row] = at;
  }
  return { width, start, index: index.slice(0, at), weight: weight.slice(0, at), total };
}

/** Turns of 360 degrees that bring a stretch near another; none off the circle. */
export function turns(kind: GridLine["kind"], low: number, high: number, from: number, to: number): number[] {
  if (kind !== "longitude") return [0];
  const first = Math.ceil((from - high) / 360);
  const last = Math.floor((to - low) / 360);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * 360);
}

/** @throws ShapeError where cells of a line overlap */
export function checkApart(where: string, { name, kind, edges, centres }: GridLine): void {
  const order = Array.from(centres.keys()).sort((a, b) => edges[2 * a]! - edges[2 * b]!);
  const [first, last] = [edges[2 * order[0]!]!, edges[2 * order.at(-1)! + 1]!];
  const close = (k: number) => 1e-4 * (edges[2 * k + 1]! - edges[2 * k]!);
  order.forEach((k, i) => {
    const before = order[i - 1];
    const meets = before !== undefined && edges[2 * before + 1]! - edges[2 * k]! > close(k);
    if (!meets && !(kind === "longitude" && i === order.length - 1 && last - first > 360 + close(k))) return;
    throw new ShapeError(
      `${where}: cells of ${name}`,
      "cells that do not overlap",
      `${edges[2 * k]} to ${edges[2 * k + 1]} at index ${k}, which is covered already`,
      kind === "longitude" ? "leave the repeated columns out with `isel`" : "correct the bounds",
    );
  });
}

/** Overlaps of the target's cells with the source's, in the measure of the axis. */
export function overlaps(where: string, source: GridLine, target: GridLine): SparseRows {
  const { kind, edges } = source;
  checkApart(where, source);
  const order = Array.from(source.centres.keys()).sort((a, b) => edges[2 * a]! - edges[2 * b]!);
  const [first, last] = [edges[2 * order[0]!]!, edges[2 * order.at(-1)! + 1]!];
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
export function firstAbove(order: readonly number[], edges: Float64Array, position: number): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[2 * order[middle]! + 1]! > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** True if the cells of a line of longitudes close around the globe. */
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

/** A line of centres, ready to find the neighbours of a position. */
export interface Bracket {
  readonly source: GridLine;
  /** Indices by increasing position. */
  readonly order: readonly number[];
  readonly circle: boolean;
  readonly clamp: boolean;
  /** True if rows beyond the last lean on the mean at the pole. */
  readonly poles: boolean;
}

/** Neighbours of a position and their linear weights; none where it lies outside. */
export function linear({ source, order, circle, clamp, poles }: Bracket, position: number): Entry[] {
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
export function nearest(bracket: Bracket, position: number): Entry[] {
  const neighbours = linear({ ...bracket, clamp: true, poles: false }, position);
  const best = neighbours.reduce<Entry | undefined>((a, b) => (a && a[1] >= b[1] ? a : b), undefined);
  return best ? [[best[0], 1]] : [];
}

/** A line of the source as {@link linear} and {@link nearest} take it. */
export function bracketOf(source: GridLine, round: boolean, clamp: boolean): Bracket {
  const order = Array.from(source.centres.keys()).sort((a, b) => source.centres[a]! - source.centres[b]!);
  const ends = [source.edges[2 * order[0]!]!, source.edges[2 * order.at(-1)! + 1]!] as const;
  const poles = round && source.kind === "latitude" && ends[0] < -90 + 1e-3 && ends[1] > 90 - 1e-3;
  return { source, order, circle: isCircle(source), clamp, poles };
}

/** Weights of the points of a line; `round`: whether the columns of the source close around the globe. */
export function points(
  source: GridLine,
  target: GridLine,
  options: Pick<RegridOptions, "method" | "border">,
  round: boolean,
): SparseRows {
  const bracket = bracketOf(source, round, options.border === "clamp");
  const pick = options.method === "nearest" ? nearest : linear;
  const rows = Array.from(target.centres, (position) => pick(bracket, position));
  return sparse(source.centres.length, rows, new Float64Array(rows.length).fill(1));
}
