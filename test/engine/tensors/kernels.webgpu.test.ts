/**
 * The kernel table on WebGPU, where there is an adapter; a software one will do:
 *     VK_ICD_FILENAMES=/usr/share/vulkan/icd.d/lvp_icd.json node --import tsx test/run.ts --webgpu engine-kernels.webgpu
 */

import { test } from "../../harness.ts";
import { judge } from "./kernel-harness.ts";
import { imageKernels, indexKernels } from "./kernel-images.ts";
import { basicKernels } from "./kernel-table.ts";
import { webgpuMissing } from "./webgpu-missing.ts";

const reason = await webgpuMissing();
if (reason) console.log(`SKIP ${reason}`);
else {
  for (const [name, make] of Object.entries({ ...basicKernels, ...imageKernels, ...indexKernels })) {
    test(`${name}: WebGPU gives tfjs' values and the gradient of float64`, async () => {
      await judge(make, [{ precision: "float64" }, { device: "webgpu" }], 3);
    });
  }
}

test.run();
