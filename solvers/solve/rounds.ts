/**
 * Rounds: new collocation points, a few optimizer steps on them. A sampler never acts inside a step. The loss on fresh
 * points before any step is an unbiased estimate of the loss of θ (fresh-loss.ts); the θ with the lowest one is kept.
 */
import { ConvergenceError, DomainError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { quasiUniformPoints, uniformSet } from "../sampler/domain-points.ts";
import type { PointSet } from "../sampler/sampler.ts";
import type { Status } from "../solution/budget.ts";
import type { Progress } from "../solution/options.ts";
import { type FreshLoss, freshLoss } from "./fresh-loss.ts";
import type { Machine } from "./machine.ts";
import type { magnitudeOf } from "./start/begin.ts";
import { prefixed } from "./stepper.ts";
import type { TrainOptions } from "./train.ts";

/** Rounds in a row without an accepted step after which a run counts as stalled. */
const patience = 5;
/** Growth of the loss on fresh sets, against the first one or that of u = 0, that counts as divergence. */
const explosion = 1e10;

/** The parts that serve all rounds of a run. */
export interface RunContext {
  readonly options: TrainOptions;
  readonly root: Rng;
  readonly magnitude: ReturnType<typeof magnitudeOf>;
  /** Parameters of u = 0. */
  readonly silent: Float64Array;
  readonly machine: Machine;
  readonly scale: number;
}

/** The state of a run between two rounds. Each step of a round makes a new one; parameters are never written to. */
export interface RunState {
  readonly round: number;
  readonly steps: number;
  /** Rounds in a row in which no step was accepted. */
  readonly failures: number;
  /** The number of points was multiplied. */
  readonly grown: boolean;
  readonly theta: Float64Array;
  /** Lowest loss on fresh points, and its parameters; infinite before the first. */
  readonly best: number;
  readonly bestTheta: Float64Array;
  /** Loss on the first fresh set; infinite before. */
  readonly first: number;
  readonly last?: Progress;
}

/** Why rounds came to an end: "tried" where the steps of a trial were taken. */
export interface RunEnd {
  readonly at: RunState;
  readonly why: Status | "tried";
  /** The loss that was found last on a fresh set; not a number where θ had none. */
  readonly freshLoss: number;
  /** The message of a sampler or an optimizer that could not go on. */
  readonly reason?: string;
}

/**
 * Runs rounds until the run is over.
 *
 * @param trial - steps of a start among others, which neither grows nor is kept in checkpoints
 */
export async function rounds(context: RunContext, from: RunState, trial?: number): Promise<RunEnd> {
  const { sampler, assembly } = context.options;
  let at = from;
  let fresh = unknown;
  for (;;) {
    if (trial !== undefined && at.steps - from.steps >= trial) return { at, why: "tried", freshLoss: fresh.loss };
    if (trial === undefined) at = await grown(context, at);
    const stream = context.root.split("round").split(at.round);
    const set = await draw(context, at, stream);
    if (set instanceof ConvergenceError) return await withoutPoints(context, at, set, stream);
    fresh = set ? await freshLoss(context.machine, sampler, assembly.domain, at, set, stream) : unknown;
    const scored = verdict(context, at, fresh);
    at = scored.at;
    if (scored.why !== undefined || !set) return { at, why: scored.why ?? "diverged", freshLoss: fresh.loss };
    const walked = await walk(context, at, fresh.loss);
    at = { ...at, steps: walked.steps };
    if (walked.lost !== undefined) return { at, why: "diverged", freshLoss: fresh.loss, reason: walked.lost };
    at = after(context, at, walked, fresh);
    await context.options.onRound(at.last!, at.theta, set);
    if (walked.whole && trial === undefined) await checkpoint(context, at);
  }
}

/** The loss of a θ with residuals that are not finite. */
const unknown: FreshLoss = { loss: Number.NaN, error: Number.NaN, best: Number.NaN };

/** Share of the budget that is used up. */
function share({ options: { budget, elapsed, processor } }: RunContext, steps: number): number {
  return Math.max(
    budget.seconds === undefined ? 0 : elapsed() / budget.seconds,
    budget.processorSeconds === undefined ? 0 : processor() / budget.processorSeconds,
    budget.steps === undefined ? 0 : steps / budget.steps,
  );
}

/** Multiplies the number of points when it is time. */
async function grown(context: RunContext, at: RunState): Promise<RunState> {
  const { after, factor } = context.options.growth;
  if (at.grown || factor === 1 || share(context, at.steps) < after) return at;
  await context.machine.grow();
  return { ...at, grown: true };
}

/**
 * Draws the points of a round and puts them in place; undefined where θ has residuals that are not finite, an error
 * where the sampler itself diverged.
 */
async function draw(
  context: RunContext,
  { theta, round }: RunState,
  at: Rng,
): Promise<PointSet | ConvergenceError | undefined> {
  const { machine, magnitude, silent } = context;
  const { sampler, assembly } = context.options;
  let lost = false;
  const residual = async (points: Float64Array) => {
    const values = await magnitude.evaluate(theta, points);
    lost ||= !values.every(Number.isFinite);
    return values;
  };
  const source = (points: Float64Array) => magnitude.evaluate(silent, points);
  const given = {
    domain: assembly.domain,
    count: machine.interior,
    rng: at.split("interior"),
    round,
    residual,
    source,
  };
  const set = await sampler.draw(given).catch((error: unknown) => {
    // Samplers refuse residuals that are not finite; the caller knows a better θ.
    if (lost && error instanceof DomainError) return undefined;
    if (error instanceof ConvergenceError) return error;
    throw error;
  });
  if (set && !(set instanceof ConvergenceError)) machine.take(set, at);
  return set;
}

/**
 * The end of a run whose sampler diverged: the last θ or the best before, whichever has the lower loss on quasi-uniform
 * points.
 *
 * @throws the sampler's error where no step was taken
 */
async function withoutPoints(
  { machine, options }: RunContext,
  at: RunState,
  error: ConvergenceError,
  stream: Rng,
): Promise<RunEnd> {
  if (at.steps === 0) throw error;
  const { domain } = options.assembly;
  machine.take(uniformSet(domain, quasiUniformPoints(domain, machine.interior, stream.split("fresh"))), stream);
  const { loss } = await machine.loss(at.theta);
  const alternative = (await machine.loss(at.bestTheta)).loss;
  const better = loss < alternative ? { ...at, best: loss, bestTheta: at.theta } : { ...at, best: alternative };
  return { at: better, why: "diverged", freshLoss: loss, reason: error.message };
}

/** The consequences of the loss on fresh points: the best parameters so far, and the end of the run. */
function verdict(context: RunContext, before: RunState, { loss, best }: FreshLoss): { at: RunState; why?: Status } {
  const { budget, signal } = context.options;
  if (!Number.isFinite(loss) || loss > explosion * Math.max(1, before.first)) {
    return { at: before, why: "diverged" };
  }
  const at: RunState = {
    ...before,
    first: before.first === Number.POSITIVE_INFINITY ? loss : before.first,
    ...(loss < best ? { best: loss, bestTheta: before.theta } : { best }),
  };
  if (budget.residual !== undefined && Math.sqrt(loss) <= budget.residual) return { at, why: "converged" };
  if (signal?.aborted) return { at, why: "aborted" };
  if (at.failures >= patience) return { at, why: "stalled" };
  if (share(context, at.steps) >= 1) return { at, why: "budget" };
  return { at };
}

/** The outcome of the steps of a round. */
interface Walked {
  readonly theta: Float64Array;
  readonly steps: number;
  readonly loss: number;
  /** One was accepted. */
  readonly taken: boolean;
  /** None was cut off by the budget or the signal. */
  readonly whole: boolean;
  /** The message of the optimizer where it found no finite loss. */
  readonly lost?: string;
}

async function walk(context: RunContext, at: RunState, freshLoss: number): Promise<Walked> {
  const { stepsPerRound, signal } = context.options;
  const theta = at.theta.slice();
  let [steps, loss, taken] = [at.steps, freshLoss, false];
  for (let i = 0; i < stepsPerRound; i++) {
    if (share(context, steps) >= 1 || signal?.aborted) return { theta, steps, loss, taken, whole: false };
    try {
      const step = await context.machine.stepper.step(theta);
      steps++;
      loss = step.loss;
      if (!step.accepted) break;
      taken = true;
    } catch (error) {
      // An optimizer that finds no finite loss has nothing to go on with; the best θ is known.
      if (error instanceof ConvergenceError) return { theta, steps, loss, taken, whole: false, lost: error.message };
      throw error;
    }
  }
  return { theta, steps, loss, taken, whole: true };
}

/** The state of the run after the steps of a round. */
function after(context: RunContext, at: RunState, { theta, steps, loss, taken }: Walked, fresh: FreshLoss): RunState {
  const { machine, options } = context;
  const last: Progress = {
    round: at.round,
    steps,
    seconds: options.elapsed(),
    freshLoss: fresh.loss,
    freshError: fresh.error,
    loss,
    bestFreshLoss: at.best,
    points: machine.interior,
    optimizer: machine.stepper.report(),
    sampler: options.sampler.report(),
  };
  return { ...at, theta, failures: taken ? 0 : at.failures + 1, last, round: at.round + 1 };
}

/** Hands out what a resumed run needs. */
export async function checkpoint({ options, machine, scale }: RunContext, at: RunState): Promise<void> {
  const { round, steps, grown, best, first, failures, theta, bestTheta } = at;
  await options.onCheckpoint?.({
    ...{ round, steps, seconds: options.elapsed(), processorSeconds: options.processor() },
    ...{ scale, grown, best, first, failures },
    tensors: {
      theta: { shape: [theta.length], data: theta.slice() },
      best: { shape: [theta.length], data: bestTheta.slice() },
      ...prefixed("sampler.", options.sampler.state()),
      ...prefixed("optimizer.", machine.stepper.state()),
    },
  });
}
