/** A solution on a grid of spectral elements: evaluated, laid down as plain data, and made of it again. */
import { list, real, record, whole } from "../../engine/checks.ts";
import { FormatError } from "../../engine/errors.ts";
import type { Pieces, Problem } from "../../equations/problem/index.ts";
import type { Axis } from "./axis.ts";
import { spectralForm } from "./form.ts";
import type { Grid } from "./grid.ts";
import { cardinals, lobatto } from "./lobatto.ts";
import { gridOf } from "./refinement.ts";

/** Name of the kind. */
export const spectralKind = "spectral elements";

/** The functions on a grid by their values at nodes, [unknowns, nodes]. */
export function spectralPieces(grid: Grid, values: Float64Array): Pieces {
  const { axes, nodes } = grid;
  const cells = axes.map(({ intervals }) => intervals.length).join(" × ");
  const degrees = [...new Set(axes.flatMap((axis) => axis.degrees))].sort((a, b) => a - b).join(", ");
  return {
    kind: spectralKind,
    words: `${cells} elements, polynomials of degree ${degrees}, ${nodes} nodes`,
    coefficients: values,
    layout: { cuts: axes.map(({ cuts }) => cuts), degrees: axes.map((axis) => axis.degrees) },
    at: (points) => derivativesAt(grid, values, points),
  };
}

/** Polynomials of an axis at points: the first node's place and a row of values for each. */
interface Along {
  readonly interval: Int32Array;
  rows(order: number): readonly Float64Array[];
}

function derivativesAt(grid: Grid, values: Float64Array, points: Float64Array) {
  const { axes, nodeOf, nodes } = grid;
  const d = axes.length;
  const count = points.length / d;
  const intervals = axes.map(() => new Int32Array(count));
  for (let i = 0; i < count; i++) {
    const cell = cellAt(grid, points, i * d);
    for (let k = 0; k < d; k++) intervals[k]![i] = cell ? cell[k]! : -1;
  }
  const along = axes.map((axis, k) => rowsAlong(axis, intervals[k]!, points, k, d));
  const strides = axes.map((_, k) => grid.stride(k));
  return (unknown: number, order: readonly number[]): Float64Array => {
    const rows = along.map((one, k) => one.rows(order[k]!));
    const out = new Float64Array(count).fill(Number.NaN);
    const sumOver = (i: number, k: number, base: number): number => {
      const row = rows[k]![i]!;
      const from = base + axes[k]!.intervals[intervals[k]![i]!]!.first * strides[k]!;
      let sum = 0;
      if (k === d - 1)
        for (let j = 0; j < row.length; j++) sum += row[j]! * values[unknown * nodes + nodeOf[from + j]!]!;
      else
        for (let j = 0; j < row.length; j++)
          if (row[j] !== 0) sum += row[j]! * sumOver(i, k + 1, from + j * strides[k]!);
      return sum;
    };
    for (let i = 0; i < count; i++) if (intervals[0]![i]! >= 0) out[i] = sumOver(i, 0, 0);
    return out;
  };
}

function rowsAlong(axis: Axis, interval: Int32Array, points: Float64Array, k: number, d: number): Along {
  const known: Float64Array[][] = [];
  const values = () =>
    Array.from(interval, (e, i) => {
      if (e < 0) return new Float64Array(0);
      const { low, high, degree } = axis.intervals[e]!;
      const row = new Float64Array(degree + 1);
      cardinals(
        lobatto(degree),
        Math.max(-1, Math.min(1, (2 * (points[i * d + k]! - low)) / (high - low) - 1)),
        row,
        0,
      );
      return row;
    });
  const rows = (order: number): readonly Float64Array[] => {
    known[order] ??=
      order === 0
        ? values()
        : rows(order - 1).map((row, i) => {
            if (row.length === 0) return row;
            const matrix = axis.intervals[interval[i]!]!.derivatives[0]!;
            const out = new Float64Array(row.length);
            for (let j = 0; j < row.length; j++)
              for (let m = 0; m < row.length; m++) out[m]! += row[j]! * matrix[j * row.length + m]!;
            return out;
          });
    return known[order]!;
  };
  return { interval, rows };
}

/** The cell that has a point, of several the first; undefined outside of the domain. */
function cellAt({ axes, plan }: Grid, points: Float64Array, at: number): number[] | undefined {
  const choices = axes.map(({ cuts }, k) => {
    const x = points[at + k]!;
    const slack = 1e-9 * (cuts.at(-1)! - cuts[0]!);
    const own: number[] = [];
    for (let e = 0; e + 1 < cuts.length; e++) if (x >= cuts[e]! - slack && x <= cuts[e + 1]! + slack) own.push(e);
    return own;
  });
  const visit = (cell: number[]): number[] | undefined => {
    if (cell.length === axes.length) return plan.holds(cell) ? cell : undefined;
    for (const e of choices[cell.length]!) {
      const found = visit([...cell, e]);
      if (found) return found;
    }
    return undefined;
  };
  return visit([]);
}

const layoutCheck = record({ cuts: list(list(real())), degrees: list(list(whole(1))) });

/** The functions that {@link spectralPieces} stored. @throws FormatError where they do not belong to the problem, or numbers lack */
export function readSpectralPieces(
  path: string,
  problem: Problem,
  layout: unknown,
  coefficients: Float64Array,
): Pieces {
  const fail = (message: string): never => {
    throw new FormatError(path, "solution", message, "the file is damaged: save the solution again");
  };
  const complaint = layoutCheck(layout, "the grid");
  if (complaint !== undefined) return fail(complaint);
  const form = spectralForm(problem);
  if (typeof form === "string") return fail(`its problem has no spectral elements: ${form}`);
  const { cuts, degrees } = layout as { readonly cuts: number[][]; readonly degrees: number[][] };
  const isGrid =
    cuts.length === form.cuts.length &&
    cuts.every(
      (own, k) => own.length === (degrees[k]?.length ?? 0) + 1 && own.every((v, i) => i === 0 || v > own[i - 1]!),
    );
  if (!isGrid) return fail("its grid does not fit its problem");
  const grid = gridOf(
    form,
    cuts.map((own, k) => ({ cuts: own, degrees: degrees[k]!, periodic: form.periodic[k]! })),
  );
  if (coefficients.length !== problem.unknowns.length * grid.nodes)
    return fail(`${coefficients.length} values for a grid that has ${problem.unknowns.length * grid.nodes}`);
  return spectralPieces(grid, coefficients);
}
