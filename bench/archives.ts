/**
 * Training on archives of any size: peak memory, the time to find the tiles, and the rate of steps beside that of tiles in memory.
 *
 * `node --import tsx --conditions=source bench/archives.ts [--gigabytes 1,10,40] [--steps 30] [--folder DIR]`
 *
 * Archives are made as they are read: showers of 0 to 100 mm/h on 1024 x 1024 cells, moved and scaled from frame to frame, so that 40 GB need
 * no room. Each runs in a process of its own with the same seed. In memory: the same number of steps on the 1 GB archive, without a store.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { syntheticPairs } from "../generative/synthetic/index.ts";
import { train } from "../generative/training/train.ts";
import { LazyField } from "../io/dataset/index.ts";
import { describeMachine } from "./machine.ts";

const { values: asked } = parseArgs({
  options: {
    gigabytes: { type: "string", default: "1,10,40" },
    steps: { type: "string", default: "30" },
    folder: { type: "string" },
    one: { type: "string" },
    memory: { type: "boolean", default: false },
  },
});

const SIDE = 1024;
const PLANE = SIDE * SIDE;

/** Frames of showers that are made when they are read. */
function archive(gigabytes: number): LazyField {
  const size = 128;
  const { values: showers } = syntheticPairs({ seed: 1, times: 64, size }).fine;
  // An eighth of each frame has rain; the base is read from another place for each frame.
  const base = new Float32Array(2 * PLANE);
  for (let row = 0; row < 2 * SIDE; row++) {
    for (let patch = 0; patch < SIDE / size; patch++) {
      const day = (Math.floor(row / size) * 8 + patch * 5) % 64;
      if ((row / size + patch * 3) % 8 >= 1.5) continue;
      const from = (day * size + (row % size)) * size;
      base.set(Float32Array.from(showers.subarray(from, from + size)), row * SIDE + patch * size);
    }
  }
  const frames = Math.round((gigabytes * 1e9) / (4 * PLANE));
  const along = (name: string, n: number, step: number, units: string) => ({
    ...{
      name,
      dims: [name],
      attributes: { units, ...(name !== "time" && { standard_name: `projection_${name}_coordinate` }) },
    },
    values: Float64Array.from({ length: n }, (_, i) => i * step),
  });
  return new LazyField({
    name: "pr",
    units: "mm h-1",
    coordinates: [
      along("time", frames, 300, "seconds since 2000-01-01"),
      along("y", SIDE, 1000, "m"),
      along("x", SIDE, 1000, "m"),
    ],
    late: [],
    attributes: {},
    gridMapping: undefined,
    source: `${gigabytes} GB`,
    store: {
      dims: ["time", "y", "x"],
      shape: [frames, SIDE, SIDE],
      chunks: [1, SIDE, SIDE],
      target: "float32",
      async read({ start: [first = 0], count: [count = 1] }) {
        const out = new Float32Array(count * PLANE);
        for (let n = 0; n < count; n++) {
          const from = ((first + n) * 7919 * 64) % PLANE;
          out.set(base.subarray(from, from + PLANE), n * PLANE);
        }
        return out;
      },
    },
    picks: [frames, SIDE, SIDE].map((n) => ({ ranges: [[0, n]], keep: true })),
  });
}

const folder = asked.folder ?? mkdtempSync(join(tmpdir(), "archives-"));
const steps = Number(asked.steps);

/** Of this process so far. */
const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
};

async function one(gigabytes: number, inMemory: boolean): Promise<void> {
  const began = processorMs();
  let ready = 0;
  let tiles = 0;
  const times: number[] = [];
  const { downscaler } = await train(archive(gigabytes), {
    ...{ seed: 1, steps, threads: 1, out: join(folder, `runs-${gigabytes}-${inMemory}`) },
    ...(inMemory && { tileStore: null }),
    onStart(start) {
      tiles = start.tiles!.count;
      ready = (processorMs() - began) / 1e3;
    },
    onProgress: () => void times.push(processorMs()),
  });
  await downscaler?.dispose();
  const intervals = times
    .slice(1)
    .map((time, i) => time - times[i]!)
    .sort((a, b) => a - b);
  const store = join(folder, `runs-${gigabytes}-${inMemory}`, "tiles");
  const bytes = inMemory ? 0 : statSync(join(store, readdirSync(store)[0]!)).size;
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(
    JSON.stringify({ gigabytes, inMemory, tiles, ready, peak, bytes, step: intervals[intervals.length >> 1] }),
  );
}

if (asked.one !== undefined) await one(Number(asked.one), asked.memory);
else {
  console.log(JSON.stringify(await describeMachine()));
  console.log("| archive | tiles | store | found after, processor | peak memory | a step, median, processor |");
  console.log("|---|--:|--:|--:|--:|--:|");
  const jobs = [...asked.gigabytes.split(",").map((gigabytes) => [gigabytes]), ["1", "--memory"]];
  for (const [gigabytes, ...more] of jobs) {
    const own = ["--import", "tsx", "--conditions=source", import.meta.filename, "--one", gigabytes!, ...more];
    const text = execFileSync(process.execPath, [...own, "--steps", asked.steps, "--folder", folder], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { tiles, bytes, ready, peak, step, inMemory } = JSON.parse(text);
    const where = inMemory ? "in memory" : `${(bytes / 1e9).toFixed(2)} GB`;
    console.log(
      `| ${gigabytes} GB | ${tiles} | ${where} | ${ready.toFixed(0)} s | ${peak.toFixed(0)} MB | ${step.toFixed(0)} ms |`,
    );
    rmSync(join(folder, `runs-${gigabytes}-${inMemory}`), { recursive: true });
  }
  if (asked.folder === undefined) rmSync(folder, { recursive: true });
}
