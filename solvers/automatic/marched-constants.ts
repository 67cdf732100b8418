/**
 * Constants to be found where the problem can be marched once they are known: least squares of the observations in
 * which every trial is a march. The equations hold to the tolerance of the march, so that noise cannot pass for
 * something that they say.
 */
import { dotInOrder, rootMeanSquare } from "../../engine/numerics/vectors.ts";
import { rng } from "../../engine/random/rng.ts";
import { numberText } from "../../engine/text/number.ts";
import type { Pieces, Problem } from "../../equations/problem/index.ts";
import { fieldsOf } from "../../equations/problem/index.ts";
import {
  alternativeOf,
  covarianceOf,
  fromOtherStarts,
  isAstray,
  isNoiseOpen,
  levenbergMarquardt,
  type NormalEquations,
  noise,
  normalEquations,
  sizesOfConstants,
} from "../constants/index.ts";
import { type MarchPlan, type MarchResult, march, marchable, marchBy } from "../marching/march.ts";
import { marchPieces } from "../marching/marched-field.ts";
import { expressionsOfPieces } from "../solution/piecewise-trial.ts";
import type { FoundConstant } from "../solution/solution.ts";
import { Solution } from "../solution/solution.ts";
import { byMarching } from "./by-marching.ts";
import { alternativeConstants, missedData } from "./constants.ts";
import { combined, comparisonPoints, type Distance, distanceOfValues, expressionsOf } from "./distance.ts";
import type { MethodResult } from "./method-result.ts";
import type { Setting } from "./setting.ts";

/** Most constants: each is another march for a step. */
const mostConstants = 8;
/** Shares of the budget for the constants of the guesses, for those of other starts, and for the last march. */
const [shareOfFirst, shareOfOthers, shareOfLast] = [0.75, 0.45, 0.95];
/**
 * Tolerance of the first marches; share of the misfit of observations beside their size that it is after, and its
 * bounds.
 */
const [coarse, ofMisfit, least, most] = [1e-3, 0.01, 1e-9, 1e-5];
/** Changes of a constant, beside its size, by which slopes are measured: in the first marches, and after. */
const [far, close] = [1e-2, 1e-3];
/**
 * Factor of tolerances that is worth another fit, and of misfits after coarse marches up to which others may fit as
 * well.
 */
const [leastRefinement, coarseMisfit] = [0.3, 10];
/** Most changes of the noise that is not given. */
const mostWeighed = 4;
/** Part of the variance of the rows by which another start has to be better. */
const beyondChance = 0.01;
/** Square of what slopes by marches are off by, beside their size. */
const offSquared = 1e-6;
/** Error of the last march beside the effect of noise. */
const besideNoise = 0.05;
/** Points at which the effect of noise is measured. */
const compared = 256;

/** A march with constants, and the residuals of observations, in units of sigma. */
interface Trial {
  readonly values: readonly number[];
  readonly pieces: Pieces;
  readonly rows: Float64Array;
  /** Σ rows². */
  readonly loss: number;
  readonly plan: MarchPlan;
}

/** A trial with the rows about it, by marches with each constant a little larger. */
interface Slopes extends NormalEquations {
  readonly at: Trial;
  readonly near: readonly Trial[];
}

/** Constants that fit best near a start. */
interface Fit extends Trial {
  readonly slopes: Slopes;
  readonly steps: number;
  /** False where time or steps ended first. */
  readonly atRest: boolean;
}

/** Finds constants by marches; undefined where that cannot be done. */
export async function byMarchedConstants(problem: Problem, setting: Setting): Promise<MethodResult | undefined> {
  const guesses = Object.values(problem.trainable);
  const refused = whyNot(problem, guesses);
  if (refused !== undefined) {
    if (problem.time !== undefined) setting.say(`not marched: ${refused}`);
    return undefined;
  }
  const { say, budget } = setting;
  const marches = new Marches(problem, setting);
  const { best: begun, others } = fromStarts(marches, guesses, setting);
  if (!begun) {
    say(`not marched: ${marches.why}`);
    return undefined;
  }
  const { fit, tolerance } = refined(marches, begun);
  const { constants, spread } = determined(problem, fit);
  say(`constants by ${marches.count} marches, ${fit.steps} steps at last`);
  const alternative = alternativeAmong(begun.loss);
  const wanted = Math.max(budget.tolerance ?? 0, Math.min(coarse, besideNoise * spread.unknowns));
  const held = { ...setting, budget: { ...budget, ...(wanted > 0 && { tolerance: wanted }) } };
  const last = await byMarching(heldAt(problem, fit.values), held, shareOfLast);
  if (!last) return undefined;
  const { report, trial } = last.solution;
  const solution = new Solution(problem, trial, { ...report, constants });
  const misses = fit.atRest && (await missedData(problem, solution)) !== undefined;
  return {
    ...{ ...last, solution },
    evidence: {
      ...last.evidence,
      noise: spread,
      warnings: {
        ...last.evidence.warnings,
        moving: fit.atRest ? undefined : "there was no time for its constants to come to rest; give it more",
        misfit: misfit(problem, fit),
        alternative: alternative && alternativeConstants(alternative),
      },
      ended: "converged",
    },
    isFinal: !misses && (last.isFinal || !fit.atRest),
  };

  /** Other constants that fit as well, after marches as fine. */
  function alternativeAmong(leastLoss: number) {
    const variance = noise(problem, fit.rows);
    for (const { values, loss } of others) {
      const isOther = alternativeOf(constants, { loss, others: [{ values, loss }], variance });
      const finer =
        isOther && loss <= coarseMisfit * Math.max(leastLoss, variance)
          ? fitFrom(marches, values, tolerance, shareOfFirst)
          : undefined;
      const alternative = finer && alternativeOf(constants, { loss: fit.loss, others: [finer], variance });
      if (alternative) return alternative;
    }
    return undefined;
  }
}

/** Why the noise of observations is not known, or not what was given, in words. */
export function misfit(
  problem: Problem,
  { rows, values }: { readonly rows: Float64Array; readonly values: readonly unknown[] },
): string | undefined {
  if (isNoiseOpen(problem))
    return `there are ${rows.length} values for ${values.length} constants, so that nothing shows how far they are off; give a sigma, or more observations`;
  const times = Math.sqrt(noise(problem, rows));
  if (!problem.observations.some(({ hasSigma }) => hasSigma) || times === 1) return undefined;
  return `observations are off by ${numberText(times, 2)} times their sigma, more than chance explains: look at the equation, at priors, and at sigma`;
}

/** Constants from the guesses and from other starts, by coarse marches: the best, and the others. */
function fromStarts(marches: Marches, guesses: readonly number[], { seed, speed }: Setting) {
  const first = fitFrom(marches, guesses, coarse, shareOfFirst);
  return fromOtherStarts(first, {
    ...{ guesses, random: rng(seed).split("constants") },
    isAstray: (best) => !best || isAstray(marches.problem, best.rows, marches.sigmas),
    hasTime: () => speed.share() < shareOfOthers,
    fit: (start) => fitFrom(marches, start, coarse, shareOfOthers),
    margin: ({ rows }) => beyondChance * noise(marches.problem, rows),
  });
}

/** The same fit by finer marches, as fine as the observations ask for. */
function refined(marches: Marches, begun: Fit): { readonly fit: Fit; readonly tolerance: number } {
  let [fit, tolerance] = [begun, coarse];
  for (;;) {
    const finer = Math.min(most, Math.max(least, ofMisfit * Math.sqrt(fit.loss / marches.squares())));
    const isWeighed = marches.weigh(fit);
    if (!isWeighed && finer >= leastRefinement * tolerance) return { fit, tolerance };
    const next: Fit | undefined = fitFrom(marches, fit.values, Math.min(finer, tolerance), shareOfFirst);
    if (!next) return { fit: { ...fit, atRest: false }, tolerance };
    [fit, tolerance] = [next, Math.min(finer, tolerance)];
  }
}

/** Why constants are not found by marches, in words. */
function whyNot(problem: Problem, guesses: readonly number[]): string | undefined {
  if (Object.keys(fieldsOf(problem.text)).length > 0) return "coefficients are to be found";
  if (problem.observations.length === 0) return "constants are to be found without observations";
  if (problem.integrals.length > 0) return "constants are to be found with integrals";
  if (guesses.length > mostConstants) return `${guesses.length} constants are to be found`;
  return marchable(heldAt(problem, guesses));
}

/** The problem with constants that are known. */
const heldAt = (problem: Problem, values: readonly number[]): Problem => ({
  ...problem,
  trainable: {},
  observations: [],
  constants: {
    ...problem.constants,
    ...Object.fromEntries(Object.keys(problem.trainable).map((name, i) => [name, values[i]!])),
  },
});

/** Marches of a problem with one set of constants after the other. */
class Marches {
  readonly problem: Problem;
  /**
   * σ of each list of observations: given, or what is left of it, where there are several; at first the size of its
   * values.
   */
  readonly sigmas: number[];
  count = 0;
  /** Why the last one came to nothing, in words. */
  why = "there was no time";
  readonly #setting: Setting;
  #weighed = 0;

  constructor(problem: Problem, setting: Setting) {
    this.problem = problem;
    this.#setting = setting;
    const { observations } = problem;
    const isAlone = observations.length === 1;
    this.sigmas = observations.map(({ values, sigma, hasSigma }) =>
      hasSigma || isAlone ? sigma : rootMeanSquare(values) || 1,
    );
  }

  /** Σ (y/σ)² of the observed values y. */
  squares(): number {
    const { observations } = this.problem;
    return observations.reduce((sum, { values }, k) => sum + dotInOrder(values, values) / this.sigmas[k]! ** 2, 0);
  }

  /**
   * Takes what is left of each list without a sigma, where there are several, for its noise, if that changes one by a
   * twentieth.
   *
   * @returns true where another fit is due
   */
  weigh({ rows }: Trial): boolean {
    const { observations } = this.problem;
    let from = 0;
    const factors = observations.map(({ values, hasSigma }) => {
      const own = rows.subarray(from, from + values.length);
      from += values.length;
      return hasSigma || observations.length === 1 ? 1 : Math.max(rootMeanSquare(own), least);
    });
    if (this.#weighed === mostWeighed || factors.every((by) => Math.abs(by - 1) <= 0.05)) return false;
    this.#weighed++;
    for (const [k, by] of factors.entries()) this.sigmas[k]! *= by;
    return true;
  }

  /** True where a share of the budget is used. */
  isOver(share: number): boolean {
    const { speed, options } = this.#setting;
    return options.signal?.aborted === true || speed.share() > share;
  }

  /**
   * Marches with these constants to a tolerance, or by the plan of another; undefined where they do not come to the
   * end, or a share of the budget is used.
   */
  at(values: readonly number[], how: number | MarchPlan, share: number): Trial | undefined {
    if (this.isOver(share)) return undefined;
    const held = heldAt(this.problem, values);
    const blas = this.#setting.options.blas !== "none";
    const limits = { seconds: share * this.#setting.work, isOver: () => this.isOver(share), blas };
    this.count++;
    const made =
      typeof how === "number" ? planned(march(held, { tolerance: how, ...limits })) : marchBy(held, how, limits);
    if (typeof made === "string") {
      this.why = made;
      return undefined;
    }
    const { field, plan } = "plan" in made ? made : { field: made, plan: how as MarchPlan };
    const pieces = marchPieces(held, field);
    const parts: Float64Array[] = [];
    for (const [k, { quantity, points, values: seen }] of this.problem.observations.entries())
      parts.push(expressionsOfPieces(held, pieces, [quantity], points).map((v, i) => (v - seen[i]!) / this.sigmas[k]!));
    const rows = Float64Array.from(parts.flatMap((part) => [...part]));
    const loss = dotInOrder(rows, rows);
    if (Number.isFinite(loss)) return { values, pieces, rows, loss, plan };
    this.why = "what is observed is not finite";
    return undefined;
  }
}

/** A march that came to its end, or why there is none. */
function planned(result: ReturnType<typeof march>): Pick<MarchResult, "field" | "plan"> | string {
  if ("refused" in result) return result.refused;
  return result.ended ?? result;
}

/** The fit from a start; undefined where no march from there comes to its end. */
function fitFrom(marches: Marches, start: readonly number[], tolerance: number, share: number): Fit | undefined {
  const begun = marches.at(start, tolerance, share);
  if (!begun) return undefined;
  const { plan } = begun;
  const increment = tolerance < coarse ? close : far;
  const linearise = (at: Trial) => slopesAt(marches, at, { plan, apart: increment, share });
  const { best, rows, steps, status } = levenbergMarquardt<Trial, Slopes>(
    {
      linearise,
      follow: (values) => marches.at(values, plan, share),
      isOver: () => marches.isOver(share),
      variance: (at) => noise(marches.problem, at.rows),
    },
    begun,
  );
  const slopes = rows?.at === best ? rows : (linearise(best) ?? rows);
  return slopes && { ...best, slopes, steps, atRest: status === "converged" };
}

/**
 * Slopes of the rows by marches with one constant after the other a little larger, or smaller where those come to
 * nothing.
 */
function slopesAt(
  marches: Marches,
  at: Trial,
  { plan, apart: increment, share }: { readonly plan: MarchPlan; readonly apart: number; readonly share: number },
): Slopes | undefined {
  const sizes = sizesOfConstants(marches.problem, at.values);
  const near: Trial[] = [];
  for (const [i, size] of sizes.entries()) {
    const moved = (by: number) => at.values.map((v, c) => (c === i ? v + by * size : v));
    const trial = marches.at(moved(increment), plan, share) ?? marches.at(moved(-increment), plan, share);
    if (!trial) return undefined;
    near.push(trial);
  }
  const columns = near.map(({ rows, values }, i) => {
    const by = (values[i]! - at.values[i]!) / sizes[i]!;
    return rows.map((v, row) => (v - at.rows[row]!) / by);
  });
  return { ...normalEquations(columns, at.rows, sizes), at, near };
}

/**
 * Constants with standard deviations, and the root mean square of ‖δu‖/‖u‖ by noise, where C = σ²(JᵀJ)⁻¹ is their
 * covariance.
 */
function determined(problem: Problem, fit: Fit): { constants: Record<string, FoundConstant>; spread: Distance } {
  const { at: base, near, sizes } = fit.slopes;
  const { deviations, root } = covarianceOf(fit.slopes, offSquared);
  const sigma = Math.sqrt(noise(problem, fit.rows));
  const constants = Object.fromEntries(
    Object.keys(problem.trainable).map((name, i) => [
      name,
      { value: fit.values[i]!, standardDeviation: isNoiseOpen(problem) ? Number.NaN : sigma * deviations[i]! },
    ]),
  );
  const at = comparisonPoints(problem, compared);
  const list = expressionsOf(problem);
  const expressionsAt = ({ values, pieces }: Trial) =>
    expressionsOfPieces(heldAt(problem, values), pieces, list, at.points);
  const [values, before] = [expressionsAt(fit), expressionsAt(base)];
  const slopes: Float64Array[] = [];
  for (const [i, one] of near.entries()) {
    const by = (one.values[i]! - base.values[i]!) / sizes[i]!;
    slopes.push(expressionsAt(one).map((v, row) => (v - before[row]!) / by));
  }
  const moved = root.map((direction) =>
    values.map((v, row) => slopes.reduce((sum, slope, i) => sum + sigma * direction[i]! * slope[row]!, v)),
  );
  const each = moved.map((one) => distanceOfValues(problem, values, one, at));
  return { constants, spread: combined(each, (all) => Math.sqrt(all.reduce((sum, v) => sum + v * v, 0))) };
}
