/** How fast is a whole training step of the default network, against the same step in PyTorch? */
import type { Device } from "../../engine/tensors/compile.ts";
import { adam } from "../../engine/training/optimizer.ts";
import { compileTraining, type StepReport } from "../../engine/training/training.ts";
import { denoisingLoss } from "../../generative/diffusion/loss.ts";
import type { UnetOptions } from "../../generative/diffusion/unet.ts";
import { type Bench, interleave, ours, type Result, resultOf } from "../measure.ts";
import { agreement, startPeer } from "../peer.ts";
import type { Prepare } from "../prepared.ts";
import { plainLoss, sigmaData, unetCase, unetStepFlops } from "./unet-program.ts";

const batch = 16;

/** Loss, gradients, clipping, Adam and moving average of the network in one program. */
export function unetTrainer(
  count: number,
  size: number,
  options: { threads: number; profile?: string; device?: Device; cache?: string | false; resident?: boolean },
  sizes: UnetOptions = {},
) {
  const { network, parameters, batch: arrays, shared, options: peerOptions } = unetCase(count, size, sizes);
  return {
    network,
    shared,
    peerOptions: { ...peerOptions, mode: "train" },
    inputs: arrays.map((t) => t.values as Float32Array),
    compile: () =>
      compileTraining(
        {
          parameters,
          inputs: arrays.map(({ shape }) => ({ shape })),
          loss: denoisingLoss(network, { ...plainLoss, sigmaData }),
          samples: arrays.map(() => 1),
          optimizer: adam({ learningRate: 1e-3, beta1: 0.9, beta2: 0.99 }),
          clipNorm: 1,
          ema: { decay: 0.998 },
        },
        { name: "unet step", ...options },
      ),
  };
}

export const prepareUnetStep =
  (size: number): Prepare =>
  async (options) => {
    const program = unetTrainer(batch, size, options);
    const trainer = await program.compile();
    let report: StepReport | undefined;
    return {
      inputs: program.shared,
      run: async () => {
        report = await trainer.step(program.inputs);
      },
      value: () => report!.loss,
      dispose: () => trainer.dispose(),
    };
  };

export const unetStep: Bench = {
  name: "unet-step",
  question:
    "training step of the default U-Net (loss, gradients, clipping, Adam, moving average), batch 16 of 32² and of 64²",
  async run({ threads, quick, say }) {
    const results: Result[] = [];
    for (const size of quick ? [32] : [32, 64]) {
      const mine = await prepareUnetStep(size)({ threads });
      const { peerOptions } = unetTrainer(batch, size, { threads });
      const peer = await startPeer("unet.py", mine.inputs, peerOptions, threads, say);
      const others = peer?.variants.map((v) => peer.contender(v)) ?? [];
      const notes = await agreement(mine, peer);
      const turns = quick ? 2 : size === 32 ? 10 : 6;
      say(` ${size}×${size}`);
      const timed = await interleave(
        [ours("compiled", mine.run), ...others],
        { turns, settle: size === 32 ? 1 : 0 },
        say,
      );
      await mine.dispose();
      await peer?.close();
      const flops = unetStepFlops(unetCase(batch, size));
      results.push(resultOf(`${unetStep.name}-${size}`, timed, { goal: 1.1, notes, flops }));
    }
    return results;
  },
};
