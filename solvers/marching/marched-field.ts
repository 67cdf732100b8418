/** The result of a march: splines in space whose coefficients are polynomials in time, step by step. */

import { anything, list, optional, real, record, whole } from "../../engine/checks.ts";
import { damaged, highestOrders, type Pieces, type Problem } from "../../equations/problem/index.ts";
import { type Mesh, type UnknownSpace, unknownSpaces } from "./collocation.ts";
import { stepAt } from "./past.ts";
import { placeBefore, polynomialAt, type Step, secondStage, stageProduct, weights } from "./radau-stages.ts";
import { basisAt, cellOf, columnOf, type SplineSpace } from "./spline-space.ts";

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
 * Partial derivatives of the unknowns at points, whose places in steps and cells are found once.
 *
 * @param points - [n, axes], row-major
 * @returns a function of an unknown and the orders along all axes: n values; NaN later than the march came
 */
export function derivativesAt(
  { spaces, space, time, steps, until }: MarchedField,
  points: Float64Array,
): (unknown: number, order: readonly number[]) => Float64Array {
  const d = space.length + 1;
  const count = points.length / d;
  const indices = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const t = points[i * d + time]!;
    indices[i] = t <= until ? stepAt(steps, t) : -1;
  }
  const tables = new Map<string, Along>();
  /** Cells of an unknown along an axis, and its functions there up to a derivative. */
  const alongAxis = (own: SplineSpace, a: number, most: number): Along => {
    const key = `${a} ${own.order}`;
    const known = tables.get(key);
    if (known && known.most >= most) return known;
    const stride = (most + 1) * own.local;
    const [cells, table] = [new Int32Array(count), new Float64Array(count * stride)];
    for (let i = 0; i < count; i++) {
      const x = inPeriod(own, points[i * d + space[a]!]!);
      cells[i] = cellOf(own, x);
      basisAt(own, cells[i]!, x, most, table, i * stride);
    }
    const made = { cells, table, stride, most };
    tables.set(key, made);
    return made;
  };
  const blends = new Map<string, Float64Array>();
  /** [n, local]: the coefficients of an unknown's functions at each point, or a derivative of them in time. */
  const blended = (unknown: number, inTime: number): Float64Array => {
    const key = `${unknown} ${inTime}`;
    const known = blends.get(key);
    if (known) return known;
    const { along, first, local } = spaces[unknown]!;
    const cells = along.map((own, a) => alongAxis(own, a, 0).cells);
    const columns = new Int32Array(local);
    const out = new Float64Array(count * local);
    for (let i = 0, to = 0; i < count; i++, to += local) {
      const index = indices[i]!;
      if (index < 0) {
        out.fill(Number.NaN, to, to + local);
        continue;
      }
      const step = steps[index]!;
      const [w0, w1, w2, w3, w4] = weights((points[i * d + time]! - step.t) / step.h, inTime, step.h);
      const start = step.start[0]!;
      const [c1, c2, c3] = step.coefficients[0] as [Float64Array, Float64Array, Float64Array];
      const before = step.breaks ? undefined : steps[index - 1];
      const bends = before && w4 !== 0 ? bendsOf(step, before) : undefined;
      columns[0] = first;
      let [width, stride] = [1, spaces[unknown]!.size];
      for (let a = 0; a < along.length; a++) {
        const own = along[a]!;
        stride /= own.size;
        // From the last to the first, since each gives rise to several.
        for (let k = width - 1; k >= 0; k--) {
          const column = columns[k]!;
          for (let q = own.local - 1; q >= 0; q--)
            columns[k * own.local + q] = column + stride * columnOf(own, cells[a]![i]!, q);
        }
        width *= own.local;
      }
      for (let k = 0; k < local; k++) {
        const at = columns[k]!;
        out[to + k] = w0 * start[at]! + w1 * c1[at]! + w2 * c2[at]! + w3 * c3[at]! + (bends ? w4 * bends[at]! : 0);
      }
    }
    blends.set(key, out);
    return out;
  };
  return (unknown, order) => {
    const { along, local } = spaces[unknown]!;
    const own = along.map((s, a) => alongAxis(s, a, order[space[a]!]!));
    const values = blended(unknown, order[time]!);
    const out = new Float64Array(count);
    const products = new Float64Array(local);
    for (let i = 0; i < count; i++) {
      products[0] = 1;
      let width = 1;
      for (let a = 0; a < along.length; a++) {
        const { table, stride } = own[a]!;
        const wide = along[a]!.local;
        const from = i * stride + order[space[a]!]! * wide;
        for (let k = width - 1; k >= 0; k--) {
          const product = products[k]!;
          for (let q = wide - 1; q >= 0; q--) products[k * wide + q] = product * table[from + q]!;
        }
        width *= wide;
      }
      let sum = 0;
      for (let k = 0, at = i * local; k < local; k++, at++) sum += products[k]! * values[at]!;
      out[i] = sum;
    }
    return out;
  };
}

/** The same field with its first unknowns alone. */
export function firstUnknowns(field: MarchedField, count: number): MarchedField {
  if (field.spaces.length === count) return field;
  const spaces = field.spaces.slice(0, count);
  const size = spaces.reduce((sum, one) => sum + one.size, 0);
  const cut = (levels: readonly Float64Array[]) => levels.map((level) => level.slice(0, size));
  return {
    ...{ ...field, spaces },
    steps: field.steps.map((step) => ({ ...step, start: cut(step.start), coefficients: step.coefficients.map(cut) })),
  };
}

/** Places along an axis: the cell of each point, and rows of functions there, derivative by derivative. */
interface Along {
  readonly cells: Int32Array;
  readonly table: Float64Array;
  /** Entries of a point. */
  readonly stride: number;
  /** Highest derivative. */
  readonly most: number;
}

const bends = new WeakMap<Step, Float64Array>();

/** By how much the polynomial of a step misses the second stage of the one before, over the stages' product there. */
export function bendsOf(step: Step, before: Step): Float64Array {
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

function inPeriod({ edges, periodic }: SplineSpace, x: number): number {
  if (!periodic) return x;
  const [low, high] = [edges[0]!, edges.at(-1)!];
  return x - (high - low) * Math.floor((x - low) / (high - low));
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
  /** Numbers of steps at whose starts derivatives may jump, where there are any. */
  readonly breaks?: readonly number[];
  readonly until: number;
}

const natural = list(whole(0));
const layoutCheck = record({
  ...{ gauss: whole(1), cells: natural, orders: list(natural), periodic: list(anything), space: natural },
  ...{ time: whole(0), steps: whole(1), breaks: optional(natural), until: real() },
});

/** Name of the kind. */
export const marchKind = "march";

/** Splines in space, polynomials in time. */
export function marchPieces(problem: Problem, field: MarchedField): Pieces {
  const { spaces, steps, space, time, until } = field;
  const along = spaces[0]!.along;
  const cells = along.map((s) => s.edges.length - 1);
  const breaks = steps.flatMap((step, k) => (step.breaks ? [k] : []));
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
      ...(breaks.length > 0 && { breaks }),
    } satisfies Layout,
    at: (points) => derivativesAt(field, points),
  };
}

/**
 * The pieces that {@link marchPieces} stored.
 *
 * @throws FormatError where they are none of the problem, or numbers are missing
 */
export function readMarchPieces(path: string, problem: Problem, layout: unknown, coefficients: Float64Array): Pieces {
  const complaint = layoutCheck(layout, "the march");
  const field = complaint === undefined ? fieldFrom(layout as Layout, coefficients) : undefined;
  if (field?.spaces.length === problem.unknowns.length) return marchPieces(problem, field);
  const message = complaint ?? "it has another number of values than its march";
  return damaged(path)(message);
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
  const breaks = new Set(stored.breaks);
  let at = 0;
  const take = (length: number) => {
    at += length;
    return numbers.slice(at - length, at);
  };
  const mesh: Mesh = { gauss, edges: cells.map((n) => take(n + 1)) };
  const spaces = unknownSpaces(orders, periodic, mesh);
  const size = spaces.reduce((sum, one) => sum + one.size, 0);
  if (numbers.length !== at + count * (2 + 4 * size)) return undefined;
  const steps = Array.from({ length: count }, (_, k): Step => {
    const [t, h] = take(2) as unknown as [number, number];
    return {
      ...{ t, h },
      ...(breaks.has(k) && { breaks: true }),
      start: [take(size)],
      coefficients: [[take(size), take(size), take(size)]],
    };
  });
  return { spaces, space, time, steps, until };
}
