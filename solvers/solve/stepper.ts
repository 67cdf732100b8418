/** One optimizer step, whatever the optimizer. */
import { FormatError } from "../../engine/errors.ts";
import type { NamedTensors } from "../../engine/safetensors.ts";
import { type GaussNewton, startGaussNewton } from "../optimizer/gauss-newton.ts";
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

/** Where λ is put back to when no step was found on a set, before the next one. */
const restart = 1e-9;

/** A float64 tensor of a state. @throws FormatError where it is missing */
export function numbersOf(state: NamedTensors, name: string): Float64Array {
  const map = state instanceof Map ? state : new Map(Object.entries(state));
  const tensor = map.get(name);
  if (!(tensor?.data instanceof Float64Array)) {
    throw new FormatError(
      "checkpoint",
      "checkpoint",
      `there is no float64 tensor "${name}"`,
      "it is damaged, or of another solver",
    );
  }
  return tensor.data;
}

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
        run.damping = Math.max(before, restart);
      }
      return step;
    },
    changed() {
      failed = false;
    },
    state: () => ({ damping: { shape: [1], data: Float64Array.of(run.damping) } }),
    restore(state) {
      run.damping = numbersOf(state, "damping")[0]!;
    },
    report: () => ({ damping: run.damping, trials, failed: failed ? 1 : 0 }),
  };
}
