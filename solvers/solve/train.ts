/** Training from first parameters, or a checkpoint, to the best parameters. */

import type { NamedTensors } from "../../engine/files/safetensors.ts";
import { rng } from "../../engine/random/rng.ts";
import type { Stepper } from "../optimizer/optimizer.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import type { ActiveSampler, PointSet } from "../sampler/sampler.ts";
import type { Status } from "../solution/budget.ts";
import type { Progress, SolveOptions } from "../solution/options.ts";
import { storedNumbers } from "../stored-numbers.ts";
import type { Assembly } from "./assemble.ts";
import { laplace } from "./laplace.ts";
import { machineOf } from "./machine.ts";
import type { ResolvedOptions } from "./network-options.ts";
import { restoring, type TrainState } from "./resume.ts";
import { checkpoint, type RunContext, type RunEnd, type RunState, rounds } from "./rounds.ts";
import { initial, magnitudeOf, silentParameters } from "./start/begin.ts";
import { notFinite, whyRowsAreNotFinite } from "./start/not-finite.ts";
import { copied, withPrefix } from "./stepper.ts";

/** Options of the loop: those of a run that say what is done in it, and the parts that are made of the others. */
export interface TrainOptions
  extends Omit<ResolvedOptions, "network" | "sampler" | "optimizer" | "warmStart" | "conditions">,
    Pick<SolveOptions, "start" | "signal"> {
  readonly assembly: Assembly;
  readonly sampler: ActiveSampler;
  /** Makes the optimizer for a program; called again, with the state, when the number of points grows. */
  readonly stepper: (program: LeastSquaresProgram) => Stepper;
  /** Seconds since the start; a clock of the caller's. */
  readonly elapsed: () => number;
  /** Seconds of the processor since the start. */
  readonly processor: () => number;
  readonly onRound: (progress: Progress, theta: Float64Array, set: PointSet) => void | Promise<void>;
  /**
   * Called before the first round and after every whole round with what a resumed run needs. A round that the budget or
   * the signal cuts short is not handed out: a run that goes on repeats it, and so has the bits of one that was never
   * interrupted.
   */
  readonly onCheckpoint?: (state: TrainState) => Promise<void>;
  readonly resume?: TrainState;
}

/** The result of the loop. */
export interface TrainResult {
  readonly theta: Float64Array;
  readonly status: Status;
  /** The message of a sampler or an optimizer that could not go on. */
  readonly reason?: string;
  readonly freshLoss: number;
  readonly scale: number;
  readonly steps: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly lastRound: Progress | undefined;
  /** Standard deviations of the trainable constants, as `laplace` gives them. */
  readonly deviations: readonly (number | undefined)[];
}

/** Trains. @throws ConvergenceError where the first loss is not finite */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { assembly, resume, starts, threads } = options;
  const root = rng(options.seed);
  const magnitude = magnitudeOf(assembly, threads);
  try {
    const silent = silentParameters(assembly);
    const first = resume ? undefined : await initial(assembly, magnitude, root, silent);
    const scale = resume?.scale ?? options.residualScale ?? first!.scale;
    const from = resume
      ? restoring(resume, () => restored(resume, silent.length))
      : { ...untouched, theta: options.start?.slice() ?? first!.theta, bestTheta: new Float64Array(silent.length) };
    if (resume) restoring(resume, () => options.sampler.restore(withPrefix("sampler.", resume.tensors)));
    const machine = machineOf(options, scale, from.grown);
    try {
      if (resume) restoring(resume, () => machine.stepper.restore(withPrefix("optimizer.", resume.tensors)));
      const context: RunContext = { options, root, magnitude, silent, machine, scale };
      if (!resume) await checkpoint(context, from);
      const begun = starts.count > 1 && from.round === 0 ? await multiStart(context, from) : from;
      return await finish(context, "why" in begun ? begun : await rounds(context, begun));
    } finally {
      await machine.dispose();
    }
  } finally {
    await magnitude.dispose();
  }
}

const far = Number.POSITIVE_INFINITY;
const untouched = { round: 0, steps: 0, failures: 0, grown: false, best: far, first: far };

/** The state of an earlier run. */
function restored({ tensors, round, steps, failures, grown, best, first }: TrainState, size: number): RunState {
  const theta = storedNumbers("solve", tensors, "theta", size);
  const bestTheta = storedNumbers("solve", tensors, "best", size);
  return { round, steps, failures, grown, best, first, theta, bestTheta };
}

/** The best parameters, with how sure their constants are. */
async function finish(context: RunContext, { at, why, freshLoss, reason }: RunEnd): Promise<TrainResult> {
  if (at.best === far) {
    const way = "check the equations for values that are not finite, or take another seed or a smaller network scale";
    const found = whyRowsAreNotFinite(context.options.assembly);
    throw notFinite(found ?? `the loss is ${freshLoss} before the first step; ${way}`);
  }
  const { options, machine, scale } = context;
  const deviations = await laplace(options.assembly, machine.rows, at.bestTheta, options.weights);
  return {
    theta: at.bestTheta,
    status: why === "tried" ? "budget" : why,
    ...(reason !== undefined && { reason }),
    freshLoss: at.best,
    scale,
    steps: at.steps,
    rounds: at.round,
    seconds: options.elapsed(),
    processorSeconds: options.processor(),
    lastRound: at.last,
    deviations,
  };
}

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
