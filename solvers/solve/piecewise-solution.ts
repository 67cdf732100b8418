/** A solution by piecewise polynomials, as elements and time steps make them. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { FormatError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { anything, record, text } from "../../engine/files/plain-checks.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import { inspect } from "../../engine/printed.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { elementKind, readElementPieces } from "../elements/element-pieces.ts";
import { partial, unit } from "../expression/build.ts";
import { columns, type Expression, evaluate } from "../expression/expression.ts";
import { parseExpression } from "../expression/parse.ts";
import { problemToJson, savedProblem } from "../problem/json.ts";
import { substitution } from "../problem/manufactured.ts";
import { scopeOf } from "../problem/names.ts";
import type { Pieces } from "../problem/pieces.ts";
import type { Problem } from "../problem/problem.ts";
import { type AtPoints, type Errors, errorsOf, type GridSolution, gridOf, inDomain } from "./judge.ts";
import { type HandedIn, handedIn, type SolutionReport } from "./solution.ts";
import { digestCheck, digestOf, readTheta, reportCheck, reportOf, writeTheta } from "./solution-record.ts";
import { solutionText } from "./solution-text.ts";
import type { TestSet } from "./test-set.ts";
import type { Status } from "./training.ts";

/** A problem solved by a classical method. It is asked, saved and loaded as a `Solution`. */
export class PiecewiseSolution {
  readonly problem: Problem;
  readonly domain: Domain;
  /** The functions themselves. */
  readonly pieces: Pieces;
  readonly report: SolutionReport;
  /** Folder of the record, where `solve` kept one. */
  readonly run: string | undefined;

  /** Prefer `solve` and `loadSolution`. */
  constructor(problem: Problem, pieces: Pieces, report: SolutionReport, run?: string) {
    this.problem = problem;
    this.domain = domainOf(problem.domain);
    this.pieces = pieces;
    this.report = report;
    this.run = run;
  }

  /** Number of coefficients. */
  get parameters(): number {
    return this.pieces.coefficients.length;
  }

  get status(): Status {
    return this.report.status;
  }

  /** The same solution with more said of it, or with the folder of its record. */
  told(more: Partial<SolutionReport>, run = this.run): PiecewiseSolution {
    return new PiecewiseSolution(this.problem, this.pieces, { ...this.report, ...more }, run);
  }

  /** What `console.log` prints: a few lines. */
  [inspect](): string {
    return solutionText({ problem: this.problem, report: this.report, space: this.pieces.words });
  }

  /** As `Solution.evaluate`. */
  evaluate(points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    const { unknowns, axes } = this.problem;
    return this.expressions(
      unknowns.map((_, k) => partial(k, unit(axes.length, -1))),
      points,
      options,
    );
  }

  /** As `Solution.quantity`. */
  quantity(formula: string, points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    const asked = this.problem.quantities.find(({ name }) => name === formula);
    const expression = asked?.quantity ?? parseExpression(formula, scopeOf(this.problem), { unknowns: true });
    return this.expressions([expression], points, options);
  }

  /** As `Solution.expressions`. */
  async expressions(
    expressions: readonly Expression[],
    points: Float64Array,
    options: AtPoints = {},
  ): Promise<Float64Array> {
    return inDomain(this.#place, points, this.#values(expressions, points), options);
  }

  /** As `Solution.residual`. */
  async residual(points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    return inDomain(this.#place, points, this.#values(this.problem.equations, points), options);
  }

  /** As `Solution.errors`. */
  errors(test?: TestSet): Promise<Errors> {
    return errorsOf(this, test);
  }

  /** As `Solution.onGrid`. */
  onGrid(counts: Readonly<Record<string, number>>): Promise<GridSolution> {
    return gridOf(this, counts);
  }

  /** @throws OptionsError, since piecewise polynomials are no network */
  toOnnx(): Promise<Uint8Array> {
    const way = "write a grid of it, or solve with a network or random features";
    throw new OptionsError(`toOnnx: piecewise polynomials are no network; ${way}`, "onnx", this.pieces.kind);
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

  /** Nothing is compiled. */
  async dispose(): Promise<void> {}

  get #place() {
    const around = this.problem.conditions.flatMap((c) => (c.kind === "periodic" ? [{ axis: c.on.axis }] : []));
    return { domain: this.domain, around };
  }

  #values(expressions: readonly Expression[], points: Float64Array): Float64Array {
    const { problem, pieces } = this;
    const d = problem.axes.length;
    const count = points.length / d;
    if (!Number.isInteger(count))
      throw new ShapeError("evaluate: points", `[n, ${d}]`, [points.length], `rows hold ${problem.axes.join(", ")}`);
    const known = new Map<string, Float64Array>();
    const inPeriod = this.#inPeriod(points);
    const coordinates = problem.axes.map((_, k) =>
      Float64Array.from({ length: count }, (_x, i) => inPeriod[i * d + k]!),
    );
    const algebra = columns(count, {
      coordinates,
      constants: problem.constants,
      derivative: (unknown, order) => {
        const key = `${unknown}:${order}`;
        const values = known.get(key) ?? pieces.derivative(unknown, order, inPeriod);
        known.set(key, values);
        return values;
      },
    });
    const memo = new Map<Expression, Float64Array>();
    const sources = Object.fromEntries((problem.source ?? []).map((e, i) => [`source${i}`, e]));
    const written = substitution([], d, sources);
    const values = expressions.map((e) => evaluate(written(e), algebra, memo));
    const out = new Float64Array(count * expressions.length);
    values.forEach((column, k) => {
      for (let i = 0; i < count; i++) out[i * expressions.length + k] = column[i]!;
    });
    return out;
  }

  #inPeriod(points: Float64Array): Float64Array {
    const around = this.#place.around.map(({ axis }) => axis);
    if (around.length === 0) return points;
    const { dimension: d, low, high } = this.domain;
    return points.map((x, i) => {
      const k = i % d;
      if (!around.includes(k)) return x;
      const length = high[k]! - low[k]!;
      return x - length * Math.floor((x - low[k]!) / length);
    });
  }
}

/** The record of piecewise polynomials. */
export const piecesFile = "pieces.json";
const coefficientsFile = "pieces.safetensors";
const way = "give a folder that save wrote";

const recordFields = { problem: anything, kind: text, layout: anything, report: reportCheck, parameters: digestCheck };

/** What reads the pieces of a method. */
const readers: Readonly<Record<string, typeof readElementPieces>> = { [elementKind]: readElementPieces };

/** Reads what {@link PiecewiseSolution.save} wrote; `loadSolution` is its door. */
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
