/**
 * Sparse systems that are sums of dense square parts, as those of finite elements, by the multifrontal method (Duff and
 * Reid 1983): parts are joined two by two, and unknowns are eliminated at the first join that has all of their parts, by
 * partial pivoting among their rows. Those that find no pivot wait for the next join.
 */
import { eliminated } from "./multifrontal.ts";

/** The symbolic part, which needs the unknowns of each part alone. */
export interface AssembledPlan {
  /** Factors of the sum. @param matrixOf - of a part, [n, n], which may be overwritten */
  factor(matrixOf: (part: number) => Float64Array): AssembledFactors;
  /** Multiplications of one factorisation, about. */
  readonly operations: number;
}

/** Factors of the sum of all parts. */
export interface AssembledFactors {
  /** Solves A·x = b. */
  solve(b: Float64Array): Float64Array;
  /** Unknowns without a pivot, which are 0. */
  readonly deficient: number;
}

/** A part, or a join of two. */
interface Front {
  readonly children: readonly number[];
  readonly part: number;
  /** Unknowns that have all of their parts here, and the others. */
  readonly own: Int32Array;
  readonly others: Int32Array;
}

/** A front after elimination. */
interface Numbers {
  /** Unknowns of rows and columns: those with pivots, those that wait, the others. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly pivots: number;
  readonly delayed: number;
  /** [pivots, columns], and below them [rows − pivots, pivots]. */
  readonly upper: Float64Array;
  readonly lower: Float64Array;
  /** Sum for the parent, [rows − pivots, columns − pivots]. */
  left: Float64Array;
}

/**
 * Lays out the elimination.
 *
 * @param unknowns - of each part, each once
 * @param count - number of unknowns
 * @param centres - places [parts, 2]; parts that are near one another are joined first
 */
export function assembledFronts(
  unknowns: readonly Int32Array[],
  count: number,
  centres: Float64Array,
  blas = true,
): AssembledPlan {
  const fronts = frontsOf(unknowns, count, centres);
  return {
    operations: fronts.reduce((sum, { own, others }) => {
      const [m, n] = [own.length, own.length + others.length];
      return sum + m * n * n - m * m * n + m ** 3 / 3;
    }, 0),
    factor(matrixOf) {
      const [rowAt, columnAt] = [new Int32Array(count), new Int32Array(count)];
      const done: Numbers[] = [];
      for (const front of fronts) {
        const children = front.children.map((k) => done[k]!);
        done.push(joined(front, children, { matrixOf, unknowns, rowAt, columnAt, blas }));
        for (const child of children) child.left = new Float64Array(0);
      }
      return { deficient: done.at(-1)!.delayed, solve: (b) => solved(fronts, done, b) };
    },
  };
}

function frontsOf(unknowns: readonly Int32Array[], count: number, centres: Float64Array): Front[] {
  const whole = new Int32Array(count);
  for (const own of unknowns) for (const k of own) whole[k]!++;
  const fronts: Front[] = [];
  /** Parts that each front has of the unknowns that wait for others. */
  const open: Map<number, number>[] = [];
  const add = (children: readonly number[], part: number): number => {
    const counts = new Map<number, number>();
    for (const k of part >= 0 ? unknowns[part]! : []) counts.set(k, 1);
    for (const child of children) for (const [k, count] of open[child]!) counts.set(k, (counts.get(k) ?? 0) + count);
    const ids = Int32Array.from(counts.keys()).sort();
    const own = ids.filter((k) => counts.get(k) === whole[k]);
    const others = ids.filter((k) => counts.get(k) !== whole[k]);
    for (const k of own) counts.delete(k);
    open.push(counts);
    return fronts.push({ children, part, own, others }) - 1;
  };
  const build = (parts: readonly number[]): number => {
    if (parts.length === 1) return add([], parts[0]!);
    const extent = (axis: number) => {
      const at = parts.map((part) => centres[2 * part + axis]!);
      return at.reduce((a, b) => Math.max(a, b)) - at.reduce((a, b) => Math.min(a, b));
    };
    const axis = extent(0) >= extent(1) ? 0 : 1;
    const sorted = parts.toSorted((a, b) => centres[2 * a + axis]! - centres[2 * b + axis]! || a - b);
    const half = parts.length >> 1;
    return add([build(sorted.slice(0, half)), build(sorted.slice(half))], -1);
  };
  build([...unknowns.keys()]);
  return fronts;
}

interface Joining {
  readonly matrixOf: (part: number) => Float64Array;
  readonly unknowns: readonly Int32Array[];
  /** Scratch: where an unknown is in the front. */
  readonly rowAt: Int32Array;
  readonly columnAt: Int32Array;
  readonly blas: boolean;
}

function joined(
  { part, own, others }: Front,
  children: readonly Numbers[],
  { matrixOf, unknowns, rowAt, columnAt, blas }: Joining,
): Numbers {
  const late = (which: "rows" | "columns") =>
    children.flatMap((child) => [...child[which].subarray(child.pivots, child.pivots + child.delayed)]);
  const rows = Int32Array.from([...own, ...late("rows"), ...others]);
  const columns = Int32Array.from([...own, ...late("columns"), ...others]);
  const width = columns.length;
  for (let i = 0; i < width; i++) {
    rowAt[rows[i]!] = i;
    columnAt[columns[i]!] = i;
  }
  const matrix = new Float64Array(width * width);
  const add = (from: Float64Array, rowsOf: Int32Array, columnsOf: Int32Array) => {
    const places = columnsOf.map((k) => columnAt[k]!);
    for (let i = 0, at = 0; i < rowsOf.length; i++) {
      const to = rowAt[rowsOf[i]!]! * width;
      for (let j = 0; j < places.length; j++, at++) matrix[to + places[j]!]! += from[at]!;
    }
  };
  if (part >= 0) add(matrixOf(part), unknowns[part]!, unknowns[part]!);
  for (const { left, rows: r, columns: c, pivots } of children) add(left, r.subarray(pivots), c.subarray(pivots));
  const eligible = width - others.length;
  const { pivots, delayed, exchanged } = eliminated({ columns, rows: width, matrix }, eligible, 1, blas, eligible);
  for (const [k, row] of exchanged.entries()) [rows[k], rows[row]] = [rows[row]!, rows[k]!];
  const rest = width - pivots;
  const [lower, left] = [new Float64Array(rest * pivots), new Float64Array(rest * rest)];
  for (let i = 0; i < rest; i++) {
    const from = (pivots + i) * width;
    lower.set(matrix.subarray(from, from + pivots), i * pivots);
    left.set(matrix.subarray(from + pivots, from + width), i * rest);
  }
  return { rows, columns, pivots, delayed, upper: matrix.slice(0, pivots * width), lower, left };
}

function solved(fronts: readonly Front[], done: readonly Numbers[], b: Float64Array): Float64Array {
  const right = b.slice();
  const values = done.map(({ rows, pivots, upper, lower }) => {
    const width = rows.length;
    const y = Float64Array.from(rows.subarray(0, pivots), (k) => right[k]!);
    for (let k = 0; k < pivots; k++) y[k]! -= dot(upper, k * width, y, 0, k);
    for (let i = pivots; i < width; i++) right[rows[i]!]! -= dot(lower, (i - pivots) * pivots, y, 0, pivots);
    return y;
  });
  const x = new Float64Array(b.length);
  for (let f = fronts.length - 1; f >= 0; f--) {
    const { columns, pivots, upper } = done[f]!;
    const width = columns.length;
    const own = Float64Array.from(columns, (k) => x[k]!);
    for (let k = pivots - 1; k >= 0; k--) {
      const rest = values[f]![k]! - dot(upper, k * width + k + 1, own, k + 1, width - k - 1);
      own[k] = rest / upper[k * width + k]!;
      x[columns[k]!] = own[k]!;
    }
  }
  return x;
}

/** Sum of products of entries from two places on, in four sums that do not wait for one another. */
function dot(a: Float64Array, at: number, b: Float64Array, from: number, count: number): number {
  let [p, q, r, s] = [0, 0, 0, 0];
  const end = at + count;
  let [i, j] = [at, from];
  for (; i + 3 < end; i += 4, j += 4) {
    p += a[i]! * b[j]!;
    q += a[i + 1]! * b[j + 1]!;
    r += a[i + 2]! * b[j + 2]!;
    s += a[i + 3]! * b[j + 3]!;
  }
  for (; i < end; i++, j++) p += a[i]! * b[j]!;
  return p + q + (r + s);
}
