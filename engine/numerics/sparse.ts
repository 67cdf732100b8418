/** Linear systems with few entries a row. */
import { dot } from "./vectors.ts";

/** Rows of a matrix as maps from column to entry. */
export type SparseRows = readonly ReadonlyMap<number, number>[];

/** Part of b that may be left. */
const tolerance = 1e-10;

/**
 * Solves A·x = b by stabilised biconjugate gradients (BiCGSTAB: van der Vorst 1992, doi:10.1137/0913035), preconditioned with an incomplete factorisation
 * that has entries where A has some (ILU(0)): for matrices whose diagonal leads, such as those of implicit steps in time.
 *
 * @param rows - [n], each with an entry on the diagonal
 * @param b - [n]
 * @param most - iterations at most, ≥ 1
 * @returns x, or undefined where more than 1e-10 of b is left
 */
export function solveSparse(rows: SparseRows, b: Float64Array, most = 200): Float64Array | undefined {
  const matrix = byRows(rows);
  const precondition = incomplete(matrix);
  const n = b.length;
  const x = new Float64Array(n);
  const r = b.slice();
  const enough = tolerance * Math.sqrt(dot(b, b));
  const shadow = r.slice();
  let [rho, alpha, omega] = [1, 1, 1];
  let [v, p] = [new Float64Array(n), new Float64Array(n)];
  for (let k = 0; k < most; k++) {
    if (Math.sqrt(dot(r, r)) <= enough) return x;
    const next = dot(shadow, r);
    const beta = (next / rho) * (alpha / omega);
    rho = next;
    p = p.map((value, i) => r[i]! + beta * (value - omega * v[i]!));
    const along = precondition(p);
    v = times(matrix, along);
    alpha = rho / dot(shadow, v);
    for (let i = 0; i < n; i++) r[i]! -= alpha * v[i]!;
    const rest = precondition(r);
    const t = times(matrix, rest);
    const size = dot(t, t);
    omega = size > 0 ? dot(t, r) / size : 0;
    for (let i = 0; i < n; i++) {
      x[i]! += alpha * along[i]! + omega * rest[i]!;
      r[i]! -= omega * t[i]!;
    }
  }
  return Math.sqrt(dot(r, r)) <= enough ? x : undefined;
}

/** Row i has the entries from `starts[i]` to `starts[i + 1]`, columns rising; `diagonal[i]` is where its own is. */
interface Matrix {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
  readonly diagonal: Int32Array;
}

function byRows(rows: SparseRows): Matrix {
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => {
    starts[i + 1] = starts[i]! + row.size;
  });
  const [columns, values] = [new Int32Array(starts.at(-1)!), new Float64Array(starts.at(-1)!)];
  const diagonal = new Int32Array(rows.length);
  rows.forEach((row, i) => {
    const own = columns.subarray(starts[i], starts[i + 1]);
    own.set([...row.keys()]);
    own.sort();
    own.forEach((column, k) => {
      values[starts[i]! + k] = row.get(column)!;
    });
    diagonal[i] = starts[i]! + own.indexOf(i);
  });
  return { starts, columns, values, diagonal };
}

function times({ starts, columns, values }: Matrix, x: Float64Array): Float64Array<ArrayBuffer> {
  return x.map((_, i) => {
    let sum = 0;
    for (let k = starts[i]!; k < starts[i + 1]!; k++) sum += values[k]! * x[columns[k]!]!;
    return sum;
  });
}

/** Solver of L·U·x = b, with L and U where the matrix has entries. */
function incomplete({ starts, columns, values: given, diagonal }: Matrix) {
  const values = given.slice();
  const n = diagonal.length;
  const where = new Int32Array(n).fill(-1);
  for (let i = 0; i < n; i++) {
    const [from, to] = [starts[i]!, starts[i + 1]!];
    for (let k = from; k < to; k++) where[columns[k]!] = k;
    for (let k = from; columns[k]! < i; k++) {
      const pivot = columns[k]!;
      const factor = values[k]! / values[diagonal[pivot]!]!;
      values[k] = factor;
      for (let j = diagonal[pivot]! + 1; j < starts[pivot + 1]!; j++) {
        const at = where[columns[j]!]!;
        if (at >= 0) values[at]! -= factor * values[j]!;
      }
    }
    for (let k = from; k < to; k++) where[columns[k]!] = -1;
  }
  return (b: Float64Array): Float64Array => {
    const x = b.slice();
    for (let i = 0; i < n; i++) {
      for (let k = starts[i]!; k < diagonal[i]!; k++) x[i]! -= values[k]! * x[columns[k]!]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = diagonal[i]! + 1; k < starts[i + 1]!; k++) x[i]! -= values[k]! * x[columns[k]!]!;
      x[i]! /= values[diagonal[i]!]!;
    }
    return x;
  };
}
