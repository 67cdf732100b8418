/** One optimizer step, whatever the optimizer. */
import type { Adam } from "../../engine/optimizer.ts";
import type { NamedTensors } from "../../engine/safetensors.ts";
import { startAdam } from "../optimizer/adam.ts";
import { type GaussNewton, startGaussNewton } from "../optimizer/gauss-newton.ts";
import { type Lbfgs, startLbfgs } from "../optimizer/lbfgs.ts";
import { type ActiveOptimizer, type Objective, type OptimizerStep, storedNumbers } from "../optimizer/optimizer.ts";
import { type SsBroyden, startSsBroyden } from "../optimizer/ss-broyden.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";

/** An optimizer at work on a program. */
export interface Stepper {
  /** Changes θ in place where it finds a better one. */
  step(theta: Float64Array): Promise<{ readonly loss: number; readonly accepted: boolean }>;
  /** The points were replaced. */
  changed(): void;
  state(): NamedTensors;
  restore(state: NamedTensors): void;
  report(): Readonly<Record<string, number>>;
}

/**
 * Where λ is put back to, at least, when no step was found on a set, before the next one; and by what it grows if none is found
 * again: on sets that a step on the last one has left with a large loss, small λ have nothing to offer.
 */
const restart = 1e-9;
const growth = 1e3;

/** Levenberg–Marquardt. */
export function gaussNewtonStepper(options: GaussNewton, program: LeastSquaresProgram): Stepper {
  const run = startGaussNewton(options, program);
  let trials = 0;
  let failed = false;
  return {
    async step(theta) {
      const before = run.damping;
      const step = await run.step(theta);
      trials = step.trials;
      if (!step.accepted) {
        failed = true;
        run.damping = Math.max(before * growth, restart);
      }
      return step;
    },
    changed() {
      failed = false;
    },
    state: () => ({ damping: { shape: [1], data: Float64Array.of(run.damping) } }),
    restore(state) {
      run.damping = storedNumbers("gaussNewton", state, "damping", 1)[0]!;
    },
    report: () => ({ damping: run.damping, trials, failed: failed ? 1 : 0 }),
  };
}

/** A quasi-Newton or first-order optimizer on loss and gradient. */
export function gradientStepper(optimizer: ActiveOptimizer, program: LeastSquaresProgram): Stepper {
  const objective: Objective = {
    size: program.size,
    evaluate: (theta, gradient) => program.lossAndGradient(theta, gradient),
  };
  let last: OptimizerStep | undefined;
  return {
    async step(theta) {
      last = await optimizer.step(objective, theta);
      return last;
    },
    changed: () => optimizer.changed(),
    state: () => optimizer.state(),
    restore: (state) => optimizer.restore(state),
    report: () => (last ? { stepLength: last.stepLength, gradientNorm: last.gradientNorm } : {}),
  };
}

/** The optimizers of `solve`. */
export type Optimizer = GaussNewton | SsBroyden | Lbfgs | Adam;

/** One optimizer for the first steps, then another. */
export interface WarmStart {
  readonly optimizer: Optimizer;
  /** Steps of it, ≥ 1. */
  readonly steps: number;
}

/** Sets an optimizer to work on a program, after a warm start where one is asked for. */
export function startStepper(optimizer: Optimizer, program: LeastSquaresProgram, warmStart?: WarmStart): Stepper {
  const main = single(optimizer, program);
  if (!warmStart) return main;
  const warm = single(warmStart.optimizer, program);
  let done = 0;
  const current = () => (done < warmStart.steps ? warm : main);
  return {
    async step(theta) {
      const step = await current().step(theta);
      done++;
      return step;
    },
    changed() {
      warm.changed();
      main.changed();
    },
    state: () => ({
      ...prefixed("warm.", warm.state()),
      ...prefixed("main.", main.state()),
      done: { shape: [1], data: Float64Array.of(done) },
    }),
    restore(state) {
      warm.restore(withPrefix("warm.", state));
      main.restore(withPrefix("main.", state));
      done = storedNumbers("warmStart", state, "done", 1)[0]!;
    },
    report: () => current().report(),
  };
}

function single(optimizer: Optimizer, program: LeastSquaresProgram): Stepper {
  switch (optimizer.kind) {
    case "gauss-newton":
      return gaussNewtonStepper(optimizer, program);
    case "ss-broyden":
      return gradientStepper(startSsBroyden(optimizer, program.size), program);
    case "lbfgs":
      return gradientStepper(startLbfgs(optimizer, program.size), program);
    case "adam":
      return gradientStepper(startAdam(optimizer, program.size), program);
  }
}

const entriesOf = (tensors: NamedTensors) => (tensors instanceof Map ? [...tensors] : Object.entries(tensors));

/** Tensors that stay as they are now. */
export const copied = (tensors: NamedTensors): NamedTensors =>
  Object.fromEntries(entriesOf(tensors).map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]));

/** The tensors under longer names. */
export const prefixed = (prefix: string, tensors: NamedTensors) =>
  Object.fromEntries(entriesOf(tensors).map(([name, tensor]) => [prefix + name, tensor]));

/** The tensors whose names begin with the prefix, without it. */
export const withPrefix = (prefix: string, tensors: NamedTensors): NamedTensors =>
  Object.fromEntries(
    entriesOf(tensors).flatMap(([name, t]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), t]] : [])),
  );
