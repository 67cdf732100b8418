/** A process of its own that compiles the training step of `compile-time` once, and prints how long that took. */
import { readFileSync } from "node:fs";
import { unetTrainer } from "./unet-step.ts";

/** Seconds that this thread ran; other work on the machine does not count. Where the system does not say: all threads. */
function threadSeconds(): number {
  try {
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e9;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  }
}

const program = unetTrainer(16, 64, { threads: 1 }, { baseChannels: 40 });
const [thread, wall] = [threadSeconds(), performance.now()];
const trainer = await program.compile();
const times = { wall: (performance.now() - wall) / 1000, thread: threadSeconds() - thread };
await trainer.dispose();
process.stdout.write(JSON.stringify(times));
