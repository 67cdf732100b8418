/**
 * Steady problems in one and two dimensions by elements, those of eigenvalues among them: their solution, and the
 * estimate of its error.
 */
import { rng } from "../../engine/random/rng.ts";
import { numberText, percentText } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Pieces, Problem } from "../../equations/problem/index.ts";
import { alternativeOf, noise } from "../constants/index.ts";
import { type ElementSolve, singular, solveByElementsOn, unsuitedToElements } from "../elements/index.ts";
import { newtonStepFrom } from "../elements/newton-step.ts";
import { marchable } from "../marching/march.ts";
import { quantityList } from "../solution/evaluation.ts";
import { piecewiseTrial } from "../solution/piecewise-trial.ts";
import type { SolutionReport } from "../solution/solution.ts";
import { Solution } from "../solution/solution.ts";
import { doubtful, type Evidence } from "./assessment.ts";
import { alternativeConstants, seeksConstants } from "./constants.ts";
import { combined, comparisonPoints, type Distance, distance, distanceOfValues, expressionsOf } from "./distance.ts";
import { misfit } from "./marched-constants.ts";
import type { MethodResult, Objection } from "./method-result.ts";
import { oddConditions } from "./odd-conditions.ts";
import type { Setting } from "./setting.ts";

/**
 * Share of the budget after which another method has a chance: without observations, with them, and with them on more
 * axes than one.
 */
const [mostOfBudget, mostWithObservations, mostInSpace] = [0.85, 0.7, 0.5];
/** Relative error that needs no improvement. */
const defaultTolerance = 1e-9;
/** Share of the budget from which no other method is tried. */
const late = 0.5;
/** Relative error that is not doubtful where all but a ten-thousandth of the domain is in it with less than 3 %. */
const mostSingular = 0.1;
/** Points at which quantities are compared. */
const compared = 4096;
/** Points at which the effect of noise is measured. */
const comparedByNoise = 256;

/** Share of the residual of u = 0 beyond which an error is not believed to be as small as was asked. */
const mostOfResidual = 1e-4;
/** Steps of a budget that a mesh stands for, and most meshes. */
const [stepsOfMesh, mostMeshes] = [4, 40];

/** True for problems on one or two axes that are steady, or have observations and cannot be marched. */
function suitsElements(problem: Problem): boolean {
  const { time, observations, constants, trainable } = problem;
  if (unsuitedToElements(problem) !== undefined) return false;
  if (time === undefined || problem.fluxes) return true;
  const held = { ...problem, trainable: {}, observations: [], constants: { ...constants, ...trainable } };
  return observations.length > 0 && marchable(held) !== undefined;
}

/** Error by the noise of observations above which methods with smoother functions go on beyond what is observed. */
const mostOpen = 0.2;

/** Solves by elements; undefined where the problem does not suit them, or u = 0 has no finite residual. */
export async function byElements(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const { options, budget, say, spent, speed, threads, work } = setting;
  if (!suitsElements(problem)) return undefined;
  const isObserved = problem.observations.length > 0;
  const share = !isObserved ? mostOfBudget : problem.axes.length === 1 ? mostWithObservations : mostInSpace;
  const goal = budget.tolerance ?? budget.residual ?? defaultTolerance;
  const byClock = budget.processorSeconds === undefined && budget.seconds !== undefined;
  const clock = () => 1000 * spent()[byClock ? "seconds" : "processorSeconds"];
  const solved = await solveByElementsOn(threads, problem, {
    ...{ tolerance: goal, clock, blas: options.blas !== "none" },
    seconds: speed.limited ? share * work : Number.POSITIVE_INFINITY,
    meshes: Math.min(mostMeshes, Math.ceil(1 + (budget.steps ?? Number.POSITIVE_INFINITY) / stepsOfMesh)),
    ...(options.signal && { signal: options.signal }),
    noise: (missed) => Math.sqrt(noise(problem, missed)),
    seed: setting.seed,
    onMesh: (_, { elements, residual, steps }) =>
      say(`${elements} elements: rows leave ${residual.toExponential(1)} after ${steps} steps`),
  });
  if (solved === undefined) return undefined;
  if (isObserved && !(solved.noise && solved.noise.error <= mostOpen)) {
    say(`elements leave observations to others: their noise leaves much open`);
    return undefined;
  }
  const { pieces, course, zeroResidual } = solved;
  const report: SolutionReport = {
    ...{
      ...spent(),
      status: "budget",
      residual: solved.residual / (zeroResidual || 1),
      scale: zeroResidual || 1,
      conditions: "penalty",
    },
    ...{ exactConditions: [], rounds: course.length },
    constants: Object.fromEntries(
      Object.entries(solved.constants).map(([name, { value }], k) => [
        name,
        { value, ...(solved.noise && { standardDeviation: solved.noise.deviations[k]! }) },
      ]),
    ),
    steps: course.reduce((sum, { steps }) => sum + steps, 0),
    penalizedConditions: problem.conditions.map(({ text }) => text),
  };
  const solution = new Solution(problem, piecewiseTrial(problem, pieces), report);
  return {
    solution,
    objection: (to) => contradiction(problem, solution, to, options.blas !== "none"),
    words: pieces.words,
    evidence: await evidenceOf(problem, solved, report, goal),
    // No other method determines what the equations leave open.
    isFinal:
      options.signal?.aborted === true ||
      solved.rounded > singular ||
      solved.isOpen ||
      (!isObserved && speed.share() > late),
  };
}

/** Residual of elements, beside that of u = 0, and relative distance from which they are another solution. */
const [solvedByElements, elsewhere] = [1e-3, 0.03];
/** Relative length of a step of Newton's method that no solution with a smaller estimate takes. */
const farStep = 1e-3;

/**
 * Evidence of elements against another solution. Those that leave next to nothing and lie elsewhere are a second
 * solution of the equations, as near to the truth as any. A step of Newton's method on elements that moves a solution
 * far shows that small residuals hardly determine it.
 */
async function contradiction(
  problem: Problem,
  elements: Solution,
  other: Solution,
  blas: boolean,
): Promise<Objection | undefined> {
  if (other.report.estimate?.advice !== undefined) return undefined;
  const how = "give it more time, or observations";
  if (elements.report.residual <= solvedByElements) {
    const error = await distance(problem, other, elements);
    const another = `elements leave as little of the equations with another solution: there are several, or small residuals move it far; ${how}`;
    if (error.unknowns > elsewhere) return { warnings: { another }, compared: [{ by: "another solution", error }] };
  }
  const step = await newtonStepFrom(problem, (points) => other.evaluate(points), blas);
  if (step === undefined || step <= Math.max(farStep, 10 * other.report.estimate!.relativeL2)) return undefined;
  const another = `a step of Newton's method on elements moves it by ${percentText(step)}, though it leaves next to nothing: small residuals move it far, as a layer whose place is hardly determined; ${how}`;
  const error = { unknowns: step, each: [], quantities: [] };
  return { warnings: { another }, compared: [{ by: "a step of Newton's method on elements", error }] };
}

/** Meshes over which rows fall by a factor where more of them help. */
const [lastMeshes, leastGain] = [3, 0.5];

/** Advice to give more time where that helped. */
function moreMeshes({ course }: ElementSolve): string {
  const [before, last] = [course.at(-lastMeshes), course.at(-1)!];
  const isGain = !before || last.residual < leastGain * before.residual;
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
  const place = at.map((x, k) => `${axes[k]} = ${numberText(x, 3)}`).join(", ");
  const time = element < farWider * length ? "give it more time, or " : "";
  const way = `draw the change wider${axes.length > 1 ? ", or take axes along which it lies, as r in the place of sqrt(x^2 + y^2)" : ""}`;
  return `a function of its equations changes within ${numberText(length, 2)} near ${place}, where elements are ${numberText(element, 2)} wide and leave ${percentText(imbalance)} of an equation unbalanced: ${time}${way}`;
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
  const { converged, residual, zeroResidual } = solved;
  const texts = [
    ...equations.map((_, k) => `equation ${k + 1}`),
    ...conditions.flatMap((c) => (c.kind === "periodic" ? [] : [c.text])),
  ];
  const error = {
    unknowns: converged && !solved.isUnled ? solved.error : Number.NaN,
    each: solved.errors,
    quantities: quantities.length > 0 ? await quantityErrors(problem, solved, report) : [],
  };
  // What is unbounded in a corner, as a pressure, has no L²: it is seen without the elements there.
  const excused = [...unknowns.keys()].filter((k) => solved.elsewhere[k]! <= doubtful);
  const most = problem.observations.length === 0 && excused.length === unknowns.length ? mostSingular : doubtful;
  const odd = oddConditions(problem);
  const more = odd ?? moreMeshes(solved);
  const fold = odd === undefined ? ", or it may have no solution, as beyond a fold" : "";
  const byMesh = solved.rounded > singular ? "to rounding" : solved.isOpen ? "as far as its mesh shows" : undefined;
  const beside = nearerEigenvalue(solved);
  const { alternative, spread } = await evidenceOfNoise(problem, solved, report);
  return {
    compared: [{ by: solved.isByDegree ? "a higher degree on its mesh" : "the last refinement of its mesh", error }],
    constants: Object.fromEntries(
      Object.entries(solved.constants).map(([name, { value, error: own }]) => [
        name,
        Math.max(own, beside ? beside.away / Math.abs(value) : 0),
      ]),
    ),
    noise: spread,
    rows: texts.map((text, k) => ({ text, share: solved.rows[k]! })),
    warnings: {
      restless: solved.isUnled
        ? `continuation in its highest derivatives reached no solution, which may have narrow layers: give it more time${fold}`
        : converged
          ? undefined
          : `Newton's method did not come to rest; ${more}${fold}`,
      singular:
        byMesh &&
        `its equations are singular ${byMesh}: it has none or infinitely many solutions, or one that small changes of its numbers move far; check its conditions and constants`,
      ...(problem.observations.length > 0 && {
        misfit: misfit(problem, { rows: solved.missed, values: Object.values(solved.constants) }),
        alternative: alternative && alternativeConstants(alternative),
      }),
      narrow: narrowWarning(problem, solved),
      neighbour:
        beside &&
        `another eigenvalue lies about ${numberText(beside.away, 2)} from ${beside.name} = ${beside.value}, and nearer to its guess ${problem.trainable[beside.name]}: give a guess nearer to the one that is meant`,
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
    isUnresolved: residual > mostOfResidual * zeroResidual && !seeksConstants(problem),
  };
}

/** Errors that noise of observations allows, and other constants that fit as well. */
async function evidenceOfNoise(problem: Problem, solved: ElementSolve, report: SolutionReport) {
  if (!solved.noise) return {};
  const at = comparisonPoints(problem, comparedByNoise);
  const values = (pieces: Pieces, constants: SolutionReport["constants"]) =>
    new Solution(problem, piecewiseTrial(problem, pieces), { ...report, constants }).expressions(
      expressionsOf(problem),
      at.points,
    );
  const own = await values(solved.pieces, report.constants);
  const each: Distance[] = [];
  for (const { pieces, constants } of solved.noise.draws) {
    const found = Object.entries(constants).map(([name, value]) => [name, { value }] as const);
    each.push(distanceOfValues(problem, own, await values(pieces, Object.fromEntries(found)), at));
  }
  const loss = solved.missed.reduce((sum, v) => sum + v * v, 0);
  return {
    spread: combined(each, (all) => Math.sqrt(all.reduce((sum, v) => sum + v * v, 0) / all.length)),
    alternative: alternativeOf(report.constants, {
      ...{ loss, others: solved.others, variance: noise(problem, solved.missed) },
    }),
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
