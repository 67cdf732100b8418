/**
 * Training as one native program: loss, gradients, clipping, Adam, schedule and moving average are one graph, and the
 * parameters stay in preallocated buffers that the steps write alternately.
 */

import { checkNames } from "../checks.ts";
import { BackendError, ConvergenceError, ShapeError } from "../errors.ts";
import type { CompileOptions, TensorSpec, TypedArray } from "../tensors/compile.ts";
import { sizeOf } from "../tensors/graph.ts";
import type { tf } from "../tensors/tensor.ts";
import type { Adam } from "./optimizer.ts";
import { partsOf, splitStep, wholeStep } from "./step.ts";
import { layoutOf, slots, vectorShape } from "./step-graph.ts";

/** Options of {@link compileTraining}. */
export interface TrainingOptions extends CompileOptions {
  /**
   * Keeps the state on the device between calls, so that only batches go there and reports come back;
   * {@link Trainer.fetch} must then be awaited before {@link Trainer.state}. On "webgpu" alone; elsewhere it changes
   * nothing. @defaultValue false
   */
  readonly resident?: boolean;
}

/** A training program for {@link compileTraining}. */
export interface TrainingProgram {
  /** In this order, names and shapes define the layout of the state. */
  readonly parameters: Readonly<
    Record<
      string,
      {
        /** Size of each dimension. */
        readonly shape: readonly number[];
        /** Initial values, row-major. */
        readonly values: Float32Array | Float64Array;
      }
    >
  >;
  /** The inputs of one step. */
  readonly inputs: readonly TensorSpec[];
  /**
   * The scalar that is minimised, and others to be watched, as tensor functions of parameters and inputs. Where
   * `samples` is given it is also called for parts of a batch.
   */
  readonly loss: (
    parameters: Readonly<Record<string, tf.Tensor>>,
    inputs: readonly tf.Tensor[],
  ) => { readonly loss: tf.Scalar; readonly metrics?: Readonly<Record<string, tf.Scalar>> };
  /**
   * Says that loss and metrics are means over samples that do not see one another: how many blocks of all samples each
   * input has along its first axis; 0 where all samples share it. Several threads then take parts of the batch, of at
   * least four samples, instead of meeting in every operator. @defaultValue none: a batch is one whole
   */
  readonly samples?: readonly number[];
  /** Rule by which a gradient moves the parameters. */
  readonly optimizer: Adam;
  /** Largest Euclidean norm of the whole gradient. @defaultValue no clipping */
  readonly clipNorm?: number;
  /** Exponential moving average; with `warmup` the decay of step n is min(decay, (n + 1)/(n + 10)). */
  readonly ema?: { readonly decay: number; readonly warmup?: boolean };
}

/** Everything that a resumed run needs from the optimizer. Named views of flat vectors. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** By name, row-major. */
  readonly parameters: Readonly<Record<string, Float32Array | Float64Array>>;
  /** Moving averages by name, row-major; the parameters themselves where the program has no `ema`. */
  readonly ema: Readonly<Record<string, Float32Array | Float64Array>>;
  /** Adam's m, by name, row-major. */
  readonly firstMoment: Readonly<Record<string, Float32Array | Float64Array>>;
  /** Adam's v, by name, row-major. */
  readonly secondMoment: Readonly<Record<string, Float32Array | Float64Array>>;
}

/** A compiled training program and its state. */
export interface Trainer {
  /** Number of ONNX nodes before ONNX Runtime's own fusions; 0 on eager devices. */
  readonly nodeCount: number;
  /**
   * One step.
   * @throws ConvergenceError where loss or gradient is not finite; the state stays that before the call
   */
  step(inputs: readonly TypedArray[]): Promise<{
    /** Before the step. */
    readonly loss: number;
    /** Norm of the gradient before clipping. */
    readonly gradientNorm: number;
    /** Of this step. */
    readonly learningRate: number;
    /** Metrics of the loss function, by name. */
    readonly metrics: Readonly<Record<string, number>>;
  }>;
  /** Brings the state from the device, where it stays there (`resident`); otherwise there is nothing to do. */
  fetch(): Promise<void>;
  /** A copy of the state. @throws BackendError where it is on the device, and was not fetched since the last step */
  state(): TrainingState;
  /** Goes on from a state; it is copied. @throws ShapeError where an array has another length than its parameter */
  load(state: TrainingState): void;
  /** Frees the native session; later steps are refused. */
  dispose(): Promise<void>;
}

type Vector = Float32Array | Float64Array;

/** Initial values of one trainable array. */
export type ParameterSpec = TrainingProgram["parameters"][string];
/** Report of a training step. */
export type StepReport = Awaited<ReturnType<Trainer["step"]>>;

/**
 * Compiles a training program.
 *
 * @throws OptionsError where `samples` does not fit the inputs
 * @throws ShapeError where the values of a parameter do not fill its shape
 * @throws as {@link compile}
 */
export async function compileTraining(program: TrainingProgram, options: TrainingOptions = {}): Promise<Trainer> {
  checkNames("compileTraining", options, "resident precision device threads name cache");
  const { resident = false, ...compileOptions } = options;
  const { precision = "float32", name = "training" } = compileOptions;
  const layout = layoutOf(program, name);
  const total = sizeOf(vectorShape(layout));
  const { device = "cpu", threads = 1 } = compileOptions;
  const parts = device === "cpu" ? partsOf(program, threads, name) : 1;
  const compiled =
    parts === 1
      ? await wholeStep(program, layout, { ...compileOptions, name }, resident)
      : await splitStep(program, layout, parts, { ...compileOptions, name });
  const { metricNames } = compiled;

  const allocate = (length: number): Vector =>
    precision === "float64" ? new Float64Array(length) : new Float32Array(length);
  let current: Vector[] = [...slots.map(() => allocate(total)), allocate(1)];
  let spare: Vector[] = [...slots.map(() => allocate(total)), allocate(1)];
  const report = allocate(3 + metricNames.length);
  for (const p of layout) {
    const { values } = program.parameters[p.name]!;
    current[0]!.set(values, p.offset);
    current[1]!.set(values, p.offset);
  }
  const onDevice = compiled.resident;
  onDevice?.load(current);
  let fetched = true;
  return {
    nodeCount: compiled.nodeCount,
    async step(inputs) {
      await compiled.run(current, inputs, [...spare, report]);
      const isSound = report.every(Number.isFinite);
      const [loss, gradientNorm, learningRate, ...metrics] = report;
      const done = {
        loss: loss!,
        gradientNorm: gradientNorm!,
        learningRate: learningRate!,
        metrics: Object.fromEntries(metricNames.map((key, i) => [key, metrics[i]!])),
      };
      onDevice?.commit(isSound);
      if (!isSound) {
        throw new ConvergenceError(
          `${name}: step ${current[4]![0]} gave loss ${loss} and gradient norm ${gradientNorm}; the parameters before ` +
            "it are kept (state()): lower the learning rate, set clipNorm, or check the inputs for NaN",
          "diverged",
          done,
        );
      }
      if (onDevice) {
        fetched = false;
        current[4]![0]! += 1;
      } else [current, spare] = [spare, current];
      return done;
    },
    async fetch() {
      if (fetched) return;
      await onDevice?.fetch(current);
      fetched = true;
    },
    state() {
      if (!fetched) {
        throw new BackendError(
          `${name}.state: the state is on the device since the last step; await fetch() first`,
          device,
        );
      }
      const named = (vector: Vector) =>
        Object.fromEntries(layout.map((p) => [p.name, vector.slice(p.offset, p.offset + p.size)]));
      return {
        step: current[4]![0]!,
        parameters: named(current[0]!),
        ema: named(current[1]!),
        firstMoment: named(current[2]!),
        secondMoment: named(current[3]!),
      };
    },
    load(state) {
      slots.forEach((slot, k) => {
        for (const p of layout) {
          const values = state[slot][p.name];
          if (values?.length !== p.size) {
            throw new ShapeError(
              `${name}.load: ${slot} of ${p.name}`,
              `${p.size} values`,
              `${values?.length ?? "no"} values`,
            );
          }
        }
        for (const p of layout) current[k]!.set(state[slot][p.name]!, p.offset);
      });
      current[4]![0] = state.step;
      onDevice?.load(current);
      fetched = true;
    },
    dispose: () => compiled.dispose(),
  };
}
