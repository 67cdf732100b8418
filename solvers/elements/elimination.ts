/**
 * Sparse least squares on the tree of cells by orthogonal transformations: each element's own coefficients are
 * eliminated first, then at each cut the faces that lie in it (multifrontal QR by nested dissection: Davis, Direct
 * Methods for Sparse Linear Systems, 2006, chapter 7). Conditioning is that of the rows, not its square.
 */
import { triangularise } from "../../engine/numerics/householder.ts";
import { computed } from "../../engine/system/team.ts";
import type { Discretisation } from "./discretisation.ts";
import {
  type FrontPart,
  frontParts,
  leftOf,
  moveRow,
  rowsHeader,
  scratchZeros,
  solvedOf,
  startOf,
  writeTriangle,
} from "./fronts.ts";
import type { Cell, Face, Mesh } from "./mesh.ts";
import { freeColumns, rowsOf, sizeOfFace, type Weights } from "./rows.ts";
import { weighting } from "./weighting.ts";

/** Rows that a cell of the tree leaves for those above it, and how its own unknowns follow from theirs. */
export interface Front {
  readonly cell: Cell;
  readonly children: readonly Front[];
  /** Faces that are eliminated, and that are left; those that are eliminated sooner first. */
  readonly faces: readonly Face[];
  readonly kept: readonly Face[];
  /** Its numbers ({@link FrontPart}), when they are known. */
  numbers: Float64Array | undefined;
}

/**
 * R of A = QR, A the rows of all elements: the front of the whole region, and the triangle of integrals and constants
 * to be found with its size.
 */
export interface Factor {
  readonly root: Front;
  /** Weights of its rows. @defaultValue those of the coefficients */
  readonly as: ReadonlyMap<Cell, Weights> | undefined;
  readonly globals: { readonly size: number; readonly triangle: Float64Array };
}

/** Coefficients of each element and face, integrals, and constants in their order. */
export interface Values {
  readonly coefficients: ReadonlyMap<Cell, Float64Array>;
  readonly faces: ReadonlyMap<Face, Float64Array>;
  readonly integrals: ReadonlyMap<Cell, Float64Array>;
  readonly constants: Float64Array;
}

/** Values that rows determine, with R. */
export interface Elimination extends Values {
  readonly factor: Factor;
}

/** Fronts of linear problems that are the same in the next mesh. */
export type Fronts = Map<Cell, { readonly key: string; readonly front: Front }>;

/**
 * Solves for the coefficients of all elements, and for constants to be found.
 *
 * @param known - where rows depend on the mesh alone: fronts of earlier meshes; it is brought up to date
 * @param as - weights of rows. @defaultValue those of the coefficients
 * @param rows - of an element with its faces. @defaultValue those about its coefficients
 * @returns undefined where nothing determines a constant
 */
export function solvedOn(
  layout: Discretisation,
  mesh: Mesh,
  known?: Fronts,
  as?: ReadonlyMap<Cell, Weights>,
  rows = (cell: Cell, kept: readonly Face[], zeros: (length: number) => Float64Array) =>
    rowsOf(layout, cell, kept, as?.get(cell), zeros),
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
      const made = parts.push({ kind: "rows", after: before === undefined ? [] : [before] }) - 1;
      const front = add(cell, key, { kind: "element", rows: made }, { children: [], faces: [], kept: own });
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
  const { share, blas } = layout;
  const plan = { parts, blas };
  const all = frontParts(
    plan,
    (k, allocate) => {
      const { cell, kept } = open.get(k + 1)!;
      // On one thread rows are eliminated at once.
      return rows(cell, kept, share ? allocate : scratchZeros);
    },
    (k, numbers) => {
      open.get(k)!.numbers = numbers;
    },
  );
  if (share) share(plan, all);
  else computed(all);
  const globals = globalsOf(layout, mesh, root);
  if (!globals) return undefined;
  const factor = { root, globals, as };
  return { ...downward(layout, factor), factor };
}

/**
 * Solves R·x = y from the root down.
 *
 * @param y - of each front and, by undefined, of the globals.
 * @defaultValue the right-hand sides of the rows
 */
function downward(
  layout: Discretisation,
  { root, globals }: Factor,
  y?: ReadonlyMap<Front | undefined, Float64Array>,
  draw?: number,
): Values {
  const { size, triangle } = globals;
  const whole = new Float64Array(size);
  const found = layout.integrals.length + layout.sought.length;
  if (draw !== undefined) whole[found + draw] = 1;
  substituteBack(triangle, found, size + 1, whole, y?.get(undefined));
  const maps = { coefficients: new Map(), faces: new Map(), integrals: new Map() };
  substitute(layout, root, whole, maps, y);
  return { ...maps, constants: whole.subarray(layout.integrals.length, found) };
}

/** Values that rows determine with noise of observations that was drawn, the same noise with the other sign. */
export const withDraw = (layout: Discretisation, factor: Factor, draw: number): Values =>
  downward(layout, factor, undefined, draw);

/** R of the constants to be found alone, rows in order, with its right-hand side. */
export function triangleOfConstants({ integrals, sought }: Discretisation, { globals }: Factor) {
  const { size, triangle } = globals;
  const [from, k] = [integrals.length, sought.length];
  const at = (i: number, j: number) => triangle[startOf(i, size + 1) + j - i]!;
  return {
    rows: Float64Array.from({ length: k * k }, (_, n) => {
      const [i, j] = [Math.floor(n / k), n % k];
      return j < i ? 0 : at(from + i, from + j);
    }),
    right: Float64Array.from({ length: k }, (_, i) => at(from + i, size)),
  };
}

/**
 * Solves AᵀA·x = w by Rᵀ and R.
 *
 * @param w - of the coefficients of each element, and maybe of the other columns of its rows; 0 of all others
 */
export function normalSolved(layout: Discretisation, factor: Factor, w: ReadonlyMap<Cell, Float64Array>): Values {
  const { root, globals } = factor;
  const y = new Map<Front | undefined, Float64Array>();
  const rest = forward(layout, root, w, y);
  const last = Float64Array.from({ length: globals.size }, (_, k) => rest[k] ?? 0);
  substituteForward(globals.triangle, globals.size, globals.size + 1, last);
  y.set(undefined, last);
  return downward(layout, factor, y);
}

/** Solves Rᵀ·y = w from the elements up. @returns what is left of w for those above a front */
function forward(
  layout: Discretisation,
  front: Front,
  w: ReadonlyMap<Cell, Float64Array>,
  y: Map<Front | undefined, Float64Array>,
): Float64Array {
  const { eliminated, pivots, columns, triangle } = solvedOf(front.numbers!);
  const x = new Float64Array(columns - 1);
  if (front.children.length === 0) x.set(w.get(front.cell)!);
  else {
    const places = placesOf(layout, front);
    front.children.forEach((child, c) => {
      forward(layout, child, w, y).forEach((v, k) => {
        x[places[c]![k]!]! += v;
      });
    });
  }
  substituteForward(triangle, pivots, columns, x);
  y.set(front, x);
  return x.slice(eliminated);
}

/** Elements whose rows are made before those of the first one are eliminated, where another thread may do that. */
const ahead = 16;

/** Fronts joined, with the integrals of the children and the faces between them first. */
function joinOf(
  layout: Discretisation,
  front: Pick<Front, "children" | "faces" | "kept">,
  numbers: readonly (number | Float64Array)[],
): FrontPart {
  const integrals = layout.integrals.length;
  const width = (faces: readonly Face[]) => faces.reduce((sum, face) => sum + sizeOfFace(layout, face), 0);
  const size = front.children.length * integrals + width(front.faces);
  const columns = size + integrals + width(front.kept) + freeColumns(layout) + 1;
  return { kind: "join", children: numbers, places: placesOf(layout, front), columns, size, integrals };
}

/** Columns of a join for the columns of each child. */
function placesOf(
  layout: Discretisation,
  { children, faces, kept }: Pick<Front, "children" | "faces" | "kept">,
): Int32Array[] {
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
  column += integrals;
  place(kept);
  const columns = column + freeColumns(layout) + 1;
  return children.map((child, c) => {
    const own = Array.from({ length: integrals }, (_, k) => c * integrals + k);
    for (const face of child.kept) for (let k = 0; k < sizeOfFace(layout, face); k++) own.push(at.get(face)! + k);
    for (let to = column; to < columns; to++) own.push(to);
    return Int32Array.from(own);
  });
}

/** Share of the column of a constant below which what is left of it by all others is rounding. */
const dependent = 1e-9;

/**
 * Triangle of integrals, whose values are known, and of constants to be found; undefined where nothing determines one
 * of these.
 */
function globalsOf(layout: Discretisation, { region }: Mesh, root: Front): Factor["globals"] | undefined {
  const { integrals, sought, blas, observations } = layout;
  const n = integrals.length + freeColumns(layout);
  if (n === 0) return { size: 0, triangle: new Float64Array(0) };
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
  triangularise(matrix, rows, columns, undefined, blas);
  // Observations count little beside equations, and may leave a constant open from one start alone.
  for (let k = integrals.length; observations.length === 0 && k < integrals.length + sought.length; k++) {
    let size = 0;
    for (let i = 0; i <= k; i++) size = Math.hypot(size, matrix[i * columns + k]!);
    if (!(Math.abs(matrix[k * columns + k]!) > dependent * size)) return undefined;
  }
  return { size: n, triangle: writeTriangle(matrix, 0, n, columns, new Float64Array(startOf(n, columns))) };
}

/** A pivot of rounding size, beside the largest of its front. */
const singularPivot = 1e-14;

/** Pivots on the diagonal of a triangle; those of rounding size, as of what no row determines, are `open`. */
function pivotsOf(triangle: Float64Array, rows: number, columns: number, isOpen: boolean): Float64Array {
  const pivots = Float64Array.from({ length: rows }, (_, i) => triangle[startOf(i, columns)]!);
  const largest = pivots.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return pivots.map((v) => (Math.abs(v) > singularPivot * largest ? v : isOpen ? singularPivot * largest : 0));
}

/**
 * Solves an upper triangle for the first entries of x by the others, and by right-hand sides, or those in its last
 * column.
 */
function substituteBack(
  triangle: Float64Array,
  rows: number,
  columns: number,
  x: Float64Array,
  right?: Float64Array,
): void {
  const pivots = pivotsOf(triangle, rows, columns, right !== undefined);
  for (let i = rows - 1; i >= 0; i--) {
    if (pivots[i] === 0) continue;
    const from = startOf(i, columns) - i;
    let sum = right ? right[i]! : triangle[from + columns - 1]!;
    for (let k = i + 1; k < columns - 1; k++) sum -= triangle[from + k]! * x[k]!;
    x[i] = sum / pivots[i]!;
  }
}

/** Solves the transpose of an upper triangle for the first entries of x, and takes their multiples from the others. */
function substituteForward(triangle: Float64Array, rows: number, columns: number, x: Float64Array): void {
  const pivots = pivotsOf(triangle, rows, columns, true);
  for (let i = 0; i < rows; i++) {
    const from = startOf(i, columns) - i;
    x[i] = pivots[i] === 0 ? 0 : x[i]! / pivots[i]!;
    for (let k = i + 1; k < columns - 1; k++) x[k]! -= triangle[from + k]! * x[i]!;
  }
}

/** Unknowns of a front from those above, and so on down to the elements. */
function substitute(
  layout: Discretisation,
  front: Front,
  globals: Float64Array,
  found: ValueMaps,
  y: ReadonlyMap<Front | undefined, Float64Array> | undefined,
): void {
  const { children, kept } = front;
  const { eliminated, pivots, columns, triangle } = solvedOf(front.numbers!);
  const x = new Float64Array(columns - 1);
  const n = layout.integrals.length;
  x.set(globals.subarray(0, n), eliminated);
  let at = eliminated + n;
  for (const face of kept) {
    const values = found.faces.get(face)!;
    x.set(values, at);
    at += values.length;
  }
  x.set(globals.subarray(n), at);
  substituteBack(triangle, pivots, columns, x, y?.get(front));
  if (children.length === 0) {
    found.coefficients.set(front.cell, x.slice(0, eliminated));
    found.integrals.set(front.cell, globals.slice(0, n));
    return;
  }
  let from = children.length * n;
  for (const face of front.faces) {
    const size = sizeOfFace(layout, face);
    found.faces.set(face, x.slice(from, from + size));
    from += size;
  }
  children.forEach((child, c) => {
    const own = globals.slice();
    own.set(x.subarray(c * n, (c + 1) * n));
    substitute(layout, child, own, found, y);
  });
}

interface ValueMaps {
  readonly coefficients: Map<Cell, Float64Array>;
  readonly faces: Map<Face, Float64Array>;
  readonly integrals: Map<Cell, Float64Array>;
}

/** Fronts of the elements. */
function elementFronts({ root }: Factor): Front[] {
  const visit = (front: Front): Front[] => (front.children.length === 0 ? [front] : front.children.flatMap(visit));
  return visit(root);
}

/** Squares of the rows of each element for functions, with nothing on their right-hand sides. */
export function rowSquares(layout: Discretisation, factor: Factor, of: Values): Map<Cell, number> {
  return new Map(
    elementFronts(factor).map((front) => {
      const { left } = leftOfRows(layout, front, of, factor.as?.get(front.cell));
      return [front.cell, left.reduce((sum, v) => sum + v * v, 0)];
    }),
  );
}

/**
 * Values by which a solution moves where its rows are taken at more points: of what points and rounding of the solve
 * have missed.
 */
export function correction(layout: Discretisation, { factor, ...found }: Elimination): Values {
  const w = new Map<Cell, Float64Array>();
  for (const front of elementFronts(factor)) {
    const { left, matrix, columns } = leftOfRows(layout, front, found, undefined, front.cell.degree + 2);
    const out = new Float64Array(columns - 1);
    left.forEach((v, i) => {
      for (let k = 0; k < out.length; k++) out[k]! += v * matrix[i * columns + k]!;
    });
    w.set(front.cell, out);
  }
  return normalSolved(layout, factor, w);
}

/**
 * Values whose rows are, as nearly as they can be, what the rows of other functions change by with the constant to be
 * found: a step of inverse iteration.
 */
export function inverseStep(layout: Discretisation, factor: Factor, of: ReadonlyMap<Cell, Float64Array>): Values {
  const w = new Map<Cell, Float64Array>();
  for (const { cell, kept } of elementFronts(factor)) {
    const found = cell.coefficients;
    const [ofOther, own] = [of.get(cell), found].map((coefficients) => {
      cell.coefficients = coefficients;
      return rowsOf(layout, cell, kept, factor.as?.get(cell), (length) => new Float64Array(length));
    }) as [Float64Array, Float64Array];
    const [rows, columns] = [own[0]!, own[1]!];
    const out = new Float64Array(columns - 1);
    for (let at = rowsHeader; at < rowsHeader + rows * columns; at += columns) {
      const change = ofOther[at + columns - 2]!;
      for (let k = 0; k < out.length; k++) out[k]! += change * own[at + k]!;
    }
    w.set(cell, out);
  }
  return normalSolved(layout, factor, w);
}

/**
 * Rows of an element, and what functions leave of them: beside their right-hand sides at more points, or else beside
 * nothing.
 */
function leftOfRows(
  layout: Discretisation,
  { cell, kept }: Front,
  of: Values,
  as: Weights | undefined,
  points?: number,
) {
  const numbers = rowsOf(layout, cell, kept, as, scratchZeros, points);
  const [rows, columns] = [numbers[0]!, numbers[1]!];
  const matrix = numbers.subarray(rowsHeader);
  const parts = [
    of.coefficients.get(cell)!,
    of.integrals.get(cell)!,
    ...kept.map((face) => of.faces.get(face)!),
    of.constants,
  ];
  const x = Float64Array.from(parts.flatMap((part) => [...part]));
  const left = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let rest = points === undefined ? 0 : matrix[(i + 1) * columns - 1]!;
    for (let k = 0; k < x.length; k++) rest -= matrix[i * columns + k]! * x[k]!;
    left[i] = rest;
  }
  return { left, matrix, columns };
}

/** Lengths of the columns of each element's coefficients. */
export function columnLengths(factor: Factor): Map<Cell, Float64Array> {
  return new Map(
    elementFronts(factor).map(({ cell, numbers }) => {
      const { eliminated, pivots, columns, triangle } = solvedOf(numbers!);
      const squares = new Float64Array(eliminated);
      for (let i = 0; i < pivots; i++) {
        const from = startOf(i, columns) - i;
        for (let k = i; k < eliminated; k++) squares[k]! += triangle[from + k]! ** 2;
      }
      return [cell, squares.map(Math.sqrt)];
    }),
  );
}
