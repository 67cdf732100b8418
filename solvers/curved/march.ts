/** Evolutions of first order in time on curved blocks, by steps that one factorisation serves and higher and higher degrees. */
import { ColumnProgram } from "../../equations/expression/index.ts";
import { type MarchedSystem, marchOn } from "../evolution/march.ts";
import { beside, type Stage, type StageTolerance } from "../evolution/stage-system.ts";
import type { RowsForm } from "../spectral/index.ts";
import { CurvedGrid } from "./grid.ts";
import type { CurvedStates } from "./march-pieces.ts";
import { CurvedRows, type Linearised } from "./rows.ts";
import type { Block } from "./shape.ts";
import { mostEntries } from "./solve.ts";

/** Limits of marches. */
export interface CurvedMarchOptions {
  /** Seconds that are left. */
  readonly left: () => number;
  readonly isAborted: () => boolean;
}

/** A march on one grid. */
export interface CurvedMarch {
  readonly grid: CurvedGrid;
  readonly states: CurvedStates;
  readonly until: number;
  readonly ended: "time" | "collapse" | undefined;
  readonly steps: number;
  readonly tolerance: number;
  readonly error: number;
  readonly factorisations: number;
  /** True where the start jumps, or contradicts conditions: layers begin there that blocks do not resolve. */
  readonly isContradicted: boolean;
}

/** First degree and tolerance of steps, and how both go on. */
const [firstDegree, higher, firstTolerance, finer] = [4, 2, 1e-3, 0.1];
/** Length of the first step and of the longest, beside the whole time. */
const [firstStep, longestStep, shorter] = [0.02, 0.2, 0.7];
/** Contradiction of start and conditions, beside the size of the start. */
const contradicted = 1e-6;
/** Steps of Newton's method with one factorisation, ratio of their lengths that asks for a new one, and the most of these. */
const [mostSteps, slow, mostFactors] = [8, 0.3, 4];
/** Factorisations that are kept. */
const kept = 3;

/** Why a form cannot be marched so, in words; undefined where it can. */
export function unmarchedOnBlocks(form: RowsForm): string | undefined {
  if (form.space.length > 3) return `it has ${form.space.length} axes of space`;
  if (form.inTime.some((order) => order !== 1)) return "not all unknowns have one derivative in time";
  if (form.periodic.includes(true) || form.gauges.length > 0) return "it is periodic, or integrals are prescribed";
  return undefined;
}

/** Marches with higher and higher degrees while there is time for the next, about. @param isEnough - asked after each but the first */
export async function marchOnBlocks(
  form: RowsForm,
  blocks: readonly Block[],
  { left, isAborted }: CurvedMarchOptions,
  isEnough: (coarse: CurvedMarch, fine: CurvedMarch) => Promise<boolean>,
): Promise<readonly CurvedMarch[]> {
  const interval = form.problem.bounds[form.time!]!;
  const unknowns = form.inside.length;
  const d = blocks[0]!.low(0, 0).length;
  const found: CurvedMarch[] = [];
  let tolerance = firstTolerance;
  for (let degree = firstDegree; blocks.length * (unknowns * (degree + 1) ** d) ** 2 <= mostEntries; degree += higher) {
    const before = left();
    const grid = new CurvedGrid(blocks, degree);
    const system = new System(form, grid);
    const { start, jump } = startOf(form, grid);
    system.rows.evaluate(start, { time: interval[0], rate: 0, known: start });
    const sizes = system.sizes(start);
    const most = start.reduce((all, v) => Math.max(all, Math.abs(v)), 0);
    const isContradicted = Math.max(jump, system.rows.missed) > contradicted * most;
    const march = marchOn(system, {
      ...{ inTime: form.inTime, interval, start: [start], tolerance, sizes, isContradicted },
      firstStep: firstStep * (interval[1] - interval[0]),
      longestStep: longestStep * shorter ** found.length * (interval[1] - interval[0]),
      isOver: () => isAborted() || left() <= 0,
    });
    const { times, values, rates, error, ended } = march;
    found.push({
      ...{ grid, states: { times, values, rates }, until: times.at(-1)!, ended, steps: times.length - 1 },
      ...{ tolerance, error, factorisations: system.factorisations, isContradicted },
    });
    if (ended !== undefined || isAborted()) break;
    const [coarse, fine] = found.slice(-2);
    if (fine && (await isEnough(coarse!, fine))) break;
    const growth = ((degree + 1 + higher) / (degree + 1)) ** (1.5 * d) * finer ** -0.2;
    if (left() < Math.min(1, found.length / 2) * growth * (before - left())) break;
    tolerance *= finer;
  }
  return found;
}

/** Values at the nodes at the first moment, [unknowns, nodes], and the largest jump between blocks. */
function startOf({ starts, space, problem, time }: RowsForm, grid: CurvedGrid) {
  const program = new ColumnProgram(
    starts.map(([value]) => value!),
    {
      ...{ count: grid.count, time: time!, fixed: {}, moving: {}, constants: problem.constants },
      space: Object.fromEntries(grid.within.map((column, k) => [space[k]!, column])),
    },
  );
  program.run(problem.bounds[time!]![0]);
  const start = new Float64Array(starts.length * grid.nodes).fill(Number.NaN);
  let jump = 0;
  for (const [k, values] of program.outputs.entries()) {
    for (const [i, node] of grid.nodeOf.entries()) {
      const at = k * grid.nodes + node;
      if (!Number.isNaN(start[at]!)) jump = Math.max(jump, Math.abs(start[at]! - values[i]!));
      start[at] = values[i]!;
    }
  }
  return { start, jump };
}

/** The rows of blocks as a system that is marched. */
class System implements MarchedSystem {
  readonly rows: CurvedRows;
  readonly length: number;
  readonly cells = [];
  factorisations = 0;
  readonly #grid: CurvedGrid;
  readonly #unknowns: number;
  readonly #factors = new Map<number, Linearised>();

  constructor(form: RowsForm, grid: CurvedGrid) {
    this.rows = new CurvedRows(form, grid);
    [this.length, this.#grid, this.#unknowns] = [this.rows.size, grid, form.inside.length];
  }

  sizes(vector: Float64Array): Float64Array {
    const { nodes, nodeOf, weights } = this.#grid;
    return Float64Array.from({ length: this.#unknowns }, (_, k) =>
      Math.sqrt(nodeOf.reduce((sum, node, i) => sum + weights[i]! * vector[k * nodes + node]! ** 2, 0)),
    );
  }

  readonly beside = beside;

  eachUnknown(visit: (unknown: number, from: number, to: number) => void): void {
    for (let k = 0; k < this.#unknowns; k++) visit(k, k * this.#grid.nodes, (k + 1) * this.#grid.nodes);
  }

  solve({ time, rate, known, guess }: Stage, { most, sizes }: StageTolerance): boolean {
    const stage = { time, rate, known: known[0]! };
    let isNew = false;
    for (let factors = 0, step = 0, last = Number.POSITIVE_INFINITY; step < mostSteps * mostFactors; step++) {
      const right = this.rows.evaluate(guess, stage);
      if (!right.every(Number.isFinite)) return false;
      if (!this.#factors.has(rate)) {
        if (++factors > mostFactors) return false;
        this.#keep(rate, this.rows.linearise());
        isNew = true;
      }
      const moves = this.#factors.get(rate)!.solve(right.map((v) => -v));
      for (const [i, move] of moves.entries()) guess[i]! += move;
      const size = this.beside(this.sizes(moves), sizes);
      if (size <= most || this.rows.isFixed) return true;
      if (size > slow * last && !(isNew && size < last)) {
        this.#factors.delete(rate);
        isNew = false;
      }
      last = size;
    }
    return false;
  }

  residuals() {
    return { squares: new Float64Array(0), ofZero: 1, share: 0 };
  }

  #keep(rate: number, factors: Linearised): void {
    if (this.#factors.size >= kept) this.#factors.delete(this.#factors.keys().next().value!);
    this.#factors.set(rate, factors);
    this.factorisations++;
  }
}
