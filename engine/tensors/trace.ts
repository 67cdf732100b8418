/**
 * The tracing backend: a TensorFlow.js backend whose kernels write nodes into an ONNX graph instead of computing.
 * Kernels are lowered by functions registered with `lower` (folder `kernels/`).
 */
import { KernelError } from "../errors.ts";
import type { ElementType, Graph, Value } from "./graph.ts";
import { plain, type Traced } from "./layout.ts";
import { quietCpu, tf } from "./tensor.ts";

export const traceBackendName = "monge-trace";

/** Attributes of a kernel call, read by name. */
export type KernelAttributes = Readonly<Record<string, unknown>>;

export interface Lowering {
  readonly graph: Graph;
  readonly kernel: string;
  readonly inputs: readonly Traced[];
  readonly named: Readonly<Record<string, Traced>>;
  readonly attributes: KernelAttributes;
}

type LoweringFunction = (call: Lowering) => Traced | readonly Traced[];

const elementTypes: Readonly<Record<string, ElementType>> = { float32: "float", int32: "int32", bool: "bool" };
const tensorTypes = {
  float: "float32",
  float32: "float32",
  int32: "int32",
  int64: "int32",
  bool: "bool",
} as const;

/** Identity of a tensor's data for tfjs (`dataId`). A weak map from thousands of them would slow the collection of garbage. */
class TracedData {
  readonly traced: Traced;
  constructor(traced: Traced) {
    this.traced = traced;
  }
}

class TraceBackend extends tf.KernelBackend {
  graph: Graph | undefined;
  /** Data that tfjs moved here from another backend, with the identity that it had there. */
  readonly #moved = new WeakMap<object, Traced>();

  current(): Graph {
    if (!this.graph) throw new KernelError("compile: a traced operation ran outside of compile", "none");
    return this.graph;
  }
  enter(traced: Traced): tf.TensorInfo {
    return { dataId: new TracedData(traced), shape: [...traced.shape], dtype: tensorTypes[traced.value.type] };
  }
  traced(info: tf.TensorInfo): Traced {
    const traced = info.dataId instanceof TracedData ? info.dataId.traced : this.#moved.get(info.dataId);
    if (!traced)
      throw new KernelError("compile: a tensor of another backend cannot be used in a traced function", "none");
    // tfjs reshapes (expandDims, flatten of outputs) may share a dataId under another shape.
    return traced;
  }
  override write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object {
    return new TracedData(this.#constant(values, shape, dtype));
  }
  override move(dataId: object, values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): void {
    this.#moved.set(dataId, this.#constant(values, shape, dtype));
  }
  #constant(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): Traced {
    const type = elementTypes[dtype];
    if (!type)
      throw new KernelError(`compile: tensors of dtype ${dtype} are not supported in a traced function`, dtype);
    const graph = this.current();
    const numbers = values as Float32Array;
    const first = numbers[0];
    // tfjs' gradients make ones and zeros of full size; as an expanded number they broadcast instead.
    const uniform = numbers.length > 1 && numbers.every((v) => Object.is(v, first));
    const value = uniform
      ? graph.op("Expand", [graph.constant([first!], [], type), graph.ints(shape)], shape, type)
      : graph.constant(numbers, shape, type);
    return plain(value);
  }
  override readSync(): never {
    throw new KernelError(
      "compile: the traced function read the value of a tensor (dataSync, arraySync, print, or a condition on a value), " +
        "which has none until the compiled function runs; return it as an output, or use tf.where instead of a branch",
      "readSync",
    );
  }
  override async read(): Promise<never> {
    return this.readSync();
  }
  override numDataIds(): number {
    return 0; // Traced tensors live as long as the graph; there is nothing to leak.
  }
  override disposeData(): boolean {
    return true;
  }
  override refCount(): number {
    return 1;
  }
  override incRef(): void {}
  decRef(): void {}
  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }
  override floatPrecision(): 16 | 32 {
    return 32;
  }
  override epsilon(): number {
    return 1e-7;
  }
  override dispose(): void {}
}

const backend = new TraceBackend();
let registered = false;

/** Registers the backend on first use, so that importing monge has no side effect. */
export function registerTraceBackend(): void {
  if (registered) return;
  registered = true;
  quietCpu();
  tf.registerBackend(traceBackendName, () => backend, 0);
}

const lowerings = new Map<string, LoweringFunction>();

/** Names of the tfjs kernels whose lowerings have been registered. */
export const registeredKernels = (): string[] => [...lowerings.keys()].sort();

/** Registers the lowering of a tfjs kernel. */
export function lower(kernel: string, lowering: LoweringFunction): void {
  lowerings.set(kernel, lowering);
  tf.registerKernel({
    kernelName: kernel,
    backendName: traceBackendName,
    kernelFunc: ({ inputs, attrs }) => {
      const named: Record<string, Traced> = {};
      for (const name in inputs) {
        const info: tf.TensorInfo | null | undefined = inputs[name];
        if (info) named[name] = view(info);
      }
      const result = lowering({
        graph: backend.current(),
        kernel,
        inputs: Object.values(named),
        named,
        attributes: (attrs ?? {}) as KernelAttributes,
      });
      return Array.isArray(result)
        ? (result as Traced[]).map((t) => backend.enter(t))
        : backend.enter(result as Traced);
    },
  });
}

function view(info: tf.TensorInfo): Traced {
  const traced = backend.traced(info);
  const same = traced.shape.length === info.shape.length && traced.shape.every((d, i) => d === info.shape[i]);
  if (same) return traced;
  throw new KernelError(`compile: a tensor of shape [${traced.shape}] is viewed as [${info.shape}]`, "Reshape");
}

/** Runs `body` with the tracing backend active on `graph`, and restores the former backend. */
export function tracing<T>(graph: Graph, body: () => T): T {
  registerTraceBackend();
  const engine = tf.engine();
  const formerBackend = tf.getBackend();
  const formerGraph = backend.graph;
  backend.graph = graph;
  if (formerBackend !== traceBackendName) void tf.setBackend(traceBackendName);
  try {
    engine.startScope("monge-trace");
    return body();
  } catch (error) {
    throw explained(error);
  } finally {
    engine.endScope();
    backend.graph = formerGraph;
    // Where none was chosen yet, tfjs' plain backend, rather than leave this one behind; a page has no other.
    const former = formerBackend ?? (tf.findBackendFactory("cpu") ? "cpu" : traceBackendName);
    if (former !== traceBackendName) void tf.setBackend(former);
  }
}

/** The graph that is being recorded. @throws KernelError outside of tracing */
export const currentGraph = (): Graph => backend.current();

/** True if operations are being recorded at this moment. */
export const isTracing = (): boolean => backend.graph !== undefined;

function explained(error: unknown): unknown {
  const match = error instanceof Error && /Kernel '(\w+)' not registered for backend/.exec(error.message);
  if (!match) return error;
  const op = /at (?:Object\.)?(\w+?)_ \(/.exec((error as Error).stack ?? "")?.[1];
  return new KernelError(
    `compile: tfjs kernel ${match[1]}${op ? ` (called by tf.${op})` : ""} has no lowering; ` +
      `write the function with supported operations (loweredKernels() lists them)`,
    match[1]!,
    { cause: error },
  );
}

/** Wraps a graph value as a tfjs tensor while tracing. */
export function tensorOf(traced: Traced | Value): tf.Tensor {
  const t = "perm" in traced ? traced : plain(traced);
  const info = backend.enter(t);
  return tf.engine().makeTensorFromTensorInfo(info);
}

/** The traced form of a tfjs tensor while tracing. */
export const tracedOf = (tensor: tf.Tensor): Traced => view(tensor);

/**
 * A constant with all digits of float64, where `tf.tensor` would round it to float32. Outside of tracing: `tf.tensor`.
 *
 * @param values - row-major; a number stands for a single value
 * @param shape - size of each dimension; a scalar unless given
 */
export function constant(values: number | readonly number[] | Float64Array, shape: readonly number[] = []): tf.Tensor {
  const data = typeof values === "number" ? [values] : values;
  if (!isTracing()) return tf.tensor(Array.from(data), [...shape], "float32");
  return tensorOf(backend.current().constant(data as Float64Array, shape, "float"));
}
