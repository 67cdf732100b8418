/**
 * Problems of second order in rectangles and boxes, and waves and transport on long lines, by spectral elements; steady
 * ones on three axes in shapes with round parts, and those with coefficients that jump at round or slanted surfaces, by
 * curved elements: their solution, and the estimate of its error.
 */
import { numberText, significant } from "../../engine/text/number.ts";
import { one, spaceAxes } from "../../equations/expression/index.ts";
import { isSlanted, type Pieces, type Problem } from "../../equations/problem/index.ts";
import { piecewiseTrial } from "../solution/piecewise-trial.ts";
import { Solution, type SolutionReport } from "../solution/solution.ts";
import {
  crossings,
  errorShare,
  growthBySolution,
  growthOfChanges,
  Mismatch,
  type NarrowPlace,
  narrowPlaces,
  rowsForm,
  type SpectralField,
  type SpectralForm,
  type SpectralOptions,
  solveOnGrids,
  spectralForm,
  spectralPieces,
  suitsExplicit,
  suitsExponential,
  unresolvedPlace,
} from "../spectral/index.ts";
import { doubtful, type Evidence } from "./assessment.ts";
import { comparisonPoints, distance } from "./distance.ts";
import type { MethodResult } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** Shares of the budget with an error that is not doubtful, and with one that is. */
const [shareOfGood, shareOfPoor] = [0.85, 0.7];
/** Share of the budget for blocks, where random features follow. */
const shareOfBlocks = 0.4;
/** The same for the first march of an evolution in a rectangle, where marches on splines follow, and until two are alike. */
const [shareOfFirst, shareOfSecond] = [0.3, 0.6];
/** Share of the budget in a rectangle, where elements follow, once an error falls slowly, as at corners; and such a fall. */
const slow = { share: 0.35, fall: 2 };
/** Relative error that needs no improvement, and the one above which another method has a chance. */
const [defaultTolerance, rough] = [1e-9, 1e-4];
/** Crossings of a line from which on steps of a march on splines are too many. */
const longOnLine = 50;
/** Points at which what is asked for is compared. */
const compared = 1024;

const shareBy = (error: number): number => (error <= doubtful ? shareOfGood : shareOfPoor);

/** A method on three axes, with what it found. */
interface SolvesOfMethod {
  readonly words: string;
  readonly solves: readonly Solve[];
  /** Growth of relative changes of what multiplies the unknowns; 0 where there is no resonance. */
  readonly growth: () => number;
  /** A place that the last grid does not resolve. */
  readonly narrow: NarrowPlace | undefined;
  /** Error above which another method has a chance. */
  readonly rough: number;
}

/** Solves by spectral or curved elements; undefined where the problem does not suit them. */
export async function bySpectralElements(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const { say, options, budget, speed, work } = setting;
  const axes = spaceAxes(problem).length;
  const isCut = problem.fluxes?.some(isSlanted) === true;
  if (axes > 3 || (axes === 1 && problem.time === undefined && !isCut)) return undefined;
  const form = isCut ? "coefficients jump at surfaces that are round or slanted" : spectralForm(problem);
  const isLayered = problem.fluxes !== undefined;
  const isMarched = typeof form !== "string" && (suitsExplicit(form) || suitsExponential(form));
  const isInRectangle =
    axes === 2 && !isLayered && !isMarched && typeof form !== "string" && isDiffusiveInRectangle(form);
  const isElliptic = isInRectangle && problem.time === undefined;
  if (axes < 3 && !isLayered && !isMarched && !isInRectangle) return undefined;
  if (axes === 1 && crossings(form as SpectralForm) < longOnLine) return undefined;
  const goal = budget.tolerance ?? defaultTolerance;
  const errors: number[] = [];
  let isUnsolved = false;
  const share = (error: number) => {
    const most = shareBy(error);
    if (isElliptic && isUnsolved) return 0;
    if (isInRectangle && !isElliptic && error > doubtful) return errors.length === 0 ? shareOfFirst : shareOfSecond;
    const [a, b, c] = errors.slice(-3) as [number, number, number];
    const isSlow = isInRectangle && a < doubtful && c > rough && a < slow.fall ** 2 * c && b < slow.fall * c;
    return isSlow ? slow.share : most;
  };
  const limits = {
    goal,
    work: (error: number) => share(error) * work,
    isOver: (error: number) => options.signal?.aborted === true || speed.share() > share(error),
    onGrid: (words: string, error: number, isSolved: boolean) => {
      errors.push(error);
      isUnsolved = !isSolved;
      say(`${words}: error ${error.toExponential(1)}`);
    },
  };
  const found = await foundBy(problem, form, limits);
  if (typeof found === "string") {
    say(`no spectral elements: ${found}`);
    return undefined;
  }
  const { words, growth, narrow } = found;
  const singular = problem.time === undefined && growth() >= resonant ? resonanceWords : undefined;
  const { error, solutionOf: _, ...result } = await resultOfSolves(problem, setting, found.solves, goal);
  return {
    ...result,
    words,
    evidence: {
      ...result.evidence,
      warnings: { ...result.evidence.warnings, singular, narrow: narrowWarning(problem, narrow) },
    },
    isFinal: axes < 3 && !isInRectangle && error !== undefined && error.unknowns <= doubtful,
    isRough: !(error && error.unknowns <= Math.max(goal, found.rough)),
  };
}

/** Length beside the domain's below which a coefficient of slopes is steep: nodes that miss it lose its flux, and no change says so. */
const steep = 0.05;

/**
 * True for one rectangle in which each equation has second derivatives of its own unknown, at most the first in time, and
 * no steep coefficient. Where both axes are periodic, and diffusion is not constant, marches on splines take transforms.
 */
function isDiffusiveInRectangle(form: SpectralForm): boolean {
  const { cuts, inside, leaves, inTime, periodic, time } = form;
  if (time !== undefined && !periodic.includes(false)) return false;
  const isOfSecond = inside.every(({ slopes }, unknown) =>
    slopes.some(({ leaf }) => leaves[leaf]!.unknown === unknown && leaves[leaf]!.inSpace.includes(2)),
  );
  if (!isOfSecond || inTime.some((order) => order > 1) || cuts.some(({ length }) => length > 2)) return false;
  const coefficients = inside.map(({ slopes }) => ({
    residual: one,
    slopes: slopes.filter(({ leaf }) => leaves[leaf]!.inSpace.some((order) => order > 0)),
  }));
  const width = Math.min(...cuts.map(([low, high]) => high! - low!));
  return narrowPlaces({ ...form, inside: coefficients, faces: [] }).every(({ length }) => length >= steep * width);
}

/** The last of several solves as a solution, with the evidence of the change to it. */
export async function resultOfSolves(problem: Problem, { spent }: Setting, solves: readonly Solve[], goal: number) {
  const { pieces, change, share, steps, restless, ended } = solves.at(-1)!;
  const report: SolutionReport = {
    ...{ ...spent(), status: "budget", residual: Number.NaN, scale: 1, conditions: "exact", constants: {} },
    ...{ exactConditions: problem.conditions.map(({ text }) => text), penalizedConditions: [], rounds: solves.length },
    steps,
  };
  const solutionOf = (one: Pieces) => new Solution(problem, piecewiseTrial(problem, one), report);
  const solution = solutionOf(pieces);
  const quantities =
    change && problem.quantities.length > 0
      ? (await distance(problem, solution, solutionOf(solves.at(-2)!.pieces), comparisonPoints(problem, compared)))
          .quantities
      : [];
  const error = change && {
    unknowns: share * change.unknowns,
    each: change.each.map((size) => share * size),
    quantities: quantities.map((size) => share * size),
    ...(change.end !== undefined && { end: share * change.end }),
  };
  const evidence: Evidence = {
    compared: error ? [{ by: "a coarser grid", error }] : [],
    ...(!error && { residualRatio: 1 }),
    warnings: { restless, ended },
    more: "give it more time",
    ended: error && error.unknowns <= goal ? "converged" : "budget",
  };
  return { solution, evidence, error, solutionOf };
}

/** Solves in boxes, or in blocks about round parts; or says why there is no solution. */
async function foundBy(
  problem: Problem,
  form: SpectralForm | string,
  limits: Omit<SpectralOptions, "narrow">,
): Promise<SolvesOfMethod | string> {
  try {
    const found = typeof form === "string" ? await inBlocks(problem, form, limits) : await inBoxes(form, limits);
    if (typeof found === "string") return found;
    if (found.solves.length === 0)
      return problem.time === undefined ? "there was no time for its first grid" : "there was no time for a march";
    return found.solves.every(({ isFinite: finite }) => finite) ? found : "their values do not stay finite";
  } catch (error) {
    if (error instanceof Mismatch) return error.message;
    throw error;
  }
}

async function inBoxes(form: SpectralForm, limits: Omit<SpectralOptions, "narrow">): Promise<SolvesOfMethod> {
  const narrow = narrowPlaces(form);
  const all = { ...limits, narrow };
  const found: readonly SpectralSolve[] = form.time === undefined ? steadySolves(form, all) : await marches(form, all);
  const grids = found.map(({ field }) => field.grid);
  return {
    ...{ words: "spectral elements", rough },
    solves: found.map(({ field, ...solve }) => ({ ...solve, pieces: spectralPieces(form, field) })),
    growth: () => growthOfChanges(form, grids.findLast(({ count }) => count <= pointsOfResonance) ?? grids[0]!),
    narrow: unresolvedPlace(grids.at(-1)?.axes ?? [], narrow),
  };
}

async function inBlocks(
  problem: Problem,
  noBoxes: string,
  limits: Omit<SpectralOptions, "narrow">,
): Promise<SolvesOfMethod | string> {
  const form = rowsForm(problem);
  if (typeof form === "string") return form;
  if (form.time !== undefined || form.periodic.includes(true)) return noBoxes;
  const { blocksOfProblem, curvedPieces, solveOnBlocks } = await import("../curved/index.ts");
  const blocks = blocksOfProblem(problem);
  if (typeof blocks === "string") return blocks;
  const cuts = form.space.map((axis) => problem.bounds[axis]!);
  const narrow = narrowPlaces({ ...form, cuts, contains: () => true });
  const found = solveOnBlocks(form, blocks, {
    ...limits,
    ...(!problem.fluxes && { work: (error: number) => (shareOfBlocks / shareOfGood) * limits.work(error) }),
  });
  const { grid, rows } = found.at(-1)!;
  const spacing = (grid.weights.reduce((a, b) => a + b, 0) / grid.nodes) ** (1 / grid.dimension);
  return {
    // Random features have more digits where the solution is smooth.
    ...{ words: "curved elements", rough: 0 },
    solves: found.map((one, k, all) => ({
      ...{ pieces: curvedPieces(one.grid, one.values, form.space), change: one.change, steps: one.steps },
      ...{ isFinite: one.values.every(Number.isFinite), share: errorShare(all.slice(0, k + 1)) },
      ...{ restless: one.converged ? undefined : restlessWords, ended: undefined },
    })),
    growth: () =>
      growthBySolution(form, grid, (right) => {
        rows.evaluate(new Float64Array(rows.size));
        const { solve, factors } = rows.linearise();
        return factors.deficient > 0 ? undefined : solve(rows.rightOf((k) => right[k]));
      }),
    narrow: narrow.findLast(({ length }) => spacing > 2 * length),
  };
}

/** The most points of a grid on which a resonance is looked for; and growth of a change from which on there is one. */
const [pointsOfResonance, resonant] = [3e4, 1e5];

const resonanceWords =
  "its equations are singular, or nearly: terms of the unknowns themselves meet an eigenvalue of the others, and there may be no solution or several; change a coefficient, or prescribe an integral";

/** Advice where a function changes between the nodes of the last grid. */
function narrowWarning(problem: Problem, narrow: NarrowPlace | undefined): string | undefined {
  if (!narrow) return undefined;
  const place = spaceAxes(problem).map((axis, k) => `${problem.axes[axis]} = ${numberText(narrow.at[k]!, 3)}`);
  return `a function of its equations changes within ${numberText(narrow.length, 2)} near ${place.join(", ")}, which the grid does not resolve: give it more time, or draw the change wider`;
}

/** A solve of several with growing numbers of unknowns. */
export interface Solve {
  readonly pieces: Pieces;
  /** Difference from the one before. */
  readonly change: { readonly unknowns: number; readonly each: readonly number[]; readonly end?: number } | undefined;
  /** Of the last change that is thought to be the error. */
  readonly share: number;
  readonly steps: number;
  readonly restless: string | undefined;
  readonly ended: string | undefined;
  readonly isFinite: boolean;
}

/** The same on a grid of boxes. */
type SpectralSolve = Omit<Solve, "pieces"> & { readonly field: SpectralField };

const restlessWords =
  "the equations of spectral elements were not solved: they may have no solution or several, or coefficients that vary much; look at the text, or give it more time";

const steadySolves = (form: SpectralForm, limits: SpectralOptions) =>
  solveOnGrids(form, limits).map(({ grid, values, change, share, steps, converged }) => ({
    ...{ field: { grid, states: values }, change, share, steps, isFinite: values.every(Number.isFinite) },
    ...{ restless: converged ? undefined : restlessWords, ended: undefined },
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
