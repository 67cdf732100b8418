/** Boxes of elements along all axes, of which some may be empty: points, derivatives along one axis at a time, and sides. */
import { type Axis, type AxisPlan, axisOf } from "./axis.ts";

/** A grid as it is laid down. */
export interface GridPlan {
  readonly axes: readonly AxisPlan[];
  /** True where the cell of these intervals belongs to the domain. */
  readonly holds: (cell: readonly number[]) => boolean;
}

/** A side of elements on the boundary of the domain, or between two of them. */
export interface Side {
  readonly axis: number;
  readonly end: "low" | "high";
  /** Points of the cell, [n]. */
  readonly points: Int32Array;
  /** Weights of its quadrature, [n]. */
  readonly weights: Float64Array;
  readonly outer: boolean;
}

/** Points are all combinations of the axes' places, the last axis fastest; nodes are what they have in common. */
export class Grid {
  readonly axes: readonly Axis[];
  readonly count: number;
  readonly nodes: number;
  /** Node of each point. */
  readonly nodeOf: Int32Array;
  /** Weight of each point, 0 in empty cells. */
  readonly weights: Float64Array;
  /** True for nodes of the domain. */
  readonly active: Uint8Array;
  readonly sides: readonly Side[];
  readonly plan: GridPlan;

  constructor(plan: GridPlan) {
    this.plan = plan;
    this.axes = plan.axes.map(axisOf);
    const { axes } = this;
    this.count = axes.reduce((product, { places }) => product * places.length, 1);
    this.nodes = axes.reduce((product, { nodes }) => product * nodes, 1);
    this.nodeOf = new Int32Array(this.count);
    this.weights = new Float64Array(this.count);
    this.active = new Uint8Array(this.nodes);
    const cells = axes.reduce((product, { intervals }) => product * intervals.length, 1);
    const holds = new Uint8Array(cells);
    for (let c = 0; c < cells; c++) holds[c] = plan.holds(this.#cell(c)) ? 1 : 0;
    this.#lay(0, { point: 0, node: 0, cell: 0 }, 1, holds);
    this.sides = this.#sides(holds);
  }

  /** Gives the points behind those chosen along the axes before `k` their nodes and weights. */
  #lay(k: number, { point, node, cell }: Record<"point" | "node" | "cell", number>, weight: number, holds: Uint8Array) {
    const { places, nodeOf, weights, nodes, intervalOf, intervals } = this.axes[k]!;
    const isLast = k === this.axes.length - 1;
    for (let at = 0; at < places.length; at++) {
      const here = {
        point: point * places.length + at,
        node: node * nodes + nodeOf[at]!,
        cell: cell * intervals.length + intervalOf[at]!,
      };
      if (!isLast) {
        this.#lay(k + 1, here, weight * weights[at]!, holds);
        continue;
      }
      this.nodeOf[here.point] = here.node;
      if (!holds[here.cell]) continue;
      this.weights[here.point] = weight * weights[at]!;
      this.active[here.node] = 1;
    }
  }

  /** Distance of points that are neighbours along an axis. */
  stride(axis: number): number {
    return this.axes.slice(axis + 1).reduce((product, { places }) => product * places.length, 1);
  }

  /** Place along an axis of a point. */
  place(point: number, axis: number): number {
    return Math.floor(point / this.stride(axis)) % this.axes[axis]!.places.length;
  }

  /** Coordinates of points along each axis; of all where none are named. */
  columns(points?: Int32Array): Float64Array[] {
    return this.#columnsOf(
      this.axes.map(({ places }) => places),
      points,
    );
  }

  /** The same, of sides a little inside of their elements, where coefficients are those of the element. */
  columnsInside(points?: Int32Array): Float64Array[] {
    const inside = this.axes.map(({ places, intervals }) => {
      const moved = Float64Array.from(places);
      for (const { first, degree } of intervals) {
        const [low, high] = [places[first]!, places[first + degree]!];
        const by = aside * (high - low) + roundings * Math.max(Math.abs(low), Math.abs(high));
        moved[first]! += by;
        moved[first + degree]! -= by;
      }
      return moved;
    });
    return this.#columnsOf(inside, points);
  }

  #columnsOf(along: readonly ArrayLike<number>[], points: Int32Array | undefined): Float64Array[] {
    return along.map((places, axis) => {
      const stride = this.stride(axis);
      const out = new Float64Array(points?.length ?? this.count);
      for (let i = 0; i < out.length; i++) out[i] = places[Math.floor((points?.[i] ?? i) / stride) % places.length]!;
      return out;
    });
  }

  /** Values at points of values at nodes, from `from` on. */
  spread(values: Float64Array, from: number, out: Float64Array): void {
    const { nodeOf, count } = this;
    for (let i = 0; i < count; i++) out[i] = values[from + nodeOf[i]!]!;
  }

  /** Derivative along an axis of values at points. */
  derive(values: Float64Array, axis: number, order: number, out: Float64Array): void {
    const inner = this.stride(axis);
    const { places, intervals } = this.axes[axis]!;
    const width = places.length;
    for (const { first, degree, derivatives } of intervals)
      contract(derivatives[order - 1]!, degree + 1, values, out, {
        ...{ outer: this.count / (width * inner), step: width * inner, from: first * inner, inner },
      });
  }

  /** First derivative along an axis at some points alone. */
  deriveAt(values: Float64Array, axis: number, points: Int32Array, out: Float64Array): void {
    const stride = this.stride(axis);
    const { places, intervals, intervalOf } = this.axes[axis]!;
    for (let i = 0; i < points.length; i++) {
      const point = points[i]!;
      const at = Math.floor(point / stride) % places.length;
      const { first, degree, derivatives } = intervals[intervalOf[at]!]!;
      const [row, from] = [(at - first) * (degree + 1), point - (at - first) * stride];
      const matrix = derivatives[0]!;
      let sum = 0;
      for (let k = 0; k <= degree; k++) sum += matrix[row + k]! * values[from + k * stride]!;
      out[i] = sum;
    }
  }

  #cell(number: number): number[] {
    const cell: number[] = [];
    for (let k = this.axes.length - 1, rest = number; k >= 0; k--) {
      const { length } = this.axes[k]!.intervals;
      cell.unshift(rest % length);
      rest = Math.floor(rest / length);
    }
    return cell;
  }

  #sides(holds: Uint8Array): Side[] {
    const found: Side[] = [];
    const { axes } = this;
    for (let c = 0; c < holds.length; c++) {
      if (!holds[c]) continue;
      const cell = this.#cell(c);
      for (const [axis, { intervals, periodic }] of axes.entries()) {
        if (periodic) continue;
        const step = axes.slice(axis + 1).reduce((product, one) => product * one.intervals.length, 1);
        for (const end of ["low", "high"] as const) {
          const last = intervals.length - 1;
          const isEnd = cell[axis] === (end === "low" ? 0 : last);
          const by = (end === "low" ? -1 : 1) * step;
          const beside = isEnd ? -1 : c + by;
          const outer = beside < 0 || !holds[beside];
          found.push({ axis, end, outer, ...this.#pointsOf(cell, axis, end) });
        }
      }
    }
    return found;
  }

  #pointsOf(cell: readonly number[], axis: number, end: "low" | "high") {
    let [points, weights] = [Int32Array.of(0), Float64Array.of(1)];
    for (const [k, { intervals, weights: own }] of this.axes.entries()) {
      const { first, degree } = intervals[cell[k]!]!;
      const stride = this.stride(k);
      const [from, length] = k === axis ? [end === "low" ? first : first + degree, 1] : [first, degree + 1];
      const [all, of] = [new Int32Array(points.length * length), new Float64Array(points.length * length)];
      for (let p = 0, to = 0; p < points.length; p++)
        for (let i = from; i < from + length; i++, to++) {
          all[to] = points[p]! + i * stride;
          of[to] = k === axis ? weights[p]! : weights[p]! * own[i]!;
        }
      [points, weights] = [all, of];
    }
    return { points, weights };
  }
}

/** Distance from a side, beside the width of an element, and beside rounding. */
const [aside, roundings] = [1e-13, 8 * Number.EPSILON];

/** Lines of values: `outer` blocks that lie `step` apart, from `from` on, each of so many places `inner` apart. */
interface Lines {
  readonly outer: number;
  readonly step: number;
  readonly from: number;
  readonly inner: number;
}

/** A square matrix along lines. */
export function contract(
  matrix: Float64Array,
  n: number,
  values: Float64Array,
  out: Float64Array,
  { outer, step, from, inner }: Lines,
): void {
  for (let o = 0; o < outer; o++) {
    const base = o * step + from;
    if (inner === 1) contractLine(matrix, n, values, out, base);
    else {
      let i = 0;
      for (; i + 1 < n; i += 2) contractRows(matrix, n, i, values, out, base, inner);
      if (i < n) contractRow(matrix, n, i, values, out, base, inner);
    }
  }
}

/** One line of neighbours, four rows at a time. */
function contractLine(matrix: Float64Array, n: number, values: Float64Array, out: Float64Array, base: number): void {
  let i = 0;
  for (; i + 3 < n; i += 4) {
    const p = i * n;
    const [q, r, s] = [p + n, p + 2 * n, p + 3 * n];
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let k = 0; k < n; k++) {
      const v = values[base + k]!;
      a += matrix[p + k]! * v;
      b += matrix[q + k]! * v;
      c += matrix[r + k]! * v;
      d += matrix[s + k]! * v;
    }
    out[base + i] = a;
    out[base + i + 1] = b;
    out[base + i + 2] = c;
    out[base + i + 3] = d;
  }
  for (; i < n; i++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += matrix[i * n + k]! * values[base + k]!;
    out[base + i] = sum;
  }
}

/** Two rows for all lines of a block, four places at a time. */
function contractRows(
  matrix: Float64Array,
  n: number,
  i: number,
  values: Float64Array,
  out: Float64Array,
  base: number,
  inner: number,
): void {
  const row = i * n;
  const [to, next] = [base + i * inner, base + (i + 1) * inner];
  out.fill(0, to, to + 2 * inner);
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const at = row + k;
    const [a, b, c, d] = [matrix[at]!, matrix[at + 1]!, matrix[at + 2]!, matrix[at + 3]!];
    const [e, f, g, h] = [matrix[at + n]!, matrix[at + n + 1]!, matrix[at + n + 2]!, matrix[at + n + 3]!];
    const p = base + k * inner;
    const [q, r, s] = [p + inner, p + 2 * inner, p + 3 * inner];
    for (let j = 0; j < inner; j++) {
      const w = values[p + j]!;
      const x = values[q + j]!;
      const y = values[r + j]!;
      const z = values[s + j]!;
      out[to + j]! += a * w + b * x + c * y + d * z;
      out[next + j]! += e * w + f * x + g * y + h * z;
    }
  }
  for (; k < n; k++) {
    const [a, b] = [matrix[row + k]!, matrix[row + n + k]!];
    const p = base + k * inner;
    for (let j = 0; j < inner; j++) {
      const v = values[p + j]!;
      out[to + j]! += a * v;
      out[next + j]! += b * v;
    }
  }
}

function contractRow(
  matrix: Float64Array,
  n: number,
  i: number,
  values: Float64Array,
  out: Float64Array,
  base: number,
  inner: number,
): void {
  const to = base + i * inner;
  out.fill(0, to, to + inner);
  for (let k = 0; k < n; k++) {
    const a = matrix[i * n + k]!;
    const p = base + k * inner;
    for (let j = 0; j < inner; j++) out[to + j]! += a * values[p + j]!;
  }
}
