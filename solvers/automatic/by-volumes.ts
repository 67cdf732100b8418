/** Conservation laws by finite volumes: where a start or an edge jumps at once, and where a march has met a shock. */
import {
  columnsAt,
  type Expression,
  evaluate,
  evaluateAt,
  nodesOf,
  spaceAxes,
} from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import {
  type GridMarch,
  piecesOfHistory,
  solveByVolumes,
  type VolumeProblem,
  volumeProblem,
} from "../conservation/index.ts";
import { evolutionForm } from "../marching/evolution-form.ts";
import { longestSteps } from "../marching/time-scales.ts";
import { piecewiseTrial } from "../solution/piecewise-trial.ts";
import { Solution, type SolutionReport } from "../solution/solution.ts";
import { combined, comparisonPoints, type Distance, distance, scaled } from "./distance.ts";
import type { MethodResult } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** Shares of the budget up to which grids are refined: where jumps keep other methods away, and where all is smooth. */
const [shareAtJumps, shareWhereSmooth] = [0.9, 0.4];
/** Relative error that needs no finer grid where no tolerance is asked for. */
const enough = 1e-6;
/** Points at which grids are compared. */
const compared = 8192;
/**
 * Orders in the width of cells, by root mean squares: a fourth at a contact that smears, a half at a shock, two where
 * all is smooth; and the one from which all is.
 */
const [leastOrder, usualOrder, mostOrder, smooth] = [0.25, 0.5, 2, 1.2];
/**
 * Largest error, by root mean squares, of a solution with jumps that is believed: of one cell in a hundred all may be
 * wrong.
 */
const mostAtJumps = 0.1;

/** Nominal seconds of a march, by which budgets in steps are counted. */
const nominalSeconds = ({ steps, history }: GridMarch): number =>
  (steps * history.states.length * 3e-7) / history.times.length;

/** Finite volumes where the start or an edge of a system without diffusion jumps; undefined elsewhere. */
export async function byVolumesAtJumps(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const volumes = volumeProblem(problem);
  if ("refused" in volumes || isDiffusive(volumes) || !jumps(volumes)) return undefined;
  return byVolumes(volumes, setting, true);
}

/** Finite volumes for equations whose speeds depend on what they carry; undefined elsewhere. */
export async function byVolumesAtShocks(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const volumes = volumeProblem(problem);
  if ("refused" in volumes || !carriesItself(volumes)) return undefined;
  return byVolumes(volumes, setting, false);
}

async function byVolumes(volumes: VolumeProblem, setting: Setting, hasJumps: boolean): Promise<MethodResult> {
  const { problem, system, edges } = volumes;
  const { say, options, budget, speed } = setting;
  const points = comparisonPoints(problem, compared);
  const solutions = new Map<GridMarch, Solution>();
  const solutionOf = (march: GridMarch): Solution => {
    const known = solutions.get(march);
    if (known) return known;
    const { steps, history } = march;
    const report: SolutionReport = {
      ...{ status: "budget", seconds: 0, steps, rounds: 1, residual: Number.NaN, scale: 1, conditions: "exact" },
      ...{ exactConditions: problem.conditions.map(({ text }) => text), penalizedConditions: [], constants: {} },
    };
    const solution = new Solution(
      problem,
      piecewiseTrial(problem, piecesOfHistory(problem, system, edges, history)),
      report,
    );
    solutions.set(march, solution);
    return solution;
  };
  const changes: Distance[] = [];
  const measured = async (so: readonly GridMarch[]) => {
    for (let k = changes.length + 1; k < so.length; k++)
      changes.push(await distance(problem, solutionOf(so[k]!), solutionOf(so[k - 1]!), points));
    return errorBy(changes, so, hasJumps ? usualOrder : mostOrder);
  };
  const seconds = speed.limited ? speed.whole : setting.work;
  let done = 0;
  let order = usualOrder;
  const clock = {
    used: () => (speed.limited ? speed.share() * seconds : done),
    whole: () => (hasJumps || order < smooth ? shareAtJumps : shareWhereSmooth) * seconds,
    isAborted: () => options.signal?.aborted === true,
  };
  const goal = budget.tolerance ?? enough;
  const form = evolutionForm(problem);
  const longest = typeof form === "string" ? () => Number.POSITIVE_INFINITY : longestSteps(problem, form);
  const marches = await solveByVolumes(volumes, clock, longest, async (so) => {
    done = so.reduce((sum, march) => sum + nominalSeconds(march), 0);
    const found = await measured(so);
    order = found.order;
    const shape = so.at(-1)!.history.grid.counts.join(" × ");
    say(`finite volumes, ${shape} cells: error ${found.error.unknowns.toExponential(1)}`);
    return found.error.unknowns <= goal;
  });
  const finest = marches.at(-1)!;
  const solution = solutionOf(finest);
  const errors = marches.length > 1 ? [{ by: "a coarser grid", error: (await measured(marches)).error }] : [];
  const isDone = errors.length > 0 && errors[0]!.error.unknowns <= goal;
  return {
    solution,
    words: "finite volumes, whose jumps are those of the entropy solution",
    evidence: {
      compared: errors,
      ...(errors.length === 0 && { left: 1 }),
      ...((hasJumps || order < smooth) && { most: mostAtJumps, mostOfEach: mostAtJumps }),
      warnings: {
        ended: finest.ended && `it ends before its time: ${finest.ended}`,
        illPosed: finest.isComplex
          ? "its wave speeds are not real everywhere, so that it is no evolution there: look at the signs in the text"
          : undefined,
      },
      more: "give it more time: errors at jumps fall slowly with the cells",
      ended: isDone ? "converged" : "budget",
    },
    isFinal: hasJumps || (finest.ended === undefined && (isDone || order < smooth)),
    isRough: !isDone,
  };
}

/**
 * The error of the last grid. Errors fall with a power of the width h of cells, so that a change from h to r h is c hᵖ
 * (1 − rᵖ): p follows from changes, and the error is the geometric mean of what the last ones say, since shocks lie by
 * chance in their cells.
 *
 * @param most - highest order: changes that are small by chance look like a higher one than jumps allow
 */
function errorBy(changes: readonly Distance[], marches: readonly GridMarch[], most: number) {
  const widths = marches.map(({ history }) => 1 / history.grid.counts[0]!);
  const last = changes.length - 1;
  const first = Math.max(0, last - 2);
  const seen =
    Math.log(changes[first]!.unknowns / changes[last]!.unknowns) / Math.log(widths[first + 1]! / widths[last + 1]!);
  const order = last === 0 ? usualOrder : Math.min(most, Math.max(leastOrder, Number.isNaN(seen) ? most : seen));
  const errorFrom = (k: number) =>
    scaled(changes[k]!, (widths[last + 1]! / widths[k + 1]!) ** order / ((widths[k]! / widths[k + 1]!) ** order - 1));
  const all = Array.from({ length: last - first + 1 }, (_, k) => errorFrom(first + k));
  return { order, error: combined(all, (sizes) => sizes.reduce((a, b) => a * b) ** (1 / sizes.length)) };
}

/** True for equations with fluxes of slopes. */
const isDiffusive = ({ system }: VolumeProblem): boolean =>
  system.fluxes
    .flat()
    .some((flux) => [...nodesOf(flux)].some((n) => n.kind === "derivative" && n.order.some((o) => o > 0)));

/** True for equations with a flux that is no linear function of what is conserved. */
function carriesItself({ problem, system }: VolumeProblem): boolean {
  const d = problem.axes.length;
  const at = (e: Expression, scale: number) => {
    const derivative = (unknown: number, order: readonly number[]) =>
      Float64Array.of(order.some((o) => o > 0) ? 0 : scale * (1 + 0.3 * unknown));
    const middle = Float64Array.from(problem.bounds, ([low, high]) => low + 0.37 * (high - low));
    return evaluate(e, columnsAt(middle, d, { constants: problem.constants, derivative }))[0]!;
  };
  return system.fluxes.flat().some((flux) => {
    const [a, b, c] = [at(flux, 1), at(flux, 2), at(flux, 3)];
    return Math.abs(c - 2 * b + a) > 1e-9 * (Math.abs(a) + Math.abs(b) + Math.abs(c));
  });
}

/** Lines across the box on which starts are looked at, and their points. */
const [lines, along] = [9, 1025];
/** Share of the range of a start that counts as a jump, between points that are next to one another to rounding. */
const ofRange = 0.02;

/** True where a start jumps, or differs from what an edge prescribes at its corner. */
function jumps({ problem, edges }: VolumeProblem): boolean {
  const space = spaceAxes(problem);
  const d = problem.axes.length;
  const [begin] = problem.bounds[problem.time!]!;
  const pointOf = (axis: number, at: number, across: number) =>
    Float64Array.from(problem.bounds, ([low, high], k) =>
      k === problem.time ? begin : low + (high - low) * (k === axis ? at : across),
    );
  return edges.start.some((start, unknown) => {
    const value = (point: Float64Array) => evaluateAt(start, point, d, problem.constants)[0]!;
    return space.some((axis, k) =>
      Array.from(
        { length: space.length > 1 ? lines : 1 },
        (_, line) => (line + 0.5) / (space.length > 1 ? lines : 1),
      ).some((across) => {
        const on = (at: number) => value(pointOf(axis, at, across));
        const values = Array.from({ length: along }, (_, i) => on(i / (along - 1)));
        const range = Math.max(...values.map(Math.abs), 1e-300);
        const edge = edges.along[k]!;
        const ends = edge.kind === "values" ? ([edge.low[unknown], edge.high[unknown]] as const) : [];
        const meets = ends.every((given, side) => {
          if (given === undefined) return true;
          const wanted = evaluateAt(given, pointOf(axis, side, across), d, problem.constants)[0]!;
          return Math.abs(wanted - on(side)) <= ofRange * range;
        });
        if (!meets) return true;
        if (edge.kind === "periodic" && Math.abs(values[0]! - values.at(-1)!) > ofRange * range) return true;
        return values.some((v, i) => i > 0 && Math.abs(v - values[i - 1]!) > ofRange * range && isJump(on, i, range));
      }),
    );
  });
}

/** True where the difference of two neighbouring points stays as they come together. */
function isJump(on: (at: number) => number, i: number, range: number): boolean {
  let [low, high] = [(i - 1) / (along - 1), i / (along - 1)];
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2;
    const [a, b, c] = [on(low), on(middle), on(high)];
    if (Math.abs(b - a) > Math.abs(c - b)) high = middle;
    else low = middle;
  }
  return Math.abs(on(high) - on(low)) > ofRange * range;
}
