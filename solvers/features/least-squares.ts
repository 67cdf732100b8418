/**
 * Dense linear least squares by Householder's QR in blocks, in float64: backward stable, so that the residual reaches
 * rounding where normal equations stop at its root (Golub & Van Loan, Matrix Computations, §5.2.3; compact WY form of
 * Schreiber & Van Loan 1989). Panels are reduced on the host; what lies right of them is updated by compiled matrix
 * products.
 */

import { DomainError, ShapeError } from "../../engine/errors.ts";
import type { SystemBlas } from "../../engine/system/system-blas.ts";
import { type Compiled, compile } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";

/** Columns of a panel. */
export const panelWidth = 64;

/** A matrix [rows, columns] in panels of `width` columns, each row-major [rows, width]; unused columns are zero. */
export interface PanelMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly width: number;
  readonly panels: readonly Float64Array[];
}

/** A matrix of zeros; {@link leastSquaresSolver} says in which panels it takes one. */
export function panelMatrix(rows: number, columns: number, width = panelWidth): PanelMatrix {
  const count = Math.ceil(columns / width);
  return { rows, columns, width, panels: Array.from({ length: count }, () => new Float64Array(rows * width)) };
}

/** Writes the row `row` from `values`, `columns` numbers beginning at `from`. */
export function setRow({ columns, width, panels }: PanelMatrix, row: number, values: Float64Array, from: number): void {
  for (const [p, panel] of panels.entries()) {
    const start = p * width;
    const end = Math.min(columns, start + width);
    panel.set(values.subarray(from + start, from + end), row * width);
  }
}

/** Writes one entry. */
export function setEntry({ width, panels }: PanelMatrix, row: number, column: number, value: number): void {
  panels[Math.floor(column / width)]![row * width + (column % width)] = value;
}

/** Solves least squares for matrices of one number of rows; its products are compiled once. */
export interface LeastSquaresSolver {
  /** A matrix of zeros in the panels that `solve` takes. */
  matrix(columns: number): PanelMatrix;
  /**
   * x that minimises ‖a·x − b‖. Both `a` and `b` are overwritten.
   *
   * @param a - [rows, columns] with columns ≤ rows
   * @param b - rows numbers, or several right sides one after the other
   * @returns x for each of them, one after the other; in `b`, from the `columns`th of its numbers on, what is left of
   *   it in rotated rows
   * @throws DomainError where a column depends exactly on those before it
   */
  solve(a: PanelMatrix, b: Float64Array): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/**
 * Prepares the solution of least-squares problems with `rows` rows, about 2·rows·columns² operations each.
 *
 * @param threads - of the matrix products, @defaultValue 1
 * @param blas - the machine's LAPACK does it all where there is one, three to eight times as fast
 */
export function leastSquaresSolver(rows: number, threads = 1, blas?: SystemBlas): LeastSquaresSolver {
  return blas ? byLapack(blas, rows, threads) : byPanels(rows, threads);
}

function byLapack(blas: SystemBlas, rows: number, threads: number): LeastSquaresSolver {
  return {
    matrix: (columns) => panelMatrix(rows, columns, columns),
    async solve(a, b) {
      checkShape(a, b, rows);
      if (!a.panels[0]!.every(Number.isFinite))
        throw new DomainError(
          "leastSquares: a column is not finite; the rows have no value where it begins",
          Number.NaN,
        );
      blas.useThreads(threads);
      const x = blas.leastSquares(a.panels[0]!, rows, a.columns, b);
      if (x?.every(Number.isFinite)) return x;
      throw new DomainError("leastSquares: columns depend on one another; leave some out", a.columns);
    },
    async dispose() {},
  };
}

/** @throws ShapeError */
function checkShape({ rows, columns }: PanelMatrix, b: Float64Array, expected: number): void {
  const isWhole = b.length > 0 && b.length % expected === 0;
  if (rows === expected && isWhole && columns <= expected) return;
  const found = `[${rows}, ${columns}] and ${b.length} numbers`;
  throw new ShapeError("leastSquares", `a matrix [${expected}, at most ${expected}] and ${expected} numbers`, found);
}

function byPanels(rows: number, threads: number): LeastSquaresSolver {
  const panel = { shape: [rows, panelWidth] };
  const square = { shape: [panelWidth, panelWidth] };
  const options = { precision: "float64", threads } as const;
  let programs: Promise<[gram: Compiled, update: Compiled]> | undefined;
  const compiled = () => {
    programs ??= Promise.all([
      compile((v) => [tf.matMul(v!, v!, true, false)], [panel], { ...options, name: "panel gram" }),
      compile(
        (v, t, c) => [tf.sub(c!, tf.matMul(v!, tf.matMul(t!, tf.matMul(v!, c!, true, false), true, false)))],
        [panel, square, panel],
        { ...options, name: "panel update" },
      ),
    ]);
    return programs;
  };
  return {
    matrix: (columns) => panelMatrix(rows, columns),
    async solve(a, b) {
      checkShape(a, b, rows);
      const { columns, panels } = a;
      const [gram, update] = await compiled();
      const v = new Float64Array(rows * panelWidth);
      const products = new Float64Array(panelWidth * panelWidth);
      const triangle: Float64Array[] = [];
      const sides = Array.from({ length: b.length / rows }, (_, i) => b.subarray(i * rows, (i + 1) * rows));
      for (const [p, current] of panels.entries()) {
        const first = p * panelWidth;
        const width = Math.min(panelWidth, columns - first);
        const { list, factors } = reduce(current, first, width, sides);
        triangle.push(...list.map((column) => column.slice(0, columns)));
        if (p === panels.length - 1) break;
        vectors(list, rows, first, v);
        await gram.run([v], { into: [products] });
        const t = triangular(products, factors);
        for (let q = p + 1; q < panels.length; q++) {
          await update.run([v, t, panels[q]!.slice()], { into: [panels[q]!] });
        }
      }
      const x = new Float64Array(sides.length * columns);
      for (const [i, side] of sides.entries()) x.set(backSubstitute(triangle, side), i * columns);
      return x;
    },
    async dispose() {
      for (const program of (await programs) ?? []) await program.dispose();
    },
  };
}

/**
 * Reduces a panel to a triangle by reflections I − f·v·vᵀ with v = 1 at the pivot, and applies them to right sides. A
 * column of the result holds R down to its pivot and v below.
 */
function reduce(panel: Float64Array, first: number, width: number, sides: readonly Float64Array[]) {
  const rows = panel.length / panelWidth;
  const list = Array.from({ length: width }, (_, j) => {
    const column = new Float64Array(rows);
    for (let i = 0; i < rows; i++) column[i] = panel[i * panelWidth + j]!;
    return column;
  });
  const factors = new Float64Array(panelWidth);
  for (const [j, v] of list.entries()) {
    const pivot = first + j;
    let largest = 0;
    for (let i = pivot; i < rows; i++) largest = Math.max(largest, Math.abs(v[i]!));
    if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) {
      const what = `column ${pivot} is ${largest === 0 ? "a combination of those before it" : "not finite"}`;
      throw new DomainError(`leastSquares: ${what}; give more regularisation or fewer features`, largest);
    }
    let sum = 0;
    for (let i = pivot; i < rows; i++) sum += (v[i]! / largest) ** 2;
    const alpha = v[pivot]!;
    const beta = -Math.sign(alpha || 1) * largest * Math.sqrt(sum);
    factors[j] = (beta - alpha) / beta;
    const scale = 1 / (alpha - beta);
    for (let i = pivot + 1; i < rows; i++) v[i]! *= scale;
    v[pivot] = 1;
    reflect(v, factors[j]!, pivot, [...list.slice(j + 1), ...sides]);
    v[pivot] = beta;
  }
  return { list, factors };
}

/** Applies I − f·v·vᵀ to columns, four at a time. */
function reflect(v: Float64Array, f: number, from: number, columns: readonly Float64Array[]): void {
  const rows = v.length;
  let c = 0;
  for (; c + 3 < columns.length; c += 4) {
    const [a, b, d, e] = [columns[c]!, columns[c + 1]!, columns[c + 2]!, columns[c + 3]!];
    let [s, t, u, w] = [0, 0, 0, 0];
    for (let i = from; i < rows; i++) {
      const x = v[i]!;
      s += x * a[i]!;
      t += x * b[i]!;
      u += x * d[i]!;
      w += x * e[i]!;
    }
    s *= f;
    t *= f;
    u *= f;
    w *= f;
    for (let i = from; i < rows; i++) {
      const x = v[i]!;
      a[i]! -= s * x;
      b[i]! -= t * x;
      d[i]! -= u * x;
      e[i]! -= w * x;
    }
  }
  for (; c < columns.length; c++) {
    const a = columns[c]!;
    let s = 0;
    for (let i = from; i < rows; i++) s += v[i]! * a[i]!;
    s *= f;
    for (let i = from; i < rows; i++) a[i]! -= s * v[i]!;
  }
}

/** The reflection vectors of a panel as [rows, panelWidth], zero above their pivots, where they are 1. */
function vectors(list: readonly Float64Array[], rows: number, first: number, out: Float64Array): void {
  out.fill(0);
  for (const [j, column] of list.entries()) {
    out[(first + j) * panelWidth + j] = 1;
    for (let i = first + j + 1; i < rows; i++) out[i * panelWidth + j] = column[i]!;
  }
}

/** T with H₁H₂… = I − V·T·Vᵀ, from VᵀV and the factors. */
function triangular(products: Float64Array, factors: Float64Array): Float64Array {
  const n = panelWidth;
  const t = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const f = factors[j]!;
    t[j * (n + 1)] = f;
    for (let i = 0; i < j; i++) {
      let sum = 0;
      for (let k = i; k < j; k++) sum += t[i * n + k]! * products[k * n + j]!;
      t[i * n + j] = -f * sum;
    }
  }
  return t;
}

/** R·x = the head of y, with R as columns; y is overwritten. */
function backSubstitute(columns: readonly Float64Array[], y: Float64Array): Float64Array {
  const x = new Float64Array(columns.length);
  for (let j = columns.length - 1; j >= 0; j--) {
    const column = columns[j]!;
    const value = y[j]! / column[j]!;
    x[j] = value;
    for (let i = 0; i < j; i++) y[i]! -= column[i]! * value;
  }
  return x;
}
