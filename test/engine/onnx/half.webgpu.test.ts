/** Storage in float16 on WebGPU, where there is an adapter; a software one will do (`kernels.webgpu.test.ts` says how). */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rng } from "../../../engine/rng.ts";
import { compiledDenoiser } from "../../../generative/diffusion/denoiser.ts";
import { unet } from "../../../generative/diffusion/unet.ts";
import { webgpuMissing } from "../webgpu-missing.ts";

const reason = await webgpuMissing({ storage: "float16" });
if (reason) {
  console.log(`SKIP ${reason}`);
  test("a machine without WebGPU, or without float16 on it, says so", () => {});
} else {
  test("A denoiser in float16 gives on WebGPU what it gives on the processor, to a hundredth of the field's deviation", async () => {
    const network = unet({ baseChannels: 16, multipliers: [1, 2] });
    const parameters = network.initialize(rng(1));
    for (const { values } of Object.values(parameters)) {
      if (values.every((v) => v === 0))
        values.set(
          rng(2)
            .normal(new Float32Array(values.length))
            .map((v) => v / 50),
        );
    }
    const x = rng(3).normal(new Float32Array(2 * 32 * 32));
    const condition = rng(4).normal(new Float32Array(2 * 32 * 32 * 2));
    const evaluate = async (options: { device?: "webgpu"; storage?: "float16" }): Promise<Float32Array> => {
      const denoiser = compiledDenoiser(network, parameters, 0.13, options);
      const run = await denoiser.forShape(2, 32, 32);
      const y = Float32Array.from(await run(x, condition, 0.5));
      await denoiser.dispose();
      return y;
    };
    const full = await evaluate({});
    const deviation = Math.hypot(...full) / Math.sqrt(full.length);
    for (const options of [{ storage: "float16" }, { device: "webgpu", storage: "float16" }] as const) {
      const half = await evaluate(options);
      const worst = Math.max(...half.map((v, i) => Math.abs(v - full[i]!))) / deviation;
      assert.ok(worst > 0 && worst < 0.01, `${JSON.stringify(options)}: ${worst}`);
    }
  });
}

test.run();
