/** A solution on a grid of spectral elements: evaluated, laid down as plain data, and made of it again. */
import { list, optional, real, record, whole } from "../../engine/checks.ts";
import { damaged, type Pieces, type Problem } from "../../equations/problem/index.ts";
import { bendsOf } from "../marching/marched-field.ts";
import { stepAt } from "../marching/past.ts";
import { type Step, weights } from "../marching/radau-stages.ts";
import { type Axis, inInterval } from "./axis.ts";
import { parts, weightsOfParts } from "./dormand-prince.ts";
import { type SpectralForm, spectralForm } from "./form.ts";
import type { Grid } from "./grid.ts";
import { gridOf } from "./refinement.ts";

/** Name of the kind. */
export const spectralKind = "spectral elements";

/** Vectors of a step of Radau's method. */
const vectorsOfRadau = 4;
/** The same of a quintic. */
const vectorsOfQuintic = 6;

/** Values at nodes [unknowns, nodes], or steps in time of such values. */
export interface SpectralField {
  readonly grid: Grid;
  readonly states: Float64Array | { readonly steps: readonly Step[]; readonly until: number };
}

/** The functions of a field. */
export function spectralPieces({ space, time }: Pick<SpectralForm, "space" | "time">, field: SpectralField): Pieces {
  const { axes, nodes } = field.grid;
  const { states } = field;
  const cells = axes.map(({ intervals }) => intervals.length).join(" × ");
  const degrees = [...new Set(axes.flatMap((axis) => axis.degrees))].sort((a, b) => a - b).join(", ");
  const inTime = "steps" in states ? `${states.steps.length} steps in time, ` : "";
  return {
    kind: spectralKind,
    words: `${inTime}${cells} elements, functions of degree ${degrees}, ${nodes} nodes`,
    get coefficients() {
      return "steps" in states ? numbersOf(states.steps) : states;
    },
    layout: {
      ...{ cuts: axes.map(({ cuts }) => cuts), degrees: axes.map((axis) => axis.degrees) },
      ...("steps" in states && {
        ...{ steps: states.steps.length, until: states.until },
        ...(vectorsOf(states.steps) > vectorsOfRadau && { vectors: vectorsOf(states.steps) }),
      }),
    } satisfies Layout,
    at: (points) => derivativesAt(field, space, time, points),
  };
}

/** Vectors of a step: its start and its coefficients. */
const vectorsOf = (steps: readonly Step[]) => 1 + steps[0]!.coefficients[0]!.length;

/** Every step's time, length, start and coefficients. */
function numbersOf(steps: readonly Step[]): Float64Array {
  const size = steps[0]!.start[0]!.length;
  const width = 2 + vectorsOf(steps) * size;
  const out = new Float64Array(steps.length * width);
  for (const [k, { t, h, start, coefficients }] of steps.entries()) {
    const at = k * width;
    out.set([t, h], at);
    for (const [j, own] of [start[0]!, ...coefficients[0]!].entries()) out.set(own, at + 2 + j * size);
  }
  return out;
}

/** Polynomials of an axis at points: the first node's place and a row of values for each. */
interface Along {
  readonly interval: Int32Array;
  rows(order: number): readonly Float64Array[];
}

function derivativesAt(
  { grid, states }: SpectralField,
  space: readonly number[],
  time: number | undefined,
  points: Float64Array,
) {
  const { axes, nodeOf, nodes } = grid;
  const d = space.length;
  const width = d + (time === undefined ? 0 : 1);
  const count = points.length / width;
  const columns = space.map((axis) => Float64Array.from({ length: count }, (_, i) => points[i * width + axis]!));
  const intervals = axes.map(() => new Int32Array(count));
  for (let i = 0; i < count; i++) {
    const cell = cellAt(
      grid,
      columns.map((column) => column[i]!),
    );
    for (let k = 0; k < d; k++) intervals[k]![i] = cell ? cell[k]! : -1;
  }
  const along = axes.map((axis, k) => rowsAlong(axis, intervals[k]!, columns[k]!));
  const strides = axes.map((_, k) => grid.stride(k));
  return (unknown: number, order: readonly number[]): Float64Array => {
    const rows = along.map((one, k) => one.rows(order[space[k]!]!));
    const out = new Float64Array(count).fill(Number.NaN);
    const sumOver = (values: Float64Array, i: number, k: number, base: number): number => {
      const row = rows[k]![i]!;
      const from = base + axes[k]!.intervals[intervals[k]![i]!]!.first * strides[k]!;
      let sum = 0;
      if (k === d - 1)
        for (let j = 0; j < row.length; j++) sum += row[j]! * values[unknown * nodes + nodeOf[from + j]!]!;
      else
        for (let j = 0; j < row.length; j++)
          if (row[j] !== 0) sum += row[j]! * sumOver(values, i, k + 1, from + j * strides[k]!);
      return sum;
    };
    for (let i = 0; i < count; i++) {
      if (intervals[0]![i]! < 0) continue;
      if (!("steps" in states)) out[i] = sumOver(states, i, 0, 0);
      else if (points[i * width + time!]! <= states.until) {
        const parts = partsAt(states.steps, points[i * width + time!]!, order[time!]!);
        out[i] = parts.reduce(
          (sum, [weight, values]) => sum + (weight === 0 ? 0 : weight * sumOver(values, i, 0, 0)),
          0,
        );
      }
    }
    return out;
  };
}

/** A derivative in time at a moment, as a sum of values at nodes with their weights. */
export function partsAt(steps: readonly Step[], t: number, order: number): (readonly [number, Float64Array])[] {
  const index = stepAt(steps, t);
  const step = steps[index]!;
  const known = [step.start[0]!, ...step.coefficients[0]!];
  if (known.length > vectorsOfRadau) {
    const factors = weightsOfParts((t - step.t) / step.h, order, step.h);
    return known.map((one, k) => [factors[k]!, one] as const);
  }
  const own = weights((t - step.t) / step.h, order, step.h);
  const bend = index > 0 && own[4] !== 0 ? bendsOf(step, steps[index - 1]!) : undefined;
  const values = [...known, ...(bend ? [bend] : [])];
  return values.map((one, k) => [own[k]!, one] as const);
}

function rowsAlong(axis: Axis, interval: Int32Array, column: Float64Array): Along {
  const known: Float64Array[][] = [];
  const values = () =>
    Array.from(interval, (e, i) => {
      if (e < 0) return new Float64Array(0);
      const { degree, functions } = axis.intervals[e]!;
      const row = new Float64Array(degree + 1);
      functions.cardinals(inInterval(axis.intervals[e]!, column[i]!), row);
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
function cellAt({ axes, plan }: Grid, point: readonly number[]): number[] | undefined {
  const choices = axes.map(({ cuts }, k) => {
    const x = point[k]!;
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

/** The plain data of which, with its numbers, a field is made again. */
interface Layout {
  readonly cuts: readonly (readonly number[])[];
  readonly degrees: readonly (readonly number[])[];
  readonly steps?: number;
  readonly until?: number;
  /** Start and coefficients. @defaultValue 4 */
  readonly vectors?: number;
}

const layoutCheck = record({
  ...{ cuts: list(list(real())), degrees: list(list(whole(1))) },
  ...{ steps: optional(whole(1)), until: optional(real()), vectors: optional(whole(1)) },
});

/**
 * The functions that {@link spectralPieces} stored.
 *
 * @throws FormatError where they do not belong to the problem, or numbers lack
 */
export function readSpectralPieces(
  path: string,
  problem: Problem,
  layout: unknown,
  coefficients: Float64Array,
): Pieces {
  const fail = damaged(path);
  const complaint = layoutCheck(layout, "the grid");
  if (complaint !== undefined) return fail(complaint);
  const form = spectralForm(problem);
  if (typeof form === "string") return fail(`its problem has no spectral elements: ${form}`);
  const { cuts, degrees, steps: count, until, vectors = vectorsOfRadau } = layout as Layout;
  const isGrid =
    cuts.length === form.cuts.length &&
    cuts.every(
      (own, k) => own.length === (degrees[k]?.length ?? 0) + 1 && own.every((v, i) => i === 0 || v > own[i - 1]!),
    );
  if (!isGrid || (count === undefined) !== (form.time === undefined)) return fail("its grid does not fit its problem");
  const plans = cuts.map((own, k) => ({ cuts: own, degrees: degrees[k]!, periodic: form.periodic[k]! }));
  const grid = gridOf(form, plans);
  const size = problem.unknowns.length * grid.nodes;
  if (![vectorsOfRadau, vectorsOfQuintic, 1 + parts].includes(vectors)) return fail(`steps of ${vectors} vectors`);
  const width = 2 + vectors * size;
  const whole = count === undefined ? size : count * width;
  if (coefficients.length !== whole) return fail(`${coefficients.length} values for a grid that has ${whole}`);
  if (count === undefined) return spectralPieces(form, { grid, states: coefficients });
  const steps = Array.from({ length: count }, (_, k): Step => {
    const own = coefficients.subarray(k * width, (k + 1) * width);
    const [start, ...rest] = Array.from({ length: vectors }, (__, j) => own.slice(2 + j * size, 2 + (j + 1) * size));
    return { t: own[0]!, h: own[1]!, start: [start!], coefficients: [rest] };
  });
  return spectralPieces(form, { grid, states: { steps, until: until! } });
}
