import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assert, temporaryFolder, test } from "../harness.ts";
import { writeSyntheticRain } from "./data.ts";
import { mongeDone, mongeRefused, oneLine, startMonge } from "./run.ts";

const { folder } = temporaryFolder(test);

const checkpoints = (run: string): string[] => {
  const path = join(run, "checkpoints");
  return existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(".safetensors")) : [];
};

/** Waits until the run has a checkpoint that it had not before. */
async function newCheckpoint(run: string, before: number): Promise<void> {
  for (let waited = 0; checkpoints(run).length <= before; waited += 5) {
    if (waited > 60_000) throw new Error(`no checkpoint appeared in ${run}`);
    await sleep(5);
  }
}

test("a run that was interrupted and killed ends bit for bit as one that was not, though two go on with it at once", async () => {
  const data = join(folder, "rain.nc");
  await writeSyntheticRain(data, { days: 12, units: "mm h-1" });
  const sizes = ["--channels", "8", "--batch", "4", "--crop", "16", "--set", "tile=32", "--steps", "50"];
  const options = ["--data", data, ...sizes, "--seed", "3", "--threads", "1", "--set", "checkpointEvery=5"];
  const whole = join(folder, "whole");
  const cut = join(folder, "cut");
  const run = join(cut, "00001-train");
  const uninterrupted = await mongeDone("train", ...options, "--out", whole);
  assert.is(uninterrupted.stdout.trim(), join(whole, "00001-train"));

  const first = startMonge("train", ...options, "--out", cut);
  await newCheckpoint(run, 0);
  first.child.kill("SIGINT");
  const stopped = await first.ended;
  assert.is(stopped.code, 130, stopped.stderr);
  assert.ok(stopped.stderr.includes(`monge train --resume ${run}`), stopped.stderr);
  assert.not.ok(existsSync(join(run, "result.json")));

  const kept = checkpoints(run).length;
  const second = startMonge("train", "--resume", run, "--set", "checkpointEvery=5");
  await newCheckpoint(run, kept);
  second.child.kill("SIGKILL");
  assert.is((await second.ended).signal, "SIGKILL");
  assert.not.ok(existsSync(join(run, "model.safetensors")));

  await mongeRefused(/seed is 4, but .* has 3/, "train", "--resume", cut, "--seed", "4");

  const pair = [startMonge("train", ...options, "--out", cut, "--resume"), startMonge("train", "--resume", run)];
  const [done, refused] = (await Promise.all(pair.map(({ ended }) => ended))).sort((a, b) => a.code! - b.code!);
  assert.is(done!.code, 0, done!.stderr);
  assert.ok(refused!.code! > 0, "both went on with one run");
  // The slower one may find that the other has ended it already.
  assert.match(oneLine(refused!.stderr), /is being written by process|is finished|holds no unfinished run/);
  const model = (path: string) => readFileSync(join(path, "model.safetensors"));
  assert.ok(model(run).equals(model(join(whole, "00001-train"))), "the models differ");
  await mongeRefused(/finished/, "train", "--resume", run);
});

test.run();
