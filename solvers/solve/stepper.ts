/** Optimizers one after the other: a warm start, then the main one. */

import type { NamedTensors } from "../../engine/files/safetensors.ts";
import { type AnyOptimizer, startOptimizer } from "../optimizer/kinds.ts";
import type { Stepper } from "../optimizer/optimizer.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import type { WarmStart } from "../solution/options.ts";
import { storedNumbers } from "../stored-numbers.ts";

/** Sets an optimizer to work on a program, after a warm start where one is asked for. */
export function startStepper(optimizer: AnyOptimizer, program: LeastSquaresProgram, warmStart?: WarmStart): Stepper {
  const main = startOptimizer(optimizer, program);
  if (!warmStart) return main;
  const warm = startOptimizer(warmStart.optimizer, program);
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
