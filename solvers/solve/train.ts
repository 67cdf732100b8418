/** Training from first parameters, or a checkpoint, to the best parameters. */
import { rng } from "../../engine/random/rng.ts";
import { storedNumbers } from "../stored-numbers.ts";
import { laplace } from "./laplace.ts";
import { machineOf } from "./machine.ts";
import { checkpoint, type RunContext, type RunEnd, type RunState, rounds } from "./rounds.ts";
import { initial, magnitudeOf, silentParameters } from "./start/begin.ts";
import { notFinite, whyRowsAreNotFinite } from "./start/not-finite.ts";
import { multiStart } from "./starts.ts";
import { withPrefix } from "./stepper.ts";
import { restoring, type TrainState } from "./train-state.ts";
import type { TrainOptions, TrainResult } from "./training.ts";

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
