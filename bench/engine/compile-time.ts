/** How long does one wait before the first training step of a network of a million parameters? */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Bench, type Contender, interleave, resultOf } from "../measure.ts";
import { unetTrainer } from "./unet-step.ts";

export const compileTime: Bench = {
  name: "compile-time",
  question: "trace and compile the training step of a U-Net with about a million parameters, batch 16 of 64²",
  async run({ threads, quick, say }) {
    const program = unetTrainer(16, 64, { threads, cache: false }, { baseChannels: 40 });
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
      ...freshProcesses(quick ? 1 : 5),
      "goal: at most 10 s, and 0.3 s in a process that finds the graph in the cache",
    ];
    return [resultOf(compileTime.name, timed, { unit: "s", rate: (ms) => ms / 1000, notes })];
  },
};

/** What new processes wait, the first with an empty cache, the others with what it left: seconds by the wall and of the main thread. */
function freshProcesses(count: number): string[] {
  const folder = mkdtempSync(join(tmpdir(), "monge-bench-"));
  const script = fileURLToPath(new URL("compile-once.ts", import.meta.url));
  const once = (): { wall: number; thread: number } => {
    const env = { ...process.env, MONGE_CACHE: folder };
    const { stdout, stderr } = spawnSync(process.execPath, [...process.execArgv, script], { env, encoding: "utf8" });
    if (stdout === "") throw new Error(`the process that compiles failed: ${stderr}`);
    return JSON.parse(stdout) as { wall: number; thread: number };
  };
  try {
    const first = once();
    const later = Array.from({ length: count }, once);
    const best = (key: "wall" | "thread") => Math.min(...later.map((time) => time[key])).toFixed(2);
    return [
      `a new process with an empty cache: ${first.wall.toFixed(2)} s (${first.thread.toFixed(2)} s of its main thread)`,
      `another one after it: ${best("wall")} s (${best("thread")} s of its main thread), the best of ${count}`,
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
