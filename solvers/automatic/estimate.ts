/**
 * The estimated error of random features and of networks. Random features on top of a solution solve the equations that its residual leaves,
 * linearised about it: their size is the error as far as they can see it. A second, independent solution shows what they cannot see.
 */

import { percentText } from "../../engine/text/number.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { fieldsOf } from "../../equations/problem/index.ts";
import { zeroResidual } from "../features/random-features.ts";
import type { NetworkSolution } from "../solve/network-trial.ts";
import type { ErrorEstimate } from "../solve/solution.ts";
import { alternativeConstants, farConstant, looseConstant, missedData } from "./constants.ts";
import { type Distance, together } from "./distance.ts";
import type { Correction } from "./feature-fit.ts";
import { finerIntegrals, withIntegrals } from "./integrals.ts";
import { brokenRow, leftByRows } from "./left-by-rows.ts";
import type { Setting } from "./setting.ts";
import { shockIn } from "./shocks.ts";
import { illPosed, mayBeZero, missingStart, openWarning } from "./warnings.ts";

/** Estimated error above which a solution is not to be believed. */
export const doubtful = 0.03;
/** Share of the residual of u = 0 that a solution may leave; with nothing to compare it with. */
const [mostLeft, mostAlone] = [0.2, 1e-3];
/** Share of the budget after which single rows are not looked at any more. */
const tooLateForRows = 1;

/** Advice to give more time, where it helped. */
const moreFor = ({ slow = false }: Evidence): string =>
  slow
    ? "the last half of its work gained little, so that time alone may not help: look for a jump, a kink or a narrow layer, or give a network of your own"
    : "give it more time, or a network of your own";
const moreData = "give it more observations, or conditions where there are none";

/** Advice where a multiple of another function can be added to a solution of a linear problem. */
export const manySolutions =
  "it has infinitely many solutions: adding a multiple of another function changes nothing in its equations; add a condition";

/** Another solution, with its distance from the one that is evaluated. */
interface Comparison {
  readonly solution: NetworkSolution;
  readonly distance: Distance;
}

/** The result of random features or of a network, with the evidence of its error. */
export interface Candidate {
  readonly solution: NetworkSolution;
  readonly evidence: Evidence;
  readonly words: string;
  /** True where a network is needed only for a warning. */
  readonly enough: boolean;
}

/** The evidence of an error. */
export interface Evidence {
  readonly correction?: Pick<Correction, "size"> | undefined;
  readonly second?: Comparison | undefined;
  /** One with fewer features where the second has as many: what all with as many leave out, two of them leave out alike. */
  readonly fewer?: Comparison | undefined;
  /** The error that noise of the observations allows. */
  readonly spread?: Distance | undefined;
  /** The error of solutions of observations that were drawn anew. */
  readonly repeated?: Distance | undefined;
  /** Extrapolated convergence of a network, where there is nothing else. */
  readonly course?: Distance | undefined;
  /** A constant to be found that was not at rest, in words. */
  readonly moving?: string | undefined;
  /** Other constants that fit as well. */
  readonly alternative?: Readonly<Record<string, number>> | undefined;
  /** True where the last half of the work gained little. */
  readonly slow?: boolean | undefined;
  /** That more features leave no less, in words. */
  readonly stuck?: string | undefined;
  /** True where other solutions of a linear problem leave as little. */
  readonly isUndetermined?: boolean | undefined;
}

/**
 * The error that is seen, or what is left of the residual where that is more and above a fifth of the residual of u = 0: two solutions that are both off, or features that resolve
 * nothing, do not see it. With less left a residual says little of the error, which can be a thousandth of it.
 *
 * @param seen - relative error, from 0, or NaN
 * @param share - residual over that of u = 0, from 0
 */
export const withWhatIsLeft = (seen: number, share: number): number =>
  share > mostLeft && share > seen ? share : seen;

/** The estimate with everything that is said of a solution: observations that it misses, rows that it breaks, nodes of integrals. */
export async function errorEstimate(
  problem: Problem,
  solution: NetworkSolution,
  evidence: Evidence,
  { options, speed }: Setting,
): Promise<ErrorEstimate> {
  const missed = await missedData(problem, solution);
  const shock = await shockIn(solution);
  const observed = atLeast(await estimate(problem, solution, evidence), missed, "the observations that it misses");
  const seen = atLeast(observed, shock, "what its equations leave");
  const rows = options.signal?.aborted || speed.share() > tooLateForRows ? [] : await leftByRows(solution);
  const unseen = missingStart(problem) ?? (evidence.isUndetermined ? manySolutions : undefined);
  const advice =
    missed?.words ??
    unseen ??
    illPosed(problem) ??
    shock?.words ??
    seen.advice ??
    brokenRow(rows, moreFor(evidence)) ??
    evidence.stuck;
  // A solution with a warning need not be looked at with more nodes, which takes time.
  const whole = advice === undefined ? withIntegrals(seen, await finerIntegrals(solution)) : { ...seen, advice };
  const { end } = whole;
  const unknown = { relativeL2: Number.NaN, ...(end !== undefined && { end }), by: "nothing", advice: advice! };
  return {
    ...(unseen === undefined ? whole : unknown),
    ...(rows.length > 0 && { rows: Object.fromEntries(rows.map(({ text, share }) => [text, share])) }),
  };
}

/** An estimate that is no less than a share that is known otherwise. */
const atLeast = (seen: ErrorEstimate, known: { readonly share: number } | undefined, by: string): ErrorEstimate =>
  known && !(seen.relativeL2 >= known.share) ? { ...seen, relativeL2: known.share, by } : seen;

/**
 * The estimate by the evidence, with advice where the solution should not be believed. The distance of another solution counts with the ratio of the residuals; with its root where that other one
 * leaves more than a fifth of the residual of u = 0 and nothing else was compared, since one that resolves nothing is as far from a wrong solution as from the right one.
 */
export async function estimate(
  problem: Problem,
  solution: NetworkSolution,
  evidence: Evidence,
): Promise<ErrorEstimate> {
  const { correction, second, fewer, course, moving, alternative } = evidence;
  const seenNoise = [evidence.spread, evidence.repeated].filter((one) => one !== undefined);
  const spread = seenNoise.length > 0 ? together(seenNoise, (sizes) => Math.max(...sizes)) : undefined;
  const { report } = solution;
  const share = report.residual / (await zeroResidual(problem, report));
  const compared = [second, fewer].filter((other) => other !== undefined);
  const resolves = await Promise.all(
    compared.map(async (other) => {
      const own = other.solution.report;
      return own.residual <= mostLeft * (await zeroResidual(problem, own));
    }),
  );
  const power = correction || resolves.includes(true) ? 1 : 0.5;
  const others = compared.map(({ distance, solution: other }) => ({
    distance,
    closer: Math.min(1, report.residual / other.report.residual) ** power,
  }));
  const measured = (of: (distance: Distance) => number): { readonly error: number; readonly by: string } => {
    const byCorrection = correction ? of(correction.size) : Number.NaN;
    const all = [byCorrection, ...others.map(({ distance, closer }) => of(distance) * closer)].filter(Number.isFinite);
    const largest = Math.max(...all);
    const [error, by] =
      all.length > 0
        ? [largest, largest === byCorrection ? "correction by random features" : "a second solution"]
        : course
          ? [of(course), "convergence extrapolation"]
          : [Number.NaN, "nothing"];
    const noise = spread ? of(spread) : Number.NaN;
    const whole = withWhatIsLeft(error, share);
    return Number.isNaN(noise) || whole >= noise ? { error: whole, by } : { error: noise, by: byNoise };
  };
  const { error: relativeL2, by } = measured(({ unknowns }) => unknowns);
  const own = problem.unknowns.map((name, k) => [name, measured(({ each }) => each[k]!).error] as const);
  const quantities = problem.quantities.map(
    ({ name }, k) => [name, measured(({ quantities }) => quantities[k]!).error] as const,
  );
  const end = measured((distance) => distance.end ?? Number.NaN).error;
  const gradient = measured((distance) => distance.gradient).error;
  const poor =
    relativeL2 <= doubtful
      ? ((await poorUnknown(solution, relativeL2, own, evidence.repeated)) ??
        quantities.find(([, error]) => !(error <= doubtful)))
      : undefined;
  const isByNoise = (error: number) => [...(spread?.each ?? []), ...(spread?.quantities ?? [])].includes(error);
  const more = moreFor(evidence);
  const advice = await adviceOf();
  return {
    relativeL2,
    ...(own.length > 1 && { unknowns: Object.fromEntries(own) }),
    ...(quantities.length > 0 && { quantities: Object.fromEntries(quantities) }),
    ...(Number.isFinite(end) && { end }),
    ...(Number.isFinite(gradient) && { gradient }),
    by,
    ...(advice !== undefined && { advice }),
  };

  async function adviceOf(): Promise<string | undefined> {
    const loose = looseConstant(problem, report) ?? moving;
    if (loose) return `${loose}; ${more}, or more observations`;
    const known =
      farConstant(problem, report) ??
      (alternative && alternativeConstants(alternative)) ??
      (await openWarning(problem, solution));
    if (known !== undefined) return known;
    if (share > mostLeft) return `it leaves ${percentText(share)} of the residual of u = 0; ${more}`;
    if (by === "nothing")
      return share > mostAlone
        ? `nothing could be compared with it, and it leaves ${percentText(share)} of the residual of u = 0; ${more}`
        : undefined;
    if (relativeL2 > doubtful)
      return by === byNoise ? noisy(relativeL2) : `its error is estimated at ${percentText(relativeL2)}; ${more}`;
    return poor && `${wordsOf(poor)}; ${isByNoise(poor[1]) ? moreData : more}`;
  }
}

/** The words of an estimate that the noise of observations makes. */
export const byNoise = "the noise of observations";
/** Advice where that is much. */
export const noisy = (error: number): string =>
  `the noise of its observations allows errors of ${percentText(error)} of its size; ${moreData}`;

/**
 * The unknown that is worst beside its own size, where that is bad and it is not as well 0. Fields count where noise moves them: where neither equations nor data determine them they are
 * smooth, and not wrong.
 */
async function poorUnknown(
  solution: NetworkSolution,
  relativeL2: number,
  own: readonly (readonly [string, number])[],
  repeated: Distance | undefined,
): Promise<readonly [string, number] | undefined> {
  const plain = own.length - Object.keys(fieldsOf(solution.problem.text)).length;
  if (own.length === 1) return undefined;
  const counts = (k: number) => k < plain || (repeated?.each[k] ?? 0) > doubtful;
  const bad = [...own.entries()].filter(([k, [, error]]) => error > doubtful && counts(k));
  for (const [k, one] of bad.sort(([, [, a]], [, [, b]]) => b - a))
    if (!(await mayBeZero(solution, k, relativeL2))) return one;
  return undefined;
}

/** The estimated error of an unknown or of a quantity, in words. */
export const wordsOf = ([name, error]: readonly [string, number]): string =>
  Number.isFinite(error)
    ? `the error of ${name} is estimated at ${percentText(error)}`
    : `${name} is not finite everywhere`;
