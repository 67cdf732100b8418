import {
  registerGradients,
  sizeOf
} from "./chunk-UT3GBMX3.js";
import "./chunk-2JKOHZZA.js";
import {
  quietCpu,
  tf
} from "./chunk-JHNL2DBA.js";
import {
  BackendError
} from "./chunk-Y46VEHZ7.js";

// engine/eager.ts
var float = "float32";
function portOf(name, shape, dtype) {
  return { name, shape: [...shape], type: dtype === "int32" || dtype === "bool" ? dtype : float };
}
function onBackend(backend, body) {
  const former = tf.getBackend();
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
function execute(fn, inputs, arrays) {
  const tensors = inputs.map(
    (port, i) => tf.tensor(arrays[i], [...port.shape], port.type)
  );
  return fn(...tensors);
}
function prepare(fn, inputs, backend) {
  const attempt = (fill) => onBackend(backend, () => {
    const arrays = inputs.map(
      ({ type, shape }) => type === "int32" ? new Int32Array(sizeOf(shape)).fill(fill) : new Float32Array(sizeOf(shape)).fill(fill)
    );
    return execute(fn, inputs, arrays).map((t, i) => portOf(`out${i}`, t.shape, t.dtype));
  });
  try {
    return attempt(0);
  } catch (error) {
    if (missingKernel(error) !== void 0) throw error;
    try {
      return attempt(1);
    } catch {
      throw error;
    }
  }
}
var missingKernel = (error) => error instanceof Error ? /Kernel '(\w+)' not registered/.exec(error.message)?.[1] : void 0;
async function compileEager(fn, specs, options) {
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
      const kernel = missingKernel(error);
      if (kernel === void 0) throw error;
      note = `tfjs' wasm backend has no kernel ${kernel}`;
    }
  }
  return program(fn, inputs, prepare(fn, inputs, "cpu"), "cpu", note);
}
function program(fn, inputs, outputs, backend, note) {
  const session = {
    async run(arrays, into) {
      onBackend(backend, () => {
        execute(fn, inputs, arrays).forEach((tensor, i) => {
          into[i].set(tensor.dataSync());
        });
      });
    },
    async dispose() {
    }
  };
  return { inputs, outputs, session, backend, note };
}
var wasm;
function wasmFailure() {
  wasm ??= import("./wasm-H7TZZ2MX.js").then((door) => door.startWasm()).then(
    () => "",
    (error) => `tfjs' wasm backend did not start: ${error instanceof Error ? error.message : String(error)}`
  );
  return wasm;
}
var nodePackages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];
async function startTensorflow(name) {
  const backend = "tensorflow";
  const former = tf.getBackend();
  const reasons = [];
  for (const specifier of nodePackages) {
    if (tf.findBackendFactory(backend)) break;
    try {
      await import(specifier);
    } catch (error) {
      reasons.push(`${specifier}: ${(error instanceof Error ? error.message : String(error)).split("\n")[0]}`);
    }
  }
  if (tf.findBackendFactory(backend) && tf.findBackend(backend)) {
    if (former && former !== backend) void tf.setBackend(former);
    return backend;
  }
  throw new BackendError(
    `${name}: device "tensorflow" needs tfjs-node, which did not load (${reasons.join("; ")}); run \`npm rebuild @tensorflow/tfjs-node-gpu\` (downloads libtensorflow) or \`npm install @tensorflow/tfjs-node\`, or use device "cpu"`,
    backend
  );
}
export {
  compileEager
};
