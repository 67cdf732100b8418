/** The result of `solve`: the trial solution and its report, to be evaluated, compared, stored and exported. */
import { checkNames } from "../../engine/check-names.ts";
import { isMongeError } from "../../engine/errors.ts";
import { inspect } from "../../engine/text/inspect.ts";
import type { Expression } from "../expression/expression.ts";
import { type AnyNetwork, networkCheck, savedNetwork } from "../network/kinds.ts";
import { dataOf } from "../own-kind.ts";
import { savedProblem } from "../problem/json.ts";
import type { Problem } from "../problem/problem.ts";
import { type Evaluator, evaluator } from "../residual/evaluator.ts";
import { parameterCount } from "../residual/model.ts";
import { type Assembly, assemble } from "./assemble.ts";
import { BaseSolution } from "./base-solution.ts";
import type { Enforcement } from "./enforcement.ts";
import { type AtPoints, inDomain } from "./evaluation.ts";
import { readRecord, reportOf, saveRecord } from "./solution-record.ts";
import { solutionText } from "./solution-text.ts";
import type { Status } from "./train.ts";

/** A constant that was to be found. */
export interface FoundConstant {
  /** As it was found, in the units of the equations. */
  readonly value: number;
  /**
   * Laplace's approximation, from the noise of the observations, ≥ 0; NaN where it cannot be had. Infinity where neither equations nor conditions nor
   * observations depend on the constant. Absent where they do and the problem has no observations: no noise, no standard deviation.
   */
  readonly standardDeviation?: number;
}

/** Estimated errors of a solution. */
export interface ErrorEstimate {
  /** Relative L² error over all unknowns, as estimated; no bound. */
  readonly relativeL2: number;
  /** The same of each unknown, relative to its own size, by name; absent where there is one alone, and in what earlier versions wrote. */
  readonly unknowns?: Readonly<Record<string, number>>;
  /** The same of each quantity that the problem asks for, and of each constant that elements found, by name; absent where there is none. */
  readonly quantities?: Readonly<Record<string, number>>;
  /** The same of all slopes of the unknowns together, with every axis in units of the domain's extent; absent in what earlier versions wrote. */
  readonly gradient?: number;
  /** The same of the unknowns at the last moment, relative to them there; absent where there is no time, and in what earlier versions wrote. */
  readonly end?: number;
  /**
   * By equation, condition that is a row, and integral, as written: mean size of what is left over that of the terms that are added up, from 0 to 1; absent where it was not
   * looked at, and in what earlier versions wrote.
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
   * "converged" (target residual reached), "budget", "diverged" (the best parameters before are kept), "aborted", "stalled", "doubtful"
   * (it should not be believed: `estimate` says why).
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
  /** Root mean square over the domain of the residual divided by `scale`, estimated on fresh points; with all rows' weights. */
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
  /** The trials of automatic method selection and the reason of the choice, line by line. */
  readonly method?: readonly string[];
}

/** A solved problem. */
export class Solution extends BaseSolution {
  readonly network: AnyNetwork;
  /** All parameters: the network's, then the trainable constants. */
  readonly theta: Float64Array;
  readonly #assembly: Assembly;
  readonly #evaluators = new Map<readonly Expression[], Evaluator>();
  /** A list of its own, since the sources of equations are data. */
  readonly #equations: readonly Expression[];

  /** Prefer `solve` and `loadSolution`. */
  constructor(problem: Problem, network: AnyNetwork, theta: Float64Array, report: SolutionReport, run?: string) {
    super(problem, report, run);
    this.network = network;
    this.theta = theta;
    this.#assembly = assemble(problem, this.domain, network, report.conditions);
    this.#equations = [...problem.equations];
  }

  /** Number of parameters of the network, and of constants that were found. */
  get parameters(): number {
    return parameterCount(this.#assembly.model);
  }

  /** The same solution with more said of it, or with the folder of its record. */
  reporting(more: Partial<SolutionReport>, run = this.run): Solution {
    return new Solution(this.problem, this.network, this.theta, { ...this.report, ...more }, run);
  }

  /** The few lines that `console.log` prints. */
  [inspect](): string {
    return solutionText(this);
  }

  async expressions(
    expressions: readonly Expression[],
    points: Float64Array,
    options: AtPoints = {},
  ): Promise<Float64Array> {
    checkNames("Solution.expressions", options, "outside");
    if (expressions.length === 0) return new Float64Array(0);
    return inDomain(this.#place, points, await this.#evaluator(expressions).evaluate(this.theta, points), options);
  }

  /** Residuals of the equations at points, unscaled: [n, equations]; NaN outside of the domain. */
  async residual(points: Float64Array, options: AtPoints = {}): Promise<Float64Array> {
    checkNames("Solution.residual", options, "outside");
    const { data } = this.#assembly.interior(1, 1);
    const program = this.#evaluator(this.#equations, data);
    const values = await program.evaluate(this.theta, points, this.#assembly.interiorData(points));
    return inDomain(this.#place, points, values, options);
  }

  /**
   * The solution as an ONNX model in float64, parameters and lift inside: points [2048, axes] in, unknowns [2048, unknowns] out.
   */
  toOnnx(): Promise<Uint8Array> {
    return this.#evaluator(this.unknowns).toOnnx(this.theta);
  }

  /**
   * Writes `solution.json` and `solution.safetensors` into a folder, each whole or not at all, with checksums.
   *
   * @throws DomainError where a parameter is not finite
   */
  async save(folder: string): Promise<void> {
    const { theta, problem, network, report } = this;
    await saveRecord(folder, solutionName, { problem, report, ...{ network: dataOf(network) } }, theta);
  }

  /** Frees compiled programs; evaluating again compiles anew. */
  async dispose(): Promise<void> {
    const open = [...this.#evaluators.values()];
    this.#evaluators.clear();
    for (const one of open) await one.dispose();
  }

  get #place() {
    return { domain: this.domain, around: this.#assembly.model.around };
  }

  #evaluator(expressions: readonly Expression[], data: readonly string[] = []): Evaluator {
    const known = this.#evaluators.get(expressions) ?? evaluator(this.#assembly.model, expressions, data);
    this.#evaluators.set(expressions, known);
    return known;
  }
}

export const solutionName = "solution";

/** Parts that a saved solution cannot hold, handed in when it is loaded. */
export interface HandedIn {
  /** Needed where a residual is a function, which JSON cannot hold. */
  readonly problem?: Problem;
  /** Needed where the network is your own. */
  readonly network?: AnyNetwork;
}

/** A problem alone stands for an object with it. */
export const handedIn = (given: Problem | HandedIn = {}): HandedIn =>
  "equations" in given ? { problem: given } : given;

/** Reads what {@link Solution.save} wrote; called by `loadSolution`. */
export async function loadWholeSolution(folder: string, given?: Problem | HandedIn): Promise<Solution> {
  const { problem, network: own } = handedIn(given);
  const { path, plain, theta, fail, ofTwo } = await readRecord<{ readonly network: AnyNetwork }>(folder, solutionName, {
    network: networkCheck,
  });
  const whole = savedProblem("loadSolution", path, plain.problem, problem);
  const network = savedNetwork(`loadSolution: ${path}`, plain.network, own);
  let solution: Solution;
  try {
    solution = new Solution(whole, network, theta, reportOf(plain.report, whole));
  } catch (error) {
    if (isMongeError(error)) return fail(path, error.message, "the file is damaged: save the solution again", error);
    throw error;
  }
  if (theta.length !== solution.parameters)
    ofTwo(`${theta.length} parameters, where the network has ${solution.parameters}`);
  return solution;
}
