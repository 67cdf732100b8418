/**
 * Sparse least squares on the tree of cells by orthogonal transformations: each element's own coefficients are eliminated first, then at each cut the faces that lie
 * in it (multifrontal QR by nested dissection: Davis, Direct Methods for Sparse Linear Systems, 2006, chapter 7). Conditioning is that of the rows, not its square.
 */
import { triangularise } from "../../engine/numerics/householder.ts";
import { computed } from "../../engine/system/team.ts";
import type { Discretisation } from "./discretisation.ts";
import {
  type FrontPart,
  frontParts,
  leftOf,
  moveRow,
  scratchZeros,
  solvedOf,
  startOf,
  writeTriangle,
} from "./fronts.ts";
import type { Cell, Face, Mesh } from "./mesh.ts";
import { rowsOf, sizeOfFace, type Weights } from "./rows.ts";
import { weighting } from "./weighting.ts";

/** Rows that a cell of the tree leaves for those above it, and how its own unknowns follow from theirs. */
interface Front {
  readonly cell: Cell;
  readonly children: readonly Front[];
  /** Faces that are eliminated, and that are left; those that are eliminated sooner first. */
  readonly faces: readonly Face[];
  readonly kept: readonly Face[];
  /** Its numbers ({@link FrontPart}), when they are known. */
  numbers: Float64Array | undefined;
}

/** The coefficients of each element, and the constants in their order. */
export interface Elimination {
  readonly coefficients: ReadonlyMap<Cell, Float64Array>;
  readonly constants: Float64Array;
}

/** Fronts of linear problems that are the same in the next mesh. */
export type Fronts = Map<Cell, { readonly key: string; readonly front: Front }>;

/**
 * Solves for the coefficients of all elements, and for constants to be found.
 *
 * @param known - where rows depend on the mesh alone: fronts of earlier meshes; it is brought up to date
 * @param as - weights of rows. @defaultValue those of the coefficients
 * @returns undefined where nothing determines a constant
 */
export function solvedOn(
  layout: Discretisation,
  mesh: Mesh,
  known?: Fronts,
  as?: ReadonlyMap<Cell, Weights>,
): Elimination | undefined {
  const faces = mesh.faces(layout.periodic);
  const around = new Map<Cell, Face[]>();
  // Those of the smallest cells are eliminated first: rows of a cell that begin behind them are left alone there.
  const sorted = [...faces].flatMap(([cell, own]) =>
    own.map((face) => ({ face, level: face.periodic ? 0 : cell.level })),
  );
  sorted.sort((a, b) => b.level - a.level || a.face.id - b.face.id);
  const rank = new Map(sorted.map(({ face }, k) => [face, k]));
  for (const { face } of sorted) {
    for (const cell of new Set(face.cells)) {
      const list = around.get(cell) ?? [];
      list.push(face);
      around.set(cell, list);
    }
  }
  const parts: FrontPart[] = [];
  /** Fronts to be made, by part. */
  const open = new Map<number, Front>();
  const partOf = new Map<Front, number>();
  const elements: number[] = [];
  const add = (cell: Cell, key: string, part: FrontPart, place: Omit<Front, "cell" | "numbers">): Front => {
    const front: Front = { cell, ...place, numbers: undefined };
    const k = parts.push(part) - 1;
    open.set(k, front);
    partOf.set(front, k);
    known?.set(cell, { key, front });
    return front;
  };
  const frontOf = (cell: Cell): Front | undefined => {
    const old = known?.get(cell);
    if (!cell.split) {
      if (cell.empty) return undefined;
      const own = around.get(cell) ?? [];
      // Faces know the degrees of both sides.
      const key = `${cell.degree} ${own.map((f) => `${f.id}:${f.cells[0].degree}:${f.cells[1].degree}`)}`;
      if (old?.key === key) return old.front;
      const before = elements.at(-ahead);
      const rows = parts.push({ kind: "rows", after: before === undefined ? [] : [before] }) - 1;
      const front = add(cell, key, { kind: "element", rows }, { children: [], faces: [], kept: own });
      elements.push(partOf.get(front)!);
      return front;
    }
    const children = cell.split.children.flatMap((child) => frontOf(child) ?? []);
    const gone = (faces.get(cell) ?? []).filter(({ periodic }) => !periodic || cell === mesh.root);
    if (children.length === 0) return undefined;
    if (children.length === 1 && cell !== mesh.root) return children[0];
    const key = gone.map(({ id }) => id).join();
    if (old?.key === key && old.front.children.every((child, k) => child === children[k])) return old.front;
    const isGone = new Set(gone);
    const all = [...new Set(children.flatMap(({ kept }) => kept))].sort((a, b) => rank.get(a)! - rank.get(b)!);
    const place = {
      children,
      faces: all.filter((face) => isGone.has(face)),
      kept: all.filter((face) => !isGone.has(face)),
    };
    const numbers = children.map((child) => partOf.get(child) ?? child.numbers!);
    return add(cell, key, joinOf(layout, place, numbers), place);
  };
  const root = frontOf(mesh.root)!;
  const { share } = layout;
  const all = frontParts(
    parts,
    (k, allocate) => {
      const { cell, kept } = open.get(k + 1)!;
      // On one thread rows are eliminated at once.
      return rowsOf(layout, cell, kept, as?.get(cell), share ? allocate : scratchZeros);
    },
    (k, numbers) => {
      open.get(k)!.numbers = numbers;
    },
  );
  if (share) share(parts, all);
  else computed(all);
  const whole = globalsOf(layout, mesh, root);
  if (!whole) return undefined;
  const coefficients = new Map<Cell, Float64Array>();
  substitute(layout, root, new Map(), whole, coefficients);
  return { coefficients, constants: whole.subarray(layout.integrals.length) };
}

/** Elements whose rows are made before those of the first one are eliminated, where another thread may do that. */
const ahead = 16;

/** Columns of fronts side by side, with the integrals of the children and the faces between them first. */
function joinOf(
  layout: Discretisation,
  { children, faces, kept }: Pick<Front, "children" | "faces" | "kept">,
  numbers: readonly (number | Float64Array)[],
): FrontPart {
  const integrals = layout.integrals.length;
  const at = new Map<Face, number>();
  let column = children.length * integrals;
  const place = (some: readonly Face[]) => {
    for (const face of some) {
      at.set(face, column);
      column += sizeOfFace(layout, face);
    }
  };
  place(faces);
  const size = column;
  column += integrals;
  place(kept);
  const columns = column + layout.sought.length + 1;
  const places = children.map((child, c) => {
    const own = Array.from({ length: integrals }, (_, k) => c * integrals + k);
    for (const face of child.kept) for (let k = 0; k < sizeOfFace(layout, face); k++) own.push(at.get(face)! + k);
    for (let to = column; to < columns; to++) own.push(to);
    return Int32Array.from(own);
  });
  return { kind: "join", children: numbers, places, columns, size, integrals };
}

/** Share of the column of a constant below which what is left of it by all others is rounding. */
const dependent = 1e-9;

/** Integrals, whose values are known, and constants to be found; undefined where nothing determines one of these. */
function globalsOf({ integrals, sought }: Discretisation, { region }: Mesh, root: Front): Float64Array | undefined {
  const n = integrals.length + sought.length;
  if (n === 0) return new Float64Array(0);
  const columns = n + 1;
  const left = leftOf(root.numbers!);
  const rows = Math.max(n, left.rows + integrals.length);
  const matrix = new Float64Array(rows * columns);
  const straight = Int32Array.from({ length: columns }, (_, k) => k);
  for (let i = 0; i < left.rows; i++) moveRow(left, i, straight, matrix, i * columns);
  const whole = region.low.reduce((p, l, k) => p * (region.high[k]! - l), 1);
  integrals.forEach(({ value }, k) => {
    const at = (left.rows + k) * columns;
    matrix[at + k] = weighting.integral;
    matrix[at + columns - 1] = (weighting.integral * value) / whole;
  });
  triangularise(matrix, rows, columns);
  for (let k = integrals.length; k < n; k++) {
    let size = 0;
    for (let i = 0; i <= k; i++) size = Math.hypot(size, matrix[i * columns + k]!);
    if (!(Math.abs(matrix[k * columns + k]!) > dependent * size)) return undefined;
  }
  const x = new Float64Array(n);
  substituteBack(writeTriangle(matrix, 0, n, columns, new Float64Array(startOf(n, columns))), n, columns, x);
  return x;
}

/** A pivot of rounding size, beside the largest of its front. */
const nothing = 1e-14;

/** Solves an upper triangle for the first entries of x by the others. */
function substituteBack(solved: Float64Array, rows: number, columns: number, x: Float64Array): void {
  let largest = 0;
  for (let i = 0; i < rows; i++) largest = Math.max(largest, Math.abs(solved[startOf(i, columns)]!));
  for (let i = rows - 1; i >= 0; i--) {
    const from = startOf(i, columns) - i;
    const pivot = solved[from + i]!;
    if (!(Math.abs(pivot) > nothing * largest)) continue;
    let sum = solved[from + columns - 1]!;
    for (let k = i + 1; k < columns - 1; k++) sum -= solved[from + k]! * x[k]!;
    x[i] = sum / pivot;
  }
}

/** Unknowns of a front from those above, and so on down to the elements. */
function substitute(
  layout: Discretisation,
  front: Front,
  faces: Map<Face, Float64Array>,
  globals: Float64Array,
  found: Map<Cell, Float64Array>,
): void {
  const { children, kept } = front;
  const { eliminated, pivots, columns, triangle } = solvedOf(front.numbers!);
  const x = new Float64Array(columns - 1);
  const n = layout.integrals.length;
  x.set(globals.subarray(0, n), eliminated);
  let at = eliminated + n;
  for (const face of kept) {
    const values = faces.get(face)!;
    x.set(values, at);
    at += values.length;
  }
  x.set(globals.subarray(n), at);
  substituteBack(triangle, pivots, columns, x);
  if (children.length === 0) {
    found.set(front.cell, x.slice(0, eliminated));
    return;
  }
  let from = children.length * n;
  for (const face of front.faces) {
    const size = sizeOfFace(layout, face);
    faces.set(face, x.slice(from, from + size));
    from += size;
  }
  children.forEach((child, c) => {
    const own = globals.slice();
    own.set(x.subarray(c * n, (c + 1) * n));
    substitute(layout, child, faces, own, found);
  });
}
