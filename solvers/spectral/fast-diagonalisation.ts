/**
 * Fast diagonalisation (Lynch, Rice and Thomas 1964) of rows with mean coefficients, in every largest box of the
 * domain, restricted where boxes overlap (Cai and Sarkis 1999): a preconditioner, and in one box with constant
 * coefficients the solution itself.
 */
import type { Axis } from "./axis.ts";
import { contract } from "./grid.ts";
import type { SpectralRows } from "./rows.ts";
import { symmetricEigenvalues } from "./symmetric-eigenvalues.ts";

/** A box of nodes along each axis, ends included; along a periodic axis all of them. */
export interface NodeBox {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Ends beyond which the domain goes on: [low, high] of each axis. */
  readonly isOpen: readonly (readonly [boolean, boolean])[];
}

/** A box for one unknown. */
interface Part {
  readonly unknown: number;
  /** Kept nodes along each axis: the first of them and their number. */
  readonly first: readonly number[];
  readonly counts: readonly number[];
  /** Eigenvectors by columns, scaled by the masses, and transposed. */
  readonly vectors: readonly Float64Array[];
  readonly transposed: readonly Float64Array[];
  /** Eigenvalues of the sum over axes, [counts]. */
  readonly values: Float64Array;
  /** Nodes of the grid, [counts], and the share of each that this box has. */
  readonly nodes: Int32Array;
  /** An axis with convection, whose rows are solved as they are. */
  readonly direct: { readonly axis: number; readonly matrix: Float64Array; readonly masses: Float64Array } | undefined;
}

/** Mean coefficients of an unknown in its equation: of second and first derivatives along each axis, and of its value. */
interface Coefficients {
  readonly diffusion: readonly number[];
  readonly speeds: readonly number[];
  readonly reaction: number;
}

/** An unknown that keeps a divergence, as a pressure does. */
interface Pressure {
  readonly unknown: number;
  readonly parts: readonly Part[];
  /** An unknown whose divergence it is, and its diffusion and reaction beside the product of both slopes' factors. */
  readonly moved: number;
  readonly diffusion: number;
  readonly reaction: number;
}

/** Nodes of a line from which on it is turned. */
const longLine = 16;
/** Convection beside diffusion over an axis from which an axis is solved directly. */
const convective = 2;
/** Beside the largest, an eigenvalue that is 0. */
const nothing = 1e-13;

/** Approximate solutions of rows with a factor of derivatives in time. */
export class FastDiagonalisation {
  /** True where it met a function that rows of constant factors do not determine, and left it out. */
  isSingular = false;
  readonly #rows: SpectralRows;
  readonly #parts: readonly Part[];
  readonly #shares: Float64Array;
  /** Factors of rows that no box has. */
  readonly #alone: Float64Array;
  /** Mean factor of derivatives in time, by order, of each unknown. */
  readonly #inTime: readonly (readonly number[])[];
  readonly #factors = new Map<Part, Float64Array>();
  readonly #pressure: Pressure | undefined;

  /** @param isDirect - true where an axis with convection is solved as it is */
  constructor(rows: SpectralRows, boxes: readonly NodeBox[], isDirect: boolean) {
    this.#rows = rows;
    const { form, grid, size, fixed } = rows;
    this.#shares = new Float64Array(size);
    const all = form.inside.map((_, unknown) => coefficientsOf(rows, unknown));
    const pressure = pressureOf(rows, all);
    const partsOf = (unknown: number, own: Coefficients): Part[] => {
      const ends = endsOf(rows, unknown);
      const found = boxes.flatMap((box) => partOf(rows, unknown, box, ends, own, isDirect) ?? []);
      for (const { nodes } of found)
        for (const node of nodes) if (!fixed[unknown * grid.nodes + node]) this.#shares[unknown * grid.nodes + node]!++;
      return found;
    };
    this.#parts = all.flatMap((own, unknown) => (unknown === pressure?.unknown ? [] : partsOf(unknown, own)));
    if (pressure) this.#pressure = { ...pressure, parts: partsOf(pressure.unknown, pressure.coefficients) };
    this.#alone = new Float64Array(size).fill(1);
    const masses = new Float64Array(grid.nodes);
    for (let i = 0; i < grid.count; i++) masses[grid.nodeOf[i]!]! += grid.weights[i]!;
    for (let i = 0; i < size; i++)
      if (!fixed[i] && masses[i % grid.nodes]! > 0) this.#alone[i] = 1 / masses[i % grid.nodes]!;
    this.#inTime = form.inside.map((_, k) =>
      Array.from({ length: 1 + Math.max(0, ...form.inTime) }, (__, order) =>
        order === 0
          ? 0
          : rows.meanFactor(
              k,
              (leaf) => leaf.unknown === k && leaf.inTime === order && leaf.inSpace.every((o) => o === 0),
            ),
      ),
    );
  }

  /**
   * Approximates the solution of rows with (re + i·im)^k for derivatives in time of order k, in the place of the right
   * side; of real right sides where there is no `imaginary`.
   */
  solve(right: Float64Array, re: number, imaginary?: Float64Array, im = 0): void {
    const both = imaginary ? [right, imaginary] : [right];
    const pressure = this.#pressure;
    if (pressure) this.#eliminate(pressure, both, re, im);
    else this.#solveParts(this.#parts, both, re, im);
  }

  /** Block elimination (Cahouet and Chabard 1988): exact where a period has constant coefficients. */
  #eliminate(pressure: Pressure, both: readonly Float64Array[], re: number, im: number): void {
    const { nodes } = this.#rows.grid;
    const first = pressure.unknown * nodes;
    const last = first + nodes;
    const isOwn = (i: number) => i >= first && i < last;
    const moved = both.map((values) => values.map((v, i) => (isOwn(i) ? 0 : v)));
    this.#solveParts(this.#parts, moved, re, im);
    const product = new Float64Array(this.#rows.size);
    const pressures = both.map((values, k) => {
      this.#rows.apply(0, moved[k]!, product, (equation) => equation === pressure.unknown);
      return values.map((v, i) => (isOwn(i) ? v - product[i]! : 0));
    });
    this.#solveParts(pressure.parts, pressures, re, im);
    for (const [k, values] of both.entries()) {
      this.#rows.apply(0, pressures[k]!, product, (_, unknown) => unknown === pressure.unknown);
      for (let i = 0; i < values.length; i++) values[i] = isOwn(i) ? 0 : values[i]! - product[i]!;
    }
    this.#solveParts(this.#parts, both, re, im);
    for (const [k, values] of both.entries()) values.set(pressures[k]!.subarray(first, last), first);
  }

  /** The sum of derivatives in time with their factors, for (re + i·im)^k. */
  #shiftOf(unknown: number, re: number, im: number): readonly [number, number] {
    let [a, b] = [1, 0];
    let [x, y] = [0, 0];
    for (const [order, factor] of this.#inTime[unknown]!.entries()) {
      if (order > 0) [a, b] = [a * re - b * im, a * im + b * re];
      x += a * factor;
      y += b * factor;
    }
    return [x, y];
  }

  #solveParts(parts: readonly Part[], both: readonly Float64Array[], re: number, im: number): void {
    const { grid, fixed, size } = this.#rows;
    const sums = both.map(() => new Float64Array(size));
    for (const part of parts) {
      const { unknown, nodes } = part;
      const first = unknown * grid.nodes;
      const packed = both.map((values) =>
        Float64Array.from(nodes, (node) => (fixed[first + node] ? 0 : values[first + node]!)),
      );
      this.#solvePart(part, packed, re, im);
      for (const [k, values] of packed.entries()) {
        const sum = sums[k]!;
        for (let i = 0; i < nodes.length; i++) {
          const at = first + nodes[i]!;
          if (!fixed[at]) sum[at]! += values[i]! / this.#shares[at]!;
        }
      }
    }
    for (const [k, values] of both.entries()) {
      const sum = sums[k]!;
      for (let i = 0; i < size; i++) values[i] = this.#shares[i]! > 0 ? sum[i]! : values[i]! * this.#alone[i]!;
    }
  }

  #solvePart(part: Part, both: readonly Float64Array[], re: number, im: number): void {
    const { counts, vectors, transposed, values, direct } = part;
    const turned = both.map((one) => along(one, counts, transposed, direct?.axis));
    const [x, y] = turned as [Float64Array, Float64Array?];
    const pressure = part.unknown === this.#pressure?.unknown ? this.#pressure : undefined;
    const [c, d] = this.#shiftOf(pressure?.moved ?? part.unknown, re, im);
    if (direct && y === undefined) this.#solveLines(part, x, c);
    else {
      const most = values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        // Of a pressure (c + i·d + reaction + diffusion·value)/value, of others 1/(value + c + i·d).
        const [a, b] = pressure ? [c + pressure.reaction + pressure.diffusion * value, d] : [value + c, -d];
        const size = pressure ? value : a * a + b * b;
        // Rows do not determine it.
        const isOpen = !(Math.abs(size) > (pressure ? nothing * most : (nothing * most) ** 2));
        const [p, q] = [x[i]!, y?.[i] ?? 0];
        if (isOpen && !pressure) this.isSingular = true;
        x[i] = isOpen ? 0 : (p * a - q * b) / size;
        if (y) y[i] = isOpen ? 0 : (q * a + p * b) / size;
      }
    }
    turned.forEach((one, k) => {
      both[k]!.set(along(one, counts, vectors, direct?.axis));
    });
  }

  /** Lines along the axis with convection, by factors that are found once for a factor of time. */
  #solveLines(part: Part, x: Float64Array, shift: number): void {
    const { counts, values, direct } = part;
    const { axis, matrix, masses } = direct!;
    const n = counts[axis]!;
    const inner = counts.slice(axis + 1).reduce((a, b) => a * b, 1);
    const lines = x.length / n;
    const known = this.#factors.get(part);
    const factors = known && known[0] === shift ? known : new Float64Array(1 + lines * n * n);
    if (factors !== known) {
      factors[0] = shift;
      for (let l = 0; l < lines; l++) {
        const value = values[Math.floor(l / inner) * n * inner + (l % inner)]! + shift;
        const own = factors.subarray(1 + l * n * n, 1 + (l + 1) * n * n);
        own.set(matrix);
        for (let i = 0; i < n; i++) own[i * n + i]! += value * masses[i]!;
        decompose(own, n);
      }
      this.#factors.set(part, factors);
    }
    const line = new Float64Array(n);
    for (let l = 0; l < lines; l++) {
      const from = Math.floor(l / inner) * n * inner + (l % inner);
      for (let i = 0; i < n; i++) line[i] = x[from + i * inner]!;
      substitute(factors.subarray(1 + l * n * n, 1 + (l + 1) * n * n), n, line);
      for (let i = 0; i < n; i++) x[from + i * inner] = line[i]!;
    }
  }
}

/** Eigenfunctions of each unknown's own rows in a box, whose squares have the integral 1. */
export class Modes {
  /** Eigenvalues of all unknowns. */
  readonly values: Float64Array;
  /** Starts of the modes of unknowns, and their number. */
  readonly starts: readonly number[];
  readonly #rows: SpectralRows;
  readonly #parts: readonly Part[];
  readonly #masses: Float64Array;

  private constructor(rows: SpectralRows, parts: readonly Part[]) {
    [this.#rows, this.#parts] = [rows, parts];
    const { weights, nodeOf, nodes } = rows.grid;
    this.#masses = new Float64Array(nodes);
    for (const [i, w] of weights.entries()) this.#masses[nodeOf[i]!]! += w;
    let at = 0;
    this.starts = [0, ...parts.map(({ values }) => (at += values.length))];
    this.values = new Float64Array(at);
    for (const [k, { values }] of parts.entries()) this.values.set(values, this.starts[k]);
  }

  /** Those of a grid that is one box; undefined where conditions prescribe values on a part of a side alone. */
  static in(rows: SpectralRows, box: NodeBox): Modes | undefined {
    const { form, grid, fixed } = rows;
    const parts = form.inside.map((_, unknown) =>
      partOf(rows, unknown, box, endsOf(rows, unknown), coefficientsOf(rows, unknown), false),
    );
    const isWhole = (part: Part | undefined, k: number): part is Part => {
      const own = fixed.subarray(k * grid.nodes, (k + 1) * grid.nodes);
      return part?.nodes.length === own.filter((v) => v === 0).length && part.nodes.every((node) => own[node] === 0);
    };
    return parts.every(isWhole) ? new Modes(rows, parts) : undefined;
  }

  /** Modes of a function. */
  of(values: Float64Array): Float64Array {
    const out = new Float64Array(this.values.length);
    for (const [k, { nodes, counts, transposed }] of this.#parts.entries()) {
      const first = k * this.#rows.grid.nodes;
      const weak = new Float64Array(nodes.length);
      for (let i = 0; i < weak.length; i++) weak[i] = this.#masses[nodes[i]!]! * values[first + nodes[i]!]!;
      out.set(along(weak, counts, transposed, undefined), this.starts[k]);
    }
    return out;
  }

  /** The function of modes, 0 where conditions prescribe values. */
  function(modes: Float64Array): Float64Array {
    const out = new Float64Array(this.#rows.size);
    for (const [k, { nodes, counts, vectors }] of this.#parts.entries()) {
      const values = along(modes.subarray(this.starts[k], this.starts[k + 1]), counts, vectors, undefined);
      const first = k * this.#rows.grid.nodes;
      for (let i = 0; i < values.length; i++) out[first + nodes[i]!] = values[i]!;
    }
    return out;
  }
}

/** Matrices along all axes but one. */
function along(
  values: Float64Array,
  counts: readonly number[],
  matrices: readonly Float64Array[],
  but: number | undefined,
): Float64Array {
  let [from, to]: Float64Array[] = [values, new Float64Array(values.length)];
  let inner = values.length;
  for (const [axis, n] of counts.entries()) {
    inner /= n;
    if (axis === but) continue;
    const outer = values.length / (n * inner);
    // Sums of lines of neighbours wait for one another: beside one another they do not.
    if (inner === 1 && n >= longLine) {
      const turned = transposed(from!, outer, n);
      contract(matrices[axis]!, n, turned, to!, { outer: 1, step: 0, from: 0, inner: outer });
      to = transposed(to!, n, outer);
    } else contract(matrices[axis]!, n, from!, to!, { outer, step: n * inner, from: 0, inner });
    [from, to] = [to, from === values ? new Float64Array(values.length) : from];
  }
  return from!;
}

/** A matrix [rows, columns] turned, a few columns at a time so that they stay near. */
function transposed(values: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(values.length);
  for (let first = 0; first < columns; first += 8) {
    const end = Math.min(columns, first + 8);
    for (let i = 0; i < rows; i++) for (let j = first; j < end; j++) out[j * rows + i] = values[i * columns + j]!;
  }
  return out;
}

/** L·U in place without exchanges of rows: what is eliminated is dominated by diffusion or by masses. */
function decompose(a: Float64Array, n: number): void {
  for (let k = 0; k < n; k++) {
    const pivot = a[k * n + k] || 1e-300;
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k]! / pivot;
      a[i * n + k] = factor;
      if (factor !== 0) for (let j = k + 1; j < n; j++) a[i * n + j]! -= factor * a[k * n + j]!;
    }
  }
}

function substitute(a: Float64Array, n: number, x: Float64Array): void {
  for (let i = 1; i < n; i++) {
    let sum = x[i]!;
    for (let j = 0; j < i; j++) sum -= a[i * n + j]! * x[j]!;
    x[i] = sum;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let j = i + 1; j < n; j++) sum -= a[i * n + j]! * x[j]!;
    x[i] = sum / (a[i * n + i] || 1e-300);
  }
}

function meanOf(rows: SpectralRows, equation: number, unknown: number, axis: number, order: number): number {
  return rows.meanFactor(
    equation,
    (leaf) =>
      leaf.unknown === unknown && leaf.inTime === 0 && leaf.inSpace.every((o, k) => o === (k === axis ? order : 0)),
  );
}

function coefficientsOf(rows: SpectralRows, unknown: number): Coefficients {
  const { axes } = rows.grid;
  return {
    diffusion: axes.map((_, axis) => meanOf(rows, unknown, unknown, axis, 2)),
    speeds: axes.map((_, axis) => meanOf(rows, unknown, unknown, axis, 1)),
    reaction: meanOf(rows, unknown, unknown, -1, 0),
  };
}

/** The one unknown that stands in no term of its equation, where that is a divergence of others that move by its slopes. */
function pressureOf(rows: SpectralRows, all: readonly Coefficients[]) {
  const { form, grid } = rows;
  const found = [...all.keys()].filter((k) =>
    form.inside[k]!.slopes.every(({ leaf }) => form.leaves[leaf]!.unknown !== k),
  );
  if (found.length !== 1) return undefined;
  const unknown = found[0]!;
  const others = [...all.keys()].filter((k) => k !== unknown);
  const products = grid.axes.map((_, axis) =>
    others.reduce((sum, k) => sum + meanOf(rows, unknown, k, axis, 1) * meanOf(rows, k, unknown, axis, 1), 0),
  );
  const mean = products.reduce((a, b) => a + b, 0) / products.length;
  const moved = others.find((k) => grid.axes.some((_, axis) => meanOf(rows, k, unknown, axis, 1) !== 0));
  if (moved === undefined || mean === 0) return undefined;
  const { diffusion, reaction } = all[moved]!;
  const coefficients = { diffusion: products.map((v) => -v), speeds: products.map(() => 0), reaction: 0 };
  const own = diffusion.reduce((a, b) => a + b, 0) / diffusion.length;
  return { ...{ unknown, moved, coefficients, reaction }, diffusion: -own / mean };
}

/** Mean of what conditions in slopes have of the value, on the plane of nodes along an axis. */
type Ends = (axis: number, node: number) => number;

function endsOf(rows: SpectralRows, unknown: number): Ends {
  const { grid } = rows;
  const sums = new Map<string, { share: number; weight: number }>();
  rows.forValues(unknown, (point, axis, weight, share) => {
    const key = `${axis} ${grid.axes[axis]!.nodeOf[grid.place(point, axis)]}`;
    const own = sums.get(key) ?? { share: 0, weight: 0 };
    own.share += weight * share;
    own.weight += weight;
    sums.set(key, own);
  });
  return (axis, node) => {
    const own = sums.get(`${axis} ${node}`);
    return own ? own.share / own.weight : 0;
  };
}

function partOf(
  rows: SpectralRows,
  unknown: number,
  box: NodeBox,
  ends: Ends,
  { diffusion, speeds, reaction }: Coefficients,
  isDirect: boolean,
): Part | undefined {
  const { grid } = rows;
  const d = grid.axes.length;
  const strides = grid.axes.map((_, k) => grid.axes.slice(k + 1).reduce((product, { nodes }) => product * nodes, 1));
  const keeps = grid.axes.map(({ periodic }, axis) =>
    [0, 1].map((side) => {
      if (periodic) return true;
      return !box.isOpen[axis]![side] && shareFixed(axis, side === 0 ? box.low[axis]! : box.high[axis]!) < 0.5;
    }),
  );
  const first = box.low.map((low, k) => low + (keeps[k]![0] ? 0 : 1));
  const counts = box.high.map((high, k) => high - (keeps[k]![1] ? 0 : 1) - first[k]! + 1);
  if (counts.some((n) => n < 1)) return undefined;
  const spans = grid.axes.map(({ cuts }) => cuts.at(-1)! - cuts[0]!);
  const peclet = speeds.map((b, k) => Math.abs(b * spans[k]!) / Math.max(Math.abs(diffusion[k]!), 1e-300));
  const worst = peclet.indexOf(Math.max(...peclet));
  const direct = isDirect && peclet[worst]! > convective ? worst : undefined;
  const pieces = grid.axes.map((axis, k) => {
    const n = counts[k]!;
    const { matrix, masses } = lineOf(
      axis,
      box.low[k]!,
      box.high[k]!,
      first[k]!,
      n,
      diffusion[k]!,
      k === direct ? speeds[k]! : 0,
    );
    if (!axis.periodic) {
      if (keeps[k]![0]) matrix[0]! -= ends(k, box.low[k]!);
      if (keeps[k]![1]) matrix[n * n - 1]! -= ends(k, box.high[k]!);
    }
    if (k === direct) return { matrix, masses, values: new Float64Array(n), vectors: matrix, transposed: matrix };
    const roots = masses.map(Math.sqrt);
    const { values, vectors } = symmetricEigenvalues(
      matrix.map((v, at) => v / (roots[Math.floor(at / n)]! * roots[at % n]!)),
      n,
    );
    const scaled = vectors.map((v, at) => v / roots[Math.floor(at / n)]!);
    const transposed = new Float64Array(n * n);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) transposed[j * n + i] = scaled[i * n + j]!;
    return { matrix, masses, values, vectors: scaled, transposed };
  });
  const size = counts.reduce((a, b) => a * b, 1);
  const nodes = new Int32Array(size);
  const values = new Float64Array(size).fill(reaction);
  for (let i = 0; i < size; i++) {
    for (let k = d - 1, rest = i; k >= 0; k--) {
      const at = rest % counts[k]!;
      rest = (rest - at) / counts[k]!;
      nodes[i]! += strides[k]! * (first[k]! + at);
      values[i]! += pieces[k]!.values[at]!;
    }
  }
  const lines = direct === undefined ? undefined : { axis: direct, ...pieces[direct]! };
  return {
    ...{ unknown, first, counts, values, nodes, direct: lines },
    vectors: pieces.map((p) => p.vectors),
    transposed: pieces.map((p) => p.transposed),
  };

  /** Share of nodes with conditions without slopes, on a plane of the box. */
  function shareFixed(axis: number, at: number): number {
    let [fixed, all] = [0, 0];
    const visit = (k: number, node: number): void => {
      if (k === d) {
        if (!grid.active[node]) return;
        all++;
        fixed += rows.fixed[unknown * grid.nodes + node]!;
        return;
      }
      if (k === axis) {
        visit(k + 1, node + strides[k]! * at);
        return;
      }
      const isShort = box.high[k]! - box.low[k]! < 2;
      for (let j = box.low[k]! + (isShort ? 0 : 1); j <= box.high[k]! - (isShort ? 0 : 1); j++)
        visit(k + 1, node + strides[k]! * j);
    };
    visit(0, 0);
    return all > 0 ? fixed / all : 1;
  }
}

/** Rows of a·u″ + b·u′ along nodes of an axis, without what flows through its ends, and their masses. */
function lineOf(axis: Axis, low: number, high: number, first: number, n: number, a: number, b: number) {
  const [matrix, masses] = [new Float64Array(n * n), new Float64Array(n)];
  for (const { first: place, degree, derivatives } of axis.intervals) {
    const slopes = derivatives[0]!;
    const width = degree + 1;
    const isInside = axis.nodeOf[place]! >= low && axis.nodeOf[place + degree - 1]! < high + (axis.periodic ? 1 : 0);
    if (!isInside) continue;
    for (let i = 0; i <= degree; i++) {
      const row = axis.nodeOf[place + i]! - first;
      if (row < 0 || row >= n) continue;
      masses[row]! += axis.weights[place + i]!;
      for (let j = 0; j <= degree; j++) {
        const column = axis.nodeOf[place + j]! - first;
        if (column < 0 || column >= n) continue;
        let sum = b * axis.weights[place + i]! * slopes[i * width + j]!;
        for (let k = 0; k <= degree; k++)
          sum -= a * axis.weights[place + k]! * slopes[k * width + i]! * slopes[k * width + j]!;
        matrix[row * n + column]! += sum;
      }
    }
  }
  return { matrix, masses };
}
