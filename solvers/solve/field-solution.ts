/** A solution by a classical method: splines in space, polynomials in time. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DomainError, FormatError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { anything, list, real, record, whole } from "../../engine/files/plain-checks.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import { inspect, printedLines, shortNumber } from "../../engine/printed.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { partial, unit } from "../expression/build.ts";
import { type Algebra, columns, type Expression, evaluate, evaluateAt } from "../expression/expression.ts";
import { parseExpression } from "../expression/parse.ts";
import { derivativeAt, type MarchedField } from "../marching/marched-field.ts";
import { fieldFrom, numbersOf, type StoredField, storedField } from "../marching/stored-field.ts";
import { highestOrders } from "../problem/derivatives.ts";
import { problemToJson, savedProblem } from "../problem/json.ts";
import { scopeOf } from "../problem/names.ts";
import type { Problem } from "../problem/problem.ts";
import { type AtPoints, type Errors, errorsOf, type GridSolution, gridOf, inDomain } from "./judge.ts";
import { type HandedIn, handedIn, type SolutionReport } from "./solution.ts";
import { digestCheck, digestOf, readTheta, reportCheck, reportOf, writeTheta } from "./solution-record.ts";
import type { TestSet } from "./test-set.ts";
import type { Status } from "./training.ts";

/** A problem in time that was marched: as a `Solution`, without a network. */
export class FieldSolution {
  readonly problem: Problem;
  readonly domain: Domain;
  readonly field: MarchedField;
  readonly report: SolutionReport;
  /** Folder of the record, where `solve` kept one. */
  readonly run: string | undefined;

  /** Prefer `solve` and `loadSolution`. */
  constructor(problem: Problem, field: MarchedField, report: SolutionReport, run?: string) {
    this.problem = problem;
    this.domain = domainOf(problem.domain);
    this.field = field;
    this.report = report;
    this.run = run;
  }

  get status(): Status {
    return this.report.status;
  }

  /** The last time that is solved. */
  get until(): number {
    return this.field.until;
  }

  /** The same solution with more said of it, or with the folder of its record. */
  told(more: Partial<SolutionReport>, run = this.run): FieldSolution {
    return new FieldSolution(this.problem, this.field, { ...this.report, ...more }, run);
  }

  /** What `console.log` prints: a few lines. */
  [inspect](): string {
    const { problem, report, field } = this;
    const cells = field.spaces[0]!.along.map(({ edges }) => edges.length - 1).join(" × ");
    const space = cells === "" ? "" : `, splines on ${cells} cells`;
    const { estimate } = report;
    return printedLines(`Solution of ${JSON.stringify(problem.name)} (${report.status})`, [
      ["unknowns", `${problem.unknowns.join(", ")} of ${problem.axes.join(", ")}`],
      ...(estimate ? [["error", `${shortNumber(estimate.relativeL2)}, estimated by ${estimate.by}`] as const] : []),
      ["effort", `${field.steps.length} steps in time${space}, ${shortNumber(report.seconds)} s`],
    ]);
  }

  /** As `Solution.evaluate`; NaN later than {@link until}. */
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
    const { problem, field } = this;
    const d = problem.axes.length;
    checkPoints(points, d);
    const count = points.length / d;
    const coordinates = problem.axes.map((_, k) => Float64Array.from({ length: count }, (_p, i) => points[i * d + k]!));
    const known = new Map<string, Float64Array>();
    const derivative = (unknown: number, order: readonly number[]) => {
      const key = `${unknown}:${order}`;
      const values = known.get(key) ?? derivativeAt(field, unknown, order, points);
      known.set(key, values);
      return values;
    };
    const { constants, source = [] } = problem;
    const data = Object.fromEntries(source.map((s, k) => [`source${k}`, evaluateAt(s, points, d, constants)]));
    const algebra: Algebra<Float64Array> = {
      ...columns(count, { coordinates, constants, derivative, data }),
      elsewhere: (unknown, order, at) =>
        derivativeAt(
          field,
          unknown,
          order,
          Float64Array.from({ length: count * d }, (_, i) => at[i % d]![Math.floor(i / d)]!),
        ),
    };
    const values = expressions.map((one) => evaluate(one, algebra));
    const n = expressions.length;
    const rows = Float64Array.from({ length: n * count }, (_, i) => values[i % n]![Math.floor(i / n)]!);
    return inDomain(this.#place, points, rows, options);
  }

  /** As `Solution.residual`. */
  residual(points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    return this.expressions(this.problem.equations, points, options);
  }

  /** As `Solution.errors`. */
  errors(test?: TestSet): Promise<Errors> {
    return errorsOf(this, test);
  }

  /** As `Solution.onGrid`. */
  onGrid(counts: Readonly<Record<string, number>>): Promise<GridSolution> {
    return gridOf(this, counts);
  }

  /** @throws OptionsError always: splines are no ONNX model */
  async toOnnx(): Promise<Uint8Array> {
    const way = "take values on a grid, or solve with a network: --network";
    throw new OptionsError(
      `toOnnx: "${this.problem.name}" was solved with splines, which are no ONNX model; ${way}`,
      "onnx",
    );
  }

  /** Writes `field.json` and `field.safetensors` into a folder, each whole or not at all, with checksums. */
  async save(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const { problem, report, field } = this;
    const numbers = numbersOf(field);
    await writeTheta(join(folder, numbersFile), numbers);
    const orders = highestOrders(problem.equations, problem).map((row) => field.space.map((axis) => row[axis]!));
    const plain = {
      problem: problemToJson(problem),
      report,
      field: storedField(field, orders),
      parameters: digestOf(numbers),
    };
    await writeAtomically(join(folder, fieldFile), sealedJson(plain));
  }

  /** Nothing is held: for the likeness with other solutions. */
  async dispose(): Promise<void> {}

  get #place() {
    const { domain, problem } = this;
    return { domain, around: problem.conditions.flatMap((c) => (c.kind === "periodic" ? [c.on] : [])) };
  }
}

function checkPoints(points: Float64Array, d: number): void {
  if (points.length % d !== 0)
    throw new ShapeError("evaluate: points", [Math.ceil(points.length / d), d], [points.length]);
  const bad = points.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new DomainError(`evaluate: coordinate ${bad} is ${points[bad]}; give finite points`, points[bad]);
}

/** The list of what a folder holds. */
export const fieldFile = "field.json";
const numbersFile = "field.safetensors";
const way = "give a folder that a solution was saved in";

const natural = list(whole(0));
const storedFields = {
  problem: anything,
  report: reportCheck,
  field: record({
    ...{ gauss: whole(1), cells: natural, orders: list(natural), periodic: list(anything), space: natural },
    ...{ time: whole(0), steps: whole(1), until: real() },
  }),
  parameters: digestCheck,
};

/** Reads what {@link FieldSolution.save} wrote; `loadSolution` is its door. */
export async function loadFieldSolution(folder: string, given?: Problem | HandedIn): Promise<FieldSolution> {
  const [path, numbers] = [join(folder, fieldFile), join(folder, numbersFile)];
  const fail = (file: string, message: string): never => {
    throw new FormatError(file, "solution", message, way);
  };
  if (!existsSync(numbers)) fail(numbers, "there is no such file");
  const stored = await readSealedJson(path, { format: "solution", hint: way, fields: Object.keys(storedFields) });
  const complaint = record(storedFields)(stored, "the solution");
  if (complaint !== undefined) fail(path, complaint);
  const plain = stored as unknown as {
    readonly problem: unknown;
    readonly report: SolutionReport;
    readonly field: StoredField;
    readonly parameters?: string;
  };
  const problem = savedProblem("loadSolution", path, plain.problem, handedIn(given).problem);
  const field = fieldFrom(plain.field, await readTheta(numbers, "solution", plain.parameters));
  if (!field || field.spaces.length !== problem.unknowns.length) return fail(numbers, "the files are of two solutions");
  return new FieldSolution(problem, field, reportOf(plain.report, problem));
}
