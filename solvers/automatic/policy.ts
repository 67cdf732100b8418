/**
 * The choice of method, in order:
 *
 * 1. steady problems on one or two axes: elements;
 * 2. initial value problems without space, on a line or in a rectangle: time marching, again for each trial of constants to be found;
 * 3. others on up to four axes: random features, more of them while the residual falls;
 * 4. more axes, or features that leave much, or a warning: networks.
 *
 * A good result ends the choice. Else the next method has the rest of the budget, and in the end the result without a warning and with the
 * smallest estimated error is taken.
 */
import { rm } from "node:fs/promises";
import { percentText } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { newtonStepFrom } from "../elements/newton-step.ts";
import { openStart } from "../marching/march.ts";
import type { NetworkSolution } from "../solve/network-trial.ts";
import type { ErrorEstimate, Solution } from "../solve/solution.ts";
import { checkNothing } from "../solve/start/not-finite.ts";
import type { Status } from "../solve/train.ts";
import { byElements } from "./by-elements.ts";
import { byFeatures } from "./by-features.ts";
import { byMarching } from "./by-marching.ts";
import { byNetworks } from "./by-networks.ts";
import { distance } from "./distance.ts";
import { byNoise, type Candidate, errorEstimate, manySolutions } from "./estimate.ts";
import { seeksConstants } from "./feature-fit.ts";
import { byMarchedConstants } from "./marched-constants.ts";
import type { Setting } from "./setting.ts";

/** Share of the budget after which no network is begun for a warning. */
const tooLate = 0.5;

/**
 * Solves a problem by the method that suits it.
 *
 * @param rowsOnly - by random features and networks alone, which have ONNX models
 */
export async function choose(problem: Problem, setting: Setting, rowsOnly = false): Promise<Solution> {
  const elements = rowsOnly ? undefined : await byElements(problem, setting);
  if (elements?.enough) return taken(setting, elements.solution, elements.words);
  const marched = seeksConstants(problem) ? byMarchedConstants : byMarching;
  const march = rowsOnly ? undefined : await marched(problem, setting);
  if (march?.enough) return taken(setting, march.solution, "the march");
  checkNothing(problem, domainOf(problem.domain), "exact");
  const features = await byFeatures(problem, setting);
  const estimated = features?.enough ? await withEstimate(problem, setting, features) : undefined;
  const network = estimated && !goesOn(setting, estimated) ? undefined : await byNetworks(problem, setting, features);
  const isNetwork = network && !(features && features.solution.report.residual <= network.solution.report.residual);
  const best = isNetwork ? network : features!;
  const rows =
    (!isNetwork && estimated) || (await withEstimate(problem, setting, best, isNetwork ? features : network));
  const beside = elements
    ? await besideElements(problem, rows, elements.solution, setting.options.blas !== "none")
    : rows;
  const all: readonly Solution[] = [beside, ...[march, elements].flatMap((one) => (one ? [one.solution] : []))];
  const chosen = all.reduce((a, b) => (isBetter(b, a) ? b : a));
  for (const unused of [features, network])
    if (unused && unused.solution.trial !== chosen.trial) await discard(unused.solution, setting);
  const open = rowsOnly ? undefined : openStart(problem);
  const unstable = (chosen.report.estimate!.relativeL2 > mostUnstable && march?.unstable) || undefined;
  return taken(
    setting,
    withAdvice(chosen, open ?? unstable),
    chosen === beside ? best.words : chosen === march?.solution ? "the march" : elements!.words,
  );
}

/** Estimated error above which a solution is not believed whose march shows that small errors grow without measure. */
const mostUnstable = 1e-4;

/** A solution with advice, where it has none and something speaks against it. */
function withAdvice(solution: Solution, advice: string | undefined): Solution {
  const { estimate } = solution.report;
  if (advice === undefined || estimate?.advice !== undefined) return solution;
  return solution.reporting({ status: "doubtful", estimate: { ...estimate!, advice } });
}

/** True where a result leaves a warning or more error than was asked for, and there is time for a network. */
function goesOn({ speed, options, budget }: Setting, { report: { estimate } }: Solution): boolean {
  if (!speed.limited || speed.share() > tooLate || options.signal?.aborted) return false;
  if (estimate?.advice === manySolutions) return false;
  // No network takes the noise of observations away.
  const isAsked = estimate!.by !== byNoise && estimate!.relativeL2 > (budget.tolerance ?? Number.POSITIVE_INFINITY);
  return estimate?.advice !== undefined || isAsked;
}

/** A solution with the estimate of its error, and the status that follows. */
export async function withEstimate(
  problem: Problem,
  setting: Setting,
  { solution, evidence, enough }: Candidate,
  other?: Candidate,
): Promise<NetworkSolution> {
  const { options, budget } = setting;
  const second =
    evidence.second ??
    (other && { solution: other.solution, distance: await distance(problem, solution, other.solution) });
  const estimate = await errorEstimate(problem, solution, { ...evidence, ...(second && { second }) }, setting);
  const { report } = solution;
  const accurate = !(estimate.relativeL2 > (budget.tolerance ?? Number.POSITIVE_INFINITY));
  return solution.reporting({ estimate, status: statusOf() });

  function statusOf(): Status {
    if (options.signal?.aborted) return "aborted";
    if (report.status === "diverged") return report.status;
    if (estimate.advice !== undefined) return "doubtful";
    if (budget.residual !== undefined && report.residual <= budget.residual) return "converged";
    return budget.tolerance === undefined && !enough ? report.status : accurate ? "converged" : "budget";
  }
}

/** True where a result is to be taken before another one: without a warning, and with the smaller estimated error. */
function isBetter(one: Solution, other: Solution): boolean {
  const [a, b] = [one.report.estimate!, other.report.estimate!];
  if ((a.advice === undefined) !== (b.advice === undefined)) return a.advice === undefined;
  return a.relativeL2 < (Number.isNaN(b.relativeL2) ? Number.POSITIVE_INFINITY : b.relativeL2);
}

/** Elements that leave next to nothing and lie elsewhere are a second solution of the equations, as near to the truth as any; a step of theirs that moves a solution far shows that it is hardly determined. */
async function besideElements(
  problem: Problem,
  solution: Solution,
  elements: Solution,
  blas: boolean,
): Promise<Solution> {
  const estimate = solution.report.estimate!;
  if (estimate.advice !== undefined) return solution;
  const flagged = (size: number, by: string, advice: string) => {
    const both: ErrorEstimate = { ...estimate, relativeL2: Math.max(estimate.relativeL2, size), by, advice };
    return solution.reporting({ status: "doubtful", estimate: both });
  };
  const how = "give it more time, or observations";
  if (elements.report.residual <= solvedByElements) {
    const { unknowns } = await distance(problem, solution, elements);
    if (unknowns > elsewhere) {
      const several = "there are several, or small residuals move it far";
      const advice = `elements leave as little of the equations with another solution: ${several}; ${how}`;
      return flagged(unknowns, "another solution", advice);
    }
  }
  const step = await newtonStepFrom(problem, (points) => solution.evaluate(points), blas);
  if (step === undefined || step <= Math.max(farStep, 10 * estimate.relativeL2)) return solution;
  const advice = `a step of Newton's method on elements moves it by ${percentText(step)}, though it leaves next to nothing: small residuals move it far, as a layer whose place is hardly determined; ${how}`;
  return flagged(step, "a step of Newton's method on elements", advice);
}

/** Residual of elements, beside that of u = 0, and relative distance from which they are another solution. */
const [solvedByElements, elsewhere] = [1e-3, 0.03];
/** Relative length of a step of Newton's method that no solution with a smaller estimate takes. */
const farStep = 1e-3;

/** Frees a solution that is not taken; its record is no result, unless its training can go on. */
async function discard(solution: Solution, { options }: Setting): Promise<void> {
  await solution.dispose();
  if (solution.run !== undefined && !options.signal?.aborted) await rm(solution.run, { recursive: true });
}

/** A solution as the result of the choice. */
export function taken<S extends Solution>({ say, method, options, spent }: Setting, solution: S, words: string): S {
  say(`taken: ${words}`);
  return solution.reporting({ ...spent(), method, ...(options.signal?.aborted && { status: "aborted" }) }) as S;
}
