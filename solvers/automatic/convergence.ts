/**
 * The error of a network by extrapolation of what it moved in the last half of its steps. Where the residual falls from
 * r to q·r and the error with it, a solution that moved by m is about m·q/(1 − q) from the truth. That is no
 * independent estimate, and is asked for where there is none.
 */
import type { Problem } from "../../equations/problem/index.ts";
import type { Progress, Round } from "../solution/options.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { Solution } from "../solution/solution.ts";
import { networkTrial } from "../solve/network-trial.ts";
import { type Distance, distance, scaled } from "./distance.ts";

/** Largest q that counts: losses on fresh points vary by some percent. */
const mostRatio = 0.8;

/** True where the last half of the work gained little. @param ratio - of the residual after it to that before */
export const isSlow = (ratio: number): boolean => ratio > mostRatio;

/** Watches a network while it is trained. */
export function convergenceOf(problem: Problem) {
  const seen: { readonly steps: number; readonly loss: number; readonly theta: Float64Array }[] = [];
  let last: Round | undefined;
  /** The network in the middle of its steps, and the residual at the end over that then. */
  const half = ({ report }: NetworkSolution) => {
    const middle = (seen.at(-1)?.steps ?? 0) / 2;
    const at = seen.findLastIndex(({ steps }) => steps <= middle);
    const [before, next] = [seen[at], seen[at + 1]];
    // The loss of a round is that of the network before its steps.
    return before && next && { theta: before.theta, ratio: report.residual / Math.sqrt(next.loss) };
  };
  return {
    watch({ steps, freshLoss }: Progress, round: Round): void {
      seen.push({ steps, loss: freshLoss, theta: round.theta });
      last = round;
    },
    /** Ratio of the residual to that before the last half of the steps. */
    ratio: (solution: NetworkSolution): number | undefined => half(solution)?.ratio,
    /** The extrapolated error; undefined where the residual fell too little. */
    async error(solution: NetworkSolution): Promise<Distance | undefined> {
      const before = half(solution);
      if (!before || !last || !(before.ratio > 0) || isSlow(before.ratio)) return undefined;
      const { theta, ratio } = before;
      const { trial, report } = solution;
      const earlier = new Solution(problem, networkTrial(problem, trial.network, theta, report.conditions), report);
      const { points, density } = last;
      try {
        // Quasi-uniform points see nothing of a peak in many dimensions: the sampler's do.
        return scaled(await distance(problem, solution, earlier, { points, density }), ratio / (1 - ratio));
      } finally {
        await earlier.dispose();
      }
    },
  };
}
