/** The one door to tfjs' WebAssembly backend. Loaded only when an eager device asks for it. */
import "@tensorflow/tfjs-backend-wasm";
import { tf } from "./tensor.ts";

const name = "wasm";

/**
 * Starts the backend without making it the current one: tfjs' own initialisation changes the current backend across an
 * await, where other runs could see it.
 */
export async function startWasm(): Promise<void> {
  if (name in tf.engine().registry) return;
  const factory = tf.findBackendFactory(name);
  const backend = await factory();
  if (name in tf.engine().registry) return;
  tf.removeBackend(name);
  tf.registerBackend(name, () => backend, 2);
  if (tf.findBackend(name) === null) throw new Error("the WebAssembly backend did not start");
}
