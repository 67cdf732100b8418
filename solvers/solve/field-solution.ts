/** A solution by a classical method: splines in space, polynomials in time. */
import { anything, list, real, record, whole } from "../../engine/files/plain-checks.ts";
import { inspect, printedLines, shortNumber } from "../../engine/text/inspect.ts";
import { derivativeAt, type MarchedField } from "../marching/marched-field.ts";
import { fieldFrom, numbersOf, type StoredField, storedField } from "../marching/stored-field.ts";
import { highestOrders } from "../problem/derivatives.ts";
import { savedProblem } from "../problem/json.ts";
import type { Problem } from "../problem/problem.ts";
import { ExplicitSolution } from "./explicit-solution.ts";
import { type HandedIn, handedIn, type SolutionReport } from "./solution.ts";
import { readRecord, reportOf, saveRecord } from "./solution-record.ts";

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
    const { problem, report, field } = this;
    const orders = highestOrders(problem.equations, problem).map((row) => field.space.map((axis) => row[axis]!));
    await saveRecord(
      folder,
      fieldName,
      { problem, report, ...{ field: storedField(field, orders) } },
      numbersOf(field),
    );
  }
}

export const fieldName = "field";

const natural = list(whole(0));
const storedFields = {
  field: record({
    ...{ gauss: whole(1), cells: natural, orders: list(natural), periodic: list(anything), space: natural },
    ...{ time: whole(0), steps: whole(1), until: real() },
  }),
};

/** Reads what {@link FieldSolution.save} wrote; called by `loadSolution`. */
export async function loadFieldSolution(folder: string, given?: Problem | HandedIn): Promise<FieldSolution> {
  const { path, plain, theta, ofTwo } = await readRecord<{ readonly field: StoredField }>(
    folder,
    fieldName,
    storedFields,
  );
  const problem = savedProblem("loadSolution", path, plain.problem, handedIn(given).problem);
  const field = fieldFrom(plain.field, theta);
  if (!field || field.spaces.length !== problem.unknowns.length) return ofTwo("it has another number of values");
  return new FieldSolution(problem, field, reportOf(plain.report, problem));
}
