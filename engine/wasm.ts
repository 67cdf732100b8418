/** The one door to tfjs' WebAssembly backend. Loaded only when an eager device asks for it. */
import "@tensorflow/tfjs-backend-wasm";
import { tf } from "./tensor.ts";

const name = "wasm";

type KernelArguments = Parameters<tf.KernelFunc>[0];

/**
 * Kernels of tfjs-backend-wasm 4.22 that give wrong numbers, and when. There they report themselves missing, so that
 * the function runs on another backend.
 */
const wrong: Readonly<Record<string, (call: KernelArguments) => boolean>> = {
  // The largest of negative numbers is not found.
  MaxPoolGrad: () => true,
  // The indices of the first batch serve all batches.
  GatherV2: ({ attrs }) => Number(attrs?.["batchDims"] ?? 0) !== 0,
  // Four bytes are moved for each truth.
  Select: ({ inputs }) => inputs["t"]?.dtype === "bool",
};

function refuseWrongKernels(): void {
  for (const [kernelName, isWrong] of Object.entries(wrong)) {
    const config = tf.getKernel(kernelName, name);
    if (!config) continue;
    tf.unregisterKernel(kernelName, name);
    const kernelFunc: tf.KernelFunc = (call) => {
      if (isWrong(call)) throw new Error(`Kernel '${kernelName}' not registered for backend 'wasm' with these inputs`);
      return config.kernelFunc(call);
    };
    tf.registerKernel({ ...config, kernelFunc });
  }
}

/**
 * Starts the backend without making it the current one: tfjs' own initialisation changes the current backend across an
 * await, where other runs could see it.
 */
export async function startWasm(): Promise<void> {
  if (name in tf.engine().registry) return;
  const factory = tf.findBackendFactory(name);
  const backend = await factory();
  if (name in tf.engine().registry) return;
  refuseWrongKernels();
  tf.removeBackend(name);
  tf.registerBackend(name, () => backend, 2);
  if (tf.findBackend(name) === null) throw new Error("the WebAssembly backend did not start");
}
