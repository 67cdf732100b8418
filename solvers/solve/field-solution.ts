/** A solution by a classical method: splines in space, polynomials in time. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { FormatError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { anything, list, real, record, whole } from "../../engine/files/plain-checks.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import { inspect, printedLines, shortNumber } from "../../engine/text/inspect.ts";
import { derivativeAt, type MarchedField } from "../marching/marched-field.ts";
import { fieldFrom, numbersOf, type StoredField, storedField } from "../marching/stored-field.ts";
import { highestOrders } from "../problem/derivatives.ts";
import { problemToJson, savedProblem } from "../problem/json.ts";
import type { Problem } from "../problem/problem.ts";
import { ExplicitSolution } from "./explicit-solution.ts";
import { type HandedIn, handedIn, type SolutionReport } from "./solution.ts";
import { digestCheck, digestOf, readTheta, reportCheck, reportOf, writeTheta } from "./solution-record.ts";

/** A problem in time that was marched: as a `Solution`, without a network. */
export class FieldSolution extends ExplicitSolution {
  readonly field: MarchedField;
  protected readonly space = "splines";

  /** Prefer `solve` and `loadSolution`. */
  constructor(problem: Problem, field: MarchedField, report: SolutionReport, run?: string) {
    super(problem, report, run);
    this.field = field;
  }

  protected derivative(unknown: number, order: readonly number[], points: Float64Array): Float64Array {
    return derivativeAt(this.field, unknown, order, points);
  }

  /** The last time that is solved. */
  get until(): number {
    return this.field.until;
  }

  /** The same solution with more said of it, or with the folder of its record. */
  reporting(more: Partial<SolutionReport>, run = this.run): FieldSolution {
    return new FieldSolution(this.problem, this.field, { ...this.report, ...more }, run);
  }

  /** The few lines that `console.log` prints. */
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

/** Reads what {@link FieldSolution.save} wrote; called by `loadSolution`. */
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
