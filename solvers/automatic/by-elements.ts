/** Steady problems in one and two dimensions by elements, those of eigenvalues among them: their solution, and the estimate of its error. */
import { rng } from "../../engine/random/rng.ts";
import { percentText } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type ElementSolve, singular, solveByElementsOn, unsuitedToElements } from "../elements/index.ts";
import { quantityList } from "../solution/evaluation.ts";
import { piecewiseTrial } from "../solution/piecewise-trial.ts";
import type { SolutionReport } from "../solution/solution.ts";
import { Solution } from "../solution/solution.ts";
import { doubtful, type Evidence } from "./assessment.ts";
import type { MethodResult } from "./method-result.ts";
import { oddConditions } from "./odd-conditions.ts";
import type { Setting } from "./setting.ts";

/** Share of the budget after which another method has a chance. */
const mostOfBudget = 0.85;
/** Relative error that needs no improvement. */
const enough = 1e-9;
/** Share of the budget from which no other method is tried. */
const late = 0.5;
/** Relative error that is not doubtful where all but a ten-thousandth of the domain is in it with less than 3 %. */
const mostSingular = 0.1;
/** Points at which quantities are compared. */
const compared = 4096;

/** Share of the residual of u = 0 beyond which an error is not believed to be as small as was asked. */
const mostOfResidual = 1e-4;
/** Steps of a budget that a mesh stands for, and most meshes. */
const [stepsOfMesh, mostMeshes] = [4, 40];

/** True for steady problems on one or two axes. */
const suitsElements = (problem: Problem): boolean =>
  problem.time === undefined && problem.axes.length <= 2 && unsuitedToElements(problem) === undefined;

/** Solves by elements; undefined where the problem does not suit them, or u = 0 has no finite residual. */
export async function byElements(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
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
  const { pieces, course, left, nothing } = solved;
  const report: SolutionReport = {
    ...{ ...spent(), status: "budget", residual: left / (nothing || 1), scale: nothing || 1, conditions: "penalty" },
    ...{ exactConditions: [], rounds: course.length },
    constants: Object.fromEntries(Object.entries(solved.constants).map(([name, { value }]) => [name, { value }])),
    steps: course.reduce((sum, { steps }) => sum + steps, 0),
    penalizedConditions: problem.conditions.map(({ text }) => text),
  };
  return {
    solution: new Solution(problem, piecewiseTrial(problem, pieces), report),
    words: pieces.words,
    evidence: await evidenceOf(problem, solved, report, goal),
    // No other method determines what the equations leave open.
    isFinal: options.signal?.aborted === true || solved.rounded > singular || solved.isOpen || speed.share() > late,
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

/** Width of elements, in lengths of a step, from which time alone does not help. */
const farWider = 10;

/** Advice where a function changes between the points of elements. */
function narrowWarning({ axes }: Problem, { narrow, imbalance }: ElementSolve): string | undefined {
  if (!narrow || imbalance <= doubtful) return undefined;
  const { at, length, element } = narrow;
  const place = at.map((x, k) => `${axes[k]} = ${Number(x.toPrecision(3))}`).join(", ");
  const time = element < farWider * length ? "give it more time, or " : "";
  const way = `draw the change wider${axes.length > 1 ? ", or take axes along which it lies, as r in the place of sqrt(x^2 + y^2)" : ""}`;
  return `a function of its equations changes within ${length.toPrecision(2)} near ${place}, where elements are ${element.toPrecision(2)} wide and leave ${percentText(imbalance)} of an equation unbalanced: ${time}${way}`;
}

/** Errors of an eigenvalue within which another one is the same. */
const alike = 10;

/** An eigenvalue beside the one that was found, and nearer to the guess. */
function nearerEigenvalue({ constants, neighbour }: ElementSolve) {
  const [found] = Object.entries(constants);
  if (!found || !neighbour?.isNearer || !neighbour.isOneSided) return undefined;
  const [name, { value, error }] = found;
  return neighbour.away > alike * error * Math.abs(value) ? { name, value, away: neighbour.away } : undefined;
}

async function evidenceOf(
  problem: Problem,
  solved: ElementSolve,
  report: SolutionReport,
  goal: number,
): Promise<Evidence> {
  const { unknowns, equations, conditions, quantities } = problem;
  const { converged, left, nothing } = solved;
  const texts = [
    ...equations.map((_, k) => `equation ${k + 1}`),
    ...conditions.flatMap((c) => (c.kind === "periodic" ? [] : [c.text])),
  ];
  const error = {
    unknowns: converged ? solved.error : Number.NaN,
    each: solved.errors,
    quantities: quantities.length > 0 ? await quantityErrors(problem, solved, report) : [],
  };
  // What is unbounded in a corner, as a pressure, has no L²: it is seen without the elements there.
  const excused = [...unknowns.keys()].filter((k) => solved.elsewhere[k]! <= doubtful);
  const most = excused.length === unknowns.length ? mostSingular : doubtful;
  const odd = oddConditions(problem);
  const more = odd ?? moreMeshes(solved);
  const fold = odd === undefined ? ", or it may have no solution, as beyond a fold" : "";
  const byMesh = solved.rounded > singular ? "to rounding" : solved.isOpen ? "as far as its mesh shows" : undefined;
  const beside = nearerEigenvalue(solved);
  return {
    compared: [{ by: solved.isByDegree ? "a higher degree on its mesh" : "the last refinement of its mesh", error }],
    constants: Object.fromEntries(
      Object.entries(solved.constants).map(([name, { value, error: own }]) => [
        name,
        Math.max(own, beside ? beside.away / Math.abs(value) : 0),
      ]),
    ),
    rows: texts.map((text, k) => ({ text, share: solved.rows[k]! })),
    warnings: {
      restless: converged ? undefined : `Newton's method did not come to rest; ${more}${fold}`,
      singular:
        byMesh &&
        `its equations are singular ${byMesh}: it has none or infinitely many solutions, or one that small changes of its numbers move far; check its conditions and constants`,
      narrow: narrowWarning(problem, solved),
      neighbour:
        beside &&
        `another eigenvalue lies about ${beside.away.toPrecision(2)} from ${beside.name} = ${beside.value}, and nearer to its guess ${problem.trainable[beside.name]}: give a guess nearer to the one that is meant`,
      imbalance:
        solved.imbalance > doubtful
          ? `elements leave ${percentText(solved.imbalance)} of an equation unbalanced: conditions may contradict one another, or something narrow is not resolved; ${more}`
          : undefined,
      rounding:
        solved.corrected > most
          ? `its equations are nearly singular: rounding moves it by ${percentText(solved.corrected)}; check its conditions and constants`
          : undefined,
    },
    ...{ more, most, excused },
    ended: converged || solved.error <= goal ? "converged" : "budget",
    isUnresolved: left > mostOfResidual * nothing && Object.keys(solved.constants).length === 0,
  };
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
