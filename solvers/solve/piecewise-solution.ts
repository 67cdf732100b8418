/** A solution by piecewise polynomials, as elements and time steps make them. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { FormatError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { anything, record, text } from "../../engine/files/plain-checks.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import { inspect } from "../../engine/text/inspect.ts";
import { elementKind, readElementPieces } from "../elements/element-pieces.ts";
import { problemToJson, savedProblem } from "../problem/json.ts";
import type { Pieces } from "../problem/pieces.ts";
import type { Problem } from "../problem/problem.ts";
import { ExplicitSolution } from "./explicit-solution.ts";
import { type HandedIn, handedIn, type SolutionReport } from "./solution.ts";
import { digestCheck, digestOf, readTheta, reportCheck, reportOf, writeTheta } from "./solution-record.ts";
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
    await mkdir(folder, { recursive: true });
    const { problem, pieces, report } = this;
    const { kind, layout, coefficients } = pieces;
    await writeTheta(join(folder, coefficientsFile), coefficients);
    const plain = { problem: problemToJson(problem), kind, layout, report, parameters: digestOf(coefficients) };
    await writeAtomically(join(folder, piecesFile), sealedJson(plain));
  }
}

/** The record of piecewise polynomials. */
export const piecesFile = "pieces.json";
const coefficientsFile = "pieces.safetensors";
const way = "give a folder that save wrote";

const recordFields = { problem: anything, kind: text, layout: anything, report: reportCheck, parameters: digestCheck };

/** The reader of each method's pieces. */
const readers: Readonly<Record<string, typeof readElementPieces>> = { [elementKind]: readElementPieces };

/** Reads what {@link PiecewiseSolution.save} wrote; called by `loadSolution`. */
export async function loadPiecewiseSolution(folder: string, given?: Problem | HandedIn): Promise<PiecewiseSolution> {
  const [path, coefficients] = [join(folder, piecesFile), join(folder, coefficientsFile)];
  for (const file of [path, coefficients])
    if (!existsSync(file)) throw new FormatError(file, "solution", "there is no such file", way);
  const stored = await readSealedJson(path, { format: "solution", hint: way, fields: Object.keys(recordFields) });
  const complaint = record(recordFields)(stored, "the solution");
  const plain = stored as unknown as {
    kind: string;
    problem: unknown;
    layout: unknown;
    report: unknown;
    parameters?: string;
  };
  const reader = complaint === undefined && Object.hasOwn(readers, plain.kind) ? readers[plain.kind] : undefined;
  if (!reader)
    throw new FormatError(path, "solution", complaint ?? `pieces of the kind "${plain.kind}" are unknown`, way);
  const problem = savedProblem("loadSolution", path, plain.problem, handedIn(given).problem);
  const theta = await readTheta(coefficients, "solution", plain.parameters);
  return new PiecewiseSolution(problem, reader(path, problem, plain.layout, theta), reportOf(plain.report, problem));
}
