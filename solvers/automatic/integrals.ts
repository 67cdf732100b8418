/**
 * Residuals with more nodes in integrals: between the nodes at which equations were met a solution may do what it
 * likes.
 */
import { rootMeanSquare } from "../../engine/numerics/vectors.ts";
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../../equations/domain/index.ts";
import { fewerPoints, hasQuadrature, withNodes } from "../../equations/expression/index.ts";
import { zeroResidual } from "../features/random-features.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { Solution } from "../solution/solution.ts";
import { networkTrial } from "../solve/network-trial.ts";

/**
 * Points at which the equations are looked at, at least so many where each of them asks for many others, and how many
 * times the nodes.
 */
const [looked, fewest, more] = [128, 8, 1.5];
/**
 * Factor by which they may leave more with more nodes before that is no rounding, and before it is doubtful, from a
 * share of their size on.
 */
const [seenTimes, mostTimes, leastShare] = [1.5, 3, 1e-3];
/**
 * Error of the rule over its change: 1/(1 − 1.5⁻ᵖ) is 3 of first order (a jump, a logarithm), and 1.8 of second (a
 * kink).
 */
const missed = 2;

/** The effect of more nodes. */
export interface FinerIntegrals {
  /** The residual that comes from too few nodes in each integral, beside that of u = 0. */
  readonly share: number;
  /** The reason not to believe the solution. */
  readonly advice?: string;
}

/**
 * The effect of half as many nodes again in each integral, where the equations leave more with them than with their
 * own; undefined where they do not, or there are no integrals.
 */
export async function finerIntegrals(solution: NetworkSolution): Promise<FinerIntegrals | undefined> {
  const { problem, coefficients, report } = solution;
  if (!problem.equations.some(hasQuadrature)) return undefined;
  const equations = withNodes(problem.equations, (size) => Math.ceil(more * size));
  const count = fewerPoints(looked, equations, fewest);
  const points = domainOf(problem.domain).interior(count, rng(0).split("integrals"));
  const finely = { ...problem, equations };
  const finer = new Solution(
    finely,
    networkTrial(finely, solution.trial.network, coefficients, report.conditions),
    report,
  );
  const [own, now] = [rootMeanSquare(await solution.residual(points)), rootMeanSquare(await finer.residual(points))];
  await finer.dispose();
  if (!(now > seenTimes * own)) return undefined;
  const change = Math.sqrt(now * now - own * own);
  const share = (missed * change) / (report.scale * (await zeroResidual(problem, report)));
  const [fine, coarse] = [now, own].map((v) => v.toPrecision(2));
  const advice = `with half as many nodes again in its integrals it leaves ${fine}, with their own ${coarse}; give them more nodes, as in integral(f, s, 0, 1, 32), or integrate what is not singular`;
  const doubtful = now > mostTimes * own && now > leastShare * report.scale;
  return { share, ...(doubtful && { advice }) };
}
