import {
  tf
} from "./chunk-JHNL2DBA.js";

// engine/wasm.ts
import "@tensorflow/tfjs-backend-wasm";
var name = "wasm";
var wrong = {
  // The largest of negative numbers is not found.
  MaxPoolGrad: () => true,
  // The indices of the first batch serve all batches.
  GatherV2: ({ attrs }) => Number(attrs?.["batchDims"] ?? 0) !== 0,
  // Four bytes are moved for each truth.
  Select: ({ inputs }) => inputs["t"]?.dtype === "bool"
};
function refuseWrongKernels() {
  for (const [kernelName, isWrong] of Object.entries(wrong)) {
    const config = tf.getKernel(kernelName, name);
    if (!config) continue;
    tf.unregisterKernel(kernelName, name);
    const kernelFunc = (call) => {
      if (isWrong(call)) throw new Error(`Kernel '${kernelName}' not registered for backend 'wasm' with these inputs`);
      return config.kernelFunc(call);
    };
    tf.registerKernel({ ...config, kernelFunc });
  }
}
async function startWasm() {
  if (name in tf.engine().registry) return;
  const factory = tf.findBackendFactory(name);
  const backend = await factory();
  if (name in tf.engine().registry) return;
  refuseWrongKernels();
  tf.removeBackend(name);
  tf.registerBackend(name, () => backend, 2);
  if (tf.findBackend(name) === null) throw new Error("the WebAssembly backend did not start");
}
export {
  startWasm
};
