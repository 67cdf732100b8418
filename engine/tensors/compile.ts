/**
 * `compile` turns a function of tfjs tensors into a native program: it runs the function once on the tracing backend,
 * gradients included, and hands the recorded graph to ONNX Runtime. It is for TensorFlow.js what `jax.jit` is for JAX.
 */
import { checkNames } from "../checks.ts";
import { BackendError, OptionsError, ShapeError } from "../errors.ts";
import { cacheOf } from "../files/cache.ts";
import { arrayOf } from "./array-of.ts";
import { loadGradients } from "./gradient-functions.ts";
import { Graph, type GraphOptions, type Precision, sizeOf } from "./graph.ts";
import { registerKernels } from "./kernels/index.ts";
import { plain, toPlain } from "./layout.ts";
import { graphCache } from "./onnx/graph-cache.ts";
import { encodeModel } from "./onnx/model.ts";
import { optimize } from "./optimize.ts";
import { channelBlock, type NativeDevice, openSession, type Port, type Session, type TypedArray } from "./session.ts";
import type { tf } from "./tensor.ts";
import { tensorOf, tracedOf, tracing } from "./trace.ts";

export type { TypedArray } from "./session.ts";

/** A backend of tfjs that runs op by op. "wasm" has to be started before. */
export type EagerBackend = "cpu" | "wasm" | "tensorflow";

/** Shape and type of an input or output. */
export interface TensorSpec {
  /** Size of each dimension, all known beforehand; empty for a scalar. */
  readonly shape: readonly number[];
  /**
   * Of the array that `run` takes. @defaultValue "float32" (the graph's precision: float64 arrays where `precision` is
   * "float64")
   */
  readonly dtype?: "float32" | "int32" | "bool";
}

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Of all numbers in the graph; "float64" exists on "cpu" and "cuda". @defaultValue "float32" */
  readonly precision?: "float32" | "float64";
  /** Device of the program. @defaultValue "cpu" */
  readonly device?: "cpu" | "webgpu" | "cuda" | "tensorflow";
  /** Threads inside an operator, at least 1. @defaultValue 1 */
  readonly threads?: number;
  /** Appears in error messages and in the ONNX file. @defaultValue "monge" */
  readonly name?: string;

  // You rarely need these.
  /**
   * Folder for the graphs that ONNX Runtime optimised, so that another process starts in less time; false for none. It
   * holds at most 256 MB; results are the same with and without, to the bit. Graphs of less than 256 nodes and devices
   * other than "cpu" are not kept.
   * @defaultValue what the variable `MONGE_CACHE` names ("off": none), else the user's folder for caches
   * (`~/.cache/monge`)
   */
  readonly cache?: string | false;
}

/** A compiled function. */
export interface Compiled {
  /** Shape and type of each array that `run` takes, in order. */
  readonly inputs: readonly Required<TensorSpec>[];
  /** Shape and type of each array that `run` gives, in order. */
  readonly outputs: readonly Required<TensorSpec>[];
  /** Number of ONNX nodes before ONNX Runtime's own fusions; 0 on "tensorflow". */
  readonly nodeCount: number;
  /**
   * Runs the function. Arrays in, arrays out, in the order of the specs; `into` gives buffers for the outputs (an
   * output buffer must not be an input of the same call).
   * @throws ShapeError where an array has another length or type than its spec
   */
  run(inputs: readonly TypedArray[], options?: { readonly into?: readonly TypedArray[] }): Promise<TypedArray[]>;
  /** The same function as an ONNX model. */
  toOnnx(): Uint8Array;
  /** Frees the native session; later runs are refused. */
  dispose(): Promise<void>;
}

/** Device of a compiled function. */
export type Device = NonNullable<CompileOptions["device"]>;

/** A function to compile: tfjs tensors in, tfjs tensors out, no side effects. */
export type TensorFunction = (...inputs: tf.Tensor[]) => readonly tf.Tensor[];

/**
 * Compiles `fn` for inputs of the given shapes.
 *
 * @param fn - tfjs tensors in, tfjs tensors out, no side effects
 * @param inputs - one spec for each argument of `fn`
 * @throws KernelError where `fn` uses a tfjs kernel without a lowering, or reads the value of a tensor
 * @throws BackendError where the device or the precision is not available
 */
export function compile(
  fn: (...inputs: tf.Tensor[]) => readonly tf.Tensor[],
  inputs: readonly TensorSpec[],
  options: CompileOptions = {},
): Promise<Compiled> {
  checkNames("compile", options, "precision device threads name cache");
  return compileFor(fn, inputs, options, false);
}

/**
 * A step of training as {@link compile} makes it. Gradients with respect to filters want images as they are: those
 * whose channels do not fill blocks are not padded, which changes the speed and the rounding alone.
 */
export const compileStep = (
  fn: TensorFunction,
  inputs: readonly TensorSpec[],
  options: CompileOptions,
): Promise<Compiled> => compileFor(fn, inputs, options, true);

async function compileFor(
  fn: TensorFunction,
  inputs: readonly TensorSpec[],
  options: CompileOptions,
  gradients: boolean,
): Promise<Compiled> {
  const { precision = "float32", device = "cpu", threads = 1, name = "monge" } = options;
  // Refuses what is no folder before work starts.
  cacheOf(options.cache);
  checkOptions(inputs, precision, device, threads, name);
  if (device === "tensorflow") return compileEagerly(fn, inputs, { backend: device, name });
  const recording = { precision, device, name, gradients };
  const { model, inPorts, outPorts, nodeCount } = await record(fn, inputs, recording);
  const session = await openSession(model, inPorts, outPorts, {
    device,
    threads,
    cache: device === "cpu" ? graphCache(options.cache, nodeCount) : undefined,
  });
  const encode = () => model.slice();
  return assemble({ inputs: inPorts, outputs: outPorts, session, device, name, nodeCount, encode });
}

/**
 * Runs `fn` op by op on a backend of tfjs. Its own "cpu" is slow and always there: the oracle that tests hold compiled
 * devices against.
 *
 * @throws BackendError where tfjs-node is not installed
 */
export async function compileEagerly(
  fn: TensorFunction,
  inputs: readonly TensorSpec[],
  { backend, name = "monge" }: { readonly backend: EagerBackend; readonly name?: string },
): Promise<Compiled> {
  const { eagerProgram } = await import("./eager.ts");
  const program = await eagerProgram(fn, inputs, { backend, name });
  const encode = () => encodeModel(trace(fn, inputs, { precision: "float32" }), name);
  return assemble({ ...program, device: "tensorflow", name, nodeCount: 0, encode });
}

/** A function as an ONNX model, and what goes in and out of it. */
export interface Recorded {
  readonly model: Uint8Array;
  readonly inPorts: readonly Port[];
  readonly outPorts: readonly Port[];
  readonly nodeCount: number;
}

/** Records a function for a native device. */
export async function record(
  fn: TensorFunction,
  inputs: readonly TensorSpec[],
  options: {
    readonly precision: Precision;
    readonly device: NativeDevice;
    readonly name: string;
    readonly gradients: boolean;
  },
): Promise<Recorded> {
  const { precision, device, name, gradients } = options;
  await loadGradients();
  // Blocks of channels are of float32.
  const block = device === "cpu" && precision === "float32" ? await channelBlock() : 0;
  const graph = trace(fn, inputs, {
    precision,
    blocks: { channels: block, leastFill: gradients ? 1 : 0.75 },
    shaders: device === "webgpu",
  });
  const port = (value: (typeof graph.inputs)[number]): Port => ({
    name: value.name,
    shape: value.shape,
    type: value.type === "float" ? precision : value.type === "bool" ? "bool" : "int32",
  });
  return {
    model: encodeModel(graph, name),
    inPorts: graph.inputs.map(port),
    outPorts: graph.outputs.map(port),
    nodeCount: graph.nodes.length,
  };
}

interface Program {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly session: Session;
  readonly device: Device;
  readonly name: string;
  readonly nodeCount: number;
  encode(): Uint8Array;
}

/** The compiled function around a session: checks of arrays, and the end of its life. */
function assemble(program: Program): Compiled {
  const { inputs, outputs, device, name, nodeCount } = program;
  const spec = (p: Port): Required<TensorSpec> => ({
    shape: p.shape,
    dtype: p.type === "float64" ? "float32" : p.type,
  });
  let session: Session | undefined = program.session;
  return {
    inputs: inputs.map(spec),
    outputs: outputs.map(spec),
    nodeCount,
    async run(arrays, runOptions = {}) {
      if (!session) throw new BackendError(`${name}.run: the compiled function was disposed; compile it again`, device);
      const into = runOptions.into ?? outputs.map((p) => arrayOf(p.type, sizeOf(p.shape)));
      checkArrays(`${name}.run`, "input", arrays, inputs);
      checkArrays(`${name}.run`, "output buffer", into, outputs);
      await session.run(arrays, into);
      return [...into];
    },
    toOnnx: () => program.encode(),
    async dispose() {
      const closing = session;
      session = undefined;
      await closing?.dispose();
    },
  };
}

/** Records `fn` as a graph. */
export function trace(fn: TensorFunction, inputs: readonly TensorSpec[], options: GraphOptions): Graph {
  registerKernels();
  const graph = new Graph(options);
  tracing(graph, () => {
    const tensors = inputs.map((spec, i) => {
      const type = spec.dtype === "int32" || spec.dtype === "bool" ? spec.dtype : "float";
      return tensorOf(plain(graph.input(`in${i}`, spec.shape, type)));
    });
    const outputs = fn(...tensors);
    outputs.forEach((output, i) => {
      graph.output(`out${i}`, toPlain(graph, tracedOf(output)));
    });
  });
  optimize(graph);
  return graph;
}

function checkOptions(
  inputs: readonly TensorSpec[],
  precision: Precision,
  device: Device,
  threads: number,
  name: string,
): void {
  if (precision !== "float32" && precision !== "float64") {
    throw new OptionsError(
      `${name}: precision must be "float32" or "float64", got ${String(precision)}`,
      "precision",
      precision,
    );
  }
  if (!["cpu", "webgpu", "cuda", "tensorflow"].includes(device)) {
    throw new OptionsError(
      `${name}: device must be "cpu", "webgpu", "cuda" or "tensorflow", got ${String(device)}`,
      "device",
      device,
    );
  }
  if (precision === "float64" && device !== "cpu" && device !== "cuda") {
    throw new BackendError(
      `${name}: float64 does not exist on device "${device}"; use device "cpu", or precision "float32"`,
      device,
    );
  }
  if (!Number.isInteger(threads) || threads < 1) {
    throw new OptionsError(`${name}: threads must be a whole number ≥ 1, got ${threads}`, "threads", threads);
  }
  for (const [i, spec] of inputs.entries()) {
    if (spec.shape.some((d) => !Number.isInteger(d) || d < 0)) {
      throw new ShapeError(`${name}: shape of input ${i}`, "whole numbers ≥ 0", spec.shape);
    }
  }
}

/** @throws ShapeError where an array has another length or type than its port */
export function checkArrays(where: string, what: string, arrays: readonly TypedArray[], ports: readonly Port[]): void {
  if (arrays.length !== ports.length) {
    throw new ShapeError(`${where}: number of ${what}s`, String(ports.length), String(arrays.length));
  }
  for (const [i, port] of ports.entries()) {
    const array = arrays[i]!;
    const wanted = arrayOf(port.type, 0).constructor.name;
    if (array.constructor.name !== wanted) {
      throw new ShapeError(
        `${where}: ${what} ${i}`,
        `a ${wanted} (precision and dtype of the compiled function)`,
        array.constructor.name,
      );
    }
    if (array.length !== sizeOf(port.shape)) {
      throw new ShapeError(
        `${where}: ${what} ${i}`,
        `${sizeOf(port.shape)} values of shape [${port.shape}]`,
        `${array.length} values`,
      );
    }
  }
}
