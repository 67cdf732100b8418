/** How long do a thousand training steps of the default network take in wall time, against PyTorch? */
import { type Bench, ours, resultOf } from "../measure.ts";
import { agreement, startPeer } from "../peer.ts";
import { prepareUnetStep, unetTrainer } from "./unet-step.ts";

const [batch, size, steps] = [16, 32, 1000];

export const trainingRun: Bench = {
  name: "training-run",
  question: `${steps} training steps of the default U-Net, batch ${batch} of ${size}², compilation included`,
  async run({ threads, quick, say }) {
    const count = quick ? 20 : steps;
    const started = performance.now();
    const mine = await prepareUnetStep(size)({ threads });
    const compilation = performance.now() - started;
    const { peerOptions } = unetTrainer(batch, size, { threads });
    const peer = await startPeer("unet.py", mine.inputs, peerOptions, threads, say);
    const notes = await agreement(mine, peer);
    // Blocks of 50 steps in turn, so that both sides see the same machine.
    const blocks = Math.max(1, count / 50);
    const sums = new Map<string, number>();
    const contenders = [ours("compiled", mine.run), ...(peer?.variants.map((v) => peer.contender(v)) ?? [])];
    for (let k = 0; k < blocks; k++) {
      for (const one of contenders) {
        const times = await one.time(0, count / blocks);
        sums.set(
          one.label,
          times.reduce((a, b) => a + b, sums.get(one.label) ?? 0),
        );
      }
    }
    await mine.dispose();
    await peer?.close();
    const timings = contenders.map(({ label, side }) => {
      const total = sums.get(label)! + (side === "ours" ? compilation : 0);
      return { label, side, min: total, median: total, count: 1 };
    });
    for (const t of timings) say(`  ${t.side.padEnd(5)} ${t.label.padEnd(44)} ${(t.min / 1000).toFixed(1)} s`);
    const all = [...notes, `${count} steps; ours includes ${(compilation / 1000).toFixed(2)} s of compilation`];
    return [
      resultOf(trainingRun.name, { timings, notes: [] }, { goal: 1.1, unit: "s", rate: (ms) => ms / 1000, notes: all }),
    ];
  },
};
