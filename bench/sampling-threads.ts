/**
 * How to use two cores for an ensemble: one process with two threads, or two shards with one each. Prints the seconds of the units'
 * rows, without the start of the programs, for each way, and whether all stores hold the same bits.
 *
 *     node --import tsx --conditions=source bench/sampling-threads.ts [--channels 32] [--size 128] [--times 4] [--members 4]
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { rng } from "../engine/random/rng.ts";
import { unet } from "../generative/diffusion/unet.ts";
import { Downscaler } from "../generative/model/downscaler.ts";
import { fromBlocks } from "../generative/model/older-files.ts";
import { auditUnits } from "../generative/sharded/index.ts";
import { readRow, rowPath } from "../generative/sharded/unit-rows.ts";
import { writeNetcdf } from "../io/formats/index.ts";
import { coarsen } from "../io/regrid/index.ts";
import { writeSyntheticRain } from "../test/cli/data.ts";
import { describeMachine } from "./machine.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({ options: { channels: text, size: text, times: text, members: text } });
const number = (name: keyof typeof values, otherwise: number) => Number(values[name] ?? otherwise);
const [channels, size, times, members] = [
  number("channels", 32),
  number("size", 128),
  number("times", 4),
  number("members", 4),
];
const folder = mkdtempSync(join(tmpdir(), "monge-threads-"));
const at = (name: string) => join(folder, name);
const cli = fileURLToPath(new URL("../cli/main.ts", import.meta.url));

/** Draws shards at once, a process each. */
async function draw(store: string, threads: number, shards: number): Promise<void> {
  const fixed = ["--members", `${members}`, "--interval", "86400", "--unit", "1", "--threads", `${threads}`, "-q"];
  const one = (i: number) =>
    new Promise<void>((resolve, reject) => {
      const args = ["downscale", at("model"), at("coarse.nc"), "-o", store, ...fixed, "--shard", `${i}/${shards}`];
      const child = spawn(process.execPath, ["--import", "tsx", "--conditions=source", cli, ...args], {
        stdio: "inherit",
      });
      child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`exit ${code}`))));
    });
  await Promise.all(Array.from({ length: shards }, (_, i) => one(i)));
}

try {
  const network = { baseChannels: channels, multipliers: [1, 2] };
  const normalization = { factor: 4, sigmaData: 0.13, conditionMean: 0.1, conditionStd: 0.3 };
  const model = new Downscaler(fromBlocks({ network, normalization }), unet(network).initialize(rng(1)));
  await model.save(at("model"));
  await model.dispose();
  await writeNetcdf(
    at("coarse.nc"),
    coarsen(await writeSyntheticRain(at("fine.nc"), { days: times, units: "mm", size }), 4),
  );
  console.log(await describeMachine());
  console.log(`${times} maps of ${size} x ${size}, ${members} members, 16 evaluations, ${channels} channels`);
  const digests = new Set<string | undefined>();
  for (const [threads, shards] of [
    [1, 1],
    [2, 1],
    [1, 2],
  ] as const) {
    const store = at(`${threads}-${shards}.zarr`);
    await draw(store, threads, shards);
    const rows = await Promise.all(Array.from({ length: times }, (_, unit) => readRow(rowPath(store, unit))));
    const seconds = Array.from({ length: shards }, (_, i) =>
      rows.filter(({ unit }) => unit % shards === i).reduce((sum, row) => sum + row.seconds, 0),
    );
    digests.add((await auditUnits(store)).digest);
    console.log(
      `${shards} process${shards > 1 ? "es" : ""} of ${threads} thread${threads > 1 ? "s" : ""}: ${Math.max(...seconds).toFixed(1)} s`,
    );
  }
  console.log(digests.size === 1 ? "all stores hold the same bits" : `the stores differ: ${[...digests].join(", ")}`);
} finally {
  rmSync(folder, { recursive: true });
}
