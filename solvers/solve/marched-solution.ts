/** The result of `march`: the solutions of the windows as one. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { DomainError, FormatError, isMongeError, OptionsError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { recordToJson } from "../../engine/files/json.ts";
import { anything, type Check, list, optional, real, record, text } from "../../engine/files/plain-checks.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import { inspect, printedLines, shortNumber } from "../../engine/text/inspect.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import { partial, unit } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { type AnyNetwork, networkCheck, savedNetwork } from "../network/kinds.ts";
import { dataOf } from "../own-kind.ts";
import { problemToJson, savedProblem } from "../problem/json.ts";
import type { Problem } from "../problem/problem.ts";
import { piecewiseOnnx } from "../residual/evaluator.ts";
import { assemble } from "./assemble.ts";
import { withBlas } from "./blas.ts";
import { inTodaysNames } from "./enforcement.ts";
import { type AtPoints, type Errors, errorsOf, type GridSolution, gridOf } from "./evaluation.ts";
import type { ResolvedOptions } from "./options.ts";
import { type HandedIn, handedIn, Solution, type SolutionReport } from "./solution.ts";
import { digestOf, readTheta, reportCheck, reportOf, writeTheta } from "./solution-record.ts";
import { solutionText } from "./solution-text.ts";
import type { TestSet } from "./test-set.ts";
import type { Status } from "./training.ts";
import { startNumbers, windowOf } from "./window.ts";

/** From the one that matters most. */
const ranks: readonly Status[] = ["diverged", "aborted", "doubtful", "stalled", "budget", "converged"];

/** A problem solved in time windows. At a time between two windows the earlier one speaks. */
export class MarchedSolution {
  /** All of it. */
  readonly problem: Problem;
  readonly domain: Domain;
  /** Times between windows, with both ends. */
  readonly edges: readonly number[];
  /** In order; fewer than `edges` ask for where one was aborted or diverged. */
  readonly windows: readonly Solution[];
  /** Folder of the record, where `solve` kept one. */
  readonly run: string | undefined;
  readonly #more: Partial<SolutionReport>;

  /** Prefer `march` and `loadSolution`. */
  constructor(
    problem: Problem,
    edges: readonly number[],
    windows: readonly Solution[],
    more: Partial<SolutionReport> = {},
    run?: string,
  ) {
    this.problem = problem;
    this.domain = domainOf(problem.domain);
    this.edges = edges;
    this.windows = [...windows];
    this.run = run;
    this.#more = more;
  }

  /** The same solution with more said of it, or with the folder of its record. */
  reporting(more: Partial<SolutionReport>, run = this.run): MarchedSolution {
    return new MarchedSolution(this.problem, this.edges, this.windows, { ...this.#more, ...more }, run);
  }

  /** Writes all windows into a folder, as `march` does; `loadSolution` reads them. */
  async save(folder: string): Promise<void> {
    const { problem, edges, windows, report } = this;
    const record = { edges, network: dataOf(windows[0]!.network) };
    for (let k = 1; k <= windows.length; k++) {
      await saveWindow(folder, problem, record, windows.slice(0, k), k === windows.length ? report : undefined);
    }
  }

  /** The worst of the windows'. */
  get status(): Status {
    return this.#more.status ?? ranks.find((rank) => this.windows.some(({ status }) => status === rank))!;
  }

  /** All windows as one: the worst status, sums of seconds, steps and rounds, and the root mean square of residuals over time. */
  get report(): SolutionReport {
    const { reports, edges } = this;
    const sum = (of: (report: SolutionReport, k: number) => number) =>
      reports.reduce((total, report, k) => total + of(report, k), 0);
    const squares = sum(({ residual }, k) => residual ** 2 * (edges[k + 1]! - edges[k]!));
    const { reason } = reports.at(-1)!;
    return {
      ...reports[0]!,
      status: this.status,
      ...(reason !== undefined && { reason }),
      seconds: sum((r) => r.seconds),
      steps: sum((r) => r.steps),
      rounds: sum((r) => r.rounds),
      residual: Math.sqrt(squares / (this.until - edges[0]!)),
      ...(reports[0]!.processorSeconds !== undefined && { processorSeconds: sum((r) => r.processorSeconds ?? 0) }),
      ...this.#more,
    };
  }

  /** The last time that is solved. */
  get until(): number {
    return this.edges[this.windows.length]!;
  }

  /** The few lines that `console.log` prints. */
  [inspect](): string {
    const { problem, windows, edges, until } = this;
    const axis = problem.axes[problem.time!]!;
    const far = windows.length < edges.length - 1 ? `, to ${axis} = ${shortNumber(until)}` : "";
    const solved = `${windows.length} of ${edges.length - 1}${far}, each with such a network`;
    if (windows.length === 0) return printedLines(`Solution of ${JSON.stringify(problem.name)}`, [["windows", solved]]);
    const { network, parameters } = windows[0]!;
    return solutionText({ problem, report: this.report, network, parameters }, [["windows", solved]]);
  }

  /** The report of each window. */
  get reports(): readonly SolutionReport[] {
    return this.windows.map(({ report }) => report);
  }

  /**
   * The unknowns at points.
   *
   * @param points - [n, axes], row-major, finite
   * @returns [n, unknowns], row-major; NaN outside of the domain
   * @throws DomainError where a point is later than what is solved; ShapeError where the numbers are no whole points
   */
  evaluate(points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    return this.#gather(points, this.problem.unknowns.length, (window, some) => window.evaluate(some, options));
  }

  /** Any formula of the unknowns at points [n, axes], such as `"u_x"`, or the name of a quantity that is asked for: n values. */
  quantity(formula: string, points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    return this.#gather(points, 1, (window, some) => window.quantity(formula, some, options));
  }

  /** As `Solution.expressions`. */
  expressions(expressions: readonly Expression[], points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    return this.#gather(points, expressions.length, (window, some) => window.expressions(expressions, some, options));
  }

  /** Residuals of the equations at points, unscaled: [n, equations]; NaN outside of the domain. */
  residual(points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    return this.#gather(points, this.problem.equations.length, (window, some) => window.residual(some, options));
  }

  /** As `Solution.errors`. */
  errors(test?: TestSet): Promise<Errors> {
    return errorsOf(this, test);
  }

  /** As `Solution.onGrid`. */
  onGrid(counts: Readonly<Record<string, number>>): Promise<GridSolution> {
    return gridOf(this, counts);
  }

  /**
   * All windows as one ONNX model, as `Solution.toOnnx`: at each point the window of its time speaks.
   *
   * @throws DomainError where not all of the time is solved
   */
  toOnnx(): Promise<Uint8Array> {
    const { windows, edges, problem, until } = this;
    if (until !== edges.at(-1)) {
      const axis = problem.axes[problem.time!]!;
      throw new DomainError(`toOnnx: the march ended at ${axis} = ${until}; go on with it first`, until);
    }
    const pieces = windows.map(({ problem: part, domain, network, theta, report }, k) => {
      const { model } = assemble(part, domain, network, report.conditions);
      return { model, theta, until: edges[k + 1]! };
    });
    const expressions = problem.unknowns.map((_, k) => partial(k, unit(problem.axes.length, -1)));
    return piecewiseOnnx(pieces, problem.time!, expressions);
  }

  /** Frees compiled programs; evaluating again compiles anew. */
  async dispose(): Promise<void> {
    for (const window of this.windows) await window.dispose();
  }

  async #gather(
    points: Float64Array,
    width: number,
    from: (window: Solution, points: Float64Array) => Promise<Float64Array>,
  ): Promise<Float64Array> {
    const { edges, windows, problem } = this;
    const [d, time] = [this.domain.dimension, problem.time!];
    if (points.length % d !== 0) return from(windows[0]!, points);
    const count = points.length / d;
    const rows: number[][] = windows.map(() => []);
    for (let i = 0; i < count; i++) {
      const t = points[i * d + time]!;
      const window = Math.max(0, edges.findIndex((edge) => t <= edge) - 1);
      const at = t > edges.at(-1)! ? edges.length - 2 : window;
      if (at >= windows.length) {
        throw new DomainError(
          `evaluate: point ${i} is at ${problem.axes[time]} = ${t}, but the march ended at ${this.until}`,
          t,
        );
      }
      rows[at]!.push(i);
    }
    const out = new Float64Array(count * width);
    for (const [k, window] of windows.entries()) {
      if (rows[k]!.length === 0) continue;
      const some = new Float64Array(rows[k]!.length * d);
      rows[k]!.forEach((i, j) => {
        some.set(points.subarray(i * d, (i + 1) * d), j * d);
      });
      const values = await from(window, some);
      rows[k]!.forEach((i, j) => {
        out.set(values.subarray(j * width, (j + 1) * width), i * width);
      });
    }
    return out;
  }
}

/** The common record of the windows of a march. */
export type MarchRecord = { readonly edges: readonly number[] } & Pick<ResolvedOptions, "network">;

/** The list of all windows. */
export const marchFile = "march.json";
const parameters = (k: number) => `window-${String(k).padStart(3, "0")}.safetensors`;
const way = "give a folder that march() wrote";

/** Writes the last of the windows, and then the list of all; `report` is what is said of the whole beside what its windows say. */
export async function saveWindow(
  folder: string,
  problem: Problem,
  record: MarchRecord,
  windows: readonly Solution[],
  report?: SolutionReport,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeTheta(join(folder, parameters(windows.length - 1)), windows.at(-1)!.theta);
  const reports = windows.map(({ report }) => report);
  const digests = windows.map((w) => digestOf(w.theta));
  const plain = { problem: problemToJson(problem), record, reports, parameters: digests, ...(report && { report }) };
  await writeAtomically(join(folder, marchFile), sealedJson(plain));
}

interface Stored {
  readonly problem: unknown;
  readonly record: MarchRecord;
  readonly reports: readonly SolutionReport[];
  readonly parameters?: readonly string[];
  readonly report?: SolutionReport;
}

const storedFields = {
  problem: anything,
  record: anything,
  reports: list(reportCheck),
  parameters: optional(list(text)),
  report: optional(reportCheck),
};
const storedCheck: Check = (value, at) => record(storedFields)(value, at) ?? recordCheck((value as Stored).record, at);

/** The other options of a march are compared with those at hand, never used. */
const recordCheck = (value: unknown, at: string): string | undefined => {
  const { edges, network } = (value ?? {}) as { readonly edges?: unknown; readonly network?: unknown };
  const complaint = list(real(), 2)(edges, `${at}.record.edges`) ?? networkCheck(network, `${at}.record.network`);
  const rising = complaint === undefined && (edges as number[]).every((t, i, all) => i === 0 || t > all[i - 1]!);
  return complaint ?? (rising ? undefined : `${at}.record.edges do not rise`);
};

/** The linear algebra with which the windows of a folder were solved; nothing where it is new. */
export async function blasOfWindows(folder: string): Promise<string | undefined> {
  if (!existsSync(join(folder, marchFile))) return undefined;
  return ((await readIndex(folder)).record as Partial<ResolvedOptions>).blas;
}

/**
 * The windows that a folder keeps; none where it is new.
 *
 * @throws OptionsError where they are of another problem, or were solved with other options
 */
export async function readWindows(
  folder: string,
  problem: Problem,
  record: MarchRecord,
  network: AnyNetwork,
): Promise<Solution[]> {
  if (!existsSync(join(folder, marchFile))) return [];
  const stored = await readIndex(folder);
  const mine: unknown = JSON.parse(recordToJson({ problem: problemToJson(problem), record }));
  if (!isDeepStrictEqual({ problem: stored.problem, record: stored.record }, mine)) {
    const message = `march: ${folder} holds windows of another problem or with other options; give another folder, or the same options`;
    throw new OptionsError(message, "folder", folder);
  }
  return windowsOf(folder, problem, stored, network);
}

/**
 * Reads what `march` kept in its folder, as `loadSolution` does.
 *
 * @param folder - that `march` was given
 * @param given - the problem, or {@link HandedIn}; else what is stored is taken
 * @throws FormatError where it is damaged; OptionsError where a network of your own is not handed in, or another problem or network is
 */
export async function loadMarchedSolution(folder: string, given?: Problem | HandedIn): Promise<MarchedSolution> {
  const { problem, network } = handedIn(given);
  const stored = await readIndex(folder);
  const path = join(folder, marchFile);
  const own = savedNetwork(`loadMarchedSolution: ${path}`, stored.record.network, network);
  const whole = savedProblem("loadMarchedSolution", path, stored.problem, problem);
  try {
    const windows = await windowsOf(folder, whole, stored, own);
    return new MarchedSolution(whole, stored.record.edges, windows, stored.report && reportOf(stored.report));
  } catch (error) {
    if (!isMongeError(error) || error instanceof FormatError) throw error;
    throw new FormatError(path, "march", error.message, way, { cause: error });
  }
}

async function readIndex(folder: string): Promise<Stored> {
  const path = join(folder, marchFile);
  const stored = await readSealedJson(path, { format: "march", hint: way, fields: Object.keys(storedFields) });
  const complaint = storedCheck(stored, "the march");
  if (complaint !== undefined) throw new FormatError(path, "march", complaint, way);
  const plain = stored as unknown as Stored;
  const { record, reports, parameters: digests = reports } = plain;
  if (reports.length >= record.edges.length || digests.length !== reports.length) {
    const message = `${reports.length} reports and ${digests.length} digests for ${record.edges.length - 1} windows`;
    throw new FormatError(path, "march", message, way);
  }
  return { ...plain, record: withBlas(inTodaysNames(record)) as MarchRecord, reports: reports.map((r) => reportOf(r)) };
}

async function windowsOf(
  folder: string,
  problem: Problem,
  { record, reports, ...stored }: Stored,
  network: AnyNetwork,
): Promise<Solution[]> {
  const { edges } = record;
  const windows: Solution[] = [];
  for (const [k, report] of reports.entries()) {
    const path = join(folder, parameters(k));
    if (!existsSync(path)) throw new FormatError(path, "march", "there is no such file", way);
    const theta = await readTheta(path, "march", stored.parameters?.[k]);
    const start = await startNumbers(problem, edges[k]!, windows.at(-1));
    const window = new Solution(windowOf(problem, [edges[k]!, edges[k + 1]!], start), network, theta, report);
    if (theta.length !== window.parameters) {
      const message = `${theta.length} parameters, where the network has ${window.parameters}`;
      throw new FormatError(path, "march", message, "the files are of two marches");
    }
    windows.push(window);
  }
  return windows;
}
