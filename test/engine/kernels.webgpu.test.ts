/**
 * The kernel table on WebGPU, where there is an adapter; a software one will do:
 *     VK_ICD_FILENAMES=/usr/share/vulkan/icd.d/lvp_icd.json node --import tsx test/run.ts --webgpu engine-kernels.webgpu
 */
import { test } from "uvu";
import { compile } from "../../engine/compile.ts";
import { BackendError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensor.ts";
import { judge } from "./kernel-harness.ts";
import { imageKernels, indexKernels } from "./kernel-images.ts";
import { basicKernels } from "./kernel-table.ts";

async function missing(): Promise<string> {
  try {
    const probe = await compile((x) => [tf.neg(x)], [{ shape: [4] }], { device: "webgpu" });
    await probe.run([new Float32Array(4)]);
    await probe.dispose();
    return "";
  } catch (error) {
    if (error instanceof BackendError) return error.message;
    throw error;
  }
}

const reason = await missing();
if (reason) {
  console.log(`SKIP ${reason}`);
  test("a machine without WebGPU says so", () => {});
} else {
  for (const [name, make] of Object.entries({ ...basicKernels, ...imageKernels, ...indexKernels })) {
    test(`${name}: WebGPU gives tfjs' values and the gradient of float64`, async () => {
      await judge(make, [{ precision: "float64" }, { device: "webgpu" }], 3);
    });
  }
}

test.run();
