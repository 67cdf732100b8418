/**
 * Evidence of random features and of networks. Random features on top of a solution solve the equations that its
 * residual leaves, linearised about it: their size is the error as far as they can see it. A second, independent
 * solution shows what they cannot see.
 */
import { numberText, percentText } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { fieldsOf } from "../../equations/problem/index.ts";
import { zeroResidual } from "../features/random-features.ts";
import { startTrouble } from "../marching/march.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { doubtful, type Evidence, mostAlone, mostLeft } from "./assessment.ts";
import { combined, type Distance } from "./distance.ts";
import type { Correction } from "./feature-fit.ts";
import { finerIntegrals } from "./integrals.ts";
import { type MethodResult, moreForHidden } from "./method-result.ts";
import { narrowPoints } from "./missed-places.ts";
import { type MissedPlace, rowResiduals } from "./row-residuals.ts";
import type { Setting } from "./setting.ts";

/** Another solution, with its distance from the one that is evaluated. */
interface Comparison {
  readonly solution: NetworkSolution;
  readonly distance: Distance;
}

/** Comparisons and warnings that random features or networks have of their own. */
export interface Findings {
  readonly correction?: Pick<Correction, "size"> | undefined;
  readonly second?: Comparison | undefined;
  /**
   * One with fewer features where the second has as many: what all with as many leave out, two of them leave out alike.
   */
  readonly fewer?: Comparison | undefined;
  /** The error that noise of the observations allows. */
  readonly spread?: Distance | undefined;
  /** The error of solutions of observations that were drawn anew. */
  readonly repeated?: Distance | undefined;
  /** Extrapolated convergence of a network, where there is nothing else. */
  readonly course?: Distance | undefined;
  /** A constant to be found that was not at rest, in words. */
  readonly moving?: string | undefined;
  /** True where the last half of the work gained little. */
  readonly slow?: boolean | undefined;
  /** That more features leave no less, in words. */
  readonly stuck?: string | undefined;
  /** True where other solutions of a linear problem leave as little. */
  readonly isUndetermined?: boolean | undefined;
}

/** The result of random features or of a network before its evidence is made. */
export interface Candidate extends Pick<MethodResult<NetworkSolution>, "solution" | "words"> {
  readonly findings: Findings;
  /** True where a network is needed only for a warning. */
  readonly isSufficient: boolean;
}

/** Advice where a multiple of another function can be added to a solution of a linear problem. */
export const manySolutions =
  "it has infinitely many solutions: adding a multiple of another function changes nothing in its equations; add a condition";

/** Advice to give more time, where it helped. */
const moreFor = (slow = false): string =>
  slow
    ? "the last half of its work gained little, so that time alone may not help: look for a jump, a kink or a narrow layer, or give a network of your own"
    : "give it more time, or a network of your own";

/** Advice where points miss a narrow place. */
function missedWords({ axes }: Problem, { at, length, share }: MissedPlace): string {
  const place = at.map((x, k) => `${axes[k]} = ${numberText(x, 3)}`).join(", ");
  return `a function of its equations changes within ${numberText(length, 2)} near ${place}, which its points miss: they leave ${percentText(share)} of an equation there; give it more time, or draw the change wider`;
}

/** The evidence of a candidate. */
export async function rowEvidence(
  problem: Problem,
  { solution, findings, isSufficient }: Omit<Candidate, "words">,
  { options, speed }: Pick<Setting, "options" | "speed">,
): Promise<Evidence> {
  const { report } = solution;
  const { moving, stuck, isUndetermined, slow, repeated } = findings;
  const seenNoise = [findings.spread, repeated].filter((one) => one !== undefined);
  const integrals = await finerIntegrals(solution);
  const isLate = options.signal?.aborted || speed.share() > 1;
  const plain = problem.unknowns.length - Object.keys(fieldsOf(problem.text)).length;
  const { warning: start, hasHidden } = startTrouble(problem);
  // Where time is over, only what may be missed is still looked at.
  const isLookedAt = !isLate || narrowPoints(problem, domainOf(problem.domain)).length > 0;
  const { rows, missed } = isLookedAt ? await rowResiduals(solution) : { rows: [], missed: undefined };
  const more = hasHidden ? moreForHidden : moreFor(slow);
  return {
    compared: await comparisons(problem, solution, findings),
    ...(seenNoise.length > 0 && { noise: combined(seenNoise, (sizes) => Math.max(...sizes)) }),
    known: integrals ? [{ by: "more nodes in its integrals", share: integrals.share }] : [],
    residualRatio: report.residual / (await zeroResidual(problem, report)),
    rows,
    warnings: {
      start,
      moving: moving && `${moving}; ${more}, or more observations`,
      several: isUndetermined ? manySolutions : undefined,
      stuck,
      integrals: integrals?.advice,
      narrow: missed && missed.share > mostAlone ? missedWords(problem, missed) : undefined,
    },
    more,
    // Fields that neither equations nor data determine are smooth, and not wrong: they count where noise moves them.
    excused: [...problem.unknowns.keys()].filter((k) => k >= plain && !((repeated?.each[k] ?? 0) > doubtful)),
    ended: isSufficient && report.status !== "diverged" ? "converged" : report.status,
  };
}

/**
 * Errors that comparisons show. The distance of another solution counts with the ratio of the residuals; with its root
 * where that other one leaves more than a fifth of the residual of u = 0 and nothing else was compared, since one that
 * resolves nothing is as far from a wrong solution as from the right one.
 */
async function comparisons(
  problem: Problem,
  { report }: NetworkSolution,
  { correction, second, fewer, course }: Findings,
): Promise<Evidence["compared"]> {
  const others = [second, fewer].filter((other) => other !== undefined);
  const resolves = await Promise.all(
    others.map(async ({ solution }) => {
      const own = solution.report;
      return own.residual <= mostLeft * (await zeroResidual(problem, own));
    }),
  );
  const power = correction || resolves.includes(true) ? 1 : 0.5;
  const seen = others.map(({ distance, solution }) => {
    const closer = Math.min(1, report.residual / solution.report.residual) ** power;
    return { by: "a second solution", error: combined([distance], ([size]) => size! * closer) };
  });
  if (correction) seen.unshift({ by: "correction by random features", error: correction.size });
  return seen.length === 0 && course ? [{ by: "convergence extrapolation", error: course }] : seen;
}
