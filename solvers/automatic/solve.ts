/** `solve`: with a network and options that are given, or, where there is only the problem, with a method that is chosen by itself. */
import { rm } from "node:fs/promises";
import { createRun } from "../../engine/files/run.ts";
import { domainOf } from "../domain/domain.ts";
import { problemToJson } from "../problem/json.ts";
import type { Problem } from "../problem/problem.ts";
import type { FieldSolution } from "../solve/field-solution.ts";
import type { MarchedSolution } from "../solve/marched-solution.ts";
import { type FeatureTrial, processorMilliseconds, resolveOptions, type SolveOptions } from "../solve/options.ts";
import type { PiecewiseSolution } from "../solve/piecewise-solution.ts";
import { isOfAutomatic } from "../solve/resume.ts";
import type { ErrorEstimate, Solution, SolutionReport } from "../solve/solution.ts";
import { solve as solveAsAsked } from "../solve/solve.ts";
import { recordedPoints } from "../solve/some-points.ts";
import { checkNothing } from "../solve/start/not-finite.ts";
import type { Status } from "../solve/training.ts";
import { byMarching } from "./by-marching.ts";
import { canCorrectDefect, defectCorrection } from "./defect-correction.ts";
import { distance } from "./distance.ts";
import { byElements, suitsElements } from "./elements.ts";
import type { Solved as OfRows } from "./feature-solve.ts";
import { illPosed } from "./ill-posed.ts";
import { finerIntegrals, withIntegrals } from "./integrals.ts";
import { brokenRow, leftByRows } from "./left-by-rows.ts";
import { type Missed, missedData } from "./misfit.ts";
import { missingStart } from "./missing-start.ts";
import { mayHaveNullSpace } from "./null-space.ts";
import { Speed } from "./speed.ts";
import { isObserved } from "./spread.ts";
import { afterNetwork, byFeatures, byNetworks, type Candidate, resumedNetwork, type Setting } from "./stages.ts";
import { estimate, unlessUnsolvable } from "./trust.ts";
import { nominalSeconds } from "./work.ts";

/** A solution of any kind. */
export type Solved = Solution | MarchedSolution | PiecewiseSolution | FieldSolution;

/** Options that choose a method: where one of them is given, nothing is chosen by itself. */
const choices = [
  ...(["network", "sampler", "optimizer", "warmStart", "points", "boundaryPoints", "stepsPerRound", "growth"] as const),
  ...(["conditions", "weights", "starts", "residualScale", "start", "resume", "preset", "batch"] as const),
];
/** At least one option that chooses a method. */
export type Chosen = { [K in (typeof choices)[number]]: Required<Pick<SolveOptions, K>> }[(typeof choices)[number]];

/** Whether options leave the method open. */
export const isAutomatic = (options: SolveOptions): boolean => choices.every((name) => options[name] === undefined);

/**
 * Solves a problem.
 *
 * With nothing but the problem (a budget, a seed, threads and the like leave the method open) the method is chosen. Steady problems on
 * one or two axes are solved by elements, initial value problems by time marching. What these refuse or leave poor goes to a short
 * competition on fresh points: random features with one linear solve or Newton's method, in time windows where that helps, and networks
 * of several shapes; the rest of the budget goes to the winner. The result says how far off it is thought to be (`report.estimate`), what
 * was tried (`report.method`), and has the status "doubtful" where it should not be believed. Decisions are made by counts and
 * residuals: the same seed and `budget: { steps }` give the same bits.
 *
 * With any option that chooses a method, such as `network`, residual rows at collocation points that a sampler renews every few steps
 * are minimised in float64 with that one network. A run with a record can go on after an abort or a crash (`resume`): from its last
 * checkpoint, with the same bits as a run that was never interrupted if the budget is the same.
 *
 * @param problem - made by `pde`
 * @param options - without an option that chooses a method, one is chosen
 * @throws OptionsError where an option is out of range, or does not fit the problem, or differs from those of the resumed run
 * @throws FormatError where the folder of runs cannot be written, or the one to resume holds no run of a solver
 * @throws DomainError where the run to resume has ended
 * @throws ConvergenceError where the residual of the first network is not finite
 * @example
 * const solution = await solve(pde({ name: "front", domain: { x: [-20, 20], t: [0, 20] },
 *   equations: "u_t = u_xx + u*(1-u)*(u-1/4)", conditions: [initial("u = 1/(1+exp(x/sqrt(2)))"), neumann("u_n = 0", { on: "x" })] }));
 * solution.status; solution.report.estimate;
 */
export function solve(problem: Problem, options: SolveOptions & Chosen): Promise<Solution>;
export function solve(problem: Problem, options?: SolveOptions): Promise<Solved>;
export function solve(problem: Problem, options: SolveOptions = {}): Promise<Solved> {
  if (isAutomatic(options)) return solveAutomatically(problem, options);
  return options.resume === undefined ? solveAsAsked(problem, options) : resumed(problem, options, options.resume);
}

/** Share of the budget after which a network is not begun for a doubt. */
const latestForMore = 0.5;
/** Share of the budget after which single rows are not looked at any more. */
const latestForRows = 1.05;
/** Share of the budget at which all is done, and nominal seconds of a budget from which more than two grids are tried. */
const [latest, leastForFine] = [1.02, 20];
/** For grids that carry a residual on, on a line and in a plane: share of the budget and nominal seconds at most, and those of a budget from which there are some. */
const [onLine, inPlane] = [
  { share: 0.15, most: 2, from: 0 },
  { share: 0.08, most: 5, from: 10 },
];
/** The same for a look at what is left open, or by noise. */
const [mostForOpen, secondsForOpen] = [0.05, 0.5];

/** Residual of elements, beside that of u = 0, and relative distance from which they are another solution. */
const [solvedByRival, elsewhere] = [1e-3, 0.03];

/** A solve at work. */
interface Solving {
  readonly setting: Setting;
  readonly method: string[];
  readonly trials: FeatureTrial[];
}

/**
 * Lays out a solve.
 *
 * @param already - share of the budget that is used
 */
function begin(problem: Problem, options: SolveOptions, already = 0): Solving {
  const clock = options.clock ?? (() => performance.now());
  const processor = options.processorClock ?? processorMilliseconds;
  // A domain may take long to lay out, which counts.
  const [began, used] = [clock(), processor()];
  const domain = domainOf(problem.domain);
  const { budget, seed, threads } = resolveOptions(options, problem, domain);
  const spent = () => ({
    seconds: (clock() - began) / 1000 + already * (budget.seconds ?? 0),
    processorSeconds: (processor() - used) / 1000 + already * (budget.processorSeconds ?? 0),
  });
  const method: string[] = [];
  const trials: FeatureTrial[] = [];
  const work = nominalSeconds(budget);
  const speed = new Speed(budget, spent);
  const grids = problem.axes.length === 2 ? onLine : inPlane;
  const carries = work >= grids.from && canCorrectDefect(problem);
  const setting: Setting = {
    ...{ options, budget, seed, threads, spent },
    work,
    end: carries
      ? 1 - Math.min(grids.share, grids.most / work)
      : mayHaveNullSpace(problem) || isObserved(problem)
        ? 1 - Math.min(mostForOpen, secondsForOpen / work)
        : latest,
    carried: async (solution) =>
      carries && !options.signal?.aborted
        ? unlessUnsolvable(() => defectCorrection(problem, solution, work < leastForFine, speed.until(latest)))
        : undefined,
    conditions: "exact",
    say: (line) => method.push(line),
    onTrial: (seen) => {
      const trial = { ...seen, seconds: spent().seconds };
      if (options.runs !== undefined) trials.push(trial);
      options.onTrial?.(trial);
    },
    speed,
  };
  return { setting, method, trials };
}

/** The same by random features, networks and windows of time alone, which have ONNX models and trials to draw. */
export const solveByRows = (problem: Problem, options: SolveOptions): Promise<Solved> =>
  solveAutomatically(problem, options, true);

async function solveAutomatically(problem: Problem, options: SolveOptions, rowsOnly = false): Promise<Solved> {
  const solving = begin(problem, options);
  const { setting } = solving;
  // Warnings of the text are checked against features and networks alone.
  const isOpen = problem.doubts?.some(({ kind }) => kind === "singular" || kind === "flux" || kind === "undetermined");
  const mayElements = !rowsOnly && !isOpen && suitsElements(problem, setting.budget);
  const elements = mayElements ? await byElements(problem, setting) : undefined;
  if (elements?.enough) return kept(problem, options, elements.solution.told({ method: solving.method }), []);
  checkNothing(problem, domainOf(problem.domain), setting.conditions);
  const { work, speed, say } = setting;
  const aborted = () => options.signal?.aborted === true;
  const marched = rowsOnly
    ? undefined
    : await byMarching(problem, { work, tolerance: setting.budget.tolerance, speed, say, aborted });
  if (marched?.enough) return taken(problem, solving, marched.solution);
  const features = await byFeatures(problem, setting);
  const networks =
    features?.enough && !(await needsMore(problem, setting, features))
      ? undefined
      : await byNetworks(problem, setting, features);
  const other = await concluded(problem, solving, features, networks, elements?.solution);
  const error = ({ report }: Solved) => report.estimate?.relativeL2 ?? Number.POSITIVE_INFINITY;
  if (marched === undefined || !(error(marched.solution) < error(other))) return other;
  await other.dispose();
  if (other.run !== undefined && !aborted()) await rm(other.run, { recursive: true });
  return taken(problem, solving, marched.solution);
}

/** A march as the result. */
function taken(problem: Problem, { method, setting }: Solving, solution: FieldSolution): Promise<FieldSolution> {
  const { options, spent } = setting;
  method.push("taken: the march");
  const status = options.signal?.aborted ? "aborted" : solution.status;
  return kept(problem, options, solution.told({ ...spent(), status, method }), []);
}

/** Whether features that are enough by their residual leave a doubt, or more error than was asked for, and there is time for a network. */
async function needsMore(problem: Problem, setting: Setting, features: Candidate): Promise<boolean> {
  const { speed, options, budget } = setting;
  if (!speed.limited || speed.share() > latestForMore || options.signal?.aborted) return false;
  const { relativeL2, advice } = (await judge(problem, setting, [features])).opinion;
  return advice !== undefined || relativeL2 > (budget.tolerance ?? Number.POSITIVE_INFINITY);
}

/** Goes on with the network of a solve that was interrupted; where it was chosen by itself it is judged as it would have been. */
async function resumed(problem: Problem, options: SolveOptions, folder: string): Promise<Solved> {
  if (!(await isOfAutomatic(folder))) return solveAsAsked(problem, options);
  let solving: Solving | undefined;
  const settingOf = ({ report: { conditions } }: Solution) => {
    solving = begin(problem, options, 1 - afterNetwork);
    return { ...solving.setting, conditions };
  };
  const [setting, candidate] = await resumedNetwork(problem, options, settingOf);
  return concluded(problem, { ...solving!, setting }, undefined, candidate);
}

/** The candidate with the least residual, and the estimate of its error. */
async function judge(problem: Problem, setting: Setting, found: readonly Candidate[]) {
  const { options, speed } = setting;
  const best = found.reduce((a, b) => (b.solution.report.residual < a.solution.report.residual ? b : a));
  const alternative = found.find((c) => c !== best)?.solution;
  const {
    second = alternative && { solution: alternative, distance: await distance(problem, best.solution, alternative) },
  } = best.evidence;
  const carried = "carried" in best.evidence ? best.evidence.carried : await setting.carried(best.solution);
  const missed = await missedData(problem, best.solution);
  const judged = withMissed(await estimate(problem, best.solution, { ...best.evidence, second, carried }), missed);
  const rows = options.signal?.aborted || speed.share() > latestForRows ? [] : await leftByRows(best.solution);
  const unseen = missingStart(problem);
  const doubt = missed?.words ?? unseen ?? illPosed(problem) ?? judged.advice ?? brokenRow(rows) ?? best.evidence.stuck;
  // A solution with a doubt need not be looked at with more nodes, which takes time.
  const seen =
    doubt === undefined ? withIntegrals(judged, await finerIntegrals(best.solution)) : { ...judged, advice: doubt };
  const { end } = seen;
  const opinion: ErrorEstimate = {
    ...(unseen === undefined
      ? seen
      : { relativeL2: Number.NaN, ...(end !== undefined && { end }), by: "nothing", advice: doubt! }),
    ...(rows.length > 0 && { rows: Object.fromEntries(rows.map(({ text, share }) => [text, share])) }),
  };
  return { best, opinion };
}

/** The better of two candidates, with the estimate of its error, in its record. */
async function concluded(
  problem: Problem,
  { setting, method, trials }: Solving,
  features: Candidate | undefined,
  networks: Candidate | undefined,
  rival?: PiecewiseSolution,
): Promise<OfRows> {
  const { options, budget, spent } = setting;
  const found = [features, networks].filter((c): c is Candidate => c !== undefined);
  const { best, opinion: own } = await judge(problem, setting, found);
  const opinion = rival ? await besideRival(problem, own, best, rival) : own;
  const { report } = best.solution;
  method.push(`taken: ${best.words}`);
  const isAccurate = !(opinion.relativeL2 > (budget.tolerance ?? Number.POSITIVE_INFINITY));
  const atRest = best === features || budget.tolerance !== undefined;
  const status = statusOf(
    { ...report, ...(atRest && { status: isAccurate ? "converged" : "budget" }) },
    {
      aborted: options.signal?.aborted === true,
      doubtful: opinion.advice !== undefined,
      target: budget.residual,
    },
  );
  for (const { solution } of found) {
    if (solution === best.solution) continue;
    await solution.dispose();
    // What was tried in vain is no result; after an abort its training can go on.
    if (solution.run !== undefined && status !== "aborted") await rm(solution.run, { recursive: true });
  }
  const told = best.solution.told({ ...spent(), status, estimate: opinion, method });
  return kept(problem, options, told, trials);
}

/** Elements that leave next to nothing and lie elsewhere are a second solution of the rows, as near to the truth as any. */
async function besideRival(
  problem: Problem,
  own: ErrorEstimate,
  { solution }: Candidate,
  rival: PiecewiseSolution,
): Promise<ErrorEstimate> {
  if (own.advice !== undefined || !(rival.report.residual <= solvedByRival)) return own;
  const { unknowns } = await distance(problem, solution, rival);
  if (!(unknowns > elsewhere)) return own;
  const advice =
    "elements leave as little of the equations with another solution: there are several, or small residuals move it far; give it more time, or observations";
  return { ...own, relativeL2: Math.max(own.relativeL2, unknowns), by: "another solution", advice };
}

/** With a record of its own where one is asked for. */
const kept = async <S extends Solved>(
  problem: Problem,
  options: SolveOptions,
  told: S,
  trials: readonly FeatureTrial[],
): Promise<S> =>
  options.runs === undefined && told.run === undefined ? told : recorded(problem, options, told, trials);

/** What is off where it was observed is off by as much. */
const withMissed = (seen: ErrorEstimate, missed: Missed | undefined): ErrorEstimate =>
  missed && !(seen.relativeL2 >= missed.share)
    ? { ...seen, relativeL2: missed.share, by: "the observations that it misses" }
    : seen;

function statusOf(
  { status, residual }: SolutionReport,
  now: { readonly aborted: boolean; readonly doubtful: boolean; readonly target: number | undefined },
): Status {
  if (now.aborted) return "aborted";
  if (status === "diverged") return status;
  if (now.doubtful) return "doubtful";
  return now.target !== undefined && residual <= now.target ? "converged" : status;
}

/** Keeps what came of it: in the run's folder where a network was recorded, else in a folder of its own. */
async function recorded<S extends Solved>(
  problem: Problem,
  options: SolveOptions,
  solution: S,
  trials: readonly FeatureTrial[],
): Promise<S> {
  if (solution.run !== undefined) {
    await solution.save(solution.run);
    return solution;
  }
  const { seed = 0, budget = { seconds: 60 } } = options;
  const run = await createRun({
    root: options.runs!,
    name:
      problem.name
        .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
        .replace(/^[^A-Za-z0-9]+/, "")
        .slice(0, 100) || "problem",
    options: { problem: problemToJson(problem), automatic: true, seed, budget },
    ...{ seed, device: "cpu", precision: "float64" },
  });
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
  return solution.told({}, run.directory) as S;
}
