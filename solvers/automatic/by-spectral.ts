/** Problems on three axes of space, and waves and transport in a plane, by spectral elements: their solution, and the estimate of its error. */
import { numberText, significant } from "../../engine/text/number.ts";
import { spaceAxes } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { piecewiseTrial } from "../solution/piecewise-trial.ts";
import { Solution, type SolutionReport } from "../solution/solution.ts";
import {
  errorShare,
  growthOfChanges,
  Mismatch,
  type NarrowPlace,
  narrowPlaces,
  type SpectralField,
  type SpectralForm,
  type SpectralOptions,
  solveOnGrids,
  spectralForm,
  spectralPieces,
  suitsExplicit,
  unresolvedPlace,
} from "../spectral/index.ts";
import { doubtful } from "./assessment.ts";
import { comparisonPoints, distance } from "./distance.ts";
import type { MethodResult } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** Shares of the budget with an error that is not doubtful, and with one that is. */
const [shareOfGood, shareOfPoor] = [0.85, 0.7];
/** Relative error that needs no improvement, and the one above which another method has a chance. */
const [defaultTolerance, rough] = [1e-9, 1e-4];
/** Points at which what is asked for is compared. */
const compared = 1024;

const shareBy = (error: number): number => (error <= doubtful ? shareOfGood : shareOfPoor);

/** Solves by spectral elements; undefined where the problem does not suit them. */
export async function bySpectralElements(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const { say, options, budget, speed, work, spent } = setting;
  const axes = spaceAxes(problem).length;
  if (axes !== 3 && (axes !== 2 || problem.time === undefined)) return undefined;
  const form = spectralForm(problem);
  if (axes === 2 && (typeof form === "string" || !suitsExplicit(form))) return undefined;
  const goal = budget.tolerance ?? defaultTolerance;
  const narrow = typeof form === "string" ? [] : narrowPlaces(form);
  const limits = {
    ...{ goal, narrow },
    work: (error: number) => shareBy(error) * work,
    isOver: (error: number) => options.signal?.aborted === true || speed.share() > shareBy(error),
    onGrid: (words: string, error: number) => say(`spectral elements, ${words}: error ${error.toExponential(1)}`),
  };
  const solves = typeof form === "string" ? form : await solvesOf(form, limits);
  if (typeof solves === "string" || typeof form === "string") {
    say(`no spectral elements: ${solves}`);
    return undefined;
  }
  const { field, change, share, steps, restless, ended } = solves.at(-1)!;
  const singular = form.time === undefined ? resonance(form, solves) : undefined;
  const narrowest = narrowWarning(problem, unresolvedPlace(field.grid.axes, narrow));
  const report: SolutionReport = {
    ...{ ...spent(), status: "budget", residual: Number.NaN, scale: 1, conditions: "exact", constants: {} },
    ...{ exactConditions: problem.conditions.map(({ text }) => text), penalizedConditions: [], rounds: solves.length },
    steps,
  };
  const solutionOf = (one: SpectralField) =>
    new Solution(problem, piecewiseTrial(problem, spectralPieces(form, one)), report);
  const solution = solutionOf(field);
  const quantities =
    change && problem.quantities.length > 0
      ? (await distance(problem, solution, solutionOf(solves.at(-2)!.field), comparisonPoints(problem, compared)))
          .quantities
      : [];
  const error = change && {
    unknowns: share * change.unknowns,
    each: change.each.map((size) => share * size),
    quantities: quantities.map((size) => share * size),
    ...(change.end !== undefined && { end: share * change.end }),
  };
  return {
    solution,
    words: "spectral elements",
    evidence: {
      compared: error ? [{ by: "a coarser grid", error }] : [],
      ...(!error && { residualRatio: 1 }),
      warnings: { restless, ended, singular, narrow: narrowest },
      more: "give it more time",
      ended: error && error.unknowns <= goal ? "converged" : "budget",
    },
    isFinal: axes === 2 && error !== undefined && error.unknowns <= doubtful,
    isRough: !(error && error.unknowns <= Math.max(goal, rough)),
  };
}

/** The most points of a grid on which a resonance is looked for; and growth of a change from which on there is one. */
const [pointsOfResonance, resonant] = [3e4, 1e5];

function resonance(form: SpectralForm, solves: readonly Solve[]): string | undefined {
  const { grid } = (solves.findLast(({ field }) => field.grid.count <= pointsOfResonance) ?? solves[0]!).field;
  return growthOfChanges(form, grid) < resonant
    ? undefined
    : "its equations are singular, or nearly: terms of the unknowns themselves meet an eigenvalue of the others, and there may be no solution or several; change a coefficient, or prescribe an integral";
}

/** Advice where a function changes between the nodes of the last grid. */
function narrowWarning(problem: Problem, narrow: NarrowPlace | undefined): string | undefined {
  if (!narrow) return undefined;
  const place = spaceAxes(problem).map((axis, k) => `${problem.axes[axis]} = ${numberText(narrow.at[k]!, 3)}`);
  return `a function of its equations changes within ${numberText(narrow.length, 2)} near ${place.join(", ")}, which the grid does not resolve: give it more time, or draw the change wider`;
}

interface Solve {
  readonly field: SpectralField;
  /** Difference from the one before. */
  readonly change: { readonly unknowns: number; readonly each: readonly number[]; readonly end?: number } | undefined;
  /** Of the last change that is thought to be the error. */
  readonly share: number;
  readonly steps: number;
  readonly restless: string | undefined;
  readonly ended: string | undefined;
}

const restlessWords =
  "the equations of spectral elements were not solved: they may have no solution or several, or coefficients that vary much; look at the text, or give it more time";

/** Solutions on finer grids, coarse ones first, or why there are none, in words. */
async function solvesOf(form: SpectralForm, limits: SpectralOptions): Promise<Solve[] | string> {
  try {
    const found = form.time === undefined ? steadySolves(form, limits) : await marches(form, limits);
    if (found.length === 0) return "there was no time for a march";
    return found.every(({ isFinite: finite }) => finite) ? found : "their values do not stay finite";
  } catch (error) {
    if (error instanceof Mismatch) return error.message;
    throw error;
  }
}

const steadySolves = (form: SpectralForm, limits: SpectralOptions) =>
  solveOnGrids(form, limits).map(({ grid, values, change, steps, converged }, k, all) => ({
    ...{ field: { grid, states: values }, change, steps, isFinite: values.every(Number.isFinite) },
    ...{ share: errorShare(all.slice(0, k + 1)), restless: converged ? undefined : restlessWords, ended: undefined },
  }));

async function marches(form: SpectralForm, limits: SpectralOptions) {
  const { marchOnGrids, shareOfLast } = await import("../spectral/march.ts");
  return marchOnGrids(form, limits).map(({ grid, steps, until, isEnded, change }, k, all) => ({
    ...{
      field: { grid, states: { steps, until } },
      change,
      steps: steps.length,
      share: shareOfLast(form, all.slice(0, k + 1)),
    },
    isFinite: steps.every(({ start }) => start[0]!.every(Number.isFinite)),
    restless: undefined,
    ended: isEnded
      ? `no step in time is short enough at t = ${significant(until, 4)}: the solution may end there`
      : undefined,
  }));
}
