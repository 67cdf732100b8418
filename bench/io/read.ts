/** Reading 240 MB of rain, whole and in slabs, from NetCDF-3 and NetCDF-4, against netCDF4-python and xarray. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openGrid } from "../../io/formats/open.ts";
import { readDecoded } from "../../io/storage/read-variable.ts";
import { type Bench, type BenchOptions, interleave, ours, type Result, resultOf } from "../measure.ts";
import { startPeer } from "../peer.ts";
import { rainMaps } from "./write-case.ts";

type Slab = readonly [start: readonly number[], count: readonly number[]];

const FILES = { netcdf3: "NetCDF-3", steps: "NetCDF-4, a chunk a step", boxes: "NetCDF-4, chunks of 120 x 20 x 25" };

/** What one run reads, at another place in every run, and at so many that no cache of earlier ones helps. */
function plans(steps: number): Readonly<Record<string, readonly (readonly Slab[])[]>> {
  const runs = (count: number) => Array.from({ length: count }, (_, k) => k);
  const step = (t: number): Slab => [
    [t % steps, 0, 0],
    [1, 200, 250],
  ];
  const length = Math.min(120, steps);
  const block = (k: number) => (((k * 7) % Math.ceil(steps / length)) * length) % steps;
  return {
    whole: [
      [
        [
          [0, 0, 0],
          [steps, 200, 250],
        ],
      ],
    ],
    step: runs(600).map((k) => [step(k * 131)]),
    point: runs(100).map((k) => [
      [
        [0, 20 * (k % 10) + 7, 25 * Math.floor(k / 10) + 11],
        [steps, 1, 1],
      ],
    ]),
    box: runs(48).map((k) => [
      [
        [Math.floor((((5 * k) % 12) * steps) / 16), (40 * k) % 150, (70 * k) % 180],
        [Math.floor(steps / 6), 50, 70],
      ],
    ]),
    walk: runs(8).map((k) => Array.from({ length }, (_, t) => step(block(k) + t))),
  };
}

async function compare(folder: string, steps: number, file: keyof typeof FILES, what: string, options: BenchOptions) {
  const { threads, quick, say } = options;
  const slabs = plans(steps)[what]!;
  const source = await openGrid(join(folder, `${file}.nc`));
  const info = source.variables.find((v) => v.name === "pr")!;
  let turn = 0;
  let value = 0;
  const read = async (): Promise<void> => {
    value = 0;
    for (const [start, count] of slabs[turn++ % slabs.length]!) {
      const out = new Float32Array(count.reduce((a, b) => a * b, 1));
      await readDecoded(source, info, { start, count }, out);
      value += out[0]!;
    }
  };
  const peer = await startPeer("io_read.py", [], { folder, steps, file, slabs }, threads, say);
  try {
    await read();
    const notes: string[] = [];
    for (const variant of peer?.variants ?? []) {
      await peer!.contender(variant).time(0, 1);
      if (peer!.value(variant) !== value) notes.push(`${variant} reads ${peer!.value(variant)} instead of ${value}`);
    }
    const peers = (peer?.variants ?? []).map((variant) => ({ ...peer!.contender(variant), label: variant }));
    const timed = await interleave([ours("monge", read), ...peers], { turns: quick ? 1 : 3, drop: 100 }, say);
    const bytes = slabs[0]!.reduce((sum, [, count]) => sum + count.reduce((a, b) => a * b, 4), 0);
    return resultOf(`read-${file}-${what}`, timed, {
      unit: "MB/s",
      rate: (ms) => bytes / 1e3 / ms,
      goal: 1 / 1.5,
      notes,
    });
  } finally {
    await peer?.close();
    source.close();
  }
}

export const ioRead: Bench = {
  name: "io-read",
  question:
    "reading 1200 x 200 x 250 float32 whole, by step, point, box and 120 steps in turn, against netCDF4 and xarray",
  async run(options) {
    const folder = mkdtempSync(join(tmpdir(), "monge-bench-"));
    const steps = options.quick ? 60 : 1200;
    const results: Result[] = [];
    try {
      const maker = await startPeer("io_read.py", [rainMaps()], { folder, steps, make: true }, 1, options.say);
      if (maker === undefined) return results;
      await maker.close();
      for (const file of Object.keys(FILES) as (keyof typeof FILES)[]) {
        options.say(`  ${FILES[file]}`);
        for (const what of Object.keys(plans(steps))) {
          results.push(await compare(folder, steps, file, what, options));
        }
      }
      return results;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
