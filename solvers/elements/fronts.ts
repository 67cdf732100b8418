/**
 * Fronts as plain numbers, made of the rows of an element or of other fronts: rows, columns, number of columns that
 * were eliminated and of pivots among them; then, as upper triangles row by row, what is left for those above, and what
 * was eliminated over all columns. The columns of what is left: integrals, faces, constants to be found, the right-hand
 * side.
 */
import { triangularise } from "../../engine/numerics/householder.ts";
import type { Allocate, Parts } from "../../engine/system/team.ts";
import { weighting } from "./weighting.ts";

/** A part of the elimination. */
export type FrontPart =
  /** The rows of an element: [rows, columns, columns to be eliminated, matrix]. */
  | { readonly kind: "rows"; readonly after: readonly number[] }
  | { readonly kind: "element"; readonly rows: number }
  | Join;

/** All parts of an elimination. */
export interface FrontPlan {
  readonly parts: readonly FrontPart[];
  /** True where the machine's own LAPACK may eliminate. */
  readonly blas: boolean;
}

/** Rows of fronts one after the other as their columns begin. */
interface Join {
  readonly kind: "join";
  /** Numbers of parts, or fronts. */
  readonly children: readonly (number | Float64Array)[];
  /** Columns of each child's columns. */
  readonly places: readonly Int32Array[];
  readonly columns: number;
  /** Columns that are eliminated. */
  readonly size: number;
  readonly integrals: number;
}

/** Numbers of a front before its triangles, and of rows before their matrix. */
const headerSize = 4;
export const rowsHeader = 3;

/** Triangle that is left of a front, with its rows and columns. */
export const leftOf = (front: Float64Array) => {
  const [rows, columns] = [front[0]!, front[1]!];
  return { rows, columns, triangle: front.subarray(headerSize, headerSize + startOf(rows, columns)) };
};

/** Triangle of what was eliminated in a front. */
export const solvedOf = (front: Float64Array) => ({
  ...{ eliminated: front[2]!, pivots: front[3]!, columns: front[1]! + front[2]! },
  triangle: front.subarray(headerSize + startOf(front[0]!, front[1]!)),
});

/**
 * The parts of an elimination.
 *
 * @param plan - plain data, of which another thread makes the same parts
 * @param makeRows - of an element; absent where another thread makes them
 * @param take - called with each front
 */
export function frontParts(
  { parts, blas }: FrontPlan,
  makeRows?: (k: number, allocate: Allocate) => Float64Array,
  take?: (k: number, front: Float64Array) => void,
): Parts {
  const numbers: (Float64Array | undefined)[] = [];
  const after = parts.map((part): readonly number[] => {
    if (part.kind === "join") return part.children.filter((child) => typeof child === "number");
    return part.kind === "rows" ? part.after : [part.rows];
  });
  return {
    count: parts.length,
    after: (k) => after[k]!,
    isOwn: (k) => parts[k]!.kind === "rows",
    make(k, allocate) {
      const part = parts[k]!;
      if (part.kind === "rows") return makeRows!(k, allocate);
      if (part.kind === "join") return joined(part, numbers, blas, allocate);
      const [rows, columns, size] = numbers[part.rows] as unknown as [number, number, number];
      const matrix = numbers[part.rows]!.subarray(rowsHeader, rowsHeader + rows * columns);
      return eliminate(matrix, rows, columns, size, undefined, blas, allocate);
    },
    take(k, found) {
      const part = parts[k]!;
      numbers[k] = found;
      if (part.kind === "element") numbers[part.rows] = undefined;
      if (part.kind !== "rows") take?.(k, found);
    },
  };
}

/** Scratch for the rows of one front at a time. */
let scratch = new Float64Array(0);

/** Zeros in memory that the next call writes over. */
export function scratchZeros(length: number): Float64Array {
  if (scratch.length < length) scratch = new Float64Array(2 * length);
  return scratch.subarray(0, length).fill(0);
}

function joined(
  { children, places, columns, size, integrals }: Join,
  numbers: readonly (Float64Array | undefined)[],
  blas: boolean,
  allocate: Allocate,
): Float64Array {
  const lefts = children.map((child) => leftOf(typeof child === "number" ? numbers[child]! : child));
  const rows = lefts.reduce((sum, left) => sum + left.rows, integrals);
  const matrix = scratchZeros(rows * columns);
  const leads = new Int32Array(rows);
  // Integrals of the children are eliminated: their sum is that of the whole.
  for (let k = 0; k < integrals; k++) {
    for (let c = 0; c < children.length; c++) matrix[k * columns + c * integrals + k] = weighting.integral;
    matrix[k * columns + size + k] = -weighting.integral;
  }
  const next = children.map(() => 0);
  for (let row = integrals; row < rows; row++) {
    let first = -1;
    for (let c = 0; c < lefts.length; c++) {
      const isSooner = first < 0 || places[c]![next[c]!]! < places[first]![next[first]!]!;
      if (next[c]! < lefts[c]!.rows && isSooner) first = c;
    }
    const i = next[first]!++;
    leads[row] = places[first]![i]!;
    moveRow(lefts[first]!, i, places[first]!, matrix, row * columns);
  }
  return eliminate(matrix, rows, columns, size, leads, blas, allocate);
}

/** Writes a row of a triangle to other columns. */
export function moveRow(
  { triangle, columns }: ReturnType<typeof leftOf>,
  i: number,
  places: Int32Array,
  into: Float64Array,
  at: number,
): void {
  const from = startOf(i, columns) - i;
  for (let k = i; k < columns; k++) into[at + places[k]!] = triangle[from + k]!;
}

/** Start of row i in an upper triangle. */
export const startOf = (i: number, columns: number): number => i * columns - (i * (i - 1)) / 2;

/** Writes the upper triangle of rows of a matrix from a row and column on. */
export function writeTriangle(
  matrix: Float64Array,
  from: number,
  rows: number,
  columns: number,
  out: Float64Array,
  at = 0,
): Float64Array {
  for (let i = from, to = at; i < from + rows; i++) {
    out.set(matrix.subarray(i * columns + i, (i + 1) * columns), to);
    to += columns - i;
  }
  return out;
}

/**
 * Eliminates the first columns of a matrix with the right-hand side as its last column.
 *
 * @param leads - as in `triangularise`
 */
function eliminate(
  matrix: Float64Array,
  rows: number,
  columns: number,
  eliminated: number,
  leads: Int32Array | undefined,
  blas: boolean,
  allocate: Allocate,
): Float64Array {
  triangularise(matrix, rows, columns, leads, blas);
  const most = Math.min(rows, columns);
  const pivots = Math.min(eliminated, most);
  const left = Math.max(0, Math.min(most, columns - 1) - eliminated);
  const start = headerSize + startOf(left, columns - eliminated);
  const numbers = allocate(start + startOf(pivots, columns));
  numbers.set([left, columns - eliminated, eliminated, pivots]);
  writeTriangle(matrix, eliminated, left, columns, numbers, headerSize);
  return writeTriangle(matrix, 0, pivots, columns, numbers, start);
}
