/** A flow at work: trained in one compiled program, evaluated and sampled in two more, all in float64 on the CPU. */

import { checkWhole } from "../../engine/checks.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { HostTensor, NamedTensors } from "../../engine/files/safetensors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { type Compiled, compile } from "../../engine/tensors/compile.ts";
import type { tf } from "../../engine/tensors/tensor.ts";
import { adam, type Schedule } from "../../engine/training/optimizer.ts";
import { compileTraining, type StepReport, type TrainingState } from "../../engine/training/training.ts";
import { storedNumbers } from "../stored-numbers.ts";
import { type Flow, type FlowParameters, sizeOf } from "./flow.ts";
import { adversaryLoss, crossEntropyLoss, type Regularizer } from "./objective.ts";

/** Options of {@link openFlow}. */
export interface FlowModelOptions {
  /** Objective of training: raise that of the adversary with a regularizer, or lower a cross-entropy. */
  readonly objective: Regularizer | "cross-entropy";
  /** Points of one training step, at least 2; the adversary takes half of them, rounded down, for its penalty. */
  readonly batch: number;
  /** Adam's rate. */
  readonly learningRate: Schedule;
  /**
   * Adam's memory of squared gradients. The penalty's gradient is heavy-tailed: with 0.999 a spike of the gradient carries the
   * parameters 30 learning rates away; 0.95 does not.
   */
  readonly beta2: number;
  /** Decay of the average of parameters that is evaluated and sampled, in [0, 1); 0 takes the last ones. */
  readonly average: number;
}

/** A flow with its parameters. Points are in the unit box, densities relative to the uniform one. */
export interface FlowModel {
  /** The architecture, without parameters. */
  readonly flow: Flow;
  /** Points of one training step. */
  readonly batch: number;
  /** Difference quotients a point: one along each axis of at most three, else two. */
  readonly shifts: number;
  /** Training steps done. */
  readonly steps: number;
  /** One Adam step; inputs as the objective's loss function has them. */
  step(inputs: readonly Float64Array[]): Promise<StepReport>;
  /** log p at points `[n, dimension]`. */
  logDensity(points: Float64Array): Promise<Float64Array>;
  /** Points `[n, dimension]` of the flow from `uniform` numbers in (0, 1) of the same shape. */
  sample(uniform: Float64Array): Promise<Float64Array>;
  /** Reference points of `points`, and log |det|. */
  forward(points: Float64Array): Promise<{ readonly reference: Float64Array; readonly logDeterminant: Float64Array }>;
  /** Sets the activation normalisation from a batch `[n ≤ rows, dimension]`; nothing for flows without it. */
  measure(points: Float64Array): Promise<void>;
  /** Parameters, average and Adam's moments by name. */
  state(): Record<string, HostTensor>;
  /**
   * Takes over what `state` gave. @throws FormatError where a tensor is missing or has another size
   *
   * @throws FormatError where a tensor is missing or has another size
   */
  restore(tensors: NamedTensors): void;
  /** Frees the compiled programs; nothing can be called afterwards. */
  dispose(): Promise<void>;
}

/** Rows of one call of the evaluation programs. */
const rows = 1000;

/**
 * Compile a flow for training, by {@link adversaryLoss} or {@link crossEntropyLoss}, and for use.
 *
 * @param rng - draws the initial parameters
 * @throws OptionsError where a size is out of range
 */
export async function openFlow(flow: Flow, rng: Rng, options: FlowModelOptions): Promise<FlowModel> {
  const d = flow.dimension;
  const { objective, batch, learningRate, beta2, average } = options;
  const shifts = d <= 3 ? d : 2;
  checkWhole("openFlow", { batch }, 2, 1e7);
  if (!(average >= 0 && average < 1)) {
    throw new OptionsError(`openFlow: average is ${average}, expected a decay in [0, 1)`, "average", average);
  }
  const run = { precision: "float64", device: "cpu", threads: 1 } as const;
  const names = Object.keys(flow.shapes);
  const initial = flow.initialize(rng);
  const smooth = objective === "wasserstein";
  const base = Math.floor(batch / 2);
  const trainer = await compileTraining(
    {
      parameters: initial,
      inputs:
        objective === "cross-entropy"
          ? [{ shape: [batch, d] }, { shape: [batch] }]
          : [
              { shape: [batch - base, d] },
              { shape: [(smooth ? 1 + shifts : 1) * base, d] },
              { shape: [batch - base] },
              { shape: smooth ? [shifts, base] : [base] },
              { shape: [1] },
              { shape: [1] },
            ],
      loss: (parameters, inputs) =>
        objective === "cross-entropy"
          ? crossEntropyLoss(flow, parameters, inputs)
          : adversaryLoss(flow, parameters, inputs, objective),
      optimizer: adam({ learningRate, beta2 }),
      ...(average > 0 ? { ema: { decay: average, warmup: true } } : {}),
    },
    { ...run, name: `${flow.kind} training` },
  );

  const programs = new Map<string, Promise<Compiled>>();
  const program = (name: "logDensity" | "inverse" | "forward", size: number): Promise<Compiled> => {
    const key = `${name}.${size}`;
    const found = programs.get(key);
    if (found) return found;
    const specs = names.map((parameter) => ({ shape: flow.shapes[parameter]! }));
    const compiled = compile(
      (...tensors) => {
        const parameters: FlowParameters = Object.fromEntries(names.map((n, i) => [n, tensors[i]!]));
        const points = tensors[names.length] as tf.Tensor2D;
        if (name === "logDensity") return [flow.logDensity(parameters, points)];
        if (name === "inverse") return [flow.inverse(parameters, points)];
        const mapped = flow.forward(parameters, points);
        return [mapped.reference, mapped.logDeterminant];
      },
      [...specs, { shape: [size, d] }],
      { ...run, name: `${flow.kind} ${name}` },
    );
    programs.set(key, compiled);
    return compiled;
  };
  let vectors: Float64Array[] | undefined;
  const current = () => {
    if (!vectors) {
      const { ema } = trainer.state();
      vectors = names.map((n) => ema[n] as Float64Array);
    }
    return vectors;
  };
  /** Calls a program on blocks of rows, the last one filled up with the box's middle. */
  const blocks = async (name: "logDensity" | "inverse" | "forward", points: Float64Array, widths: number[]) => {
    if (points.length % d !== 0)
      throw new ShapeError("FlowModel: points", `rows of ${d} numbers`, `${points.length} in all`);
    const count = points.length / d;
    const outputs = widths.map((w) => new Float64Array(count * w));
    const compiled = await program(name, rows);
    const parameters = current();
    for (let from = 0; from < count; from += rows) {
      const part = points.subarray(from * d, Math.min(from + rows, count) * d);
      const block = new Float64Array(rows * d).fill(0.5);
      block.set(part);
      const results = (await compiled.run([...parameters, block])) as Float64Array[];
      results.forEach((result, k) => {
        outputs[k]!.set(result.subarray(0, (part.length / d) * widths[k]!), from * widths[k]!);
      });
    }
    return outputs;
  };
  const load = (state: TrainingState) => {
    trainer.load(state);
    vectors = undefined;
  };

  return {
    flow,
    batch,
    shifts,
    get steps() {
      return trainer.state().step;
    },
    async step(inputs) {
      const report = await trainer.step(inputs);
      vectors = undefined;
      return report;
    },
    logDensity: async (points) => (await blocks("logDensity", points, [1]))[0]!,
    sample: async (uniform) => (await blocks("inverse", flow.reference(uniform), [d]))[0]!,
    async forward(points) {
      const [reference, logDeterminant] = (await blocks("forward", points, [d, 1])) as [Float64Array, Float64Array];
      return { reference, logDeterminant };
    },
    async measure(points) {
      const values = await measured(flow, current(), points, run);
      if (values.size === 0) return;
      const state = trainer.state();
      const merged = (slot: TrainingState["ema"]) =>
        Object.fromEntries(names.map((n) => [n, values.get(n) ?? slot[n]!]));
      load({ ...state, parameters: merged(state.parameters), ema: merged(state.ema) });
    },
    state() {
      const { step, ...slots } = trainer.state();
      const tensors: Record<string, HostTensor> = { step: { shape: [], data: Float64Array.of(step) } };
      for (const [slot, named] of Object.entries(slots)) {
        for (const n of names) tensors[`${slot}.${n}`] = { shape: flow.shapes[n]!, data: named[n]! };
      }
      return tensors;
    },
    restore(tensors) {
      load(trainingState(flow, tensors));
    },
    async dispose() {
      await trainer.dispose();
      for (const compiled of programs.values()) await (await compiled).dispose();
      programs.clear();
    },
  };
}

/** Measures of the flow on a batch, by name. */
async function measured(
  flow: Flow,
  vectors: readonly Float64Array[],
  points: Float64Array,
  run: { readonly precision: "float64"; readonly device: "cpu"; readonly threads: number },
): Promise<Map<string, Float64Array>> {
  const names = Object.keys(flow.shapes);
  let found: string[] = [];
  if (flow.kind === "bounded-krnet") return new Map();
  const compiled = await compile(
    (...tensors) => {
      const parameters = Object.fromEntries(names.map((n, i) => [n, tensors[i]!]));
      const values = flow.measure(parameters, tensors[names.length] as tf.Tensor2D);
      found = Object.keys(values);
      return Object.values(values);
    },
    [...names.map((n) => ({ shape: flow.shapes[n]! })), { shape: [points.length / flow.dimension, flow.dimension] }],
    { ...run, name: `${flow.kind} measure` },
  );
  const results = (await compiled.run([...vectors, points])) as Float64Array[];
  await compiled.dispose();
  return new Map(found.map((n, i) => [n, results[i]!]));
}

/** @throws FormatError where a tensor is missing or has another size */
function trainingState(flow: Flow, tensors: NamedTensors): TrainingState {
  const get = (name: string, size: number) => storedNumbers("flow", tensors, name, size);
  const slot = (name: string) =>
    Object.fromEntries(Object.entries(flow.shapes).map(([n, shape]) => [n, get(`${name}.${n}`, sizeOf(shape))]));
  return {
    step: get("step", 1)[0]!,
    parameters: slot("parameters"),
    ema: slot("ema"),
    firstMoment: slot("firstMoment"),
    secondMoment: slot("secondMoment"),
  };
}
