/**
 * The eager devices: the same function run op by op, on tfjs' WebAssembly or plain backend ("eager") or on tfjs-node
 * ("tensorflow"). Slow, always there, and the oracle of the compiled devices. A run is one synchronous stretch, from
 * choosing tfjs' global backend to giving it back, so that concurrent runs cannot see each other's backend.
 */
import type { TensorFunction, TensorSpec } from "./compile.ts";
import { BackendError } from "./errors.ts";
import { registerGradients } from "./gradients.ts";
import { sizeOf } from "./graph.ts";
import type { Port, Session, TypedArray } from "./session.ts";
import { quietCpu, tf } from "./tensor.ts";

export interface EagerProgram {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly session: Session;
  /** The tfjs backend that runs the function. */
  readonly backend: string;
  /** Why it is not the first choice; empty where it is. */
  readonly note: string;
}

const float = "float32";

function portOf(name: string, shape: readonly number[], dtype: string): Port {
  return { name, shape: [...shape], type: dtype === "int32" || dtype === "bool" ? dtype : float };
}

/** Runs `body` on a tfjs backend and frees its tensors. Nothing in it may be asynchronous. */
function onBackend<T>(backend: string, body: () => T): T {
  const former = tf.getBackend();
  // Both calls act at once: the backends were started before.
  if (former !== backend) void tf.setBackend(backend);
  const engine = tf.engine();
  engine.startScope("monge-eager");
  try {
    return body();
  } finally {
    engine.endScope();
    if (former !== backend) void tf.setBackend(former ?? "cpu");
  }
}

function execute(fn: TensorFunction, inputs: readonly Port[], arrays: readonly TypedArray[]): readonly tf.Tensor[] {
  const tensors = inputs.map((port, i) =>
    tf.tensor(arrays[i]! as Float32Array, [...port.shape], port.type as "float32"),
  );
  return fn(...tensors);
}

/**
 * Prepares `fn` on a backend by running it once on zeros, or on ones where it cannot take zeros (integer remainders),
 * which also tells the shapes of its outputs.
 */
function prepare(fn: TensorFunction, inputs: readonly Port[], backend: string): readonly Port[] {
  const attempt = (fill: number) =>
    onBackend(backend, () => {
      const arrays = inputs.map(({ type, shape }) =>
        type === "int32" ? new Int32Array(sizeOf(shape)).fill(fill) : new Float32Array(sizeOf(shape)).fill(fill),
      );
      return execute(fn, inputs, arrays).map((t, i) => portOf(`out${i}`, t.shape, t.dtype));
    });
  try {
    return attempt(0);
  } catch (error) {
    if (missingKernel(error) !== undefined) throw error;
    try {
      return attempt(1);
    } catch {
      throw error;
    }
  }
}

const missingKernel = (error: unknown): string | undefined =>
  error instanceof Error ? /Kernel '(\w+)' not registered/.exec(error.message)?.[1] : undefined;

/**
 * Prepares `fn` for eager execution.
 * @throws BackendError where device "tensorflow" is not installed
 */
export async function compileEager(
  fn: TensorFunction,
  specs: readonly TensorSpec[],
  options: { readonly device: "eager" | "tensorflow"; readonly name: string },
): Promise<EagerProgram> {
  registerGradients();
  const inputs = specs.map((spec, i) => portOf(`in${i}`, spec.shape, spec.dtype ?? float));
  if (options.device === "tensorflow") {
    const backend = await startTensorflow(options.name);
    return program(fn, inputs, prepare(fn, inputs, backend), backend, "");
  }
  quietCpu();
  const missing = await wasmFailure();
  let note = missing;
  if (missing === "") {
    try {
      return program(fn, inputs, prepare(fn, inputs, "wasm"), "wasm", "");
    } catch (error) {
      // The WebAssembly backend lacks kernels, mostly of gradients. Other errors are the function's own.
      const kernel = missingKernel(error);
      if (kernel === undefined) throw error;
      note = `tfjs' wasm backend has no kernel ${kernel}`;
    }
  }
  return program(fn, inputs, prepare(fn, inputs, "cpu"), "cpu", note);
}

function program(
  fn: TensorFunction,
  inputs: readonly Port[],
  outputs: readonly Port[],
  backend: string,
  note: string,
): EagerProgram {
  const session: Session = {
    async run(arrays, into) {
      onBackend(backend, () => {
        execute(fn, inputs, arrays).forEach((tensor, i) => {
          (into[i] as Float32Array).set(tensor.dataSync() as Float32Array);
        });
      });
    },
    async dispose() {},
  };
  return { inputs, outputs, session, backend, note };
}

let wasm: Promise<string> | undefined;

/** "" where the WebAssembly backend runs, else the reason. Tried once. */
function wasmFailure(): Promise<string> {
  wasm ??= import("./wasm.ts")
    .then((door) => door.startWasm())
    .then(
      () => "",
      (error: unknown) => `tfjs' wasm backend did not start: ${error instanceof Error ? error.message : String(error)}`,
    );
  return wasm;
}

/** tfjs-node packages in the order in which they are tried. */
const nodePackages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

async function startTensorflow(name: string): Promise<string> {
  const backend = "tensorflow";
  const former = tf.getBackend();
  const reasons: string[] = [];
  for (const specifier of nodePackages) {
    if (tf.findBackendFactory(backend)) break;
    try {
      await import(specifier);
    } catch (error) {
      reasons.push(`${specifier}: ${(error instanceof Error ? error.message : String(error)).split("\n")[0]}`);
    }
  }
  if (tf.findBackendFactory(backend) && tf.findBackend(backend)) {
    // tfjs-node makes itself the current backend; every run of ours chooses its own.
    if (former && former !== backend) void tf.setBackend(former);
    return backend;
  }
  throw new BackendError(
    `${name}: device "tensorflow" needs tfjs-node, which did not load (${reasons.join("; ")}); run ` +
      "`npm rebuild @tensorflow/tfjs-node-gpu` (downloads libtensorflow) or `npm install @tensorflow/tfjs-node`, " +
      'or use device "cpu"',
    backend,
  );
}
