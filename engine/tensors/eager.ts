/**
 * The same function run op by op on a backend of tfjs: plain, WebAssembly or tfjs-node. A run is one synchronous
 * stretch, from choosing tfjs' global backend to giving it back, so that concurrent runs cannot see each other's
 * backend.
 */

import { BackendError } from "../errors.ts";
import type { EagerBackend, TensorFunction, TensorSpec } from "./compile.ts";
import { registerGradients } from "./gradients.ts";
import { sizeOf } from "./graph.ts";
import type { Port, Session, TypedArray } from "./session.ts";
import { quietCpu, tf } from "./tensor.ts";

export interface EagerProgram {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly session: Session;
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
 * which also gives the shapes of its outputs.
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
    try {
      return attempt(1);
    } catch {
      throw error;
    }
  }
}

/** @throws BackendError where tfjs-node is not installed */
export async function eagerProgram(
  fn: TensorFunction,
  specs: readonly TensorSpec[],
  { backend, name }: { readonly backend: EagerBackend; readonly name: string },
): Promise<EagerProgram> {
  registerGradients();
  const inputs = specs.map((spec, i) => portOf(`in${i}`, spec.shape, spec.dtype ?? float));
  if (backend === "tensorflow") await startTensorflow(name);
  else quietCpu();
  return program(fn, inputs, prepare(fn, inputs, backend), backend);
}

function program(fn: TensorFunction, inputs: readonly Port[], outputs: readonly Port[], backend: string): EagerProgram {
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
  return { inputs, outputs, session };
}

/** tfjs-node packages in the order in which they are tried. */
const nodePackages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

async function startTensorflow(name: string): Promise<void> {
  const backend = "tensorflow";
  const former = tf.getBackend();
  const reasons: string[] = [];
  const isQuiet = tf.env().getBool("PROD");
  // It brings another copy of the core, which warns of every kernel that is there already.
  tf.env().set("PROD", true);
  for (const specifier of nodePackages) {
    if (tf.findBackendFactory(backend)) break;
    try {
      await import(specifier);
    } catch (error) {
      reasons.push(`${specifier}: ${(error instanceof Error ? error.message : String(error)).split("\n")[0]}`);
    }
  }
  tf.env().set("PROD", isQuiet);
  if (tf.findBackendFactory(backend) && tf.findBackend(backend)) {
    // tfjs-node makes itself the current backend; every run of ours chooses its own.
    if (former && former !== backend) void tf.setBackend(former);
    return;
  }
  throw new BackendError(
    `${name}: device "tensorflow" needs tfjs-node, which did not load (${reasons.join("; ")}); run ` +
      "`npm install @tensorflow/tfjs-node-gpu` with install scripts allowed (downloads libtensorflow), " +
      'or use device "cpu"',
    backend,
  );
}
