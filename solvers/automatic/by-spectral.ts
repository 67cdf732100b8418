/** Steady problems on three axes by spectral elements: their solution, and the estimate of its error. */
import { spaceAxes } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { piecewiseTrial } from "../solution/piecewise-trial.ts";
import { Solution, type SolutionReport } from "../solution/solution.ts";
import { errorShare, type GridSolve, Mismatch, solveOnGrids, spectralForm, spectralPieces } from "../spectral/index.ts";
import { doubtful } from "./assessment.ts";
import { comparisonPoints, distance } from "./distance.ts";
import type { MethodResult } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** Shares of the budget with an error that is not doubtful, and with one that is. */
const [shareOfGood, shareOfPoor] = [0.85, 0.5];
/** Relative error that needs no improvement, and the one above which another method has a chance. */
const [defaultTolerance, rough] = [1e-9, 1e-4];
/** Points at which what is asked for is compared. */
const compared = 1024;

const shareBy = (error: number): number => (error <= doubtful ? shareOfGood : shareOfPoor);

/** Solves by spectral elements; undefined where the problem does not suit them. */
export async function bySpectralElements(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const { say, options, budget, speed, work, spent } = setting;
  if (problem.time !== undefined || spaceAxes(problem).length !== 3) return undefined;
  const form = spectralForm(problem);
  if (typeof form === "string") {
    say(`no spectral elements: ${form}`);
    return undefined;
  }
  const goal = budget.tolerance ?? defaultTolerance;
  let solves: GridSolve[];
  try {
    solves = solveOnGrids(form, {
      goal,
      work: (error) => shareBy(error) * work,
      isOver: (error) => options.signal?.aborted === true || speed.share() > shareBy(error),
      onGrid: ({ grid, iterations }, error) =>
        say(
          `spectral elements, ${grid.axes.map(({ nodes }) => nodes).join(" × ")} nodes: error ${error.toExponential(1)} after ${iterations} iterations`,
        ),
    });
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    say(`no spectral elements: ${error.message}`);
    return undefined;
  }
  const last = solves.at(-1)!;
  if (!last.values.every(Number.isFinite)) {
    say("no spectral elements: their values do not stay finite");
    return undefined;
  }
  const report: SolutionReport = {
    ...{ ...spent(), status: "budget", residual: Number.NaN, scale: 1, conditions: "exact", constants: {} },
    ...{ exactConditions: problem.conditions.map(({ text }) => text), penalizedConditions: [], rounds: solves.length },
    steps: solves.reduce((sum, { steps }) => sum + steps, 0),
  };
  const solutionOf = ({ grid, values }: GridSolve) =>
    new Solution(problem, piecewiseTrial(problem, spectralPieces(grid, values)), report);
  const solution = solutionOf(last);
  const share = errorShare(solves);
  const { change } = last;
  const quantities =
    change && problem.quantities.length > 0
      ? (await distance(problem, solution, solutionOf(solves.at(-2)!), comparisonPoints(problem, compared))).quantities
      : [];
  const error = change && {
    unknowns: share * change.unknowns,
    each: change.each.map((size) => share * size),
    quantities: quantities.map((size) => share * size),
  };
  return {
    solution,
    words: "spectral elements",
    evidence: {
      compared: error ? [{ by: "a coarser grid", error }] : [],
      ...(!error && { residualRatio: 1 }),
      warnings: {
        restless: last.converged
          ? undefined
          : "the equations of spectral elements were not solved: they may have no solution or several, or coefficients that vary much; look at the text, or give it more time",
      },
      more: "give it more time",
      ended: error && error.unknowns <= goal ? "converged" : "budget",
    },
    isFinal: false,
    isRough: !(error && error.unknowns <= Math.max(goal, rough)),
  };
}
