/**
 * The loop: rounds of new collocation points, a few optimizer steps on each set. A sampler never acts inside a step. The loss
 * on a fresh set before any step is an unbiased estimate of the loss of θ; the θ with the lowest one is kept.
 */
import { ConvergenceError, DomainError } from "../../engine/errors.ts";
import type { NamedTensors } from "../../engine/files/safetensors.ts";
import { rng } from "../../engine/rng.ts";
import { storedNumbers } from "../optimizer/optimizer.ts";
import type { Stepper } from "../optimizer/stepper.ts";
import { type LeastSquaresProgram, leastSquaresProgram } from "../residual/program.ts";
import type { ActiveSampler, PointSet } from "../sampler/sampler.ts";
import type { Assembly, GroupWeights } from "./assemble.ts";
import { initial, magnitudeOf, silentParameters } from "./begin.ts";
import { laplace } from "./laplace.ts";
import { copied, prefixed, withPrefix } from "./stepper.ts";
import type { TrainState } from "./train-state.ts";

/** Limits of a run; whichever is met first ends it. */
export interface Budget {
  /** Wall-clock seconds, compilation included. */
  readonly seconds?: number;
  /** Optimizer steps. With this one alone the same seed gives the same bits. */
  readonly steps?: number;
  /** Root mean square of the scaled residual on a fresh set at which to stop. */
  readonly residual?: number;
}

/** How a run ended. */
export type Status = "converged" | "budget" | "diverged" | "aborted" | "stalled";

/** Several random networks are begun; the one with the lowest loss on a fresh set goes on. */
export interface Starts {
  /** Their number, ≥ 1. */
  readonly count: number;
  /** Steps of each before they are compared, ≥ 1. */
  readonly steps: number;
}

/** What is known after a round. */
export interface Progress {
  readonly round: number;
  readonly steps: number;
  readonly seconds: number;
  /** Loss of θ on the round's fresh points before its first step. */
  readonly freshLoss: number;
  /** Loss on the round's points after its last step. */
  readonly loss: number;
  readonly bestFreshLoss: number;
  readonly points: number;
  /** What the optimizer and the sampler report. */
  readonly optimizer: Readonly<Record<string, number>>;
  readonly sampler: Readonly<Record<string, number>>;
}

/** What the loop needs. */
export interface TrainOptions {
  readonly assembly: Assembly;
  readonly sampler: ActiveSampler;
  /** Makes the optimizer for a program; called again, with the state, when the number of points grows. */
  readonly stepper: (program: LeastSquaresProgram) => Stepper;
  readonly seed: number;
  readonly budget: Budget;
  readonly points: number;
  readonly boundaryPoints: number;
  readonly stepsPerRound: number;
  /** Share of the budget after which the number of points is multiplied. */
  readonly growth: { readonly after: number; readonly factor: number };
  readonly weights: GroupWeights;
  readonly residualScale?: number;
  /** First parameters; random ones where there are none. */
  readonly start?: Float64Array;
  readonly starts: Starts;
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** Seconds since the start; a clock of the caller's. */
  readonly elapsed: () => number;
  readonly onRound?: (progress: Progress, theta: Float64Array, set: PointSet) => void | Promise<void>;
  /**
   * Called before the first round and after every whole round with what a resumed run needs. A round that the budget or the signal
   * cuts short is not handed out: a run that goes on repeats it, and so has the bits of one that was never interrupted.
   */
  readonly onCheckpoint?: (state: TrainState) => Promise<void>;
  readonly resume?: TrainState;
}

/** One of several starts, put aside. */
interface Rival {
  readonly best: number;
  readonly theta: Float64Array;
  readonly optimizer: NamedTensors;
  readonly sampler: NamedTensors;
}

/** What the loop ends with. */
export interface TrainResult {
  readonly theta: Float64Array;
  readonly status: Status;
  readonly freshLoss: number;
  readonly scale: number;
  readonly steps: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly lastRound: Progress | undefined;
  /** Covariance of the trainable constants [k, k], from (JᵀJ)⁻¹ (Laplace); empty without any. */
  readonly covariance: Float64Array;
}

/** Rounds in a row without an accepted step after which a run counts as stalled. */
const patience = 5;
/** Growth of the loss on fresh sets, against the first one or that of u = 0, that counts as divergence. */
const explosion = 1e10;

/** Runs the loop. @throws ConvergenceError where the first loss is not finite */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { assembly, sampler, budget, weights, threads, elapsed, signal, resume } = options;
  const { domain, model } = assembly;
  const root = rng(options.seed);
  const magnitude = magnitudeOf(assembly, threads);
  const theta = new Float64Array(model.network.size + model.trainable.length);
  const silent = silentParameters(assembly);
  let [scale, best, first, round, steps, failures, grown] = [1, Infinity, Infinity, 0, 0, 0, false];
  let status: Status = "budget";
  const bestTheta = new Float64Array(theta.length);
  if (resume) {
    ({ scale, best, first, round, steps, failures, grown } = resume);
    theta.set(storedNumbers("solve", resume.tensors, "theta", theta.length));
    bestTheta.set(storedNumbers("solve", resume.tensors, "best", theta.length));
    sampler.restore(withPrefix("sampler.", resume.tensors));
  } else {
    const at = await initial(assembly, magnitude, root, silent);
    theta.set(options.start ?? at.theta);
    scale = options.residualScale ?? at.scale;
  }
  let program = programOf(options, grown, scale);
  let stepper = options.stepper(program.rows);
  if (resume) stepper.restore(withPrefix("optimizer.", resume.tensors));
  let drawn: PointSet | undefined;
  let last: Progress | undefined;
  const untouched = copied(sampler.state());
  const rivals: Rival[] = [];
  // Nothing of the rivals is kept in checkpoints: a run that is cut off among them begins anew.
  let open = options.starts.count > 1 && !(resume && resume.round > 0);
  let begun = steps;

  /** Puts the rival at hand aside, and begins the next one or, after the last, goes on with the best. */
  const change = async (): Promise<void> => {
    rivals.push({
      best,
      theta: bestTheta.slice(),
      optimizer: copied(stepper.state()),
      sampler: copied(sampler.state()),
    });
    stepper = options.stepper(program.rows);
    begun = steps;
    failures = 0;
    open = rivals.length < options.starts.count;
    if (!open) {
      const { optimizer, sampler: sampled } = settle();
      stepper.restore(optimizer);
      sampler.restore(sampled);
      return checkpoint();
    }
    theta.set((await initial(assembly, magnitude, root.split("start").split(rivals.length), silent)).theta);
    sampler.restore(untouched);
    best = Infinity;
  };
  /** Takes the best rival up again. */
  const settle = (): Rival => {
    const winner = rivals.reduce((a, b) => (b.best < a.best ? b : a));
    theta.set(winner.theta);
    bestTheta.set(winner.theta);
    best = winner.best;
    return winner;
  };

  /** Draws the points of a round and returns θ's loss on them. */
  const fresh = async (): Promise<number> => {
    const draw = root.split("round").split(round);
    let lost = false;
    const residual = async (points: Float64Array) => {
      const values = await magnitude.evaluate(theta, points);
      lost ||= !values.every(Number.isFinite);
      return values;
    };
    const source = (points: Float64Array) => magnitude.evaluate(silent, points);
    const context = { domain, count: program.interior, rng: draw.split("interior"), round, residual, source };
    const set = await sampler.draw(context).catch((error: unknown) => {
      // Samplers refuse residuals that are not finite; the caller knows a better θ.
      if (lost && error instanceof DomainError) return undefined;
      throw error;
    });
    if (!set) return Number.NaN;
    drawn = set;
    program.rows.setPoints([
      assembly.interiorPoints(filled(set, program.interior), weights.equations),
      ...program.others.map(({ draw: of }, i) => of(draw.split("other").split(i))),
    ]);
    stepper.changed();
    return program.rows.loss(theta);
  };
  const share = () =>
    Math.max(
      budget.seconds === undefined ? 0 : elapsed() / budget.seconds,
      budget.steps === undefined ? 0 : steps / budget.steps,
    );

  /** The steps of a round: the loss they lead to, whether one was accepted, whether none was cut off, and whether θ was lost. */
  const walk = async (freshLoss: number) => {
    let [loss, taken] = [freshLoss, false];
    for (let i = 0; i < options.stepsPerRound; i++) {
      if (share() >= 1 || signal?.aborted) return { loss, taken, whole: false, lost: false };
      try {
        const step = await stepper.step(theta);
        steps++;
        loss = step.loss;
        if (!step.accepted) break;
        taken = true;
      } catch (error) {
        // An optimizer that finds no finite loss has nothing to go on with; the best θ is known.
        if (error instanceof ConvergenceError) return { loss, taken, whole: false, lost: true };
        throw error;
      }
    }
    return { loss, taken, whole: true, lost: false };
  };
  const checkpoint = async () => {
    if (open && round > 0) return;
    await options.onCheckpoint?.({
      ...{ round, steps, seconds: elapsed(), scale, grown, best, first, failures },
      tensors: {
        theta: { shape: [theta.length], data: theta.slice() },
        best: { shape: [theta.length], data: bestTheta.slice() },
        ...prefixed("sampler.", sampler.state()),
        ...prefixed("optimizer.", stepper.state()),
      },
    });
  };

  try {
    if (!resume) await checkpoint();
    for (;;) {
      if (open && steps - begun >= options.starts.steps) await change();
      if (!grown && options.growth.factor !== 1 && share() >= options.growth.after && !open) {
        grown = true;
        const state = stepper.state();
        await program.rows.dispose();
        program = programOf(options, grown, scale);
        stepper = options.stepper(program.rows);
        stepper.restore(state);
      }
      const freshLoss = await fresh();
      if (!Number.isFinite(freshLoss) || freshLoss > explosion * Math.max(1, first)) {
        if (best === Infinity && !open) {
          throw new ConvergenceError(
            `solve: the loss is ${freshLoss} before the first step; check the equations for values that are not finite, ` +
              "or take another seed or a smaller network scale",
            "diverged",
          );
        }
        if (open) {
          await change();
          continue;
        }
        status = "diverged";
        break;
      }
      if (first === Infinity) first = freshLoss;
      if (freshLoss < best) {
        best = freshLoss;
        bestTheta.set(theta);
      }
      if (budget.residual !== undefined && Math.sqrt(freshLoss) <= budget.residual) {
        status = "converged";
        break;
      }
      if (signal?.aborted) {
        status = "aborted";
        break;
      }
      if (failures >= patience) {
        if (open) {
          await change();
          continue;
        }
        status = "stalled";
        break;
      }
      if (share() >= 1) break;
      const { loss, taken, whole, lost } = await walk(freshLoss);
      if (lost && open) {
        await change();
        continue;
      }
      if (lost) {
        status = "diverged";
        break;
      }
      failures = taken ? 0 : failures + 1;
      last = {
        round,
        steps,
        seconds: elapsed(),
        freshLoss,
        loss,
        bestFreshLoss: best,
        points: program.interior,
        optimizer: stepper.report(),
        sampler: sampler.report(),
      };
      round++;
      await options.onRound?.(last, theta, drawn!);
      if (whole) await checkpoint();
    }
    // A budget that ends among the rivals: the last one may not be the best.
    if (open && rivals.some((rival) => rival.best < best)) settle();
    const covariance = await laplace(assembly, program.rows, bestTheta, weights);
    const ended = { scale, steps, rounds: round, seconds: elapsed(), lastRound: last };
    return { theta: bestTheta, status, freshLoss: best, ...ended, covariance };
  } finally {
    await program.rows.dispose();
    await magnitude.dispose();
  }
}

/** A set that is still growing (RAR-D, DAS-G), filled up with points of no weight. */
function filled(set: PointSet, count: number): PointSet {
  const have = set.weights.length;
  if (have === count) return set;
  const dimension = set.points.length / have;
  const points = new Float64Array(count * dimension);
  for (let i = 0; i < count; i++) points.set(set.points.subarray(0, dimension), i * dimension);
  points.set(set.points);
  const [weights, density] = [new Float64Array(count), new Float64Array(count)];
  weights.set(set.weights);
  density.set(set.density);
  return { points, weights, density };
}

function programOf(
  { assembly, points, boundaryPoints, growth, weights, threads }: TrainOptions,
  grown: boolean,
  scale: number,
) {
  const factor = grown ? growth.factor : 1;
  const counts = { interior: Math.round(points * factor), boundary: Math.round(boundaryPoints * factor) };
  const others = assembly.others(counts, weights);
  const groups = [assembly.interior(counts.interior, scale), ...others.map((o) => o.group)];
  return { rows: leastSquaresProgram(assembly.model, groups, { threads }), others, interior: counts.interior };
}
