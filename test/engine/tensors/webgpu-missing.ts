import { BackendError, type CompileOptions, compile, tf } from "../../../engine/index.ts";

/** Why programs with these options do not run on WebGPU here; empty where they do. */
export async function webgpuMissing(options: CompileOptions = {}): Promise<string> {
  try {
    const probe = await compile((x) => [tf.neg(x)], [{ shape: [4] }], { ...options, device: "webgpu" });
    await probe.run([new Float32Array(4)]);
    await probe.dispose();
    return "";
  } catch (error) {
    if (error instanceof BackendError) return error.message;
    throw error;
  }
}
