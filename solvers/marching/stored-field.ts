/** A march as plain data and one list of numbers, for files. */
import type { Mesh } from "./collocation.ts";
import { unknownSpaces } from "./collocation.ts";
import type { MarchedField } from "./marched-field.ts";
import type { Step } from "./radau.ts";

/** Sizes of a march, stored beside its numbers. */
export interface StoredField {
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

/** Edges of cells along every axis, then every step: its time and length, and four lists of coefficients. */
export function numbersOf({ spaces, steps }: MarchedField): Float64Array {
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

export function storedField(
  { spaces, steps, space, time, until }: MarchedField,
  orders: StoredField["orders"],
): StoredField {
  const along = spaces[0]!.along;
  return {
    ...{
      gauss: along[0]?.gauss ?? 1,
      cells: along.map((s) => s.edges.length - 1),
      orders,
      periodic: along.map((s) => s.periodic),
    },
    ...{ space, time, steps: steps.length, until },
  };
}

/** The field, or undefined where the numbers are not as many as are said. */
export function fieldFrom(stored: StoredField, numbers: Float64Array): MarchedField | undefined {
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
