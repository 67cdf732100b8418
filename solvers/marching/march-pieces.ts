/** A march as functions, and as plain data and one list of numbers for files. */
import { FormatError } from "../../engine/errors.ts";
import { anything, list, real, record, whole } from "../../engine/files/plain-checks.ts";
import { highestOrders } from "../problem/derivatives.ts";
import type { Pieces } from "../problem/pieces.ts";
import type { Problem } from "../problem/problem.ts";
import type { Mesh } from "./collocation.ts";
import { unknownSpaces } from "./collocation.ts";
import { derivativeAt, type MarchedField } from "./marched-field.ts";
import type { Step } from "./radau.ts";

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
