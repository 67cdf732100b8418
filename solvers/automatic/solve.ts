/**
 * `solve`: with a network and options that are given, or, where there is only the problem, with an automatic choice of
 * method.
 */
import { OptionsError } from "../../engine/errors.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { commonOptions, type SolveOptions } from "../solution/options.ts";
import { newRun, recordedPoints } from "../solution/run-record.ts";
import type { NetworkSolution, Solution } from "../solution/solution.ts";
import { isOfAutomatic } from "../solve/resume.ts";
import { choose, type Method, methods } from "./policy.ts";
import { budgetBeside } from "./second-solutions.ts";
import { type Setting, settingOf } from "./setting.ts";

/** Options that choose a method: where one of them is given, there is no automatic choice. */
const choices = [
  ...(["network", "sampler", "optimizer", "warmStart", "points", "boundaryPoints", "stepsPerRound", "growth"] as const),
  ...(["conditions", "weights", "starts", "residualScale", "start", "resume", "preset", "term", "batch"] as const),
];
/** At least one option that chooses a method. */
export type Chosen = { [K in (typeof choices)[number]]: Required<Pick<SolveOptions, K>> }[(typeof choices)[number]];

/** True where options leave the method open. */
const isAutomatic = (options: SolveOptions): boolean =>
  choices.every((name) => (options[name] ?? undefined) === undefined);

/**
 * Solves a problem.
 *
 * With nothing but the problem (a budget, a seed, threads and the like leave the method open) the method is chosen.
 * Steady problems on one or two axes are solved by elements, those in rectangles and boxes by spectral elements, initial
 * value problems by time marching. What these refuse
 * or leave poor goes to random features with one linear solve or Newton's method, and to networks where those leave
 * much. The result has an estimated error (`report.estimate`), the list of what was tried (`report.method`), and the
 * status "doubtful" where it should not be believed. Decisions are made by counts and residuals: the same seed and
 * `budget: { steps }` give bitwise identical results.
 *
 * With any option that chooses a method, such as `network`, residual rows at collocation points that a sampler renews
 * every few steps are minimised in float64 with that one network. A run with a record can go on after an abort or a
 * crash (`resume`): from its last checkpoint, bitwise identical to a run that was never interrupted if the budget is
 * the same.
 *
 * @param problem - made by `pde`
 * @param options - without an option that chooses a method, one is chosen
 * @throws OptionsError where an option is out of range, or does not fit the problem, or differs from those of the
 *   resumed run
 * @throws FormatError where the folder of runs cannot be written, or the one to resume holds no run of a solver
 * @throws DomainError where the run to resume has ended
 * @throws ConvergenceError where the residual of the first network is not finite
 * @example
 * const solution = await solve(pde({ name: "front", domain: { x: [-20, 20], t: [0, 20] },
 * equations: "u_t = u_xx + u*(1-u)*(u-1/4)", conditions: [initial("u = 1/(1+exp(x/sqrt(2)))"), neumann("u_n = 0", { on:
 * "x" })] })); solution.status; solution.report.estimate;
 */
export function solve(problem: Problem, options: SolveOptions & Chosen): Promise<NetworkSolution>;
export function solve(problem: Problem, options?: SolveOptions): Promise<Solution>;
export async function solve(problem: Problem, options: SolveOptions = {}): Promise<Solution> {
  const { flows, elements, spectral, volumesAtJumps, march, evolution, volumesAtShocks, rows } = methods;
  commonOptions(options);
  if (isAutomatic(options) && problem.fluxes) return solveBy([methods.fluxes], problem, options);
  if (isAutomatic(options))
    return solveBy(
      [flows, volumesAtJumps, spectral, elements, march, evolution, volumesAtShocks, rows],
      problem,
      options,
    );
  if (options.resume !== undefined && (await isOfAutomatic(options.resume)))
    return solveBy([methods.resumed], problem, options);
  checkFluxes(problem);
  const { solve: solveAsAsked } = await import("../solve/solve.ts");
  return solveAsAsked(problem, options);
}

/** The same by random features and networks alone, which have ONNX models and trials to draw. */
export async function solveByRows(problem: Problem, options: SolveOptions): Promise<Solution> {
  checkFluxes(problem);
  return solveBy([methods.rows], problem, options);
}

/** @throws OptionsError where networks and features would lose a flux that jumps */
function checkFluxes({ axes, fluxes: [flux] = [], text }: Problem): void {
  if (!flux) return;
  const way = "leave the method open, or take a smooth step";
  const what = `what ${text.name} differentiates along ${axes[flux.axis]} jumps, and elements alone keep its flux; ${way}, such as (1 + tanh(s/w))/2`;
  throw new OptionsError(`solve: ${what}`, "equations", text.equations);
}

/** Solves by the best of several methods, and keeps the record. */
async function solveBy(candidates: readonly Method[], problem: Problem, options: SolveOptions): Promise<Solution> {
  const { budget } = commonOptions(options);
  const setting = settingOf({ ...options, budget: budgetBeside(problem, budget) });
  return recorded(problem, setting, await choose(candidates, problem, setting));
}

/**
 * A solution with its record: in the run's folder where a network was recorded, else in a folder of its own, where one
 * is asked for.
 */
async function recorded(problem: Problem, { options, trials }: Setting, solution: Solution): Promise<Solution> {
  if (solution.run !== undefined) {
    await solution.save(solution.run);
    return solution;
  }
  if (options.runs === undefined) return solution;
  const { seed = 0, budget = { seconds: 60 } } = options;
  const run = await newRun(options.runs, problem, { automatic: true, seed, budget });
  try {
    for (const [k, { points, ...trial }] of trials.entries()) {
      const places = recordedPoints(points, problem.axes.length);
      run.log({ trial: k, ...trial, points: points.length / problem.axes.length, places });
    }
    await solution.save(run.directory);
    if (solution.report.status !== "aborted") await run.finish(solution.report);
  } finally {
    run.close();
  }
  return solution.reporting({}, run.directory);
}
