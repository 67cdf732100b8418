/** How many fields a second does the trained network sample, against PyTorch without gradients? */
import { compile } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { denoise } from "../../generative/diffusion/loss.ts";
import { noiseSchedule } from "../../generative/diffusion/process/process.ts";
import { integrate } from "../../generative/diffusion/sampler.ts";
import { type Bench, interleave, ours, type Result, resultOf } from "../measure.ts";
import { agreement, startPeer } from "../peer.ts";
import type { Prepare } from "../prepared.ts";
import { sigmaData, unetCase } from "./unet-program.ts";

const [size, evaluations] = [64, 16];
const levels = noiseSchedule({ count: evaluations, largest: 10 * sigmaData, smallest: 0.02 * sigmaData });

/** Sixteen evaluations of the network with constant weights, from noise to fields. */
const prepareBatch =
  (batch: number): Prepare =>
  async (options) => {
    const { network, parameters, batch: arrays, shared } = unetCase(batch, size);
    const [clean, condition, noise, sigma] = arrays;
    const program = await compile(
      (x, c, s) => {
        const weights = Object.entries(parameters).map(([name, p]) => [name, tf.tensor(p.values, p.shape)] as const);
        const tensors = Object.fromEntries(weights);
        return [denoise(network, tensors, x as tf.Tensor4D, c as tf.Tensor4D, s as tf.Tensor1D, sigmaData)];
      },
      [{ shape: clean!.shape }, { shape: condition!.shape }, { shape: sigma!.shape }],
      { name: "denoiser", ...options },
    );
    const start = Float32Array.from(noise!.values, (v) => v * levels[0]!);
    const level = new Float32Array(batch);
    const out = new Float32Array(start.length);
    let fields: Float32Array = out;
    return {
      inputs: shared,
      async run() {
        fields = await integrate(
          async (x, s) => {
            await program.run([x, condition!.values as Float32Array, level.fill(s)], { into: [out] });
            return out;
          },
          start.slice(),
          levels,
        );
      },
      value: () => fields.reduce((sum, v) => sum + v * v, 0) / fields.length,
      dispose: () => program.dispose(),
    };
  };

export const prepareSampler = prepareBatch(16);

export const sampler: Bench = {
  name: "sampler",
  question:
    "sampling fields of 64², 16 at once and 4 at once as downscale does, in 16 evaluations (DPM-Solver++(2M)), default U-Net with constant weights",
  async run({ threads, quick, say }) {
    const results: Result[] = [];
    for (const batch of [16, 4]) {
      const mine = await prepareBatch(batch)({ threads });
      const options = { ...unetCase(batch, size).options, mode: "sample", noiseLevels: [...levels] };
      const peer = await startPeer("unet.py", mine.inputs, options, threads, say);
      const others = peer?.variants.map((v) => peer.contender(v)) ?? [];
      const notes = await agreement(mine, peer);
      say(` ${batch} at once`);
      const timed = await interleave([ours("compiled", mine.run), ...others], { turns: quick ? 1 : 64 / batch }, say);
      await mine.dispose();
      await peer?.close();
      const rate = (ms: number) => (1000 * batch) / ms;
      results.push(resultOf(`${sampler.name}-${batch}`, timed, { goal: 1.2, unit: "fields/s", rate, notes }));
    }
    return results;
  },
};
