/** Steady problems in one and two dimensions by elements: their solution, and what is thought of it. */
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { type ElementSolve, solveByElements, unsuitedToElements } from "../elements/index.ts";
import type { Problem } from "../problem/problem.ts";
import { quantityList } from "../solve/judge.ts";
import { processorMilliseconds } from "../solve/options.ts";
import { PiecewiseSolution } from "../solve/piecewise-solution.ts";
import type { ErrorEstimate } from "../solve/solution.ts";
import type { Budget } from "../solve/training.ts";
import { illPosed } from "./ill-posed.ts";
import type { Setting } from "./stages.ts";
import { wordsOf } from "./trust.ts";

/** Share of the budget after which another method has a chance. */
const mostOfBudget = 0.85;
/** Relative error with which elements are content. */
const enough = 1e-9;
/** Share of the budget from which no other method is tried. */
const late = 0.5;
/** Share of what terms add up to that a row may leave, and an error that is doubted. */
const [mostLeft, doubtful] = [1 / 3, 0.03];
/** Points at which quantities are compared. */
const compared = 4096;

/** A candidate of elements. */
export interface ElementCandidate {
  readonly solution: PiecewiseSolution;
  /** Whether no other method needs to be tried. */
  readonly enough: boolean;
}

/** Whether elements come first: in steady problems on one or two axes. A budget in steps counts those of networks, which elements have none of. */
export const suitsElements = (problem: Problem, { steps }: Budget): boolean =>
  steps === undefined &&
  problem.time === undefined &&
  problem.axes.length <= 2 &&
  unsuitedToElements(problem) === undefined;

/** Solves by elements; undefined where u = 0 has no finite residual. */
export async function byElements(problem: Problem, setting: Setting): Promise<ElementCandidate | undefined> {
  const { options, budget, say, spent, speed, work } = setting;
  const goal = budget.tolerance ?? budget.residual ?? enough;
  const clock =
    budget.processorSeconds === undefined && budget.seconds !== undefined ? options.clock : options.processorClock;
  const solved = solveByElements(problem, {
    ...{ tolerance: goal, clock: clock ?? processorMilliseconds },
    seconds: mostOfBudget * work,
    ...(options.signal && { signal: options.signal }),
    onMesh: (_, { elements, left, steps }) =>
      say(`${elements} elements: rows leave ${left.toExponential(1)} after ${steps} steps`),
  });
  if (solved === undefined) return undefined;
  const { pieces, course, left, nothing, settled } = solved;
  const estimate = await estimateOf(problem, solved);
  say(`taken: ${pieces.words}`);
  const aborted = options.signal?.aborted === true;
  const content = solved.error <= goal;
  const solution = new PiecewiseSolution(problem, pieces, {
    ...{
      ...spent(),
      estimate,
      residual: left / nothing,
      scale: nothing,
      conditions: "penalty",
      exactConditions: [],
      constants: {},
    },
    status: aborted
      ? "aborted"
      : estimate.advice !== undefined
        ? "doubtful"
        : content || settled
          ? "converged"
          : "budget",
    steps: course.reduce((sum, { steps }) => sum + steps, 0),
    rounds: course.length,
    penalizedConditions: problem.conditions.map(({ text }) => text),
  });
  return { solution, enough: aborted || estimate.advice === undefined || speed.share() > late };
}

async function estimateOf(problem: Problem, solved: ElementSolve): Promise<ErrorEstimate> {
  const { unknowns, equations, conditions, quantities } = problem;
  const texts = [
    ...equations.map((_, k) => `equation ${k + 1}`),
    ...conditions.flatMap((c) => (c.kind === "periodic" ? [] : [c.text])),
  ];
  const ofQuantities = quantities.length > 0 ? await quantityErrors(problem, solved) : [];
  const broken = solved.rows.findIndex((share) => share > mostLeft);
  const parts = [
    ...(unknowns.length > 1 ? unknowns.map((name, k) => [name, solved.errors[k]!] as const) : []),
    ...quantities.map(({ name }, k) => [name, ofQuantities[k]!] as const),
  ];
  const poor = parts.find(([, error]) => !(error <= doubtful));
  const more = "give it more time";
  const open = illPosed(problem);
  const advice =
    open !== undefined
      ? open
      : !solved.settled
        ? `Newton's method did not come to rest; ${more}, or it may have no solution, as beyond a fold`
        : broken >= 0
          ? `"${texts[broken]}" leaves ${Math.round(100 * solved.rows[broken]!)} % of its terms: conditions may contradict one another, or something narrow is not resolved; ${more}`
          : !(solved.error <= doubtful)
            ? `meshes still change it by more than ${100 * doubtful} %; ${more}`
            : poor && `${wordsOf(poor)}; ${more}`;
  const named = (names: readonly string[], values: readonly number[]) =>
    Object.fromEntries(names.map((name, k) => [name, values[k]!]));
  return {
    relativeL2: solved.settled ? solved.error : Number.NaN,
    ...(unknowns.length > 1 && { unknowns: named(unknowns, solved.errors) }),
    ...(quantities.length > 0 && {
      quantities: named(
        quantities.map(({ name }) => name),
        ofQuantities,
      ),
    }),
    rows: named(texts, solved.rows),
    by: "the last refinement of its mesh",
    ...(advice !== undefined && { advice }),
  };
}

/** What the last mesh changed of quantities that are asked for. */
async function quantityErrors(problem: Problem, { pieces, previous, share }: ElementSolve): Promise<number[]> {
  const points = domainOf(problem.domain).interior(compared, rng(0).split("quantities"));
  const list = quantityList(problem);
  const values = (of: typeof pieces) => new PiecewiseSolution(problem, of, {} as never).expressions(list, points);
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
