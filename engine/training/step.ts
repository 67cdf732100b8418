/** Execution of a training step: as one program, or as one gradient for each part of the batch and one update for all. */

import { OptionsError } from "../errors.ts";
import {
  type CompileOptions,
  checkArrays,
  compile,
  compileStep,
  record,
  type TensorSpec,
  type TypedArray,
} from "../tensors/compile.ts";
import { sizeOf } from "../tensors/graph.ts";
import { graphCache } from "../tensors/onnx/graph-cache.ts";
import { openResident, type ResidentSession } from "../tensors/resident.ts";
import { tf } from "../tensors/tensor.ts";
import { openReplicas } from "./replicas.ts";
import { gradientOf, type ParameterSlot, reportOf, slots, updateOf, vectorShape } from "./step-graph.ts";
import type { TrainingProgram } from "./training.ts";

/** Compiled steps. */
export interface Steps {
  readonly nodeCount: number;
  readonly metricNames: readonly string[];
  /**
   * @param state - vectors and counter
   * @param into - the same after the step, and the report
   */
  run(state: readonly TypedArray[], inputs: readonly TypedArray[], into: readonly TypedArray[]): Promise<void>;
  /**
   * Given where the state stays on the device: `run` neither reads nor writes the arrays of the state then, but the
   * reports alone.
   */
  readonly resident?: Pick<ResidentSession, "load" | "commit" | "fetch">;
  dispose(): Promise<void>;
}

type Options = CompileOptions & { readonly name: string };

const vectorsOf = (layout: readonly ParameterSlot[]): TensorSpec[] => slots.map(() => ({ shape: vectorShape(layout) }));

/** Fewest samples of a part: operators on fewer spend themselves on what does not grow with them. */
const fewestSamples = 4;

/**
 * Parts of equal size that a batch is taken in: at most as many as there are threads.
 *
 * @throws OptionsError where `samples` does not fit the inputs
 */
export function partsOf({ samples, inputs }: TrainingProgram, threads: number, name: string): number {
  if (samples === undefined) return 1;
  const counts = samples.flatMap((blocks, i) => (blocks === 0 ? [] : [(inputs[i]?.shape[0] ?? 0) / blocks]));
  const [count = 0] = counts;
  if (samples.length !== inputs.length || !counts.every((n) => n === count) || !Number.isInteger(count) || count < 1) {
    throw new OptionsError(
      `${name}: samples are [${samples}] blocks of inputs with first axes ${inputs.map((spec) => spec.shape[0]).join(", ")}; expected ` +
        "a number for each input, and the same number of samples in each block",
      "samples",
      samples,
    );
  }
  let parts = Math.min(threads, Math.floor(count / fewestSamples));
  while (parts > 1 && count % parts !== 0) parts--;
  return Math.max(1, parts);
}

/** The step as one program; where `resident`, its state stays on a device of shaders. */
export async function wholeStep(
  program: TrainingProgram,
  layout: readonly ParameterSlot[],
  options: Options,
  resident: boolean,
): Promise<Steps> {
  let metricNames: string[] = [];
  const step = (...tensors: readonly tf.Tensor[]) => {
    const [state, inputs] = [tensors.slice(0, 5), tensors.slice(5)];
    const computed = gradientOf(program, layout, state[0]!, inputs);
    metricNames = computed.metricNames;
    const done = updateOf(program, state.slice(0, 4), state[4]!, [computed.gradient]);
    return [...done.state, reportOf(computed.values, done.norm, done.rate)];
  };
  const specs = [...vectorsOf(layout), { shape: [1] }, ...program.inputs];
  if (options.device === "webgpu" && resident && (options.precision ?? "float32") === "float32") {
    const { name } = options;
    const recorded = await record(step, specs, { precision: "float32", device: "webgpu", name, gradients: true });
    const { model, inPorts, outPorts, nodeCount } = recorded;
    const session = await openResident(model, inPorts, outPorts, slots.length + 1);
    return {
      nodeCount,
      metricNames,
      resident: session,
      async run(_, inputs, into) {
        checkArrays(`${name}.step`, "input", inputs, inPorts.slice(slots.length + 1));
        await session.run(inputs, into.slice(slots.length + 1));
      },
      dispose: () => session.dispose(),
    };
  }
  const compiled = await compileStep(step, specs, options);
  return {
    nodeCount: compiled.nodeCount,
    metricNames,
    async run(state, inputs, into) {
      await compiled.run([...state, ...inputs], { into });
    },
    dispose: () => compiled.dispose(),
  };
}

/**
 * The step with the batch in parts: their gradients at once, each by threads of its own, and the mean of them for the
 * optimizer.
 */
export async function splitStep(
  program: TrainingProgram,
  layout: readonly ParameterSlot[],
  parts: number,
  options: Options,
): Promise<Steps> {
  const { precision = "float32", threads = 1, name } = options;
  const [theta] = vectorsOf(layout) as [TensorSpec, ...TensorSpec[]];
  const ranges = program.inputs.map((spec, i) => rangesOf(spec, program.samples![i]!, parts));
  const partial = program.inputs.map((spec, i) =>
    program.samples![i] === 0 ? spec : { ...spec, shape: [spec.shape[0]! / parts, ...spec.shape.slice(1)] },
  );
  let metricNames: string[] = [];
  const gradient = await record(
    (...[parameters, ...inputs]) => {
      const computed = gradientOf(program, layout, parameters!, inputs);
      metricNames = computed.metricNames;
      return [computed.gradient, computed.values];
    },
    [theta, ...partial],
    { precision, device: "cpu", name, gradients: true },
  );
  const ports = program.inputs.map(({ shape }, i) => ({ ...gradient.inPorts[i + 1]!, shape }));
  const gradients = Array.from({ length: parts }, () => theta);
  const values = gradients.map(() => ({ shape: [1 + metricNames.length] }));
  const update = await compile(
    (...tensors) => {
      const [state, all] = [tensors.slice(0, 5), tensors.slice(5)];
      const done = updateOf(program, state.slice(0, 4), state[4]!, all.slice(0, parts));
      return [...done.state, reportOf(tf.div(tf.addN(all.slice(parts)), parts), done.norm, done.rate)];
    },
    [...vectorsOf(layout), { shape: [1] }, ...gradients, ...values],
    // Threads that wait for the next operator by spinning would take the time of the replicas.
    { precision, threads: 1, name, ...(options.cache !== undefined && { cache: options.cache }) },
  );
  const replicas = await openReplicas(gradient, 1, {
    ...{ count: parts, threads: Math.floor(threads / parts), name },
    cache: graphCache(options.cache, gradient.nodeCount),
  });
  return {
    nodeCount: gradient.nodeCount + update.nodeCount,
    metricNames,
    async run(state, inputs, into) {
      checkArrays(`${name}.step`, "input", inputs, ports);
      const batches = Array.from({ length: parts }, (_, k) => inputs.map((array, i) => partOf(array, ranges[i]![k]!)));
      const outputs = await replicas.run([state[0]!], batches);
      await update.run([...state, ...outputs.map(([g]) => g!), ...outputs.map(([, v]) => v!)], { into });
    },
    async dispose() {
      await Promise.all([replicas.dispose(), update.dispose()]);
    },
  };
}

type Range = readonly [from: number, to: number];

/** For each part, which values of an input are its own: a stretch of each block. */
function rangesOf({ shape }: TensorSpec, blocks: number, parts: number): Range[][] {
  const size = sizeOf(shape);
  if (blocks === 0) return Array.from({ length: parts }, () => [[0, size]]);
  const each = size / blocks / parts;
  return Array.from({ length: parts }, (_, k) =>
    Array.from({ length: blocks }, (_, b) => [(b * parts + k) * each, (b * parts + k + 1) * each] as const),
  );
}

function partOf(array: TypedArray, ranges: readonly Range[]): TypedArray {
  const [[from, to]] = ranges as [Range];
  const first = array.slice(from, to);
  if (ranges.length === 1) return first;
  const build = array.constructor as new (length: number) => TypedArray;
  const whole = new build(first.length * ranges.length);
  for (const [i, [begin, end]] of ranges.entries()) whole.set(array.subarray(begin, end) as never, i * first.length);
  return whole;
}
