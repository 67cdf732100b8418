/** Steady problems in one and two dimensions by elements, those of eigenvalues among them: their solution, and the estimate of its error. */
import { rng } from "../../engine/random/rng.ts";
import { percentText } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type ElementSolve, singular, solveByElementsOn, unsuitedToElements } from "../elements/index.ts";
import { quantityList } from "../solve/evaluation.ts";
import { piecewiseTrial } from "../solve/piecewise-trial.ts";
import type { ErrorEstimate, SolutionReport } from "../solve/solution.ts";
import { Solution } from "../solve/solution.ts";
import { doubtful, wordsOf } from "./estimate.ts";
import { oddConditions } from "./odd-conditions.ts";
import type { Setting } from "./setting.ts";
import { illPosed, mayBeZero, openWarning } from "./warnings.ts";

/** Share of the budget after which another method has a chance. */
const mostOfBudget = 0.85;
/** Relative error that needs no improvement. */
const enough = 1e-9;
/** Share of the budget from which no other method is tried. */
const late = 0.5;
/** Share of what terms add up to that a row may leave. */
const mostLeft = 1 / 3;
/** Relative error that is not doubtful where all but a ten-thousandth of the domain is in it with less than 3 %. */
const mostSingular = 0.1;
/** Points at which quantities are compared. */
const compared = 4096;

/** A candidate of elements. */
export interface ElementCandidate {
  readonly solution: Solution;
  readonly words: string;
  /** True where no other method needs to be tried. */
  readonly enough: boolean;
}

/** Share of the residual of u = 0 beyond which an error is not believed to be as small as was asked. */
const mostOfResidual = 1e-4;
/** Steps of a budget that a mesh stands for, and most meshes. */
const [stepsOfMesh, mostMeshes] = [4, 40];

/** True for steady problems on one or two axes. */
const suitsElements = (problem: Problem): boolean =>
  problem.time === undefined && problem.axes.length <= 2 && unsuitedToElements(problem) === undefined;

/** Solves by elements; undefined where the problem does not suit them, or u = 0 has no finite residual. */
export async function byElements(problem: Problem, setting: Setting): Promise<ElementCandidate | undefined> {
  const { options, budget, say, spent, speed, threads, work } = setting;
  if (!suitsElements(problem)) return undefined;
  const goal = budget.tolerance ?? budget.residual ?? enough;
  const byClock = budget.processorSeconds === undefined && budget.seconds !== undefined;
  const clock = () => 1000 * spent()[byClock ? "seconds" : "processorSeconds"];
  const solved = await solveByElementsOn(threads, problem, {
    ...{ tolerance: goal, clock, blas: options.blas !== "none" },
    seconds: speed.limited ? mostOfBudget * work : Number.POSITIVE_INFINITY,
    meshes: Math.min(mostMeshes, Math.ceil(1 + (budget.steps ?? Number.POSITIVE_INFINITY) / stepsOfMesh)),
    ...(options.signal && { signal: options.signal }),
    onMesh: (_, { elements, left, steps }) =>
      say(`${elements} elements: rows leave ${left.toExponential(1)} after ${steps} steps`),
  });
  if (solved === undefined) return undefined;
  const { pieces, course, left, nothing, converged } = solved;
  const report: SolutionReport = {
    ...{ ...spent(), status: "budget", residual: left / (nothing || 1), scale: nothing || 1, conditions: "penalty" },
    ...{ exactConditions: [], rounds: course.length },
    constants: Object.fromEntries(Object.entries(solved.constants).map(([name, { value }]) => [name, { value }])),
    steps: course.reduce((sum, { steps }) => sum + steps, 0),
    penalizedConditions: problem.conditions.map(({ text }) => text),
  };
  const solution = new Solution(problem, piecewiseTrial(problem, pieces), report);
  const estimate = await estimateOf(problem, solved, solution);
  const isResolved = left <= mostOfResidual * nothing || Object.keys(solved.constants).length > 0;
  const isReached =
    budget.tolerance === undefined ? solved.error <= goal || converged : solved.error <= goal && isResolved;
  const status = estimate.advice !== undefined ? "doubtful" : isReached ? "converged" : "budget";
  return {
    solution: solution.reporting({ status, estimate }),
    words: pieces.words,
    // No other method determines what the equations leave open.
    enough:
      options.signal?.aborted === true ||
      estimate.advice === undefined ||
      solved.rounded > singular ||
      solved.isOpen ||
      speed.share() > late,
  };
}

/** Meshes over which rows fall by a factor where more of them help. */
const [lastMeshes, leastGain] = [3, 0.5];

/** Advice to give more time where that helped. */
function moreMeshes({ course }: ElementSolve): string {
  const [before, last] = [course.at(-lastMeshes), course.at(-1)!];
  const isGain = !before || last.left < leastGain * before.left;
  return isGain
    ? "give it more time"
    : `its last ${lastMeshes} meshes gained little, so that time alone may not help: look for conditions or terms that do not fit, or for what is narrow`;
}

async function estimateOf(problem: Problem, solved: ElementSolve, solution: Solution): Promise<ErrorEstimate> {
  const { unknowns, equations, conditions, quantities } = problem;
  const texts = [
    ...equations.map((_, k) => `equation ${k + 1}`),
    ...conditions.flatMap((c) => (c.kind === "periodic" ? [] : [c.text])),
  ];
  const ofQuantities = quantities.length > 0 ? await quantityErrors(problem, solved, solution.report) : [];
  const ofUnknowns = unknowns.length > 1 ? unknowns.map((name, k) => [name, solved.errors[k]!] as const) : [];
  const asked = [
    ...quantities.map(({ name }, k) => [name, ofQuantities[k]!] as const),
    ...Object.entries(solved.constants).map(([name, { error }]) => [name, error] as const),
  ];
  const advice = await adviceOf();
  return {
    relativeL2: solved.converged ? solved.error : Number.NaN,
    ...(ofUnknowns.length > 0 && { unknowns: Object.fromEntries(ofUnknowns) }),
    ...(asked.length > 0 && { quantities: Object.fromEntries(asked) }),
    rows: Object.fromEntries(texts.map((text, k) => [text, solved.rows[k]!])),
    by: solved.isByDegree ? "a higher degree on its mesh" : "the last refinement of its mesh",
    ...(advice !== undefined && { advice }),
  };

  async function adviceOf(): Promise<string | undefined> {
    const known = illPosed(problem) ?? (await openWarning(problem, solution));
    if (known !== undefined) return known;
    const odd = oddConditions(problem);
    const more = odd ?? moreMeshes(solved);
    const fold = odd === undefined ? ", or it may have no solution, as beyond a fold" : "";
    if (!solved.converged) return `Newton's method did not come to rest; ${more}${fold}`;
    if (solved.rounded > singular)
      return "its equations are singular to rounding: it has none or infinitely many solutions, or one that changes of its numbers in the last digit move far; check its conditions and constants";
    if (solved.isOpen)
      return "its equations are singular as far as its mesh shows: it has none or infinitely many solutions, or one that small changes of its numbers move far; check its conditions and constants";
    const broken = solved.rows.findIndex((share) => share > mostLeft);
    const cause = `conditions may contradict one another, or something narrow is not resolved; ${more}`;
    if (broken >= 0)
      return `"${texts[broken]}" leaves ${Math.round(100 * solved.rows[broken]!)} % of its terms: ${cause}`;
    if (solved.imbalance > doubtful)
      return `elements leave ${Math.round(100 * solved.imbalance)} % of an equation unbalanced: ${cause}`;
    // What is unbounded in a corner, as a pressure, has no L²: it is seen without the elements there.
    const isSeen = (k: number) => solved.elsewhere[k]! <= doubtful;
    const most = unknowns.every((_, k) => isSeen(k)) ? mostSingular : doubtful;
    if (solved.corrected > most)
      return `its equations are nearly singular: rounding moves it by ${percentText(solved.corrected)}; check its conditions and constants`;
    if (!(solved.error <= most)) return `meshes still change it by more than ${100 * most} %; ${more}`;
    for (const [k, one] of [...ofUnknowns, ...asked].entries()) {
      const isOwn = k < ofUnknowns.length;
      if (one[1] <= doubtful || (isOwn && (isSeen(k) || (await mayBeZero(solution, k, solved.error))))) continue;
      return `${wordsOf(one)}; ${more}`;
    }
    return undefined;
  }
}

/** Relative change of the quantities that are asked for by the last mesh. */
async function quantityErrors(
  problem: Problem,
  { pieces, previous, share }: ElementSolve,
  report: SolutionReport,
): Promise<number[]> {
  const points = domainOf(problem.domain).interior(compared, rng(0).split("quantities"));
  const list = quantityList(problem);
  const values = (of: typeof pieces) =>
    new Solution(problem, piecewiseTrial(problem, of), report).expressions(list, points);
  const [now, before] = [await values(pieces), await values(previous)];
  return list.map((_, k) => {
    let [moved, size] = [0, 0];
    for (let i = k; i < now.length; i += list.length) {
      moved += (now[i]! - before[i]!) ** 2;
      size += now[i]! ** 2;
    }
    return share * Math.sqrt(moved / size);
  });
}
