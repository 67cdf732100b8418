/** Solutions by piecewise polynomials, as elements and marches make them: values and derivatives at any point, without a network. */
import { checkNames } from "../../engine/check-names.ts";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { anything, type Check, text } from "../../engine/files/plain-checks.ts";
import { inspect } from "../../engine/text/inspect.ts";
import { inPeriod } from "../domain/domain.ts";
import { elementKind, readElementPieces } from "../elements/element-pieces.ts";
import { type Algebra, columnsAt, type Expression, evaluate } from "../expression/expression.ts";
import { marchKind, readMarchPieces } from "../marching/marched-field.ts";
import { savedProblem } from "../problem/json.ts";
import { sourcesAt } from "../problem/manufactured.ts";
import type { Pieces } from "../problem/pieces.ts";
import type { Problem } from "../problem/problem.ts";
import { BaseSolution } from "./base-solution.ts";
import { type AtPoints, inDomain } from "./evaluation.ts";
import {
  type HandedIn,
  handedIn,
  loadWholeSolution,
  type Solution,
  type SolutionReport,
  solutionName,
} from "./solution.ts";
import { hasRecord, readRecord, reportOf, saveRecord } from "./solution-record.ts";
import { solutionText } from "./solution-text.ts";

/** Points that are evaluated together, so that tables of many points fit the memory. */
const together = 1 << 14;

/** A problem solved by a classical method. It is asked, saved and loaded as a `Solution`. */
export class PiecewiseSolution extends BaseSolution {
  /** The functions themselves. */
  readonly pieces: Pieces;

  /** Prefer `solve` and `loadSolution`. */
  constructor(problem: Problem, pieces: Pieces, report: SolutionReport, run?: string) {
    super(problem, report, run);
    this.pieces = pieces;
  }

  async expressions(
    expressions: readonly Expression[],
    points: Float64Array,
    options: AtPoints = {},
  ): Promise<Float64Array> {
    checkNames("PiecewiseSolution.expressions", options, "outside");
    const { problem, domain } = this;
    const d = problem.axes.length;
    checkPoints(points, problem.axes);
    const count = points.length / d;
    const around = problem.conditions.flatMap((c) => (c.kind === "periodic" ? [c.on] : []));
    const inside = inPeriod(points, domain, around);
    const found = Object.entries(this.report.constants).map(([name, { value }]) => [name, value]);
    const constants = { ...problem.constants, ...Object.fromEntries(found) };
    const n = expressions.length;
    const rows = new Float64Array(n * count);
    for (let first = 0; first < count; first += together) {
      const some = inside.subarray(first * d, (first + together) * d);
      const values = this.#columns(expressions, some, constants);
      values.forEach((column, k) => {
        for (let i = 0; i < column.length; i++) rows[(first + i) * n + k] = column[i]!;
      });
    }
    return inDomain({ domain }, inside, rows, options);
  }

  #columns(
    expressions: readonly Expression[],
    points: Float64Array,
    constants: Readonly<Record<string, number>>,
  ): readonly Float64Array[] {
    const { problem, pieces } = this;
    const d = problem.axes.length;
    const at = pieces.at(points);
    const known = new Map<string, Float64Array>();
    const derivative = (unknown: number, order: readonly number[]) => {
      const key = `${unknown}:${order}`;
      const values = known.get(key) ?? at(unknown, order);
      known.set(key, values);
      return values;
    };
    const algebra: Algebra<Float64Array> = {
      ...columnsAt(points, d, { constants, derivative, data: sourcesAt(problem, points) }),
      elsewhere: (unknown, order, places) =>
        pieces.at(Float64Array.from(points, (_, i) => places[i % d]![Math.floor(i / d)]!))(unknown, order),
    };
    const memo = new Map<Expression, Float64Array>();
    return expressions.map((one) => evaluate(one, algebra, memo));
  }

  /** As `Solution.residual`. */
  residual(points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    checkNames("PiecewiseSolution.residual", options, "outside");
    return this.expressions(this.problem.equations, points, options);
  }

  /** @throws OptionsError always: these functions are no ONNX model */
  async toOnnx(): Promise<Uint8Array> {
    const way = "write a grid of it, or solve with a network or random features";
    throw new OptionsError(`toOnnx: piecewise polynomials are no network; ${way}`, "onnx");
  }

  /** Nothing is held: for the likeness with other solutions. */
  async dispose(): Promise<void> {}

  /** Number of coefficients. */
  get parameters(): number {
    return this.pieces.coefficients.length;
  }

  /** The same solution with more said of it, or with the folder of its record. */
  reporting(more: Partial<SolutionReport>, run = this.run): PiecewiseSolution {
    return new PiecewiseSolution(this.problem, this.pieces, { ...this.report, ...more }, run);
  }

  /** The few lines that `console.log` prints. */
  [inspect](): string {
    return solutionText({ problem: this.problem, report: this.report, space: this.pieces.words });
  }

  /** Writes `pieces.json` and `pieces.safetensors` into a folder, each whole or not at all, with checksums. */
  async save(folder: string): Promise<void> {
    const { problem, report } = this;
    const { kind, layout, coefficients } = this.pieces;
    await saveRecord(folder, piecesName, { problem, report, ...{ kind, layout } }, coefficients);
  }
}

/** Names of the record, and of that of marches before 2026-11-30. */
export const [piecesName, formerName] = ["pieces", "field"];

/** The reader of each method's pieces. */
const readers: Readonly<Record<string, typeof readElementPieces>> = {
  [elementKind]: readElementPieces,
  [marchKind]: readMarchPieces,
};

interface Stored {
  readonly kind: string;
  readonly layout: unknown;
  /** The layout of a former record. */
  readonly field: unknown;
}

/** Reads what {@link PiecewiseSolution.save} wrote; called by `loadSolution`. */
export async function loadPiecewiseSolution(folder: string, given?: Problem | HandedIn): Promise<PiecewiseSolution> {
  const isFormer = !hasRecord(folder, piecesName);
  const name = isFormer ? formerName : piecesName;
  const checks: Readonly<Record<string, Check>> = isFormer ? { field: anything } : { kind: text, layout: anything };
  const { path, plain, theta, fail } = await readRecord<Stored>(folder, name, checks);
  const { kind, layout } = isFormer ? { kind: marchKind, layout: plain.field } : plain;
  const reader = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (!reader) return fail(path, `pieces of the kind "${kind}" are unknown`);
  const problem = savedProblem("loadSolution", path, plain.problem, handedIn(given).problem);
  return new PiecewiseSolution(problem, reader(path, problem, layout, theta), reportOf(plain.report, problem));
}

function checkPoints(points: Float64Array, axes: readonly string[]): void {
  if (points.length % axes.length !== 0)
    throw new ShapeError("evaluate: points", `[n, ${axes.length}]`, [points.length], `rows hold ${axes.join(", ")}`);
  const bad = points.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new DomainError(`evaluate: coordinate ${bad} is ${points[bad]}; give finite points`, points[bad]);
}

/**
 * True if a folder holds a solution of any kind; the folder need not be there.
 *
 * @param folder - of a run, or one that `save` was given
 */
export const holdsSolution = (folder: string): boolean =>
  [solutionName, piecesName, formerName].some((name) => hasRecord(folder, name));

/**
 * Reads a solution of any kind: what `save` or the record of a run wrote.
 *
 * @param folder - that `save` was given, or the `run` of a solution
 * @param given - the problem, or an object of what was handed in; else what is stored is taken
 * @returns a `PiecewiseSolution` where it was solved by elements or marched
 * @throws FormatError where it is damaged; OptionsError where what is handed in is not what was solved, or a network of your own is
 * not handed in
 */
export const loadSolution = (folder: string, given?: Problem | HandedIn): Promise<Solution | PiecewiseSolution> =>
  [piecesName, formerName].some((name) => hasRecord(folder, name))
    ? loadPiecewiseSolution(folder, given)
    : loadWholeSolution(folder, given);
