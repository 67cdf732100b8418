/** What `solve` returns: the trial solution with how it came about, to be evaluated, judged, stored and exported. */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { writeAtomically } from "../../engine/atomic-file.ts";
import { DomainError, FormatError, OptionsError } from "../../engine/errors.ts";
import { readSafetensors, writeSafetensors } from "../../engine/safetensors.ts";
import { type Domain, domainOf } from "../domain/domain.ts";
import type { Mlp } from "../network/mlp.ts";
import type { Separable } from "../network/separable.ts";
import { partial, unit } from "../problem/build.ts";
import type { Expression } from "../problem/expression.ts";
import { problemFromJson, problemToJson } from "../problem/json.ts";
import { parseExpression } from "../problem/parse.ts";
import type { Problem } from "../problem/problem.ts";
import type { TestSet } from "../reference/test-set.ts";
import { type Evaluator, evaluator } from "../residual/evaluator.ts";
import { parameterCount } from "../residual/model.ts";
import { type Assembly, assemble } from "./assemble.ts";
import { type Errors, errorsOf, type GridSolution, gridOf } from "./judge.ts";
import type { Status } from "./train.ts";

/** How a solution came about. Plain data. */
export interface SolutionReport {
  /** "converged" (target residual reached), "budget", "diverged" (the best parameters before are kept), "aborted", "stalled". */
  readonly status: Status;
  readonly seconds: number;
  readonly steps: number;
  readonly rounds: number;
  /** Root mean square over the domain of the residual divided by `scale`, estimated on fresh points; with all rows' weights. */
  readonly residual: number;
  /** Root mean square of the residual of u = 0: the unit of `residual`. */
  readonly scale: number;
  /** Whether conditions were to hold by construction. */
  readonly conditions: "exact" | "fitted";
  /** Conditions that hold exactly, as written. */
  readonly exactConditions: readonly string[];
  /** Conditions that hold in the least-squares sense, as written. */
  readonly fittedConditions: readonly string[];
  /** Trainable constants with standard deviations (Laplace's approximation, from the noise of the observations). */
  readonly constants: Readonly<Record<string, { readonly value: number; readonly standardDeviation: number }>>;
}

/** A solved problem. */
export class Solution {
  readonly problem: Problem;
  readonly domain: Domain;
  readonly network: Mlp | Separable;
  /** All parameters: the network's, then the trainable constants. */
  readonly theta: Float64Array;
  readonly report: SolutionReport;
  /** Folder of the run's record, where `solve` kept one. */
  readonly run: string | undefined;
  readonly #assembly: Assembly;
  readonly #evaluators = new Map<string, Evaluator>();

  /** Prefer `solve` and {@link loadSolution}. */
  constructor(problem: Problem, network: Mlp | Separable, theta: Float64Array, report: SolutionReport, run?: string) {
    this.problem = problem;
    this.domain = domainOf(problem.domain);
    this.network = network;
    this.theta = theta;
    this.report = report;
    this.run = run;
    this.#assembly = assemble(problem, this.domain, network, report.conditions);
  }

  /** Number of parameters of the network, and of constants that were found. */
  get parameters(): number {
    return parameterCount(this.#assembly.model);
  }

  get status(): Status {
    return this.report.status;
  }

  /**
   * The unknowns at points.
   *
   * @param points - [n, axes], row-major, finite
   * @returns [n, unknowns], row-major
   * @throws ShapeError where the numbers are no whole points; DomainError where one is not finite
   */
  evaluate(points: Float64Array): Promise<Float64Array> {
    const { unknowns, axes } = this.problem;
    return this.#values(
      "unknowns",
      unknowns.map((_, k) => partial(k, unit(axes.length, -1))),
      points,
    );
  }

  /**
   * Any formula of the unknowns at points, such as `"u_x"`, `"lap(u)"` or `"u*u_x - nu*u_xx"`.
   *
   * @param points - [n, axes]
   * @returns n values
   * @throws FormatError where the formula cannot be read
   */
  quantity(formula: string, points: Float64Array): Promise<Float64Array> {
    const { axes, time, unknowns, constants, trainable } = this.problem;
    const names = [...new Set([...Object.keys(constants), ...Object.keys(trainable)])];
    const expression = parseExpression(formula, { axes, time, unknowns, constants: names }, { unknowns: true });
    return this.#values(`quantity ${formula}`, [expression], points);
  }

  /** Residuals of the equations at points, unscaled: [n, equations]. */
  async residual(points: Float64Array): Promise<Float64Array> {
    const { problem } = this;
    const { data } = this.#assembly.interior(1, 1);
    const program = this.#evaluator("residual", problem.equations, data);
    return program.evaluate(this.theta, points, this.#assembly.interiorData(points));
  }

  /**
   * Errors against the problem's exact solution at even points, or against a test set.
   *
   * @param test - points with true values @defaultValue 65 536 Sobol points with the exact solution
   * @throws OptionsError where there is neither
   */
  errors(test?: TestSet): Promise<Errors> {
    return errorsOf(this, test);
  }

  /**
   * The unknowns on a grid over the bounding box, both ends included; NaN outside the domain.
   *
   * @param counts - points along each axis, at least 2, by name
   */
  onGrid(counts: Readonly<Record<string, number>>): Promise<GridSolution> {
    return gridOf(this, counts);
  }

  /**
   * The solution as an ONNX model in float64, parameters and lift inside: points [2048, axes] in, unknowns [2048, unknowns] out.
   */
  toOnnx(): Promise<Uint8Array> {
    const { unknowns, axes } = this.problem;
    const expressions = unknowns.map((_, k) => partial(k, unit(axes.length, -1)));
    return this.#evaluator("unknowns", expressions, []).toOnnx(this.theta);
  }

  /** Writes `solution.json` and `solution.safetensors` into a folder, each whole or not at all. */
  async save(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const { theta, problem, network, report } = this;
    await writeSafetensors(join(folder, parametersFile), { theta: { shape: [theta.length], data: theta } });
    const plain = { problem: problemToJson(problem), network, report };
    await writeAtomically(join(folder, solutionFile), [
      new TextEncoder().encode(`${JSON.stringify(plain, null, 2)}\n`),
    ]);
  }

  /** Frees compiled programs; evaluating again compiles anew. */
  async dispose(): Promise<void> {
    const open = [...this.#evaluators.values()];
    this.#evaluators.clear();
    for (const one of open) await one.dispose();
  }

  #values(key: string, expressions: readonly Expression[], points: Float64Array): Promise<Float64Array> {
    return this.#evaluator(key, expressions, []).evaluate(this.theta, points);
  }

  #evaluator(key: string, expressions: readonly Expression[], data: readonly string[]): Evaluator {
    const known = this.#evaluators.get(key) ?? evaluator(this.#assembly.model, expressions, { data });
    this.#evaluators.set(key, known);
    return known;
  }
}

const solutionFile = "solution.json";
const parametersFile = "solution.safetensors";
const way = "give a folder that Solution.save wrote";

/**
 * Reads what {@link Solution.save} wrote.
 *
 * @param problem - needed where a residual is a function, which JSON cannot hold; else the stored one is taken
 * @throws FormatError where it is damaged; OptionsError where `problem` is not the one that was solved
 */
export async function loadSolution(folder: string, problem?: Problem): Promise<Solution> {
  const path = join(folder, solutionFile);
  for (const file of [path, join(folder, parametersFile)]) {
    if (!existsSync(file)) throw new FormatError(file, "solution", "there is no such file", way);
  }
  const text = await readFile(path, "utf8");
  let plain: { problem?: unknown; network?: Mlp | Separable; report?: SolutionReport } | null;
  try {
    plain = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(path, "solution", "this is not JSON", way, { cause });
  }
  const { tensors } = await readSafetensors(join(folder, parametersFile));
  const theta = tensors.get("theta")?.data;
  const kind = plain?.network?.kind;
  const known = kind === "mlp" || kind === "separable";
  if (!plain?.problem || !plain.network || !plain.report || !known || !(theta instanceof Float64Array)) {
    throw new FormatError(path, "solution", "problem, network, report or parameters are missing", "save it again");
  }
  if (problem && !isDeepStrictEqual(problemToJson(problem), plain.problem)) {
    throw new OptionsError(`loadSolution: ${path} is a solution of another problem than the one given`, "problem");
  }
  const solution = new Solution(problem ?? problemFromJson(plain.problem, path), plain.network, theta, plain.report);
  if (theta.length !== solution.parameters) {
    const message = `${theta.length} parameters, where the network has ${solution.parameters}`;
    throw new FormatError(join(folder, parametersFile), "solution", message, "the files are of two solutions");
  }
  const bad = theta.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw new DomainError(`loadSolution: parameter ${bad} is ${theta[bad]}; the file is damaged`, theta[bad]);
  return solution;
}
