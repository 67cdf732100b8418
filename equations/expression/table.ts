/** Tables: functions that are interpolated between numbers on a grid, by products of splines, with their derivatives. */
import {
  derivativeAxis,
  edgesAbout,
  fittedAxis,
  type Interpolation,
  intervalOf,
  type SplineAxis,
  slopeOf,
  splinesAt,
} from "./spline-axis.ts";

/** Numbers on a grid along one axis or several. */
export interface Grid {
  /** Rising places of the values along each axis, slowest first. */
  readonly nodes: readonly Float64Array[];
  /** Ends of the cells about them. @defaultValue halfway between */
  readonly edges?: readonly (Float64Array | undefined)[];
  /** Row-major, finite. */
  readonly values: Float64Array;
  /** Along each axis. */
  readonly interpolation: readonly Interpolation[];
}

/** A function on a grid, or a derivative of one. Immutable. */
export class Table {
  /** Of the function that it is, or is a derivative of. */
  readonly name: string;
  /** Order of the derivative along each axis. */
  readonly order: readonly number[];
  readonly axes: readonly SplineAxis[];
  /** The ends of its cells along each axis. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  readonly #coefficients: Float64Array;
  readonly #derivatives: (Table | undefined)[] = [];

  /** `tableOf` makes these. */
  constructor(
    { name, order, axes, ranges }: Pick<Table, "name" | "order" | "axes" | "ranges">,
    coefficients: Float64Array,
  ) {
    this.name = name;
    this.order = order;
    this.axes = axes;
    this.ranges = ranges;
    this.#coefficients = coefficients;
  }

  /** Names the table among those of a problem; the JSON of its nodes has this alone. */
  toJSON(): string {
    return `${this.name}[${this.order}]`;
  }

  /** The derivative along an axis; undefined where the function jumps from cell to cell. */
  derivative(along: number): Table | undefined {
    const axis = this.axes[along]!;
    if (axis.degree === 0) return undefined;
    const known = this.#derivatives[along];
    if (known) return known;
    const axes = this.axes.map((one, k) => (k === along ? derivativeAxis(one) : one));
    const { outer, count, inner } = strides(this.axes, along);
    const own = new Float64Array(outer * (count - 1) * inner);
    for (let o = 0; o < outer; o++)
      for (let i = 0; i < count - 1; i++) {
        const slope = slopeOf(axis, i);
        const from = (o * count + i) * inner;
        const to = (o * (count - 1) + i) * inner;
        for (let k = 0; k < inner; k++)
          own[to + k] = slope * (this.#coefficients[from + inner + k]! - this.#coefficients[from + k]!);
      }
    const order = this.order.map((n, k) => (k === along ? n + 1 : n));
    const made = new Table({ name: this.name, order, axes, ranges: this.ranges }, own);
    this.#derivatives[along] = made;
    return made;
  }

  /** Values at points, whose coordinates are columns, one for each axis. */
  values(columns: readonly ArrayLike<number>[], out = new Float64Array(columns[0]!.length)): Float64Array {
    const { axes } = this;
    const coefficients = this.#coefficients;
    const last = axes.length - 1;
    const basis = axes.map(({ degree }) => new Float64Array(degree + 1));
    const intervals = new Int32Array(axes.length);
    const sum = (k: number, offset: number): number => {
      const { degree, count } = axes[k]!;
      const own = basis[k]!;
      const first = offset * count + intervals[k]! - degree;
      let total = 0;
      for (let q = 0; q <= degree; q++)
        total += own[q]! * (k === last ? coefficients[first + q]! : sum(k + 1, first + q));
      return total;
    };
    for (let i = 0; i < out.length; i++) {
      for (let k = 0; k <= last; k++) {
        const x = columns[k]![i]!;
        intervals[k] = intervalOf(axes[k]!, x);
        splinesAt(axes[k]!, intervals[k]!, x, basis[k]!);
      }
      out[i] = sum(0, 0);
    }
    return out;
  }
}

/** The function that interpolates numbers on a grid. */
export function tableOf(name: string, { nodes, edges = [], values, interpolation }: Grid): Table {
  const coefficients = values.slice();
  const ends = nodes.map((own, k) => edges[k] ?? edgesAbout(own));
  const fitted = nodes.map((own, k) => fittedAxis(interpolation[k]!, own, ends[k]!));
  const axes = fitted.map(({ axis }) => axis);
  for (const [k, { fit }] of fitted.entries()) {
    const { outer, count, inner } = strides(axes, k);
    for (let o = 0; o < outer; o++) for (let i = 0; i < inner; i++) fit(coefficients, o * count * inner + i, inner);
  }
  const ranges = ends.map((own) => [own[0]!, own.at(-1)!] as const);
  return new Table({ name, order: axes.map(() => 0), axes, ranges }, coefficients);
}

/** Sizes before, along and behind an axis of coefficients. */
function strides(axes: readonly SplineAxis[], along: number) {
  const size = (some: readonly SplineAxis[]) => some.reduce((product, { count }) => product * count, 1);
  return { outer: size(axes.slice(0, along)), count: axes[along]!.count, inner: size(axes.slice(along + 1)) };
}
