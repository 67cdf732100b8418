/** The result of a march: splines in space whose coefficients are polynomials in time, step by step. */

import { FormatError } from "../../engine/errors.ts";
import { anything, list, real, record, whole } from "../../engine/files/plain-checks.ts";
import { highestOrders } from "../problem/derivatives.ts";
import type { Pieces } from "../problem/pieces.ts";
import type { Problem } from "../problem/problem.ts";
import { type Mesh, type UnknownSpace, unknownSpaces } from "./collocation.ts";
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

/** Sizes of a march, stored beside its numbers. */
interface Layout {
  readonly gauss: number;
  /** Cells along each axis of space. */
  readonly cells: readonly number[];
  /** Orders of the equations in space [unknown][axis], by which splines are chosen. */
  readonly orders: readonly (readonly number[])[];
  readonly periodic: readonly boolean[];
  readonly space: readonly number[];
  readonly time: number;
  readonly steps: number;
  readonly until: number;
}

const natural = list(whole(0));
const layoutCheck = record({
  ...{ gauss: whole(1), cells: natural, orders: list(natural), periodic: list(anything), space: natural },
  ...{ time: whole(0), steps: whole(1), until: real() },
});

/** Name of the kind. */
export const marchKind = "march";

/** Splines in space, polynomials in time. */
export function marchPieces(problem: Problem, field: MarchedField): Pieces {
  const { spaces, steps, space, time, until } = field;
  const along = spaces[0]!.along;
  const cells = along.map((s) => s.edges.length - 1);
  const orders = highestOrders(problem.equations, problem).map((row) => space.map((axis) => row[axis]!));
  return {
    kind: marchKind,
    words: `${steps.length} steps in time${cells.length > 0 ? `, splines on ${cells.join(" × ")} cells` : ""}`,
    get coefficients() {
      return numbersOf(field);
    },
    layout: {
      ...{ gauss: along[0]?.gauss ?? 1, cells, orders, periodic: along.map((s) => s.periodic) },
      ...{ space, time, steps: steps.length, until },
    } satisfies Layout,
    derivative: (unknown, order, points) => derivativeAt(field, unknown, order, points),
  };
}

/** The pieces that {@link marchPieces} stored. @throws FormatError where they are none of the problem, or numbers are missing */
export function readMarchPieces(path: string, problem: Problem, layout: unknown, coefficients: Float64Array): Pieces {
  const complaint = layoutCheck(layout, "the march");
  const field = complaint === undefined ? fieldFrom(layout as Layout, coefficients) : undefined;
  if (field?.spaces.length === problem.unknowns.length) return marchPieces(problem, field);
  const message = complaint ?? "it has another number of values than its march";
  throw new FormatError(path, "solution", message, "the file is damaged: save the solution again");
}

/** Edges of cells along every axis, then every step: its time and length, and four lists of coefficients. */
function numbersOf({ spaces, steps }: MarchedField): Float64Array {
  const edges = spaces[0]!.along.map((s) => s.edges);
  const size = spaces.reduce((sum, one) => sum + one.size, 0);
  const out = new Float64Array(edges.reduce((sum, e) => sum + e.length, 0) + steps.length * (2 + 4 * size));
  let at = 0;
  const put = (values: ArrayLike<number>) => {
    out.set(values, at);
    at += values.length;
  };
  edges.forEach(put);
  for (const { t, h, start, coefficients } of steps) {
    put([t, h]);
    put(start[0]!);
    coefficients[0]!.forEach(put);
  }
  return out;
}

/** The field, or undefined where the numbers are not as many as are said. */
function fieldFrom(stored: Layout, numbers: Float64Array): MarchedField | undefined {
  const { gauss, cells, orders, periodic, space, time, steps: count, until } = stored;
  let at = 0;
  const take = (length: number) => {
    at += length;
    return numbers.slice(at - length, at);
  };
  const mesh: Mesh = { gauss, edges: cells.map((n) => take(n + 1)) };
  const spaces = unknownSpaces(orders, periodic, mesh);
  const size = spaces.reduce((sum, one) => sum + one.size, 0);
  if (numbers.length !== at + count * (2 + 4 * size)) return undefined;
  const steps = Array.from({ length: count }, (): Step => {
    const [t, h] = take(2) as unknown as [number, number];
    return { t, h, start: [take(size)], coefficients: [[take(size), take(size), take(size)]] };
  });
  return { spaces, space, time, steps, until };
}
