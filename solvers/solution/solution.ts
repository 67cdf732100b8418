/** The result of `solve`: the trial solution and its report, to be evaluated, compared, stored and exported. */
import { checkNames } from "../../engine/checks.ts";
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { inspect } from "../../engine/text/inspect.ts";
import { type Domain, domainOf } from "../../equations/domain/index.ts";
import type { Expression } from "../../equations/expression/index.ts";
import { parseExpression } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { scopeOf } from "../../equations/problem/index.ts";
import type { Status } from "./budget.ts";
import {
  type AtPoints,
  type Errors,
  errorsOf,
  type GridSolution,
  gridOf,
  inDomain,
  type Points,
  type TestSet,
  unknownsOf,
} from "./evaluation.ts";
import { type FunctionalSeries, type FunctionalValue, functionalOf } from "./functionals.ts";
import type { Enforcement } from "./options.ts";
import { saveRecord, solutionName } from "./solution-record.ts";
import { solutionText } from "./solution-text.ts";
import { type NetworkTrial, networkKind, type Trial } from "./trial.ts";

/** A constant that was to be found. */
export interface FoundConstant {
  /** As it was found, in the units of the equations. */
  readonly value: number;
  /**
   * Laplace's approximation, from the noise of the observations, ≥ 0; NaN where it cannot be had. Infinity where
   * neither equations nor conditions nor observations depend on the constant. Absent where they do and the problem has
   * no observations: no noise, no standard deviation.
   */
  readonly standardDeviation?: number;
}

/** Estimated errors of a solution. */
export interface ErrorEstimate {
  /** Relative L² error over all unknowns, as estimated; no bound. */
  readonly relativeL2: number;
  /**
   * The same of each unknown, relative to its own size, by name; absent where there is one alone, and in what earlier
   * versions wrote.
   */
  readonly unknowns?: Readonly<Record<string, number>>;
  /**
   * The same of each quantity that the problem asks for, and of each constant that elements found, by name; absent
   * where there is none.
   */
  readonly quantities?: Readonly<Record<string, number>>;
  /**
   * The same of all slopes of the unknowns together, with every axis in units of the domain's extent; absent in what
   * earlier versions wrote.
   */
  readonly gradient?: number;
  /**
   * The same of the unknowns at the last moment, relative to them there; absent where there is no time, and in what
   * earlier versions wrote.
   */
  readonly end?: number;
  /**
   * By equation, condition that is a row, and integral, as written: mean size of what is left over that of the terms
   * that are added up, from 0 to 1; absent where it was not looked at, and in what earlier versions wrote.
   */
  readonly rows?: Readonly<Record<string, number>>;
  /** The method of the estimate. */
  readonly by: string;
  /** Why the solution should not be believed and what to do; absent where nothing speaks against it. */
  readonly advice?: string;
}

/** The record of a solve. Plain data. */
export interface SolutionReport {
  /**
   * "converged" (target residual reached), "budget", "diverged" (the best parameters before are kept), "aborted",
   * "stalled", "doubtful" (it should not be believed: `estimate` says why).
   */
  readonly status: Status;
  /** The message of the sampler or the optimizer that could not go on, where it diverged for that. */
  readonly reason?: string;
  /** Of the clock. */
  readonly seconds: number;
  /** Seconds of the processor, all threads together; absent in what earlier versions wrote. */
  readonly processorSeconds?: number;
  /** Of the optimizer. */
  readonly steps: number;
  /** Sets of collocation points. */
  readonly rounds: number;
  /**
   * Root mean square over the domain of the residual divided by `scale`, estimated on fresh points; with all rows'
   * weights.
   */
  readonly residual: number;
  /** Root mean square of the residual of u = 0: the unit of `residual`. */
  readonly scale: number;
  /** "exact" where conditions were to hold by construction as far as possible, "penalty" where none was. */
  readonly conditions: Enforcement;
  /** Conditions that hold by construction, as written. */
  readonly exactConditions: readonly string[];
  /** Conditions that hold in the least-squares sense, as written. */
  readonly penalizedConditions: readonly string[];
  /** Constants that were to be found, by name. */
  readonly constants: Readonly<Record<string, FoundConstant>>;
  /** Estimated errors, of automatic method selection. */
  readonly estimate?: ErrorEstimate;
  /** Functionals that the problem asks for, by name, of automatic method selection: numbers, or series in time, with estimated errors. */
  readonly functionals?: Readonly<Record<string, FunctionalValue | FunctionalSeries>>;
  /** The trials of automatic method selection and the reason of the choice, line by line. */
  readonly method?: readonly string[];
}

/**
 * A solved problem: what a method ended with, which is asked, compared, saved and loaded alike, whatever its functions
 * are.
 */
export class Solution<T extends Trial = Trial> {
  readonly problem: Problem;
  readonly domain: Domain;
  /** Its functions. */
  readonly trial: T;
  readonly report: SolutionReport;
  /** Folder of the run's record, where `solve` kept one. */
  readonly run: string | undefined;
  readonly #quantities = new Map<string, readonly Expression[]>();

  /** Prefer `solve` and `loadSolution`. */
  constructor(problem: Problem, trial: T, report: SolutionReport, run?: string) {
    this.problem = problem;
    this.domain = domainOf(problem.domain);
    this.trial = trial;
    this.report = report;
    this.run = run;
  }

  get status(): Status {
    return this.report.status;
  }

  /** Every number that was found: of a network its parameters, then the constants that it looked for. */
  get coefficients(): Float64Array {
    return this.trial.coefficients;
  }

  /** The same solution with more said of it, or with the folder of its record. */
  reporting(more: Partial<SolutionReport>, run = this.run): Solution<T> {
    return new Solution(this.problem, this.trial, { ...this.report, ...more }, run);
  }

  /** The few lines that `console.log` prints. */
  [inspect](): string {
    return solutionText(this);
  }

  /**
   * Several expressions of the problem at points, in one pass. They are compiled once for each list.
   *
   * @param expressions - such as `problem.quantities` has
   * @param points - [n, axes]
   * @returns [n, expressions], row-major; NaN outside of the domain
   * @throws ShapeError where the numbers are no whole points; DomainError where one is not finite
   */
  async expressions(expressions: readonly Expression[], points: Points, options: AtPoints = {}): Promise<Float64Array> {
    checkNames("Solution.expressions", options, "outside");
    const rows = pointRows(points, this.problem.axes);
    const found = Object.entries(this.report.constants).map(([name, { value }]) => [name, value]);
    return this.#inside(rows, await this.trial.expressions(expressions, rows, Object.fromEntries(found)), options);
  }

  /** Residuals of the equations at points, unscaled: [n, equations]; NaN outside of the domain. */
  async residual(points: Points, options: AtPoints = {}): Promise<Float64Array> {
    checkNames("Solution.residual", options, "outside");
    if (!this.trial.residual) return this.expressions(this.problem.equations, points, options);
    const rows = pointRows(points, this.problem.axes);
    return this.#inside(rows, await this.trial.residual(rows), options);
  }

  /**
   * The unknowns at points.
   *
   * @param points - [n, axes], row-major, finite; or one list of coordinates for each point, as `[[0.5, 0.25], [0, 1]]`
   * @returns [n, unknowns], row-major; NaN outside of the domain, and where the solution has ended before
   * @throws ShapeError where the numbers are no whole points; DomainError where one is not finite
   */
  evaluate(points: Points, options: AtPoints = {}): Promise<Float64Array> {
    checkNames("Solution.evaluate", options, "outside");
    return this.expressions(unknownsOf(this.problem), points, options);
  }

  /**
   * Any formula of the unknowns at points, such as `"u_x"`, `"lap(u)"` or `"u*u_x - nu*u_xx"`, or the name of a
   * quantity that the problem asks for.
   *
   * @param points - as of {@link Solution.evaluate}
   * @returns n values; NaN outside of the domain
   * @throws FormatError where the formula cannot be read
   */
  quantity(formula: string, points: Points, options: AtPoints = {}): Promise<Float64Array> {
    checkNames("Solution.quantity", options, "outside");
    const { quantities } = this.problem;
    const known = this.#quantities.get(formula) ?? [
      quantities.find(({ name }) => name === formula)?.quantity ??
        parseExpression(formula, scopeOf(this.problem), { unknowns: true }),
    ];
    this.#quantities.set(formula, known);
    return this.expressions(known, points, options);
  }

  /**
   * A number of the solution: `"integral(u_n, x = 1)"`, `"mean(u)"`, `"max(u) at t = 1"`, `"u(0.5, 1)"`, or the name of a functional that the problem asks for; a series
   * `{ times, values, errors }` of one `at every t`. Errors are those of quadrature alone; `report.functionals` has those of the solution, too.
   *
   * @throws FormatError where the text cannot be read; DomainError where the number is not finite
   */
  async functional(text: string): Promise<FunctionalValue | FunctionalSeries> {
    return (await functionalOf(this, text)).found;
  }

  /**
   * Errors against the problem's exact solution at quasi-uniform points, or against a test set.
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
   * The solution as an ONNX model in float64, parameters and lift inside: points [2048, axes] in, unknowns [2048,
   * unknowns] out; undefined where its functions have none, as those of elements and marches.
   */
  get toOnnx(): T["toOnnx"] {
    return this.trial.toOnnx as T["toOnnx"];
  }

  /**
   * Writes `solution.json` and `solution.safetensors` into a folder, each whole or not at all, with checksums.
   *
   * @throws DomainError where a parameter is not finite
   */
  async save(folder: string): Promise<void> {
    const { problem, report } = this;
    const { kind, layout, coefficients } = this.trial;
    await saveRecord(folder, solutionName, { problem, report, ...{ kind, layout } }, coefficients);
  }

  /** Frees compiled programs; evaluating again compiles anew. */
  async dispose(): Promise<void> {
    await this.trial.dispose?.();
  }

  #inside(points: Float64Array, values: Float64Array, options: AtPoints): Float64Array {
    checkNames("Solution.#inside", options, "outside");
    return inDomain({ domain: this.domain, around: this.trial.around }, points, values, options);
  }
}

/** Points as [n, axes], checked. */
function pointRows(points: Points, axes: readonly string[]): Float64Array {
  const expected = `[n, ${axes.length}]`;
  const hint = `rows hold ${axes.join(", ")}`;
  if (!(points instanceof Float64Array)) {
    const odd = points.find((row) => row.length !== axes.length);
    if (odd) throw new ShapeError("evaluate: points", expected, [points.length, odd.length], hint);
    return pointRows(Float64Array.from(points.flat()), axes);
  }
  if (points.length % axes.length !== 0) throw new ShapeError("evaluate: points", expected, [points.length], hint);
  const bad = points.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new DomainError(`evaluate: coordinate ${bad} is ${points[bad]}; give finite points`, points[bad]);
  return points;
}

/** A problem solved by a network. */
export type NetworkSolution = Solution<NetworkTrial>;

/** True for solutions by a network. */
export const isByNetwork = (solution: Solution): solution is NetworkSolution => solution.trial.kind === networkKind;
