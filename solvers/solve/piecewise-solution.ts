/** A solution by piecewise polynomials, as elements and time steps make them. */
import { anything, text } from "../../engine/files/plain-checks.ts";
import { inspect } from "../../engine/text/inspect.ts";
import { elementKind, readElementPieces } from "../elements/element-pieces.ts";
import { savedProblem } from "../problem/json.ts";
import type { Pieces } from "../problem/pieces.ts";
import type { Problem } from "../problem/problem.ts";
import { ExplicitSolution } from "./explicit-solution.ts";
import { type HandedIn, handedIn, type SolutionReport } from "./solution.ts";
import { readRecord, reportOf, saveRecord } from "./solution-record.ts";
import { solutionText } from "./solution-text.ts";

/** A problem solved by a classical method. It is asked, saved and loaded as a `Solution`. */
export class PiecewiseSolution extends ExplicitSolution {
  /** The functions themselves. */
  readonly pieces: Pieces;
  protected readonly space = "piecewise polynomials";

  /** Prefer `solve` and `loadSolution`. */
  constructor(problem: Problem, pieces: Pieces, report: SolutionReport, run?: string) {
    super(problem, report, run);
    this.pieces = pieces;
  }

  protected derivative(unknown: number, order: readonly number[], points: Float64Array): Float64Array {
    return this.pieces.derivative(unknown, order, points);
  }

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

export const piecesName = "pieces";

/** The reader of each method's pieces. */
const readers: Readonly<Record<string, typeof readElementPieces>> = { [elementKind]: readElementPieces };

/** Reads what {@link PiecewiseSolution.save} wrote; called by `loadSolution`. */
export async function loadPiecewiseSolution(folder: string, given?: Problem | HandedIn): Promise<PiecewiseSolution> {
  const checks = { kind: text, layout: anything };
  const { path, plain, theta, fail } = await readRecord<{ readonly kind: string; readonly layout: unknown }>(
    folder,
    piecesName,
    checks,
  );
  const reader = Object.hasOwn(readers, plain.kind) ? readers[plain.kind] : undefined;
  if (!reader) return fail(path, `pieces of the kind "${plain.kind}" are unknown`);
  const problem = savedProblem("loadSolution", path, plain.problem, handedIn(given).problem);
  return new PiecewiseSolution(problem, reader(path, problem, plain.layout, theta), reportOf(plain.report, problem));
}
