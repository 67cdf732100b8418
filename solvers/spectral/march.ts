/**
 * Evolutions: rows on a grid as a system in time, by Radau's method, an explicit or an exponential one, with finer grids
 * and steps in turn.
 */
import { type Expression, evaluateAt } from "../../equations/expression/index.ts";
import { soonConsistent } from "../marching/march.ts";
import { type Marched, type RadauOptions, radau } from "../marching/radau.ts";
import type { Step } from "../marching/radau-stages.ts";
import { longestSteps } from "../marching/time-scales.ts";
import { type AxisPlan, axisOf } from "./axis.ts";
import { largestBoxes, nodeBoxes } from "./boxes.ts";
import { dormandPrince } from "./dormand-prince.ts";
import { exactMarch, suitsExact } from "./exact-march.ts";
import { explicitSystem, suitsExplicit } from "./explicit-system.ts";
import { exponentialMarch, suitsExponential } from "./exponential.ts";
import type { SpectralForm } from "./form.ts";
import { gauge } from "./gauge.ts";
import type { Grid, GridPlan } from "./grid.ts";
import type { NarrowPlace } from "./narrow-places.ts";
import { partsAt } from "./pieces.ts";
import { firstPlan, gridOf, refinement } from "./refinement.ts";
import { SpectralRows } from "./rows.ts";
import { changeOf, errorShare, type SpectralOptions, wordsOf } from "./solve.ts";
import { systemInTime } from "./system.ts";

/** States on a grid in time. */
export interface GridMarch {
  readonly grid: Grid;
  readonly steps: readonly Step[];
  readonly tolerance: number;
  /** Tail of its states beside one that is small enough. */
  readonly tail: number;
  readonly until: number;
  /** True where no step was short enough to go on. */
  readonly isEnded: boolean;
  /** Difference from the march before, relative to the values, over all times: of all unknowns, of each, and at the end. */
  readonly change: { readonly unknowns: number; readonly each: readonly number[]; readonly end: number } | undefined;
}

/** Tolerance of the first steps, how much smaller each next one is, and the least; the same of an explicit method. */
const [firstTolerance, finer, leastTolerance] = [1e-4, [1e-2], 1e-11];
const [firstOfExplicit, finerOfExplicit, finerOfExponential] = [1e-2, [1e-2, 0.1, 0.3, 0.5], [0.3, 0.3, 0.3, 0.5]];
/** Growth of nodes along an axis from one explicit march to the next at most, for each of these. */
const mostGrowth = [1.8, 1.5, 1.25, 1.12];
/** Tail of a state beside the tolerance; and rounds in which a grid is made finer. */
const [mostTail, rounds] = [0.3, 8];
/** Part of the largest tail from which on an interval is refined. */
const marked = 0.05;
/** The most values at nodes, by memory: a step keeps four for each. */
const mostValues = 2.5e5;
/** Operations of a nominal second. */
const rate = 9e7;
/** Nominal seconds of a node and unknown in two hundred implicit steps, and in exact ones. */
const [ofImplicit, ofExact] = [1.6e-3, 2e-5];
/** Moments of a march by which grids are refined, and halves of the time to the first one at which marches are compared. */
const [moments, soonest] = [8, 10];
/** Growth of work where steps have a smaller tolerance. */
const moreSteps = 2.5;
const firstDegree = 8;
/** Change of marches below which both are resolved, and the least share of it that is the error. */
const [resolved, leastShare] = [0.1, 0.1];
/** Orders of both methods. */
const [orderOfExplicit, orderOfExponential] = [8, 4];
/** Order with which tails of smooth states fall at least. */
const leastOrder = 6;
/** Highest degree of elements of one length, of one and of several; and growth of nodes by how far tails are from small ones. */
const [highestAlone, highestOfEven] = [16, 11];
const [farFrom, growthIfFar, growthIfNear] = [30, 1.6, 1.3];

/** Marches until the error is small enough or time is short; coarse ones come first. */
export function marchOnGrids(form: SpectralForm, { goal, narrow, work, isOver, onGrid }: SpectralOptions): GridMarch[] {
  const { problem } = form;
  const time = form.time!;
  const interval = problem.bounds[time]!;
  const longest = longestSteps(problem, { ...form, time });
  const way = wayOf(form, narrow);
  const marches: GridMarch[] = [];
  let candidates: readonly Candidate[] = [{ plan: way.plan, tolerance: way.tolerance, cost: 0 }];
  let [used, error] = [0, 1];
  const timeFor = () => work(way.isAlone && marches.length < 2 ? 0 : error);
  for (;;) {
    const found = candidates.reduce<(Omit<GridMarch, "change" | "tail"> & { readonly operations: number }) | undefined>(
      (done, candidate) => done ?? marchOn(candidate),
      undefined,
    );
    if (!found) return marches;
    const { operations, ...rest } = found;
    const { tolerance } = rest;
    const { grid, steps, until } = rest;
    const seen = way.seesStart
      ? comparedMoments(interval[0], until).map(({ t }) => t)
      : momentsUntil(interval[0], until);
    const states = seen.map((t) => stateAt(rest, t));
    const own = { ...rest, tail: refinement(form, grid, states).tail / (mostTail * tolerance) };
    const before = marches.at(-1);
    const march = { ...own, change: before && changeBetween(form, before, own) };
    marches.push(march);
    error = way.share(marches) * (march.change?.unknowns ?? 1);
    onGrid(
      `spectral elements, ${wordsOf(grid)}, ${steps.length} steps of tolerance ${tolerance.toExponential(0)}`,
      error,
      true,
    );
    // The first steps of these are long, and coarse grids may blow up what is carried.
    const isAstray = way.isAlone && (marches.length === 1 || march.tail > farFrom);
    if (error <= goal || (march.isEnded && !isAstray)) return marches;
    candidates = (march.tail > farFrom && way.finerWhereFar ? way.finerWhereFar : way.finer)
      .map((ratio, k) => ({ smaller: ratio * tolerance, most: mostGrowth[k]! }))
      .filter(({ smaller }) => smaller >= leastTolerance)
      .map(({ smaller, most }) => {
        const plan = way.nextPlan(grid, states, smaller, most);
        const cost = (operations / rate) * way.growth(grid, plan, smaller / tolerance);
        return { plan, tolerance: smaller, cost, isWhole: way.isAlone };
      });
  }

  function marchOn({ plan, tolerance, cost, isWhole }: Candidate) {
    const isAffordable = (marches.length < 2 && !way.isAlone) || used + cost <= timeFor();
    if (sizeOf(plan) * form.inside.length > mostValues || !isAffordable) return undefined;
    const grid = isWhole ? gridOf(form, plan) : startGrid(form, plan, tolerance, way.finerPlan);
    // In a plane marches on splines follow, which need the time that the first one here would take in vain.
    const isPlane = form.space.length === 2 && !way.isAlone;
    if (isPlane && marches.length === 0 && way.secondsOfNode * grid.nodes * form.inside.length > timeFor())
      return undefined;
    const isLate = () => isOver(way.isAlone && marches.length < 2 ? 0 : error);
    const limits = { tolerance, longest, isOver: isLate, mostWork: (timeFor() - used) * rate };
    const { steps, until, reason, work: operations } = way.march(grid, interval, limits);
    used += operations / rate;
    for (const { start: own, coefficients } of steps) {
      gauge(form, grid, own[0]!);
      for (const part of coefficients[0]!) gauge(form, grid, part, false);
    }
    if (reason === "work" || steps.length === 0) return undefined;
    return { grid, steps, until, isEnded: reason === "collapse", operations, tolerance };
  }
}

/** A march that there may be time for. */
interface Candidate {
  readonly plan: readonly AxisPlan[];
  readonly tolerance: number;
  /** Nominal seconds that it is thought to take. */
  readonly cost: number;
  /** True where its grid need not be made finer for the start. */
  readonly isWhole?: boolean;
}

/** Grids and steps of a kind. */
interface Way {
  /** The first grid and tolerance. */
  readonly plan: readonly AxisPlan[];
  readonly tolerance: number;
  /** Ratios of tolerances in turn, of which the first is taken that there is time for. */
  readonly finer: readonly number[];
  /** True where grids are to resolve what soon fades. */
  readonly seesStart?: true;
  /** The same where the grid is far from what its states ask for, and steps cost little. @defaultValue `finer` */
  readonly finerWhereFar?: readonly number[];
  readonly finerPlan: FinerPlan;
  nextPlan(grid: Grid, states: readonly Float64Array[], tolerance: number, most: number): readonly AxisPlan[];
  /** Growth of work on other axes, and by the ratio of tolerances. */
  growth(grid: Grid, axes: readonly AxisPlan[], ratio: number): number;
  /** Nominal seconds of a node and unknown, about. */
  readonly secondsOfNode: number;
  /** True where no other method comes near, so that all of the time is for the first two. */
  readonly isAlone: boolean;
  march(grid: Grid, interval: readonly [number, number], limits: RadauOptions): Marched;
  share(marches: readonly GridMarch[]): number;
}

const wayOf = (form: SpectralForm, narrow: readonly NarrowPlace[]): Way =>
  suitsExplicit(form)
    ? explicitWay(form)
    : suitsExact(form)
      ? exactWay(form, narrow)
      : suitsExponential(form)
        ? exponentialWay(form)
        : implicitWay(form, narrow);

/** By Radau's method, on grids that are finer where the solution needs it. */
function implicitWay(form: SpectralForm, narrow: readonly NarrowPlace[]): Way {
  const boxes = largestBoxes(form);
  return {
    ...{
      plan: firstPlan(form, narrow, firstDegree),
      tolerance: firstTolerance,
      finer,
      secondsOfNode: ofImplicit,
      isAlone: false,
      share: errorShare,
    },
    finerPlan: gradedFiner,
    nextPlan: (grid, states, tolerance) => gradedFiner(form, grid, states, tolerance),
    growth: (grid, axes) => moreSteps * (sizeOf(axes) / sizeOf(grid.plan.axes)),
    march(grid, interval, limits) {
      const system = systemInTime(new SpectralRows(form, grid), nodeBoxes(form, grid, boxes));
      const start = soonConsistent(system, interval, startOf(form, grid), limits.tolerance);
      return radau(system, interval, start, limits);
    },
  };
}

/** By exact states, on the same grids. */
function exactWay(form: SpectralForm, narrow: readonly NarrowPlace[]): Way {
  return {
    ...implicitWay(form, narrow),
    ...{ secondsOfNode: ofExact, finerWhereFar: [0.5], seesStart: true },
    growth: (grid, axes, ratio) => (sizeOf(axes) / sizeOf(grid.plan.axes)) ** 1.25 * ratio ** (-1 / 6),
    march: (grid, interval, limits) =>
      exactMarch(new SpectralRows(form, grid), interval, startOf(form, grid)[0]!, limits),
  };
}

/** By an explicit method, on elements of one length. */
function explicitWay(form: SpectralForm): Way {
  const shortest = ({ axes }: Pick<Grid, "axes">, axis: number) => {
    const { places } = axes[axis]!;
    return places.reduce((least, v, i) => {
      const by = i === 0 ? 0 : v - places[i - 1]!;
      return by > 0 ? Math.min(least, by) : least;
    }, Number.POSITIVE_INFINITY);
  };
  return {
    ...evenWay(form),
    ...{ finer: finerOfExplicit, share: (marches) => shareOfEven(marches, orderOfExplicit) },
    growth(grid, axes, ratio) {
      const next = { axes: axes.map(axisOf) };
      const shorter = axes.map((_, k) => shortest(grid, k) / shortest(next, k));
      return (sizeOf(axes) / sizeOf(grid.plan.axes)) * Math.max(ratio ** (-1 / 8), ...shorter);
    },
    march: (grid, interval, limits) =>
      dormandPrince(explicitSystem(new SpectralRows(form, grid)), interval, startOf(form, grid), limits),
  };
}

/** By exponential steps, on elements of one length. */
function exponentialWay(form: SpectralForm): Way {
  return {
    ...evenWay(form),
    ...{ finer: finerOfExponential, share: (marches) => shareOfEven(marches, orderOfExponential) },
    growth: (grid, axes, ratio) => (sizeOf(axes) / sizeOf(grid.plan.axes)) ** 1.25 * ratio ** (-1 / orderOfExponential),
    march: (grid, interval, limits) =>
      exponentialMarch(new SpectralRows(form, grid), interval, startOf(form, grid)[0]!, limits),
  };
}

/** Grids of elements of one length. */
function evenWay(
  form: SpectralForm,
): Pick<Way, "secondsOfNode" | "plan" | "tolerance" | "isAlone" | "finerPlan" | "nextPlan"> {
  return {
    ...{ plan: evenPlan(form, () => firstDegree), tolerance: firstOfExplicit, secondsOfNode: 0, isAlone: true },
    finerPlan: evenlyFiner,
    nextPlan(grid, states, tolerance, most) {
      // With one node more at least, since marches on the same grid differ by nothing that it hides.
      const bounded = (least: (axis: number) => number, axes: readonly AxisPlan[]) =>
        evenPlan(form, (k) => Math.min(most * nodesAlong(grid.plan, k), Math.max(least(k), nodesAlong({ axes }, k))));
      let next = gridOf(
        form,
        bounded((k) => nodesAlong(grid.plan, k) + 1, evenlyFiner(form, grid, states, tolerance)),
      );
      for (;;) {
        const { plan } = next;
        const finer = bounded((k) => nodesAlong(plan, k), evenlyFiner(form, next, startOf(form, next), tolerance));
        if (sizeOf(finer) <= sizeOf(plan.axes)) return plan.axes;
        next = gridOf(form, finer);
      }
    },
  };
}

/**
 * The error of the last march beside its change: errors fall as tails of states and tolerances of steps do, and no faster
 * than the number of steps allows, which the fastest mode may hold. Where tails fall slowly with the nodes, as beside
 * kinks, errors fall more slowly than they do.
 */
function shareOfEven(marches: readonly GridMarch[], order: number): number {
  const [before, last] = marches.slice(-2);
  if (last === undefined || last.change!.unknowns > resolved) return errorShare(marches);
  const tails = (last.tail * last.tolerance) / (before!.tail * before!.tolerance);
  const steps = (before!.steps.length / last.steps.length) ** order;
  const ratio = Math.max(last.tolerance / before!.tolerance, tails, steps);
  const share = ratio < 0.5 ? ratio / (1 - ratio) : 1;
  const growth = last.grid.axes.map(({ nodes }, k) => nodes / before!.grid.axes[k]!.nodes);
  if (tails < Math.max(...growth) ** -leastOrder) return share;
  return Math.max(share, marches.length > 2 ? errorShare(marches) : last.tail <= farFrom ? leastShare : 1);
}

/** The error of the last march beside its change from the one before. */
export const shareOfLast = (form: SpectralForm, marches: readonly GridMarch[]): number =>
  wayOf(form, []).share(marches);

const sizeOf = (plan: readonly AxisPlan[]): number =>
  plan.reduce((product, { degrees }) => product * degrees.reduce((sum, p) => sum + p + 1, 0), 1);

/** Axes for states whose tails are too large; the grid's own where they are not. */
type FinerPlan = (
  form: SpectralForm,
  grid: Grid,
  states: readonly Float64Array[],
  tolerance: number,
) => readonly AxisPlan[];

const gradedFiner: FinerPlan = (form, grid, states, tolerance) => {
  const { tail, plan } = refinement(form, grid, states);
  return tail > mostTail * tolerance ? plan(marked) : grid.plan.axes;
};

/**
 * Elements of one length and degree along each axis, by the number of nodes: what moves meets them all, and the shortest
 * bounds steps.
 */
function evenPlan(form: SpectralForm, nodesAlong: (axis: number) => number): AxisPlan[] {
  const isExplicit = suitsExplicit(form);
  return form.cuts.map((cuts, k) => {
    const nodes = nodesAlong(k);
    if (form.periodic[k]) return { cuts, degrees: [2 * Math.ceil(nodes / 2)], periodic: true };
    const length = cuts.at(-1)! - cuts[0]!;
    const fine = [cuts[0]!];
    const degrees: number[] = [];
    for (const [i, high] of cuts.slice(1).entries()) {
      const low = cuts[i]!;
      const own = Math.max(firstDegree, (nodes * (high - low)) / length);
      // Of exponential steps halves and quarters, at which what acts often changes its sign.
      const parts =
        own <= highestAlone
          ? 1
          : isExplicit
            ? Math.ceil(own / highestOfEven)
            : 2 ** Math.ceil(Math.log2(own / highestAlone));
      for (let j = 1; j <= parts; j++) fine.push(j === parts ? high : low + ((high - low) * j) / parts);
      degrees.push(...Array.from({ length: parts }, () => Math.ceil(own / parts)));
    }
    return { cuts: fine, degrees, periodic: false };
  });
}

const nodesAlong = ({ axes }: Pick<GridPlan, "axes">, axis: number): number =>
  axes[axis]!.degrees.reduce((a, b) => a + b);

const evenlyFiner: FinerPlan = (form, grid, states, tolerance) => {
  const small = mostTail * tolerance;
  const { tail, tails } = refinement(form, grid, states);
  if (tail <= small) return grid.plan.axes;
  return evenPlan(form, (k) => {
    return (
      nodesAlong(grid.plan, k) * (tails[k]! <= small ? 1 : tails[k]! > farFrom * small ? growthIfFar : growthIfNear)
    );
  });
};

/** A grid on which the start has small tails. */
function startGrid(form: SpectralForm, plan: readonly AxisPlan[], tolerance: number, finerPlan: FinerPlan): Grid {
  let grid = gridOf(form, plan);
  for (let round = 0; round < rounds; round++) {
    const next = finerPlan(form, grid, startOf(form, grid), tolerance);
    if (next === grid.plan.axes || sizeOf(next) * form.inside.length > mostValues / 2) return grid;
    grid = gridOf(form, next);
  }
  return grid;
}

/** Derivatives in time at the first moment, level by level. */
function startOf({ starts, problem, space, time, inTime }: SpectralForm, grid: Grid): Float64Array[] {
  const d = problem.axes.length;
  const points = new Float64Array(grid.count * d).fill(problem.bounds[time!]![0]);
  for (const [k, column] of grid.columns().entries())
    for (let i = 0; i < column.length; i++) points[i * d + space[k]!] = column[i]!;
  const at = (value: Expression) => evaluateAt(value, points, d, problem.constants);
  return Array.from({ length: Math.max(...inTime) }, (_, order) => {
    const level = new Float64Array(starts.length * grid.nodes);
    for (const [k, own] of starts.entries()) {
      if (own[order] === undefined) continue;
      const values = at(own[order]);
      for (let i = 0; i < grid.count; i++)
        if (grid.weights[i]! > 0) level[k * grid.nodes + grid.nodeOf[i]!] = values[i]!;
    }
    return level;
  });
}

const momentsUntil = (begin: number, until: number): number[] =>
  Array.from({ length: moments }, (_, k) => begin + ((until - begin) * (k + 1)) / moments);

/**
 * Moments at which marches are compared, and lengths of time for which they stand: denser and denser towards the start,
 * after which errors may fade.
 */
function comparedMoments(begin: number, until: number): { readonly t: number; readonly length: number }[] {
  const [first, ...later] = momentsUntil(begin, until);
  const span = first! - begin;
  const soon = Array.from({ length: soonest }, (_, k) => ({ share: 2 ** -k, at: 0.75 * 2 ** -k })).reverse();
  return [
    ...soon.map(({ share, at }) => ({ t: begin + at * span, length: (share / 2) * span })),
    ...later.map((t) => ({ t, length: span })),
  ];
}

/** The unknowns at a time. */
export function stateAt({ steps }: Pick<GridMarch, "steps">, t: number): Float64Array {
  const out = new Float64Array(steps[0]!.start[0]!.length);
  for (const [weight, values] of partsAt(steps, t, 0))
    for (let i = 0; i < out.length; i++) out[i]! += weight * values[i]!;
  return out;
}

function changeBetween(
  form: SpectralForm,
  coarse: Omit<GridMarch, "change" | "tail">,
  fine: Omit<GridMarch, "change" | "tail">,
) {
  const begin = form.problem.bounds[form.time!]![0];
  const all = comparedMoments(begin, Math.min(coarse.until, fine.until)).map(({ t, length }) => {
    const values = [coarse, fine].map((one) => stateAt(one, t)) as [Float64Array, Float64Array];
    const change = changeOf({ ...coarse, values: values[0] }, { ...fine, values: values[1] }, form.inside.length);
    return { ...change, squares: change.squares.map(([moved, size]) => [length * moved, length * size] as const) };
  });
  const share = (of: readonly (readonly [number, number])[]) => {
    const [moved, size] = [0, 1].map((k) => of.reduce((sum, pair) => sum + pair[k]!, 0)) as [number, number];
    return size > 0 ? Math.sqrt(moved / size) : Math.sqrt(moved);
  };
  return {
    unknowns: share(all.flatMap(({ squares }) => squares)),
    each: form.inside.map((_, k) => share(all.map(({ squares }) => squares[k]!))),
    end: all.at(-1)!.unknowns,
  };
}
