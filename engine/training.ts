/**
 * Training as one native program: loss, gradients, clipping, Adam, schedule and moving average are one graph, and the
 * parameters stay in preallocated buffers that the steps write alternately.
 */
import { type Compiled, type CompileOptions, compile, type TensorSpec, type TypedArray } from "./compile.ts";
import { ConvergenceError, OptionsError, ShapeError } from "./errors.ts";
import { sizeOf } from "./graph.ts";
import { repeat } from "./loop.ts";
import { type Adam, adamUpdate, learningRateTensor } from "./optimizer.ts";
import { tf } from "./tensor.ts";
import { constant } from "./trace.ts";

/** Shape and initial values of one trainable array. */
export interface ParameterSpec {
  /** Size of each dimension. */
  readonly shape: readonly number[];
  /** Initial values, row-major. */
  readonly values: Float32Array | Float64Array;
}

/** Options of {@link compileTraining}. */
export interface TrainingOptions extends CompileOptions {
  /**
   * Steps per call, run as a loop inside the graph; every input then has this many batches stacked along a new first
   * axis. Pays where a step takes less than about a millisecond. @defaultValue 1
   */
  readonly stepsPerCall?: number;
}

/** What {@link compileTraining} compiles. */
export interface TrainingProgram {
  /** In this order, names and shapes define the layout of the state. */
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** The inputs of one step. */
  readonly inputs: readonly TensorSpec[];
  /** The scalar that is minimised, and others to be watched, as tensor functions of parameters and inputs. */
  readonly loss: (
    parameters: Readonly<Record<string, tf.Tensor>>,
    inputs: readonly tf.Tensor[],
  ) => { readonly loss: tf.Scalar; readonly metrics?: Readonly<Record<string, tf.Scalar>> };
  /** How a gradient moves the parameters. */
  readonly optimizer: Adam;
  /** Largest Euclidean norm of the whole gradient. @defaultValue no clipping */
  readonly clipNorm?: number;
  /** Exponential moving average; with `warmup` the decay of step n is min(decay, (n + 1)/(n + 10)). */
  readonly ema?: { readonly decay: number; readonly warmup?: boolean };
}

type Vector = Float32Array | Float64Array;

/** Everything that a resumed run needs from the optimizer. Named views of flat vectors. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** By name, row-major. */
  readonly parameters: Readonly<Record<string, Vector>>;
  /** Moving averages by name, row-major; the parameters themselves where the program has no `ema`. */
  readonly ema: Readonly<Record<string, Vector>>;
  /** Adam's m, by name, row-major. */
  readonly firstMoment: Readonly<Record<string, Vector>>;
  /** Adam's v, by name, row-major. */
  readonly secondMoment: Readonly<Record<string, Vector>>;
}

/** How a step went. */
export interface StepReport {
  /** Before the step. */
  readonly loss: number;
  /** Norm of the gradient before clipping. */
  readonly gradientNorm: number;
  /** Of this step. */
  readonly learningRate: number;
  /** What the loss gave beside itself, by name. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A compiled training program and its state. */
export interface Trainer {
  /** Number of ONNX nodes before ONNX Runtime's own fusions; 0 on eager devices. */
  readonly nodeCount: number;
  /**
   * One step (or `stepsPerCall`; the report is then that of the last).
   * @throws ConvergenceError where loss or gradient is not finite; the state stays that before the call
   */
  step(inputs: readonly TypedArray[]): Promise<StepReport>;
  /** A copy of the state. */
  state(): TrainingState;
  /** Goes on from a state; it is copied. @throws ShapeError where an array has another length than its parameter */
  load(state: TrainingState): void;
  /** Frees the native session; later steps are refused. */
  dispose(): Promise<void>;
}

const slots = ["parameters", "ema", "firstMoment", "secondMoment"] as const;

/**
 * Compiles a training program.
 *
 * @throws OptionsError where `stepsPerCall` is no whole number ≥ 1
 * @throws ShapeError where the values of a parameter do not fill its shape
 * @throws as {@link compile}
 */
export async function compileTraining(program: TrainingProgram, options: TrainingOptions = {}): Promise<Trainer> {
  const { stepsPerCall = 1, ...compileOptions } = options;
  const { precision = "float32", name = "training" } = compileOptions;
  if (!Number.isInteger(stepsPerCall) || stepsPerCall < 1) {
    throw new OptionsError(
      `${name}: stepsPerCall must be a whole number ≥ 1, got ${stepsPerCall}`,
      "stepsPerCall",
      stepsPerCall,
    );
  }
  const layout = layoutOf(program, name);
  const total = layout.reduce((sum, p) => sum + p.size, 0);
  let metricNames: string[] = [];

  const step = (vectors: readonly tf.Tensor[], counter: tf.Tensor, inputs: readonly tf.Tensor[]) => {
    const [theta, average, first, second] = vectors as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
    const flat = tf.split(
      theta,
      layout.map((p) => p.size),
    );
    const tensors = layout.map((p, i) => tf.reshape(flat[i]!, [...p.shape]));
    let metrics: Readonly<Record<string, tf.Scalar>> = {};
    const { value, grads } = tf.valueAndGrads((...parameters: tf.Tensor[]) => {
      const named = Object.fromEntries(layout.map((p, i) => [p.name, parameters[i]!]));
      const result = program.loss(named, inputs);
      metrics = result.metrics ?? {};
      return result.loss;
    })(tensors);
    metricNames = Object.keys(metrics);
    const gradient = tf.concat(grads.map((g) => tf.reshape(g, [-1])));
    const norm = tf.sqrt(tf.sum(tf.square(gradient)));
    const clipped =
      program.clipNorm === undefined
        ? gradient
        : tf.mul(gradient, tf.minimum(1, tf.div(constant(program.clipNorm), tf.add(norm, constant(1e-6)))));
    const rate = learningRateTensor(program.optimizer.learningRate, counter);
    const next = adamUpdate(
      program.optimizer,
      { parameters: theta, firstMoment: first, secondMoment: second },
      clipped,
      counter,
      rate,
    );
    const report = [value, norm, rate, ...Object.values(metrics)].map((t) => tf.reshape(t, [1]));
    return {
      vectors: [
        next.parameters,
        movingAverage(program, average, next.parameters, counter),
        next.firstMoment,
        next.secondMoment,
      ],
      counter: tf.add(counter, 1),
      report: tf.concat(report),
    };
  };

  const vectorSpecs: TensorSpec[] = slots.map(() => ({ shape: [total] }));
  const stacked =
    stepsPerCall === 1 ? program.inputs : program.inputs.map((s) => ({ ...s, shape: [stepsPerCall, ...s.shape] }));
  const compiled: Compiled = await compile(
    (...tensors) => {
      const inputs = tensors.slice(5);
      const first = tensors.slice(0, 5);
      const one = (state: readonly tf.Tensor[], batch: readonly tf.Tensor[]) => {
        const { vectors, counter, report } = step(state.slice(0, 4), state[4]!, batch);
        return { state: [...vectors, counter], record: report };
      };
      const { state, record } =
        stepsPerCall === 1
          ? one(first, inputs)
          : repeat(stepsPerCall, first, (iteration, current) => {
              const at = tf.reshape(iteration, [1]);
              return one(
                current,
                inputs.map((t) => tf.reshape(tf.gather(t, at), t.shape.slice(1))),
              );
            });
      return [...state, record];
    },
    [...vectorSpecs, { shape: [1] }, ...stacked],
    { gradients: true, ...compileOptions, name },
  );

  const allocate = (length: number): Vector =>
    precision === "float64" ? new Float64Array(length) : new Float32Array(length);
  let current: Vector[] = [...slots.map(() => allocate(total)), allocate(1)];
  let spare: Vector[] = [...slots.map(() => allocate(total)), allocate(1)];
  const width = 3 + metricNames.length;
  const report = allocate(stepsPerCall * width);
  for (const p of layout) {
    const { values } = program.parameters[p.name]!;
    current[0]!.set(values, p.offset);
    current[1]!.set(values, p.offset);
  }
  return {
    nodeCount: compiled.nodeCount,
    async step(inputs) {
      await compiled.run([...current, ...inputs], { into: [...spare, report] });
      // Of the first step that went wrong, else of the last.
      const wrong = report.findIndex((value) => !Number.isFinite(value));
      const at = wrong >= 0 ? Math.floor(wrong / width) : stepsPerCall - 1;
      const [loss, gradientNorm, learningRate, ...metrics] = report.subarray(at * width, (at + 1) * width);
      const done: StepReport = {
        loss: loss!,
        gradientNorm: gradientNorm!,
        learningRate: learningRate!,
        metrics: Object.fromEntries(metricNames.map((key, i) => [key, metrics[i]!])),
      };
      if (wrong >= 0) {
        throw new ConvergenceError(
          `${name}: step ${current[4]![0]! + at} gave loss ${loss} and gradient norm ${gradientNorm}; the parameters before ` +
            "it are kept (state()): lower the learning rate, set clipNorm, or check the inputs for NaN",
          "diverged",
          done,
        );
      }
      [current, spare] = [spare, current];
      return done;
    },
    state() {
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
    },
    dispose: () => compiled.dispose(),
  };
}

interface Placed {
  readonly name: string;
  readonly shape: readonly number[];
  readonly size: number;
  readonly offset: number;
}

function layoutOf(program: TrainingProgram, name: string): Placed[] {
  let offset = 0;
  return Object.entries(program.parameters).map(([key, { shape, values }]) => {
    const size = sizeOf(shape);
    if (values.length !== size) {
      throw new ShapeError(`${name}: values of parameter ${key}`, `${size} for shape [${shape}]`, `${values.length}`);
    }
    const placed = { name: key, shape, size, offset };
    offset += size;
    return placed;
  });
}

function movingAverage(
  program: TrainingProgram,
  average: tf.Tensor,
  parameters: tf.Tensor,
  counter: tf.Tensor,
): tf.Tensor {
  if (!program.ema) return parameters;
  const { decay, warmup = false } = program.ema;
  const rate = warmup
    ? tf.sub(1, tf.minimum(constant(decay), tf.div(tf.add(counter, 1), tf.add(counter, 10))))
    : constant(1 - decay);
  return tf.add(average, tf.mul(rate, tf.sub(parameters, average)));
}
