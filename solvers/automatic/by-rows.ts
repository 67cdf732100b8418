/**
 * Random features, and networks where those leave much: least squares of residual rows at points, on any number of
 * axes.
 */
import { ConvergenceError } from "../../engine/errors.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { startTrouble } from "../marching/march.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { checkNothing } from "../solve/start/not-finite.ts";
import { byNoise } from "./assessment.ts";
import { byFeatures } from "./by-features.ts";
import { byNetworks, resumedNetwork } from "./by-networks.ts";
import { distance } from "./distance.ts";
import { assessed, discard, hasNoWarning, type MethodResult } from "./method-result.ts";
import { type Candidate, manySolutions, rowEvidence } from "./row-evidence.ts";
import type { Setting } from "./setting.ts";

/** Share of the budget after which no network is begun for a warning. */
const tooLate = 0.5;

/** Solves by random features, and by networks where these leave much, a warning, or more error than was asked for. */
export async function byRows(problem: Problem, setting: Setting): Promise<MethodResult<NetworkSolution>> {
  checkNothing(problem, domainOf(problem.domain), "exact");
  const features = await byFeatures(problem, setting);
  const first = features?.isSufficient ? await assessedRows(problem, setting, features) : undefined;
  if (first && !needsNetwork(setting, first)) return first;
  const network = await byNetworks(problem, setting, features).catch((error: unknown) => {
    const { warning } = startTrouble(problem);
    if (!(error instanceof ConvergenceError) || warning === undefined) throw error;
    throw new ConvergenceError(`${error.message}; ${warning}`, error.status, error.result);
  });
  const residual = (one: Candidate | undefined) => one?.solution.report.residual ?? Number.POSITIVE_INFINITY;
  const [best, other] = residual(features) <= residual(network) ? [features, network] : [network, features];
  if (best === undefined)
    throw new ConvergenceError(
      "solve: neither random features nor a network has a finite residual; look at the text",
      "diverged",
    );
  const found = best === features && first ? first : await assessedRows(problem, setting, best, other);
  if (other) await discard(other.solution, setting);
  return found;
}

/** Goes on with the network of a solve that was interrupted: its error is estimated as it would have been. */
export const byResumedNetwork = async (problem: Problem, setting: Setting): Promise<MethodResult> =>
  assessedRows(problem, setting, await resumedNetwork(problem, setting));

/** An assessed candidate. @param other - a second solution, where it has none yet */
async function assessedRows(
  problem: Problem,
  setting: Setting,
  candidate: Candidate,
  other?: Candidate,
): Promise<MethodResult<NetworkSolution>> {
  const { solution, words } = candidate;
  const second =
    candidate.findings.second ??
    (other && { solution: other.solution, distance: await distance(problem, solution, other.solution) });
  const evidence = await rowEvidence(problem, { ...candidate, findings: { ...candidate.findings, second } }, setting);
  return assessed(problem, setting, { solution, words, evidence, isFinal: false });
}

/** True where a result leaves a warning or more error than was asked for, and there is time for a network. */
function needsNetwork({ speed, options, budget }: Setting, found: MethodResult): boolean {
  if (!speed.limited || speed.share() > tooLate || options.signal?.aborted) return false;
  const { advice, by, relativeL2 } = found.solution.report.estimate!;
  if (advice === manySolutions) return false;
  // No network takes the noise of observations away.
  return !hasNoWarning(found) || (by !== byNoise && relativeL2 > (budget.tolerance ?? Number.POSITIVE_INFINITY));
}
