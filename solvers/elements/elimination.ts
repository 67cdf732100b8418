/**
 * Sparse least squares on the tree of cells by orthogonal transformations: each element's own coefficients are eliminated first, then at each cut the faces that lie
 * in it (multifrontal QR by nested dissection: Davis, Direct Methods for Sparse Linear Systems, 2006, chapter 7). Conditioning is that of the rows, not its square.
 */
import { triangularise } from "../../engine/numerics/householder.ts";
import type { Discretisation } from "./discretisation.ts";
import type { Cell, Face, Mesh } from "./mesh.ts";
import { type Rows, rowsOf, sizeOfFace, type Weights, weighting } from "./rows.ts";

/** Rows that a cell of the tree leaves for those above it, and how its own unknowns follow from theirs. */
interface Front {
  /** Faces, those that are eliminated sooner first; columns are the integrals, theirs, constants to be found, and the right-hand side. */
  readonly kept: readonly Face[];
  /** The upper triangle of [rows, columns], row by row. */
  readonly left: Float64Array;
  readonly rows: number;
  readonly columns: number;
  /** The upper triangle of what was eliminated, over the eliminated columns and those that are kept. */
  readonly solved: Float64Array;
  /** Its rows: as many as were eliminated, or all. */
  readonly pivots: number;
  readonly eliminated: number;
  readonly faces: readonly Face[];
  readonly children: readonly Front[];
  readonly cell: Cell;
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
  const globals = layout.integrals.length + layout.sought.length;
  const reused = (cell: Cell, key: string, make: () => Front): Front => {
    const old = known?.get(cell);
    if (old?.key === key) return old.front;
    const front = make();
    known?.set(cell, { key, front });
    return front;
  };
  const frontOf = (cell: Cell): Front | undefined => {
    if (!cell.split) {
      if (cell.empty) return undefined;
      const own = around.get(cell) ?? [];
      // Faces know the degrees of both sides.
      const key = `${cell.degree} ${own.map((f) => `${f.id}:${f.cells[0].degree}:${f.cells[1].degree}`)}`;
      return reused(cell, key, () => {
        const rows = rowsOf(layout, cell, own, as?.get(cell), zeros);
        const size = rows.columns - 1 - globals - own.reduce((sum, f) => sum + sizeOfFace(layout, f), 0);
        return eliminate(rows, size, { kept: own, faces: [], children: [], cell });
      });
    }
    const children = cell.split.children.flatMap((child) => frontOf(child) ?? []);
    const gone = (faces.get(cell) ?? []).filter(({ periodic }) => !periodic || cell === mesh.root);
    if (children.length === 0) return undefined;
    if (children.length === 1 && cell !== mesh.root) return children[0];
    const key = gone.map(({ id }) => id).join();
    const old = known?.get(cell);
    if (old?.key === key && old.front.children.every((child, k) => child === children[k])) return old.front;
    const front = merged(layout, cell, children, gone, rank);
    known?.set(cell, { key, front });
    return front;
  };
  const root = frontOf(mesh.root)!;
  const whole = globalsOf(layout, mesh, root);
  if (!whole) return undefined;
  const coefficients = new Map<Cell, Float64Array>();
  substitute(layout, root, new Map(), whole, coefficients);
  return { coefficients, constants: whole.subarray(layout.integrals.length) };
}

/** Scratch for the rows of one front at a time. */
let scratch = new Float64Array(0);

function zeros(length: number): Float64Array {
  if (scratch.length < length) scratch = new Float64Array(2 * length);
  return scratch.subarray(0, length).fill(0);
}

/** Rows of children one after the other as their columns begin, with the faces between them first. */
function merged(
  layout: Discretisation,
  cell: Cell,
  children: readonly Front[],
  gone: readonly Face[],
  rank: ReadonlyMap<Face, number>,
): Front {
  const isGone = new Set(gone);
  const all = [...new Set(children.flatMap(({ kept }) => kept))].sort((a, b) => rank.get(a)! - rank.get(b)!);
  const kept = all.filter((face) => !isGone.has(face));
  const faces = all.filter((face) => isGone.has(face));
  const integrals = layout.integrals.length;
  const at = new Map<Face, number>();
  // Integrals of the children are eliminated as well: their sum is that of the whole.
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
  const rows = children.reduce((sum, child) => sum + child.rows, 0) + integrals;
  const matrix = zeros(rows * columns);
  const leads = new Int32Array(rows);
  for (let k = 0; k < integrals; k++) {
    for (let c = 0; c < children.length; c++) matrix[k * columns + c * integrals + k] = weighting.integral;
    matrix[k * columns + size + k] = -weighting.integral;
  }
  const places = children.map((child, c) => {
    const own = new Int32Array(child.columns);
    let from = 0;
    for (let k = 0; k < integrals; k++) own[from++] = c * integrals + k;
    for (const face of child.kept) {
      const width = sizeOfFace(layout, face);
      for (let k = 0; k < width; k++) own[from++] = at.get(face)! + k;
    }
    for (let to = column; to < columns; to++) own[from++] = to;
    return own;
  });
  const next = children.map(() => 0);
  for (let row = integrals; row < rows; row++) {
    let first = -1;
    children.forEach((child, c) => {
      const isSooner = first < 0 || places[c]![next[c]!]! < places[first]![next[first]!]!;
      if (next[c]! < child.rows && isSooner) first = c;
    });
    const i = next[first]!++;
    leads[row] = places[first]![i]!;
    moveRow(children[first]!, i, places[first]!, matrix, row * columns);
  }
  return eliminate({ matrix, rows, columns }, size, { kept, faces, children, cell }, leads);
}

/** Start of row i in an upper triangle. */
const startOf = (i: number, columns: number) => i * columns - (i * (i - 1)) / 2;

/** The upper triangle of rows of a matrix from a row and column on. */
function triangleOf(matrix: Float64Array, from: number, rows: number, columns: number): Float64Array {
  const width = columns - from;
  const out = new Float64Array(startOf(rows, width));
  for (let i = 0, to = 0; i < rows; i++) {
    const at = (from + i) * columns + from + i;
    out.set(matrix.subarray(at, at + width - i), to);
    to += width - i;
  }
  return out;
}

/** Writes a row of a triangle to other columns. */
function moveRow({ left, columns }: Front, i: number, places: Int32Array, into: Float64Array, at: number): void {
  const from = startOf(i, columns) - i;
  for (let k = i; k < columns; k++) into[at + places[k]!] = left[from + k]!;
}

/** Share of the column of a constant below which what is left of it by all others is rounding. */
const dependent = 1e-9;

/** Integrals, whose values are known, and constants to be found; undefined where nothing determines one of these. */
function globalsOf({ integrals, sought }: Discretisation, { region }: Mesh, root: Front): Float64Array | undefined {
  const n = integrals.length + sought.length;
  if (n === 0) return new Float64Array(0);
  const columns = n + 1;
  const rows = Math.max(n, root.rows + integrals.length);
  const matrix = new Float64Array(rows * columns);
  const straight = Int32Array.from({ length: columns }, (_, k) => k);
  for (let i = 0; i < root.rows; i++) moveRow(root, i, straight, matrix, i * columns);
  const whole = region.low.reduce((p, l, k) => p * (region.high[k]! - l), 1);
  integrals.forEach(({ value }, k) => {
    const at = (root.rows + k) * columns;
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
  substituteBack(triangleOf(matrix, 0, n, columns), n, columns, x);
  return x;
}

function eliminate(
  { matrix, rows, columns }: Rows,
  eliminated: number,
  place: Pick<Front, "kept" | "faces" | "children" | "cell">,
  leads?: Int32Array,
): Front {
  triangularise(matrix, rows, columns, leads);
  const most = Math.min(rows, columns);
  const pivots = Math.min(eliminated, most);
  const solved = triangleOf(matrix, 0, pivots, columns);
  const left = Math.max(0, Math.min(most, columns - 1) - eliminated);
  const below = triangleOf(matrix, eliminated, left, columns);
  return { ...place, left: below, rows: left, columns: columns - eliminated, solved, pivots, eliminated };
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
  const { eliminated, solved, children, kept } = front;
  const columns = eliminated + front.columns;
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
  substituteBack(solved, front.pivots, columns, x);
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
