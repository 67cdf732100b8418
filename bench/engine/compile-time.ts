/** How long does one wait before the first training step of a network of a million parameters? */
import { type Bench, type Contender, interleave, resultOf } from "../measure.ts";
import { unetTrainer } from "./unet-step.ts";

export const compileTime: Bench = {
  name: "compile-time",
  question: "trace and compile the training step of a U-Net with about a million parameters, batch 16 of 64²",
  async run({ threads, quick, say }) {
    const program = unetTrainer(16, 64, { threads }, { baseChannels: 40 });
    let nodes = 0;
    // No peer: PyTorch runs eagerly and has nothing to compile. The goal is absolute.
    const contender: Contender = {
      side: "ours",
      label: "trace and compile",
      async time(settle, runs) {
        const times: number[] = [];
        for (let k = 0; k < settle + runs; k++) {
          const start = performance.now();
          const trainer = await program.compile();
          if (k >= settle) times.push(performance.now() - start);
          nodes = trainer.nodeCount;
          await trainer.dispose();
        }
        return times;
      },
    };
    const [first] = await contender.time(0, 1);
    const timed = await interleave([contender], { turns: quick ? 1 : 3 }, say);
    const notes = [
      `${program.network.parameterCount} parameters, ${nodes} nodes`,
      `the first compilation of the process took ${(first! / 1000).toFixed(2)} s`,
      "goal: at most 10 s",
    ];
    return [resultOf(compileTime.name, timed, { unit: "s", rate: (ms) => ms / 1000, notes })];
  },
};
