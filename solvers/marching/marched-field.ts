/** The result of a march: splines in space whose coefficients are polynomials in time, step by step. */

import type { UnknownSpace } from "./collocation.ts";
import { placeBefore, polynomialAt, type Step, secondStage, stageProduct } from "./radau.ts";
import { basisAt, cellOf, columnOf } from "./spline-space.ts";

/** Unknowns as functions of space and time. */
export interface MarchedField {
  readonly spaces: readonly UnknownSpace[];
  /** Axes of space, and that of time. */
  readonly space: readonly number[];
  readonly time: number;
  readonly steps: readonly Step[];
  /** The last time. */
  readonly until: number;
}

/**
 * A partial derivative of an unknown.
 *
 * @param order - along all axes of the problem
 * @param points - [n, axes], row-major
 * @returns n values; NaN later than the march came
 */
export function derivativeAt(
  { spaces, space, time, steps, until }: MarchedField,
  unknown: number,
  order: readonly number[],
  points: Float64Array,
): Float64Array {
  const { along, first, local } = spaces[unknown]!;
  const d = order.length;
  const out = new Float64Array(points.length / d);
  const tables = along.map((s, a) => new Float64Array((order[space[a]!]! + 1) * s.local));
  const [columns, products] = [new Int32Array(local), new Float64Array(local)];
  for (let i = 0; i < out.length; i++) {
    const t = points[i * d + time]!;
    if (!(t <= until)) {
      out[i] = Number.NaN;
      continue;
    }
    const index = stepAt(steps, t);
    const step = steps[index]!;
    const s = (t - step.t) / step.h;
    const [w0, w1, w2, w3, w4] = weights(s, order[time]!, step.h);
    const start = step.start[0]!;
    const [c1, c2, c3] = step.coefficients[0] as [Float64Array, Float64Array, Float64Array];
    const before = steps[index - 1];
    const bends = before && w4 !== 0 ? bendsOf(step, before) : undefined;
    let count = 1;
    columns[0] = 0;
    products[0] = 1;
    along.forEach((own, a) => {
      const x = inPeriod(own, points[i * d + space[a]!]!);
      const cell = cellOf(own, x);
      const most = order[space[a]!]!;
      basisAt(own, cell, x, most, tables[a]!);
      // From the last to the first, since each gives rise to several.
      for (let k = count - 1; k >= 0; k--) {
        const [column, product] = [columns[k]! * own.size, products[k]!];
        for (let q = own.local - 1; q >= 0; q--) {
          columns[k * own.local + q] = column + columnOf(own, cell, q);
          products[k * own.local + q] = product * tables[a]![most * own.local + q]!;
        }
      }
      count *= own.local;
    });
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const at = first + columns[k]!;
      const bend = bends ? w4 * bends[at]! : 0;
      sum += products[k]! * (w0 * start[at]! + w1 * c1[at]! + w2 * c2[at]! + w3 * c3[at]! + bend);
    }
    out[i] = sum;
  }
  return out;
}

const bends = new WeakMap<Step, Float64Array>();

/** By how much the polynomial of a step misses the second stage of the one before, over the stages' product there. */
function bendsOf(step: Step, before: Step): Float64Array {
  const known = bends.get(step);
  if (known) return known;
  const place = placeBefore(step, before);
  const product = stageProduct(place);
  const found = step.start[0]!.map(
    (_, at) => (secondStage(before, 0, at) - polynomialAt(step, 0, at, place)) / product,
  );
  bends.set(step, found);
  return found;
}

function inPeriod({ edges, periodic }: UnknownSpace["along"][number], x: number): number {
  if (!periodic) return x;
  const [low, high] = [edges[0]!, edges.at(-1)!];
  return x - (high - low) * Math.floor((x - low) / (high - low));
}

/** The step that a time belongs to. */
function stepAt(steps: readonly Step[], t: number): number {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (steps[middle]!.t <= t) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Factors of 1, s, s², s³ and the stages' product in a derivative in time. */
function weights(s: number, order: number, h: number): readonly [number, number, number, number, number] {
  const bend = stageProduct(s, order) / h ** order;
  if (order === 0) return [1, s, s * s, s * s * s, bend];
  if (order === 1) return [0, 1 / h, (2 * s) / h, (3 * s * s) / h, bend];
  if (order === 2) return [0, 0, 2 / (h * h), (6 * s) / (h * h), bend];
  return [0, 0, 0, order === 3 ? 6 / h ** 3 : 0, bend];
}
