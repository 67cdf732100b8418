/**
 * Sparse linear systems by the multifrontal method on rows that belong to cells: cells are joined two by two, and a
 * column is eliminated, with partial pivoting, at the first join that has all of its rows. Square systems of full rank
 * are solved; columns without a pivot are set to 0, and rows that are left over are ignored.
 */
import { systemBlas } from "../system/system-blas.ts";

/** Positions of a matrix's entries, by rows: row i has columns `columns[starts[i]]` to `columns[starts[i + 1] - 1]`, rising. */
export interface SparsePattern {
  /** [rows + 1] */
  readonly starts: Int32Array;
  /** [entries] */
  readonly columns: Int32Array;
  /** Number of columns. */
  readonly width: number;
}

/** Factors of a matrix. */
export interface MultifrontalFactors {
  /**
   * Solves A·x = b.
   *
   * @param b - [rows], of complex systems [2·rows] with real and imaginary parts in turn
   * @returns x, alike
   */
  solve(b: Float64Array): Float64Array;
  /** Columns without a pivot, whose x is 0. */
  readonly deficient: number;
}

/** The symbolic part of a factorisation, which needs a pattern alone. */
export interface MultifrontalPlan {
  /**
   * Factors of a matrix with this pattern.
   *
   * @param values - [entries], of complex matrices [2·entries] with real and imaginary parts in turn
   */
  factor(values: Float64Array, complex: boolean): MultifrontalFactors;
  /** Multiplications and additions of one real factorisation, about. */
  readonly operations: number;
  /** Numbers in the factors of a real matrix, about. */
  readonly entries: number;
}

/** Size of a pivot, beside the largest entry of its column before, below which there is none. */
const leastPivot = 1e-11;

/** Products from which on the machine's own BLAS is asked. */
const leastForLibrary = 8000;

/** A join of cells, or a cell. */
interface Front {
  readonly children: readonly number[];
  /** Rows of a cell. */
  readonly rows: readonly number[];
  /** Columns of its rows; those that are eliminated here come first. */
  readonly columns: Int32Array;
  /** Number of columns that are eliminated here. */
  readonly own: number;
}

/**
 * Lays out the elimination.
 *
 * @param cells - integer coordinates [rows, dimension] of the cell of each row; rows of one cell are eliminated
 * together, and cells that are near one another are joined first
 * @param blas - whether the machine's own BLAS may do it. @defaultValue true
 */
export function multifrontal(
  pattern: SparsePattern,
  cells: Int32Array,
  dimension: number,
  blas = true,
): MultifrontalPlan {
  const rows = pattern.starts.length - 1;
  const leaves: number[][] = [];
  const joins: [number, number][] = [];
  /** Number of the front: leaves first, in order, then joins by negative numbers until all are counted. */
  const build = (members: number[]): number => {
    const axis = widestAxis(members, cells, dimension);
    if (axis === undefined) {
      leaves.push(members);
      return leaves.length - 1;
    }
    const places = [...new Set(members.map((row) => cells[row * dimension + axis]!))].sort((a, b) => a - b);
    const middle = places[places.length >> 1]!;
    const [low, high] = [[] as number[], [] as number[]];
    for (const row of members) (cells[row * dimension + axis]! < middle ? low : high).push(row);
    const children: [number, number] = [build(low), build(high)];
    joins.push(children);
    return -joins.length;
  };
  build(Array.from({ length: rows }, (_, i) => i));
  const numberOf = (k: number) => (k >= 0 ? k : leaves.length - k - 1);
  const shapes = [
    ...leaves.map((own) => ({ children: [] as number[], rows: own })),
    ...joins.map((pair) => ({ children: pair.map(numberOf), rows: [] as number[] })),
  ];
  const fronts = analysed(pattern, shapes);
  return {
    operations: fronts.reduce((sum, f) => sum + costOf(f), 0),
    entries: fronts.reduce((sum, { own, columns: { length } }) => sum + own * (2 * length - own), 0),
    factor: (values, complex) => factors(pattern, fronts, values, complex ? 2 : 1, blas),
  };
}

const costOf = ({ own, columns: { length } }: Front): number => own * length * (length - own / 2);

/** The axis along which cells differ most; none where they are one. */
function widestAxis(members: readonly number[], cells: Int32Array, dimension: number): number | undefined {
  let [widest, axis]: [number, number | undefined] = [0, undefined];
  for (let k = 0; k < dimension; k++) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of members) {
      const at = cells[row * dimension + k]!;
      low = Math.min(low, at);
      high = Math.max(high, at);
    }
    if (high - low > widest) [widest, axis] = [high - low, k];
  }
  return axis;
}

/** The columns that each front eliminates: those of which it has all rows, and its children have not. */
function analysed(
  { starts, columns, width }: SparsePattern,
  shapes: readonly Pick<Front, "children" | "rows">[],
): Front[] {
  const entries = new Int32Array(width);
  for (const column of columns) entries[column]!++;
  const open: Map<number, number>[] = [];
  return shapes.map(({ children, rows }) => {
    const counts = new Map<number, number>();
    for (const child of children) {
      for (const [column, count] of open[child]!) counts.set(column, (counts.get(column) ?? 0) + count);
      open[child]!.clear();
    }
    for (const row of rows) {
      for (let at = starts[row]!; at < starts[row + 1]!; at++)
        counts.set(columns[at]!, (counts.get(columns[at]!) ?? 0) + 1);
    }
    const whole = (column: number) => counts.get(column) === entries[column];
    const all = Int32Array.from(counts.keys()).sort();
    const [own, others] = [all.filter(whole), all.filter((column) => !whole(column))];
    for (const column of own) counts.delete(column);
    open.push(counts);
    return { children, rows, columns: Int32Array.from([...own, ...others]), own: own.length };
  });
}

/** A front with its numbers: [rows, columns], unit lower factors below its pivots, what goes to its parent at the lower right. */
interface Numbers {
  /** Those with pivots, those that found none, and the others. */
  readonly columns: Int32Array;
  readonly rows: number;
  readonly pivots: number;
  readonly delayed: number;
  readonly matrix: Float64Array;
  /** The row with which each pivot's was exchanged. */
  readonly exchanged: Int32Array;
}

/** @param parts - numbers of one entry: 1, or 2 of complex ones */
function factors(
  pattern: SparsePattern,
  fronts: readonly Front[],
  values: Float64Array,
  parts: Parts,
  blas: boolean,
): MultifrontalFactors {
  const place = new Int32Array(pattern.width);
  const done: Numbers[] = [];
  for (const front of fronts) done.push(assembled(pattern, front, { done, values, parts, place, blas }));
  const starts = new Int32Array(fronts.length + 1);
  for (const [k, { rows }] of done.entries()) starts[k + 1] = starts[k]! + rows * parts;
  const right = new Float64Array(starts[fronts.length]!);
  const own = new Float64Array(done.reduce((most, { columns }) => Math.max(most, columns.length), 0) * parts);
  return {
    deficient: done.at(-1)!.delayed,
    solve(b) {
      const x = new Float64Array(pattern.width * parts);
      for (let k = 0; k < fronts.length; k++) forward(k, fronts[k]!, b, { done, starts, right, parts });
      for (let k = fronts.length - 1; k >= 0; k--) backward(done[k]!, { right, start: starts[k]!, own, x, parts });
      return x;
    },
  };
}

type Parts = 1 | 2;

interface Assembling {
  readonly done: readonly Numbers[];
  readonly values: Float64Array;
  readonly parts: Parts;
  readonly blas: boolean;
  /** Scratch: where a column is in the front. */
  readonly place: Int32Array;
}

function assembled(
  { starts, columns: columnsOf }: SparsePattern,
  { children, rows: cell, columns: all, own }: Front,
  { done, values, parts, place, blas }: Assembling,
): Numbers {
  const parents = children.map((k) => done[k]!);
  const late = parents.flatMap(({ columns, pivots, delayed }) => [...columns.subarray(pivots, pivots + delayed)]);
  const columns = late.length === 0 ? all : Int32Array.from([...all.subarray(0, own), ...late, ...all.subarray(own)]);
  const width = columns.length;
  for (let j = 0; j < width; j++) place[columns[j]!] = j;
  const rows = parents.reduce((sum, child) => sum + child.rows - child.pivots, cell.length);
  const matrix = new Float64Array(rows * width * parts);
  let row = 0;
  for (const child of parents) {
    const wide = child.columns.length;
    const places = child.columns.subarray(child.pivots).map((column) => place[column]! * parts);
    for (let i = child.pivots; i < child.rows; i++, row++) {
      const first = row * width * parts;
      for (let j = 0, from = (i * wide + child.pivots) * parts; j < places.length; j++, from += parts) {
        const to = first + places[j]!;
        matrix[to] = child.matrix[from]!;
        if (parts === 2) matrix[to + 1] = child.matrix[from + 1]!;
      }
    }
  }
  for (const own of cell) {
    for (let at = starts[own]!; at < starts[own + 1]!; at++) {
      const to = (row * width + place[columnsOf[at]!]!) * parts;
      matrix[to] = values[at * parts]!;
      if (parts === 2) matrix[to + 1] = values[at * parts + 1]!;
    }
    row++;
  }
  return eliminated({ columns, rows, matrix }, own + late.length, parts, blas);
}

/**
 * Gauss's elimination of the first `eligible` columns, by the largest entry of each.
 *
 * @param pivotRows - the first rows, which alone may have pivots
 */
export function eliminated(
  { columns, rows, matrix: a }: Pick<Numbers, "columns" | "rows" | "matrix">,
  eligible: number,
  parts: Parts,
  blas: boolean,
  pivotRows = rows,
): Numbers {
  const width = columns.length;
  const stride = width * parts;
  const sizeAt = (i: number, j: number) => {
    const at = i * stride + j * parts;
    return parts === 1 ? Math.abs(a[at]!) : Math.abs(a[at]!) + Math.abs(a[at + 1]!);
  };
  /** The row of the largest entry of a column, from row `from` on; −1 where all are 0. */
  const largest = (j: number, from: number) => {
    let size = 0;
    let row = -1;
    for (let i = from; i < pivotRows; i++) {
      const here = sizeAt(i, j);
      if (here > size) {
        size = here;
        row = i;
      }
    }
    return row;
  };
  const before = new Float64Array(eligible);
  for (let i = 0; i < rows; i++) for (let j = 0; j < eligible; j++) before[j] = Math.max(before[j]!, sizeAt(i, j));
  const exchanged: number[] = [];
  const behind = (matrix: Float64Array, sizes: Panel) => {
    const { start, end, panel } = sizes;
    const isLarge = (end - start) * (width - panel) * (rows - start) > leastForLibrary;
    const library = isLarge && blas ? systemBlas() : undefined;
    if (library) library.eliminate(matrix, sizes, parts);
    else if (parts === 1) takeBehind(matrix, sizes);
    else takeBehindComplex(matrix, sizes);
  };
  // Columns behind a panel wait until all of its pivots are known.
  let [k, end, start, panel] = [0, eligible, 0, Math.min(eligible, panelWidth)];
  /** The row of the next pivot, where the last step has seen it. */
  let next: number | undefined;
  while (k < end && k < pivotRows) {
    if (k === panel) {
      behind(a, { start, end: k, panel, rows, width });
      [start, panel] = [k, Math.min(end, k + panelWidth)];
    }
    const row = next ?? largest(k, k);
    next = undefined;
    if (row < 0 || sizeAt(row, k) <= leastPivot * before[k]!) {
      behind(a, { start, end: k, panel, rows, width });
      end--;
      [start, panel] = [k, Math.min(end, k + panelWidth)];
      exchangeColumns(a, { rows, stride, parts }, k, end);
      [columns[k], columns[end]] = [columns[end]!, columns[k]!];
      [before[k], before[end]] = [before[end]!, before[k]!];
      continue;
    }
    exchanged.push(row);
    if (row !== k) {
      const own = a.slice(k * stride, (k + 1) * stride);
      a.copyWithin(k * stride, row * stride, (row + 1) * stride);
      a.set(own, row * stride);
    }
    const seen = parts === 1 ? below(a, k, rows, width, panel) : belowComplex(a, k, rows, width, panel);
    k++;
    if (k < panel && pivotRows === rows) next = seen;
  }
  behind(a, { start, end: k, panel, rows, width });
  return { columns, rows, matrix: a, pivots: k, delayed: eligible - k, exchanged: Int32Array.from(exchanged) };
}

function exchangeColumns(
  a: Float64Array,
  { rows, stride, parts }: { readonly rows: number; readonly stride: number; readonly parts: Parts },
  j: number,
  k: number,
): void {
  for (let i = 0; i < rows; i++) {
    for (let part = 0; part < parts; part++) {
      const [p, q] = [i * stride + j * parts + part, i * stride + k * parts + part];
      [a[p], a[q]] = [a[q]!, a[p]!];
    }
  }
}

/**
 * Takes multiples of row k from those below it, in the columns up to the end of the panel.
 *
 * @returns the row of the largest entry of the next column; −1 where all are 0
 */
function below(a: Float64Array, k: number, rows: number, width: number, panel: number): number {
  const top = k * width;
  const inverse = 1 / a[top + k]!;
  let [size, largest] = [0, -1];
  for (let i = k + 1; i < rows; i++) {
    const row = i * width;
    const factor = a[row + k]! * inverse;
    if (factor !== 0) {
      a[row + k] = factor;
      for (let j = k + 1; j < panel; j++) a[row + j] = a[row + j]! - factor * a[top + j]!;
    }
    const here = Math.abs(a[row + k + 1]!);
    if (here > size) {
      size = here;
      largest = i;
    }
  }
  return largest;
}

function belowComplex(a: Float64Array, k: number, rows: number, width: number, panel: number): number {
  const top = 2 * k * width;
  const re = a[top + 2 * k]!;
  const im = a[top + 2 * k + 1]!;
  const square = re * re + im * im;
  const inverseRe = re / square;
  const inverseIm = -im / square;
  let [size, largest] = [0, -1];
  for (let i = k + 1; i < rows; i++) {
    const row = 2 * i * width;
    const p = a[row + 2 * k]!;
    const q = a[row + 2 * k + 1]!;
    if (p !== 0 || q !== 0) {
      const f = p * inverseRe - q * inverseIm;
      const g = p * inverseIm + q * inverseRe;
      a[row + 2 * k] = f;
      a[row + 2 * k + 1] = g;
      for (let j = 2 * (k + 1); j < 2 * panel; j += 2) {
        const u = a[top + j]!;
        const v = a[top + j + 1]!;
        a[row + j] = a[row + j]! - f * u + g * v;
        a[row + j + 1] = a[row + j + 1]! - f * v - g * u;
      }
    }
    const here = Math.abs(a[row + 2 * k + 2]!) + Math.abs(a[row + 2 * k + 3]!);
    if (here > size) {
      size = here;
      largest = i;
    }
  }
  return largest;
}

/** Pivots of a panel, and columns behind it that are looked at together: their rows of the panel stay in the cache. */
const [panelWidth, tile] = [32, 256];

/** Pivots `start` to `end` − 1, whose multiples were taken in columns up to `panel`. */
interface Panel {
  readonly start: number;
  readonly end: number;
  readonly panel: number;
  readonly rows: number;
  readonly width: number;
}

/** Takes the multiples of a panel's rows from those below them in the columns behind it, as one after the other does. */
function takeBehind(a: Float64Array, { start, end, panel, rows, width }: Panel): void {
  for (let first = panel; first < width; first += tile) {
    const last = Math.min(width, first + tile);
    for (let i = start + 1; i < rows; i++) {
      const row = i * width;
      const most = Math.min(i, end);
      let k = start;
      for (; k + 3 < most; k += 4) {
        const p = a[row + k]!;
        const q = a[row + k + 1]!;
        const r = a[row + k + 2]!;
        const s = a[row + k + 3]!;
        if (p === 0 && q === 0 && r === 0 && s === 0) continue;
        const top = k * width;
        for (let j = first; j < last; j++) {
          const at = top + j;
          a[row + j] = a[row + j]! - p * a[at]! - q * a[at + width]! - r * a[at + 2 * width]! - s * a[at + 3 * width]!;
        }
      }
      for (; k < most; k++) {
        const factor = a[row + k]!;
        if (factor === 0) continue;
        for (let j = first, at = k * width + first; j < last; j++, at++) a[row + j] = a[row + j]! - factor * a[at]!;
      }
    }
  }
}

function takeBehindComplex(a: Float64Array, { start, end, panel, rows, width }: Panel): void {
  const stride = 2 * width;
  for (let first = 2 * panel; first < stride; first += tile) {
    const last = Math.min(stride, first + tile);
    for (let i = start + 1; i < rows; i++) {
      const row = i * stride;
      const most = Math.min(i, end);
      let k = start;
      for (; k + 1 < most; k += 2) {
        const at = row + 2 * k;
        const f = a[at]!;
        const g = a[at + 1]!;
        const p = a[at + 2]!;
        const q = a[at + 3]!;
        if (f === 0 && g === 0 && p === 0 && q === 0) continue;
        for (let j = first, top = k * stride + first; j < last; j += 2, top += 2) {
          const u = a[top]!;
          const v = a[top + 1]!;
          const s = a[top + stride]!;
          const t = a[top + stride + 1]!;
          a[row + j] = a[row + j]! - f * u + g * v - p * s + q * t;
          a[row + j + 1] = a[row + j + 1]! - f * v - g * u - p * t - q * s;
        }
      }
      for (; k < most; k++) {
        const f = a[row + 2 * k]!;
        const g = a[row + 2 * k + 1]!;
        if (f === 0 && g === 0) continue;
        for (let j = first, top = k * stride + first; j < last; j += 2, top += 2) {
          const u = a[top]!;
          const v = a[top + 1]!;
          a[row + j] = a[row + j]! - f * u + g * v;
          a[row + j + 1] = a[row + j + 1]! - f * v - g * u;
        }
      }
    }
  }
}

/** Right sides of all fronts' rows: those of the k-th begin at `starts[k]`. */
interface RightSides {
  readonly done: readonly Numbers[];
  readonly starts: Int32Array;
  readonly right: Float64Array;
  readonly parts: Parts;
}

/** Right sides of a front's rows after its elimination; what belongs to the parent lies behind those of the pivots. */
function forward(
  k: number,
  { children, rows: cell }: Front,
  b: Float64Array,
  { done, starts, right: r, parts }: RightSides,
): void {
  const { columns, rows, pivots, matrix: a, exchanged } = done[k]!;
  const start = starts[k]!;
  let at = start;
  for (let c = 0; c < children.length; c++) {
    const child = children[c]!;
    const end = starts[child + 1]!;
    for (let from = starts[child]! + done[child]!.pivots * parts; from < end; from++) r[at++] = r[from]!;
  }
  for (let c = 0; c < cell.length; c++) for (let part = 0; part < parts; part++) r[at++] = b[cell[c]! * parts + part]!;
  for (let pivot = 0; pivot < exchanged.length; pivot++) {
    for (let part = 0; part < parts; part++) {
      const [p, q] = [start + pivot * parts + part, start + exchanged[pivot]! * parts + part];
      const own = r[p]!;
      r[p] = r[q]!;
      r[q] = own;
    }
  }
  const stride = columns.length * parts;
  const subtractDot = parts === 1 ? subtractRealDot : subtractComplexDot;
  for (let i = 1; i < rows; i++) subtractDot(r, start + i * parts, r, start, a, i * stride, Math.min(i, pivots));
}

interface Backward {
  readonly right: Float64Array;
  /** Position of the first right side of the front. */
  readonly start: number;
  /** Scratch, as long as the widest front. */
  readonly own: Float64Array;
  readonly x: Float64Array;
  readonly parts: Parts;
}

/** x of a front's pivots, from those of its other columns. */
function backward({ columns, pivots, matrix: a }: Numbers, { right: r, start, own, x, parts }: Backward): void {
  const width = columns.length;
  for (let j = pivots; j < width; j++)
    for (let part = 0; part < parts; part++) own[j * parts + part] = x[columns[j]! * parts + part]!;
  const subtractDot = parts === 1 ? subtractRealDot : subtractComplexDot;
  for (let k = pivots - 1; k >= 0; k--) {
    const [diagonal, row] = [(k * width + k) * parts, start + k * parts];
    subtractDot(r, row, own, (k + 1) * parts, a, diagonal + parts, width - k - 1);
    if (parts === 1) own[k] = r[row]! / a[diagonal]!;
    else {
      const re = a[diagonal]!;
      const im = a[diagonal + 1]!;
      const p = r[row]!;
      const q = r[row + 1]!;
      const square = re * re + im * im;
      own[2 * k] = (p * re + q * im) / square;
      own[2 * k + 1] = (q * re - p * im) / square;
    }
    for (let part = 0; part < parts; part++) x[columns[k]! * parts + part] = own[k * parts + part]!;
  }
}

/** r_i less the sum of the products of `count` entries of v and a, from `of` and `from` on. */
function subtractRealDot(
  r: Float64Array,
  i: number,
  v: Float64Array,
  of: number,
  a: Float64Array,
  from: number,
  count: number,
): void {
  // Several sums at once: one waits for itself at every product.
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let j = 0;
  for (; j + 3 < count; j += 4) {
    s0 += a[from + j]! * v[of + j]!;
    s1 += a[from + j + 1]! * v[of + j + 1]!;
    s2 += a[from + j + 2]! * v[of + j + 2]!;
    s3 += a[from + j + 3]! * v[of + j + 3]!;
  }
  for (; j < count; j++) s0 += a[from + j]! * v[of + j]!;
  r[i] = r[i]! - (s0 + s1 + (s2 + s3));
}

/** The same of complex numbers. */
function subtractComplexDot(
  r: Float64Array,
  i: number,
  v: Float64Array,
  of: number,
  a: Float64Array,
  from: number,
  count: number,
): void {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  for (let j = 0; j < 2 * count; j += 2) {
    const p = a[from + j]!;
    const q = a[from + j + 1]!;
    const s = v[of + j]!;
    const t = v[of + j + 1]!;
    s0 += p * s;
    s1 += q * t;
    s2 += p * t;
    s3 += q * s;
  }
  r[i] = r[i]! - (s0 - s1);
  r[i + 1] = r[i + 1]! - (s2 + s3);
}
