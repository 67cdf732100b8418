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
  const { along, first } = spaces[unknown]!;
  const d = order.length;
  const out = new Float64Array(points.length / d);
  const tables = along.map((s, a) => new Float64Array((order[space[a]!]! + 1) * s.local));
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
    const place = before && placeBefore(step, before);
    const bend = (at: number) =>
      before ? (secondStage(before, 0, at) - polynomialAt(step, 0, at, place!)) / stageProduct(place!) : 0;
    const cells = along.map((own, a) => {
      const x = inPeriod(own, points[i * d + space[a]!]!);
      const cell = cellOf(own, x);
      basisAt(own, cell, x, order[space[a]!]!, tables[a]!);
      return cell;
    });
    const add = (a: number, column: number, product: number): number => {
      if (a === along.length) {
        const at = first + column;
        return product * (w0 * start[at]! + w1 * c1[at]! + w2 * c2[at]! + w3 * c3[at]! + w4 * bend(at));
      }
      const own = along[a]!;
      const offset = order[space[a]!]! * own.local;
      let sum = 0;
      for (let q = 0; q < own.local; q++)
        sum += add(a + 1, column * own.size + columnOf(own, cells[a]!, q), product * tables[a]![offset + q]!);
      return sum;
    };
    out[i] = add(0, 0, 1);
  }
  return out;
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
