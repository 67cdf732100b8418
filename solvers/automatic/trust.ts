/**
 * How far off a solution is. Random features on top of it solve the equations that its residual leaves, linearised about it: what they
 * add is the error as far as they can see it. A second solution that came about independently tells of what they cannot see.
 */
import { ConvergenceError, DomainError } from "../../engine/errors.ts";
import { OutOfTime } from "../features/deadline.ts";
import { residualOfZero } from "../features/random-features.ts";
import { fieldsOf } from "../problem/names.ts";
import type { Problem } from "../problem/problem.ts";
import { type ErrorEstimate, Solution, type SolutionReport } from "../solve/solution.ts";
import { type Distance, distance } from "./distance.ts";
import { type FeaturePlan, type FeatureRun, optionsOf, type Solved, solveOne } from "./feature-solve.ts";
import { openWarning } from "./open-warnings.ts";
import { mayBeZero } from "./zero-unknown.ts";

/** Estimated error above which a solution is not to be believed. */
export const doubtful = 0.03;
/** Standard deviation of a found constant, beside it or its first guess, above which it is not to be believed. */
const mostSpread = 0.5;
/** Factor between a found constant and its guess above which it is not to be believed, unless its standard deviation is a smaller part of it. */
const [mostAway, wellKnown] = [100, 0.01];
/** Of what an estimate is made. */
const [nothingToSee, features, another] = ["nothing", "correction by random features", "a second solution"];
const [itsCourse, defectCorrection] = ["convergence extrapolation", "defect correction on a grid"];
const [leftOpen, byNoise] = ["a null-space direction", "the noise of observations"];
/** Share of the rows of u = 0 that a solution may leave. */
const mostLeft = 0.2;

/** A solution with what random features add to it. */
export interface Correction {
  readonly corrected: Solution;
  /** Size of what was added, relative to the solution. */
  readonly size: Distance;
  /** Residual with it over residual without. */
  readonly left: number;
}

/** Corrects a solution by random features; undefined where they cannot be had. */
export async function correct(
  problem: Problem,
  base: Solution,
  plan: FeaturePlan,
  run: FeatureRun,
): Promise<Correction | undefined> {
  const known = withFoundConstants(problem, base);
  return unlessUnsolvable(async () => {
    const options = {
      ...optionsOf(problem, plan, run),
      ...{ weights: { observations: 0.01 }, base: known, newtonSteps: 3 },
    };
    // What is added on top is no trial of its own.
    const found = await solveOne(known.problem, plan, options, { ...run, onTrial: undefined });
    const corrected = known === base ? found : withConstantsOf(problem, base, found);
    const size = await distance(problem, corrected, base);
    return { corrected, size, left: corrected.report.residual / base.report.residual };
  });
}

/** Least that u = 0 can leave: residuals are in units of what it leaves, or of the terms where the conditions make the solution. */
const leastLeft = 1e-3;

const found = new WeakMap<Problem, Map<string, Promise<number>>>();

/** Residual of u = 0, in the units of a report's residual. */
export async function zeroResidual(problem: Problem, report: SolutionReport): Promise<number> {
  const known = found.get(problem) ?? new Map<string, Promise<number>>();
  found.set(problem, known);
  const units = JSON.stringify([report.scale, report.conditions]);
  const left = known.get(units) ?? residualOfZero(problem, report);
  known.set(units, left);
  return Math.max(leastLeft, await left);
}

/** What features give; nothing where they depend on one another, their rows are not finite, or there is no time for them. */
export async function unlessUnsolvable<T>(
  work: () => Promise<T>,
  told?: (reason: string) => void,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (![DomainError, ConvergenceError, OutOfTime].some((kind) => error instanceof kind)) throw error;
    told?.((error as Error).message);
    return undefined;
  }
}

/** A solution whose constants are taken as known. */
function withFoundConstants(problem: Problem, base: Solution): Solution {
  const found = Object.entries(base.report.constants).map(([name, { value }]) => [name, value] as const);
  if (found.length === 0) return base;
  const constants = { ...problem.constants, ...Object.fromEntries(found) };
  const theta = base.theta.slice(0, base.theta.length - found.length);
  return new Solution({ ...problem, constants, trainable: {} }, base.network, theta, { ...base.report, constants: {} });
}

/** What stands on a solution whose constants were taken as known, with these constants, which its record is to hold. */
function withConstantsOf(problem: Problem, { theta, report }: Solution, found: Solution): Solution {
  const constants = theta.slice(theta.length - Object.keys(problem.trainable).length);
  const all = Float64Array.from([...found.theta, ...constants]);
  return new Solution(problem, found.network, all, { ...found.report, constants: report.constants });
}

/** What is known of a solution when it is judged. */
export interface Evidence {
  readonly correction?: Pick<Correction, "size"> | undefined;
  /** Another solution, with its distance from the one that is judged. */
  readonly second?: { readonly solution: Solved; readonly distance: Distance } | undefined;
  /** One with fewer features where the second has as many: what all with as many leave out, two of them leave out alike. */
  readonly fewer?: { readonly solution: Solved; readonly distance: Distance } | undefined;
  /** What becomes of the residual: where it is known, nothing else counts. */
  readonly carried?: Distance | undefined;
  /** How far the solution can be moved without its rows telling; absent where no direction stands alone. */
  readonly open?: number | undefined;
  /** What noise of the observations leaves open. */
  readonly spread?: Distance | undefined;
  /** What the network's own course tells, where there is nothing else. */
  readonly course?: Distance | undefined;
  /** A constant to be found that was not at rest, in words. */
  readonly moving?: string | undefined;
  /** Other constants that fit as well. */
  readonly alternative?: Readonly<Record<string, number>> | undefined;
  /** That more features leave no less, in words. */
  readonly stuck?: string | undefined;
}

/** Part of itself by which a constant may move in the last third of the steps. */
const mostMoved = 0.1;

/** Watches constants to be found while a network is trained. */
export function constantsAtWork({ trainable }: Pick<Problem, "trainable">) {
  const names = Object.keys(trainable);
  const seen: { readonly steps: number; readonly values: Float64Array }[] = [];
  const valuesOf = (theta: Float64Array) => theta.slice(theta.length - names.length);
  return {
    /** The parameters after so many steps. */
    watch(steps: number, theta: Float64Array): void {
      if (names.length > 0) seen.push({ steps, values: valuesOf(theta) });
    },
    /** The first constant that moved too much before it came to `theta`, in words. */
    moving(steps: number, theta: Float64Array): string | undefined {
      const before = seen.filter((one) => one.steps <= (2 / 3) * steps).at(-1);
      const now = valuesOf(theta);
      const by = names.map((_, i) => (before ? Math.abs(now[i]! - before.values[i]!) / Math.abs(now[i]!) : 0));
      const first = by.findIndex((share) => !(share <= mostMoved));
      return first < 0 ? undefined : `${names[first]} moved by ${percent(by[first]!)} in the last third of the steps`;
    },
  };
}

/**
 * The error that is seen, or what is left of the residual where that is more and above a fifth of the residual of u = 0: two solutions that are both off, or features that resolve
 * nothing, do not see it. With less left a residual tells little of the error, which can be a thousandth of it.
 *
 * @param seen - relative error, from 0, or NaN
 * @param share - residual over that of u = 0, from 0
 */
export const withWhatIsLeft = (seen: number, share: number): number =>
  share > mostLeft && share > seen ? share : seen;

/**
 * The estimate, with advice where the solution should not be believed. The distance of another solution counts with the ratio of the residuals; with its root where that other one
 * leaves more than a fifth of the residual of u = 0 and nothing else was compared, since one that resolves nothing is as far from a wrong solution as from the right one.
 */
export async function estimate(
  problem: Problem,
  solution: Solved,
  { correction, second, fewer, carried, open, spread, course, moving, alternative }: Evidence,
): Promise<ErrorEstimate> {
  const { residual } = solution.report;
  const nothing = await zeroResidual(problem, solution.report);
  const share = residual / nothing;
  const compared = [second, fewer].filter((other) => other !== undefined);
  const resolving = await Promise.all(
    compared.map(
      async ({ solution: { report } }) => report.residual <= mostLeft * (await zeroResidual(problem, report)),
    ),
  );
  const power = correction || resolving.includes(true) ? 1 : 0.5;
  const others = compared.map(({ distance, solution: { report } }) => ({
    distance,
    closer: Math.min(1, residual / report.residual) ** power,
  }));
  const judged = (of: (distance: Distance) => number) => {
    const found = seenBeside(of);
    const open = spread ? of(spread) : Number.NaN;
    return Number.isNaN(open) || found.error >= open ? found : { error: open, by: byNoise };
  };
  /** With the observations as they are. */
  const seenBeside = (of: (distance: Distance) => number) => {
    if (carried && Number.isFinite(of(carried)))
      return { error: withWhatIsLeft(of(carried), share), by: defectCorrection };
    const byCorrection = correction && of(correction.size);
    const byOthers = others.map(({ distance, closer }) => of(distance) * closer);
    const found = [byCorrection, ...byOthers].filter((v): v is number => v !== undefined && Number.isFinite(v));
    if (found.length === 0 && course) return { error: withWhatIsLeft(of(course), share), by: itsCourse };
    const seen = found.length > 0 ? Math.max(...found) : Number.NaN;
    const by = found.length === 0 ? nothingToSee : seen === byCorrection ? features : another;
    return { error: withWhatIsLeft(seen, share), by };
  };
  const seen = judged(({ unknowns }) => unknowns);
  const { error: relativeL2, by } = open !== undefined && !(seen.error >= open) ? { error: open, by: leftOpen } : seen;
  const atLeast = (error: number) => (open !== undefined && open > error ? open : error);
  const own = problem.unknowns.map((name, k) => [name, atLeast(judged(({ each }) => each[k]!).error)] as const);
  const end = judged((distance) => distance.end ?? Number.NaN).error;
  const gradient = atLeast(judged((distance) => distance.gradient).error);
  const quantities = problem.quantities.map(
    ({ name }, k) => [name, atLeast(judged((distance) => distance.quantities[k]!).error)] as const,
  );
  const asked =
    relativeL2 <= doubtful
      ? ((await worstUnknown(solution, relativeL2, own)) ?? quantities.find(([, error]) => !(error <= doubtful)))
      : undefined;
  const isByNoise = (error: number) => [...(spread?.each ?? []), ...(spread?.quantities ?? [])].includes(error);
  const loose = looseConstant(problem, solution.report) ?? moving;
  const elsewhere = farConstant(problem, solution.report) ?? (alternative && alternativeConstants(alternative));
  const unsettled = await openWarning(problem, solution, share);
  const advice = loose
    ? `${loose}; ${more}, or more observations`
    : (elsewhere ?? unsettled) !== undefined
      ? (elsewhere ?? unsettled)
      : share > mostLeft
        ? `it leaves ${percent(share)} of the residual of u = 0; ${more}`
        : by === nothingToSee
          ? share > 1e-3
            ? `nothing could be compared with it, and it leaves ${percent(share)} of the residual of u = 0; ${more}`
            : undefined
          : relativeL2 > doubtful
            ? tooLarge(relativeL2, by)
            : asked && `${wordsOf(asked)}; ${isByNoise(asked[1]) ? moreData : more}`;
  return {
    relativeL2,
    ...(own.length > 1 && { unknowns: Object.fromEntries(own) }),
    ...(quantities.length > 0 && { quantities: Object.fromEntries(quantities) }),
    ...(Number.isFinite(end) && { end }),
    ...(Number.isFinite(gradient) && { gradient }),
    by,
    ...(advice !== undefined && { advice }),
  };
}

/**
 * The unknown that is worst beside its own size, where that is bad and it is not as well 0. Fields are not judged: what neither equations nor data tell of them is
 * smooth, and not wrong.
 */
async function worstUnknown(
  solution: Solved,
  relativeL2: number,
  own: readonly (readonly [string, number])[],
): Promise<readonly [string, number] | undefined> {
  const determined =
    own.length > 1 ? own.slice(0, own.length - Object.keys(fieldsOf(solution.problem.text)).length) : [];
  const bad = [...determined.entries()].filter(([, [, error]]) => error > doubtful);
  for (const [k, one] of bad.sort(([, [, a]], [, [, b]]) => b - a))
    if (!(await mayBeZero(solution, k, relativeL2))) return one;
  return undefined;
}

/** What to do about an error that is too large. */
function tooLarge(error: number, by: string): string {
  if (by === byNoise)
    return `the noise of its observations leaves it open by ${percent(error)} of its size; ${moreData}`;
  if (by !== leftOpen) return `its error is estimated at ${percent(error)}; ${more}`;
  return error === Number.POSITIVE_INFINITY
    ? "it is 0, and something else leaves its rows as they are as well, as at an eigenvalue; tell how large it is, by an integral or observations"
    : `a change of ${percent(error)} of its size leaves its rows as they are, as where a layer may be anywhere; tell where it is, by observations`;
}

/** How far off an unknown or a quantity is thought to be. */
export const wordsOf = ([name, error]: readonly [string, number]): string =>
  Number.isFinite(error)
    ? `the error of ${name} is estimated at ${percent(error)}`
    : `${name} is not finite everywhere`;

/** A found constant that could as well be half of it or none, in words. */
function looseConstant({ trainable }: Problem, { constants }: SolutionReport): string | undefined {
  for (const [name, { value, standardDeviation }] of Object.entries(constants)) {
    const size = Math.max(Math.abs(value), Math.abs(trainable[name] ?? 0));
    if (standardDeviation !== undefined && !(standardDeviation <= mostSpread * size)) {
      if (standardDeviation === Number.POSITIVE_INFINITY) return `nothing tells what ${name} is`;
      return `${name} is ${value.toPrecision(2)} with a standard deviation of ${standardDeviation.toPrecision(2)}`;
    }
  }
  return undefined;
}

/** A found constant that has run away from its guess, in words: beside a large one what an equation leaves looks small. */
function farConstant({ trainable }: Problem, { constants }: SolutionReport): string | undefined {
  for (const [name, { value, standardDeviation }] of Object.entries(constants)) {
    const guess = trainable[name];
    if (!guess || standardDeviation === undefined || standardDeviation <= wellKnown * Math.abs(value)) continue;
    if (Math.abs(Math.log(Math.abs(value / guess))) <= Math.log(mostAway)) continue;
    const [found, from] = [value, guess].map((v) => `${Number(v.toPrecision(2))}`);
    return `${name} is ${found} from a guess of ${from}; begin with guesses near what was found, if that may be`;
  }
  return undefined;
}

/** Constants that fit as well, in words. */
const alternativeConstants = (alternative: Readonly<Record<string, number>>): string =>
  `${Object.entries(alternative)
    .map(([name, value]) => `${name} = ${value.toPrecision(2)}`)
    .join(" and ")} fit the observations as well; give it more observations, or guesses near what you take for likely`;

const moreData = "give it more observations, or conditions where there are none";
const more = "give it more time, or a network and windows of time of your own";
const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
