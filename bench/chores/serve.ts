/** Answers as bench/peers/answer.py does, with a chore of monge: `serve.ts ROW FOLDER SHARE`, times of the processor. */
import { createInterface } from "node:readline";
import { chores } from "./rows.ts";

const [, , row, folder, share] = process.argv as [string, string, string, string, string];
const memory = () => process.resourceUsage().maxRSS / 1e3;
const now = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

const run = await chores[row]!({ folder, part: (count) => Math.round(Number(share) * count) });
const answer = (reply: object) => process.stdout.write(`${JSON.stringify({ ...reply, memory: memory() })}\n`);
answer({ version: "", variants: ["monge"] });
for await (const line of createInterface({ input: process.stdin })) {
  const { settle, runs } = JSON.parse(line) as { readonly settle: number; readonly runs: number };
  const ms: number[] = [];
  let value = 0;
  for (let k = 0; k < settle + runs; k++) {
    const began = now();
    value = await run();
    if (k >= settle) ms.push(now() - began);
  }
  answer({ ms, value });
}
