/**
 * Attack on Zarr stores: bits of chunks, of coordinates and of metadata are turned, cut off, repeated or removed, and the store
 * is read. Run as `node --import tsx --conditions=source bench/attack/mutants.ts [COUNT [SEED]]`; the seed is printed. Each mutant
 * has one outcome: refused (a typed error), the same numbers, missing (told: chunks or arrays that are not there), other text
 * (metadata that say another thing in a legal way), untyped (another error), other numbers in silence, or slow (over ten seconds).
 * A mutant that takes over a minute, such as one that is read without end, stops the script, which then names it.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Worker } from "node:worker_threads";
import { isMongeError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { crc32c } from "../../io/formats/zarr/checksums.ts";
import { Field, openDataset, writeZarr, type ZarrOptions } from "../../io/index.ts";

const [count = 2500, seed = 1] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "monge-mutants-"));
const line = (n: number, from: number, step: number) => Float64Array.from({ length: n }, (_, i) => from + step * i);

const field = new Field({
  name: "pr",
  dims: ["time", "lat", "lon"],
  shape: [6, 5, 8],
  values: Float32Array.from({ length: 240 }, (_, i) =>
    i % 7 === 3 ? Number.NaN : Math.abs(Math.sin(i * 12.9898)) * 40,
  ),
  units: "mm/day",
  attributes: { standard_name: "lwe_precipitation_rate", cell_methods: "time: mean" },
  coordinates: [
    {
      name: "time",
      dims: ["time"],
      values: line(6, 0.5, 1),
      bounds: Float64Array.from({ length: 12 }, (_, i) => Math.floor((i + 1) / 2)),
      attributes: { units: "days since 2000-02-27", calendar: "noleap", axis: "T" },
    },
    { name: "lat", dims: ["lat"], values: line(5, 50, -0.1), attributes: { units: "degrees_north" } },
    { name: "lon", dims: ["lon"], values: line(8, 3, 0.1), attributes: { units: "degrees_east" } },
  ],
});

const kinds: readonly (readonly [name: string, options: ZarrOptions])[] = [
  ["v3", {}],
  ["v3 gzip", { compressor: "gzip" }],
  ["v3 none", { compressor: "none" }],
  ["v2", { version: 2 }],
  ["v2 gzip", { version: 2, compressor: "gzip" }],
  ["v3 sharded", {}],
];

/** Puts all chunks of the values into one shard, with a checksum of its index, as the specification lays it out. */
function shard(path: string): void {
  const file = join(path, "pr/zarr.json");
  const meta = JSON.parse(readFileSync(file, "utf8"));
  const inner = meta.chunk_grid.configuration.chunk_shape;
  const shards = inner.map((n: number, i: number) => Math.ceil(meta.shape[i] / n) * n);
  const grid = shards.map((n: number, i: number) => n / inner[i]) as [number, number, number];
  const index = Buffer.alloc(16 * grid[0] * grid[1] * grid[2]);
  const parts: Buffer[] = [];
  let [at, n] = [0, 0];
  for (let i = 0; i < grid[0]; i++)
    for (let j = 0; j < grid[1]; j++)
      for (let k = 0; k < grid[2]; k++, n++) {
        const bytes = readFileSync(join(path, "pr/c", `${i}/${j}/${k}`));
        index.writeBigUInt64LE(BigInt(at), 16 * n);
        index.writeBigUInt64LE(BigInt(bytes.length), 16 * n + 8);
        parts.push(bytes);
        at += bytes.length;
      }
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32c(index));
  rmSync(join(path, "pr/c"), { recursive: true });
  mkdirSync(join(path, "pr/c/0/0"), { recursive: true });
  writeFileSync(join(path, "pr/c/0/0/0"), Buffer.concat([...parts, index, sum]));
  const bytes = { name: "bytes", configuration: { endian: "little" } };
  const sharding = {
    chunk_shape: inner,
    codecs: meta.codecs,
    index_codecs: [bytes, { name: "crc32c" }],
    index_location: "end",
  };
  const changed = {
    ...meta,
    chunk_grid: { name: "regular", configuration: { chunk_shape: shards } },
    codecs: [{ name: "sharding_indexed", configuration: sharding }],
  };
  writeFileSync(file, JSON.stringify(changed));
  const root = JSON.parse(readFileSync(join(path, "zarr.json"), "utf8"));
  root.consolidated_metadata.metadata.pr = changed;
  writeFileSync(join(path, "zarr.json"), JSON.stringify(root));
}

/** All that a store says, as text, and what a person is told. */
async function seen(path: string): Promise<{ numbers: string; words: string; notices: readonly string[] }> {
  const data = await openDataset(path);
  try {
    const lazy = await data.variable("pr");
    const read = await lazy.load();
    data.checkUnchanged();
    const all = read.coordinates.map((c) => [
      c.name,
      c.dims,
      [...c.values].map(String),
      [...(c.bounds ?? [])].map(String),
    ]);
    const numbers = JSON.stringify([read.dims, read.shape, [...read.values].map(String), all]);
    const words = JSON.stringify([read.units, read.attributes, read.coordinates.map((c) => c.attributes)]);
    return { numbers, words, notices: data.notices() };
  } finally {
    data.close();
  }
}

const outcomes = { refused: 0, same: 0, missing: 0, "other text": 0, untyped: 0, silent: 0, slow: 0 };
const tally = new Map<string, typeof outcomes>();
const sources = new Map<string, { path: string; files: string[]; numbers: string; words: string }>();
for (const [name, options] of kinds) {
  const path = join(folder, `${name.replace(" ", "-")}.zarr`);
  await writeZarr(path, field, { ...options, chunks: { time: 2, lat: 5, lon: 4 }, now: new Date(0) });
  if (name.endsWith("sharded")) shard(path);
  const { numbers, words } = await seen(path);
  const files = readdirSync(path, { recursive: true, encoding: "utf8" }).map((one) => join(path, one));
  sources.set(name, { path, files: files.filter((one) => statSync(one).isFile()), numbers, words });
}

/** Number of the mutant at work, and a thread that ends this process where one takes over a minute. */
const at = new Int32Array(new SharedArrayBuffer(4));
const watchdog = new Worker(
  `const { workerData: at } = require("node:worker_threads");
  for (let last = -1; ; ) {
    const now = Atomics.load(at, 0);
    if (now === last) {
      require("node:fs").writeSync(2, "mutant " + now + " is read without end\\n");
      process.kill(process.pid, "SIGKILL");
    }
    last = now;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
  }`,
  { eval: true, workerData: at },
);

for (let n = 0; n < count; n++) {
  Atomics.store(at, 0, n);
  const random = rng(seed).split("mutant").split(String(n));
  const pick = (size: number) => Math.floor(random.uniform() * size);
  const [name] = kinds[n % kinds.length]!;
  const { path, files, numbers, words } = sources.get(name)!;
  const target = files[pick(files.length)]!;
  const before = readFileSync(target);
  const bytes = Buffer.from(before);
  const way = pick(10);
  const place = pick(bytes.length);
  let what = "bit";
  if (way < 7) bytes[place]! ^= 1 << pick(8);
  else if (way === 7) bytes[place] = pick(256);
  let content: Buffer | undefined = bytes;
  if (way === 8) [content, what] = [bytes.subarray(0, place), "cut"];
  if (way === 9) {
    [content, what] =
      pick(2) === 0 ? [undefined, "removed"] : [Buffer.concat([bytes, bytes.subarray(place)]), "longer"];
  }
  if (content === undefined) rmSync(target);
  else writeFileSync(target, content);
  const kind = `${name}, ${/json$|\.z\w+$/.test(target) ? "metadata" : /\/pr\//.test(target) ? "values" : "coordinates"}`;
  const own = tally.get(kind) ?? { ...outcomes };
  tally.set(kind, own);
  const began = performance.now();
  let outcome: keyof typeof outcomes;
  try {
    const now = await seen(path);
    if (now.numbers === numbers) outcome = now.words === words ? "same" : "other text";
    else outcome = now.notices.length > 0 ? "missing" : "silent";
  } catch (error) {
    outcome = isMongeError(error) ? "refused" : "untyped";
    if (outcome === "untyped") console.log(n, kind, what, String(error).slice(0, 200));
  }
  if (performance.now() - began > 10_000) outcome = "slow";
  if (outcome === "silent") console.log(n, kind, what, relative(folder, target), place, way);
  own[outcome]++;
  writeFileSync(target, before);
}
await watchdog.terminate();
rmSync(folder, { recursive: true });
console.log(`${count} mutants, seed ${seed}`);
console.table(Object.fromEntries([...tally].sort()));
