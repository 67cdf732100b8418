/** Differences on the product of one or two axes, and the linear systems that they make. */
import { solveBanded } from "../../engine/numerics/banded.ts";
import { solveSparse } from "../../engine/numerics/sparse.ts";
import { type Evolution, type Row, usedKinds } from "./evolution.ts";

/** Places along each axis in space, evenly; without the last one where its two faces are one. Nodes are their product, the first axis running fastest. */
export type Axes = readonly Float64Array[];

/** A node, from another one or of its own, and its weight in a difference. */
export type Term = readonly [node: number, weight: number];

/** Central differences of orders 0 to 4, times hᵏ, by their weights from the outermost node on; those of u_x and u_xx are of the fourth order in h. */
const central = [[1], [1, -8, 0, 8, -1], [-1, 16, -30, 16, -1], [-0.5, 1, 0, -1, 0.5], [1, -4, 6, -4, 1]].map(
  (weights, order) => weights.map((weight) => (order === 1 || order === 2 ? weight / 12 : weight)),
);
/** Beside a face: of the second order. */
const shorter = [[1], [-0.5, 0, 0.5], [1, -2, 1]];
/** u_x on a face: (−3e₀ + 4e₁ − e₂)/2h, or its mirror image. */
const oneSided = [-1.5, 2, -0.5];

/** What becomes of e at every place of an axis, for each order along it; on a face nothing for more than the first, which no condition needs. */
function alongAxis(places: number, h: number, around: boolean): readonly (readonly (readonly Term[])[])[] {
  return central.map((long, order) =>
    Array.from({ length: places }, (_, i): readonly Term[] => {
      const inside = around ? places : Math.min(i, places - 1 - i);
      if (inside === 0 && order > 0) {
        const by = i === 0 ? 1 : -1;
        return order === 1 ? oneSided.map((weight, k) => [i + k * by, (by * weight) / h] as const) : [];
      }
      const weights = inside > 1 ? long : (shorter[order] ?? long);
      const first = i - (weights.length - 1) / 2;
      return weights.map((weight, k) => [(first + k + places) % places, weight / h ** order] as const);
    }),
  );
}

/** The same at every node, for each derivative in space; nothing for those that no row has. */
export function differences(evolution: Evolution, axes: Axes): readonly (readonly (readonly Term[])[])[] {
  const { jet, faces } = evolution;
  const used = usedKinds(evolution);
  const each = axes.map((x, axis) => alongAxis(x.length, x[1]! - x[0]!, faces[axis] === undefined));
  const placed = placesOf(axes);
  const at = (places: readonly number[], order: readonly number[]) =>
    places.reduce<readonly Term[]>(
      (terms, place, axis) =>
        terms.flatMap(([node, weight]) =>
          each[axis]![order[axis]!]![place]!.map(([k, w]) => [node + k * strideOf(axes, axis), weight * w] as const),
        ),
      [[0, 1]],
    );
  return jet.orders
    .slice(0, jet.inSpace)
    .map((order, kind) => placed.map((places) => (used.has(kind) ? at(places, order) : [])));
}

const strideOf = (axes: Axes, axis: number): number =>
  axes.slice(0, axis).reduce((product, { length }) => product * length, 1);

/** The place along each axis, of every node. */
export function placesOf(axes: Axes): readonly (readonly number[])[] {
  return axes.reduce<readonly (readonly number[])[]>(
    (places, { length }) => Array.from({ length }, (_, k) => places.map((place) => [...place, k])).flat(),
    [[]],
  );
}

/** Nodes with the same rows, and their outward normal, which is 0 inside. */
interface NodeSet {
  readonly rows: readonly Row[];
  readonly normal: readonly number[];
  readonly nodes: readonly number[];
}

/** Nodes inside, and those of each face; a node in a corner belongs to the face of the first axis. */
export function nodeSets(axes: Axes, { inside, faces }: Evolution): readonly NodeSet[] {
  const places = placesOf(axes);
  const endOf = (place: number, axis: number) =>
    faces[axis] === undefined ? 0 : place === 0 ? -1 : place === axes[axis]!.length - 1 ? 1 : 0;
  const normals = places.map((at) => {
    const ends = at.map(endOf);
    const first = ends.findIndex((end) => end !== 0);
    return ends.map((end, axis) => (axis === first ? end : 0));
  });
  const withNormal = (rows: readonly Row[], normal: readonly number[]): NodeSet => ({
    ...{ rows, normal },
    nodes: [...places.keys()].filter((node) => normal.every((part, axis) => part === normals[node]![axis])),
  });
  const unit = (axis: number, end: number) => axes.map((_, k) => (k === axis ? end : 0));
  return [
    withNormal(inside, unit(-1, 0)),
    ...faces.flatMap((face, axis) =>
      face ? [withNormal(face.low, unit(axis, -1)), withNormal(face.high, unit(axis, 1))] : [],
    ),
  ];
}

/** A linear system that is put together entry by entry: row q of node i is i·n + q, and so are columns. */
export interface System {
  readonly add: (row: number, column: number, value: number) => void;
  /** @returns x, which is not finite where there is none */
  readonly solve: (right: Float64Array) => Float64Array;
}

/** With few diagonals on a line; around a circle nodes are numbered 0, N − 1, 1, N − 2, …, so that neighbours are two places apart at most, and theirs four. */
function onLine(nodes: number, n: number, around: boolean): System {
  const diagonals = ((around ? 4 : 2) + 1) * n - 1;
  const width = 2 * diagonals + 1;
  const matrix = new Float64Array(nodes * n * width);
  const place = (index: number) => {
    const [i, q] = [Math.floor(index / n), index % n];
    return (around ? (2 * i < nodes ? 2 * i : 2 * (nodes - i) - 1) : i) * n + q;
  };
  return {
    add(row, column, value) {
      const at = place(row);
      matrix[at * width + diagonals + place(column) - at]! += value;
    },
    solve(right) {
      const placed = new Float64Array(right.length);
      right.forEach((value, index) => {
        placed[place(index)] = value;
      });
      solveBanded(matrix, placed, diagonals);
      return right.map((_, index) => placed[place(index)]!);
    },
  };
}

function inPlane(nodes: number, n: number): System {
  const rows = Array.from({ length: nodes * n }, (_, row) => new Map([[row, 0]]));
  return {
    add: (row, column, value) => rows[row]!.set(column, (rows[row]!.get(column) ?? 0) + value),
    solve: (right) => solveSparse(rows, right) ?? right.map(() => Number.NaN),
  };
}

/** The system of n unknowns at each node. */
export const systemOf = (axes: Axes, n: number, around: boolean): System =>
  axes.length === 1 ? onLine(axes[0]!.length, n, around) : inPlane(axes[0]!.length * axes[1]!.length, n);

/** Coordinates of all nodes, a column for each axis in space. */
export function coordinatesOf(axes: Axes): readonly Float64Array[] {
  const places = placesOf(axes);
  return axes.map((x, axis) => Float64Array.from(places, (place) => x[place[axis]!]!));
}
