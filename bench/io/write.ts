/** Writing 240 MB of rain as NetCDF-4, step by step, against netCDF4-python. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Bench, type BenchOptions, interleave, ours, type Result, resultOf } from "../measure.ts";
import { startPeer } from "../peer.ts";
import { rainMaps, type WriteCase, writeCases, writeRain } from "./write-case.ts";

/** Resident memory of a process that does nothing but the write, before it and at its peak. */
async function memory(name: string, steps: number): Promise<string> {
  const program = fileURLToPath(new URL("./write-case.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, program, name, String(steps)]);
  const { before, peak } = JSON.parse(stdout) as { readonly before: number; readonly peak: number };
  return `memory of a process with nothing else ${before} MB before, ${peak} MB at the peak`;
}

async function compare(one: WriteCase, { threads, quick, say }: BenchOptions): Promise<Result> {
  const steps = quick ? 60 : 1200;
  const folder = mkdtempSync(join(tmpdir(), "monge-bench-"));
  const maps = rainMaps();
  const [mine, theirs] = [join(folder, "ours.nc"), join(folder, "peer.nc")];
  const peer = await startPeer("io_write.py", [maps], { path: theirs, steps, case: one.name }, threads, say);
  try {
    const peers = (peer?.variants ?? []).map((variant) => ({ ...peer!.contender(variant), label: variant }));
    const write = ours("monge createNetcdf", () => writeRain(mine, maps, steps, one.options));
    const timed = await interleave([write, ...peers], { turns: quick ? 1 : 3, drop: 10 }, say);
    const size = (path: string) => `${(statSync(path).size / 1e6).toFixed(1)} MB`;
    const notes = [`file ${size(mine)}; ${await memory(one.name, steps)}`];
    for (const variant of peer?.variants ?? []) {
      notes.push(`${variant}: file ${size(theirs)}, peak memory ${peer!.value(variant)} MB`);
    }
    notes.push("monge deflates in up to 4 threads of Node, netCDF-C in one");
    const bytes = maps.shape.slice(1).reduce((a, b) => a * b, 4) * steps;
    return resultOf(one.name, timed, { unit: "MB/s", rate: (ms) => bytes / 1e3 / ms, goal: 1 / 1.5, notes });
  } finally {
    await peer?.close();
    rmSync(folder, { recursive: true });
  }
}

export const ioWrite: Bench = {
  name: "io-write",
  question: "writing 1200 maps of 200 x 250 cells in float32 (240 MB), flushed to the disk, against netCDF4-python",
  async run(options) {
    const results: Result[] = [];
    for (const one of writeCases) results.push(await compare(one, options));
    return results;
  },
};
