/**
 * Several random networks are begun, and the one with the lowest loss on a fresh set goes on. Nothing of them is kept in
 * checkpoints: a run that is cut off among them begins anew.
 */
import type { NamedTensors } from "../../engine/files/safetensors.ts";
import { checkpoint, type RunContext, type RunEnd, type RunState, rounds } from "./rounds.ts";
import { initial } from "./start/begin.ts";
import { copied } from "./stepper.ts";

/** One of several starts, put aside. */
interface StartResult {
  readonly best: number;
  readonly bestTheta: Float64Array;
  readonly optimizer: NamedTensors;
  readonly sampler: NamedTensors;
}

const winnerOf = <T extends { readonly best: number }>(all: readonly T[]): T =>
  all.reduce((a, b) => (b.best < a.best ? b : a));

/**
 * Runs the starts one after the other. One that diverges or stalls is over, the next begins.
 *
 * @returns the winner, to go on with; or how the run ended, where budget, target or signal came first
 */
export async function multiStart(context: RunContext, from: RunState): Promise<RunState | RunEnd> {
  const { options, machine, magnitude, root, silent } = context;
  const { sampler, starts, assembly } = options;
  const untouched = copied(sampler.state());
  const results: StartResult[] = [];
  let at = from;
  for (;;) {
    const ended = await rounds(context, at, starts.steps);
    at = ended.at;
    const { best, bestTheta } = at;
    if (["converged", "aborted", "budget"].includes(ended.why)) {
      // The last one may not be the best.
      const winner = winnerOf([{ best, bestTheta }, ...results]);
      return { ...ended, at: { ...at, best: winner.best, bestTheta: winner.bestTheta } };
    }
    results.push({ best, bestTheta, optimizer: copied(machine.stepper.state()), sampler: copied(sampler.state()) });
    machine.restart();
    if (results.length === starts.count) break;
    const next = await initial(assembly, magnitude, root.split("start").split(results.length), silent);
    sampler.restore(untouched);
    at = { ...at, theta: next.theta, best: Number.POSITIVE_INFINITY, failures: 0 };
  }
  const { optimizer, sampler: sampled, ...won } = winnerOf(results);
  machine.stepper.restore(optimizer);
  sampler.restore(sampled);
  const standing: RunState = { ...at, ...won, theta: won.bestTheta, failures: 0 };
  await checkpoint(context, standing);
  return standing;
}
