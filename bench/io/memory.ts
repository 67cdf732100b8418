/**
 * Memory of reading parts of files that are larger than it: peak resident size of a process of its own for every job.
 * Writes files of 1.4 GB (`--quick`: 60 MB) into a temporary folder and removes them.
 * `npm run build && node --import tsx --conditions=source bench/io/memory.ts [--quick] [FILE…]`; further files are read
 * whole in slabs. The jobs run on the built code: tsx, which reads TypeScript, holds 600 MiB of its own for h5wasm.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createNetcdf, Field, type NetcdfOptions } from "../../io/index.ts";

interface Job {
  readonly name: string;
  readonly paths: readonly string[];
  readonly kind: "nothing" | "month" | "point" | "box" | "pass" | "copy";
}

interface Outcome {
  /** MiB, the operating system's high-water mark. */
  readonly peak: number;
  readonly seconds: number;
  /** MB of values that were loaded. */
  readonly loaded: number;
}

const [height, width] = [300, 320];

/** Days of rain-like numbers: a third is dry. */
function days(from: number, count: number): Field {
  const plane = height * width;
  const values = new Float32Array(count * plane);
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < plane; i++) {
      const wave = Math.sin(0.031 * i + 0.7 * (from + t)) + Math.sin(0.0007 * i * ((from + t) % 13));
      values[t * plane + i] = wave > 0.3 ? Math.round(wave * 200) / 20 : 0;
    }
  }
  const line = (n: number, at: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => at(i));
  return new Field({
    name: "pr",
    dims: ["time", "lat", "lon"],
    shape: [count, height, width],
    values,
    units: "mm",
    coordinates: [
      {
        name: "time",
        dims: ["time"],
        values: line(count, (i) => from + i),
        attributes: { units: "days since 1990-01-01" },
      },
      { name: "lat", dims: ["lat"], values: line(height, (i) => 60 - 0.1 * i), attributes: { units: "degrees_north" } },
      { name: "lon", dims: ["lon"], values: line(width, (i) => 0.1 * i), attributes: { units: "degrees_east" } },
    ],
  });
}

async function make(path: string, from: number, to: number, chunks?: NetcdfOptions["chunks"]): Promise<void> {
  const writer = await createNetcdf(path, days(from, 1), chunks ? { chunks, compression: 1 } : { compression: 0 });
  for (let day = from; day < to; day += 60) await writer.append(days(day, Math.min(60, to - day)));
  await writer.close();
}

function apart(job: Job): Outcome {
  const worker = fileURLToPath(new URL("memory-job.mjs", import.meta.url));
  const done = spawnSync(process.execPath, [worker, JSON.stringify(job)], { encoding: "utf8" });
  if (done.status !== 0) throw new Error(`${job.name} failed: ${done.stderr}`);
  return JSON.parse(done.stdout);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: "boolean" } },
  });
  if (!existsSync(new URL("../../dist/io/index.js", import.meta.url))) throw new Error("run `npm run build` first");
  const total = values.quick ? 150 : 3652;
  const folder = mkdtempSync(join(tmpdir(), "monge-memory-"));
  const at = (name: string) => join(folder, name);
  try {
    await make(at("plain.nc"), 0, total);
    await make(at("maps.nc"), 0, total, { time: 1, lat: height, lon: width });
    await make(at("blocks.nc"), 0, total, { time: 120, lat: 60, lon: 64 });
    const years = Array.from({ length: 10 }, (_, i) => at(`year${i}.nc`));
    for (const [i, path] of years.entries()) {
      await make(path, Math.floor((i * total) / 10), Math.floor(((i + 1) * total) / 10), {
        time: 1,
        lat: height,
        lon: width,
      });
    }
    const jobs: Job[] = [{ name: "nothing", paths: [], kind: "nothing" }];
    for (const [label, paths] of [
      ["NetCDF-4, chunks of one map without compression", [at("plain.nc")]],
      ["NetCDF-4, chunks of one map", [at("maps.nc")]],
      ["NetCDF-4, chunks of 120 x 60 x 64", [at("blocks.nc")]],
      ["ten yearly NetCDF-4 files", years],
    ] as const) {
      for (const kind of ["month", "box", "point", "pass", "copy"] as const) jobs.push({ name: label, paths, kind });
    }
    for (const path of positionals) jobs.push({ name: basename(path), paths: [path], kind: "pass" });
    const size = ((total * height * width * 4) / 1e9).toFixed(2);
    process.stdout.write(`pr is ${total} x ${height} x ${width} float32, ${size} GB\n\n`);
    process.stdout.write(
      "| files | job | loaded, MB | seconds | peak resident, MiB |\n| --- | --- | --- | --- | --- |\n",
    );
    for (const job of jobs) {
      const { peak, seconds, loaded } = apart(job);
      process.stdout.write(
        `| ${job.name} | ${job.kind} | ${loaded.toFixed(1)} | ${seconds.toFixed(2)} | ${peak.toFixed(0)} |\n`,
      );
    }
    const stored = ["plain.nc", "maps.nc", "blocks.nc"].map(
      (name) => `${name} ${(statSync(at(name)).size / 1e6).toFixed(0)} MB`,
    );
    process.stdout.write(`\non disk: ${stored.join(", ")}\n`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
