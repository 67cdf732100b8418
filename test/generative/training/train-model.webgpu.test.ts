/** Training on WebGPU, where there is an adapter; a software one will do (`test/engine/tensors/kernels.webgpu.test.ts` says how). */
import { rng } from "../../../engine/index.ts";
import { tilesOf } from "../../../generative/data/index.ts";
import { trainOnTiles } from "../../../generative/training/index.ts";
import { webgpuMissing } from "../../engine/tensors/webgpu-missing.ts";
import { assert, test } from "../../harness.ts";

const reason = await webgpuMissing();
if (reason) console.log(`SKIP ${reason}`);
else {
  test("a downscaler trained on the device, stopped and resumed equals the uninterrupted one, and that of the processor to rounding", async () => {
    const values = Float32Array.from(rng(1).normal(5 * 256), (z) => Math.max(0, Math.expm1(1.5 * z)));
    const archive = tilesOf(values, 16);
    const network = { baseChannels: 8, multipliers: [1, 2], embedding: 16 };
    const recipe = { seed: 3, steps: 6, batch: 3, crop: 8, network, warmup: 2, device: "webgpu" } as const;
    const whole = await trainOnTiles(archive, recipe);
    const stop = new AbortController();
    const seen: number[] = [];
    const half = await trainOnTiles(archive, {
      ...recipe,
      progressEvery: 1,
      signal: stop.signal,
      onProgress: ({ step, checkpoint }) => {
        seen.push(checkpoint().state.step);
        if (step === 3) stop.abort();
      },
    });
    assert.equal(seen, [1, 2, 3]);
    const rest = await trainOnTiles(archive, { ...recipe, resume: half.checkpoint });
    assert.equal(rest.checkpoint.state, whole.checkpoint.state);
    // Adam turns the rounding of a gradient near zero into a whole step, so that losses are compared.
    const losses = async (device: "webgpu" | "cpu"): Promise<number[]> => {
      const told: number[] = [];
      const onProgress = ({ loss }: { loss: number }) => void told.push(loss);
      await trainOnTiles(archive, { ...recipe, device, progressEvery: 1, onProgress });
      return told;
    };
    const [ours, theirs] = [await losses("webgpu"), await losses("cpu")];
    assert.is(ours.length, 6);
    ours.forEach((loss, i) => {
      assert.ok(Math.abs(loss / theirs[i]! - 1) < 1e-4, `step ${i + 1}: ${loss} and ${theirs[i]}`);
    });
  });
}

test.run();
