/**
 * Two ways of reading HDF5, GeoTIFF and Zarr: monge's own reader, and the library (h5wasm, geotiff, zarrita) read directly.
 *
 *     node --import tsx --conditions=source bench/io/roads.ts times [FORMAT]            # corpora of test/data and MONGE_DATA, and 24 MB of rain
 *     node --import tsx --conditions=source bench/io/roads.ts damage [COUNT [FORMAT]]   # damaged files, each in a watched process
 *
 * `times` reads every numeric variable whole and in boxes, and compares the values bit by bit. `damage` counts outcomes of
 * damaged files: values as before, refused, other values, an error without the name of the file, over 5 s, over 1.5 GB.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMongeError } from "../../engine/errors.ts";
import { writeGeotiff } from "../../io/formats/index.ts";
import { Field, openGrid, readField, writeNetcdf, writeZarr } from "../../io/index.ts";
import type { Slab } from "../../io/storage/source.ts";
import { sizeOf } from "../../io/storage/source.ts";
import { dataFiles } from "../../test/data.ts";
import { fuzz } from "../../test/io/formats/fuzz/fuzz.ts";
import { makeSeeds, placeMutant } from "../../test/io/formats/fuzz/fuzz-seeds.ts";
import { FAMILIES, type Family, libraries, type Numbers, ours, type Road, same, whole } from "./library-roads.ts";

interface Job {
  readonly path: string;
  readonly variables: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** Numeric variables of a file; only the image of a TIFF, since positions are no part of what geotiff reads. */
async function jobOf(path: string, family: Family): Promise<Job> {
  const source = await openGrid(path);
  if (family === "hdf5" && source.format !== "hdf5") {
    source.close();
    throw new NotOfFamily();
  }
  const variables = source.variables
    .filter(({ name, dtype, shape }) => {
      const wanted = family !== "tiff" || name === "band_data";
      return wanted && !["char", "string", "other"].includes(dtype) && sizeOf(shape) > 0 && sizeOf(shape) < 2 ** 26;
    })
    .map(({ name, shape }) => ({ name, shape }));
  source.close();
  return { path, variables };
}

/** What is read of each variable. */
const READS = {
  whole: (shape: readonly number[]) => [whole(shape)],
  /** Twelve boxes: a quarter along each dimension, at places that run on. */
  boxes: (shape: readonly number[]) =>
    Array.from({ length: 12 }, (_, k): Slab => {
      const count = shape.map((n) => Math.ceil(n / 4));
      return { start: shape.map((n, axis) => (k * 7919) % (n - count[axis]! + 1)), count };
    }),
  /** Up to 24 positions along the first of three dimensions or more, one after the other. */
  steps: (shape: readonly number[]) =>
    Array.from({ length: shape.length < 3 ? 0 : Math.min(24, shape[0]!) }, (_, k): Slab => {
      return { start: shape.map((_, axis) => (axis === 0 ? k : 0)), count: shape.with(0, 1) };
    }),
};
type Reads = keyof typeof READS;

const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

interface Clock {
  wall: number;
  processor: number;
}

/** Opens, reads what is asked for, closes; the time is that of reading alone. */
async function run(road: Road, { path, variables }: Job, what: Reads, keep?: Numbers[]): Promise<Clock> {
  const file = await road(path);
  const [wall, cpu] = [performance.now(), processor()];
  try {
    for (const { name, shape } of variables)
      for (const slab of READS[what](shape)) {
        const values = await file.read(name, slab);
        keep?.push(values);
      }
    return { wall: performance.now() - wall, processor: processor() - cpu };
  } finally {
    file.close();
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** The quickest of three turns, ours and the library's one after the other. */
async function compare(job: Job, family: Family, what: Reads) {
  const best = { ours: { wall: Infinity, processor: Infinity }, library: { wall: Infinity, processor: Infinity } };
  for (let turn = 0; turn < 3; turn++)
    for (const [side, road] of [
      ["ours", ours],
      ["library", libraries[family]],
    ] as const) {
      const clock = await run(road, job, what);
      for (const key of ["wall", "processor"] as const) best[side][key] = Math.min(best[side][key], clock[key]);
    }
  return best;
}

/** 24 MB of rain in each format, beside the corpora, whose files are small. */
async function rain(folder: string, family: Family): Promise<string[]> {
  const shape = [120, 200, 250];
  let state = 1;
  const values = Float32Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % 10 < 6 ? 0 : Math.round(state / 2 ** 22) / 8;
  });
  const line = (n: number, first: number, step: number) => Float64Array.from({ length: n }, (_, i) => first + i * step);
  const coordinates = [
    { name: "time", dims: ["time"], values: line(120, 0.5, 1), attributes: { units: "days since 2000-01-01" } },
    { name: "lat", dims: ["lat"], values: line(200, 60, -0.1), attributes: { units: "degrees_north" } },
    { name: "lon", dims: ["lon"], values: line(250, -10, 0.1), attributes: { units: "degrees_east" } },
  ];
  const field = new Field({ name: "pr", dims: ["time", "lat", "lon"], shape, values, units: "mm/day", coordinates });
  const map = new Field({
    ...{ dims: ["lat", "lon"], shape: [2000, 3000], values, units: "mm", name: "pr" },
    coordinates: [
      { name: "lat", dims: ["lat"], values: line(2000, 60, -0.01), attributes: { units: "degrees_north" } },
      { name: "lon", dims: ["lon"], values: line(3000, -10, 0.01), attributes: { units: "degrees_east" } },
    ],
  });
  const files: Readonly<Record<Family, Readonly<Record<string, (path: string) => Promise<void>>>>> = {
    hdf5: {
      "rain-maps.nc": (path) => writeNetcdf(path, field),
      "rain-boxes.nc": (path) => writeNetcdf(path, field, { chunks: { time: 40, lat: 20, lon: 25 }, shuffle: true }),
      "rain-plain.nc": (path) => writeNetcdf(path, field, { compression: 0 }),
    },
    tiff: {
      "rain-cog.tif": (path) => writeGeotiff(path, map),
      "rain-plain.tif": (path) => writeGeotiff(path, map, { compression: 0 }),
    },
    zarr: {
      "rain-maps.zarr": (path) => writeZarr(path, field, { chunks: { time: 1 } }),
      "rain-gzip.zarr": (path) => writeZarr(path, field, { chunks: { time: 30 }, compressor: "gzip" }),
    },
  };
  for (const [name, write] of Object.entries(files[family])) await write(join(folder, name));
  return Object.keys(files[family]).map((name) => join(folder, name));
}

/** The corpora have no Zarr stores: their NetCDF files are written as such. */
async function stores(folder: string, files: readonly string[]): Promise<string[]> {
  const out: string[] = [];
  for (const file of files) {
    const path = join(folder, `${basename(file)}.zarr`);
    try {
      await writeZarr(path, await readField(file), { overwrite: true });
      out.push(path);
    } catch {
      // Several variables, or none that is read: not of use here.
    }
  }
  return out;
}

/** The file is of another format. */
class NotOfFamily extends Error {}

async function times(only: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "monge-roads-"));
  try {
    for (const family of FAMILIES.filter((one) => only === undefined || one === only)) {
      const large = await rain(folder, family);
      const files = {
        hdf5: () => dataFiles(["coarse", "pairs", "radar", "corpus/netcdf", "hdf5-filters"], /\.(nc|nc4|h5|cdf)$/),
        tiff: () => dataFiles(["coarse", "corpus/tiff"], /\.tiff?$/),
        zarr: () => stores(folder, dataFiles(["coarse", "pairs", "radar"], /\.nc$/)),
      };
      const corpus = await files[family]();
      const faults = new Set<string>();
      for (const what of Object.keys(READS) as Reads[]) {
        const ratios: Record<keyof Clock, number[]> = { wall: [], processor: [] };
        const totals = { ours: 0, library: 0 };
        let [read, equal] = [0, 0];
        for (const path of [...corpus, ...large]) {
          const tag = basename(path);
          let job: Job;
          const mine: Numbers[] = [];
          try {
            job = await jobOf(path, family);
            await run(ours, job, what, mine);
          } catch (error) {
            if (!(error instanceof NotOfFamily)) faults.add(`refused by monge: ${String(error).slice(0, 140)}`);
            continue;
          }
          if (mine.length === 0) continue;
          read++;
          const theirs: Numbers[] = [];
          try {
            await run(libraries[family], job, what, theirs);
          } catch (error) {
            faults.add(`refused by the library: ${tag}: ${String(error).split("\n")[0]!.slice(0, 110)}`);
            continue;
          }
          const differ = mine.filter((values, i) => !same(values, theirs[i]!)).length;
          if (differ > 0) {
            faults.add(`${tag}, ${what}: ${differ} of ${mine.length} readings differ`);
            continue;
          }
          equal++;
          const best = await compare(job, family, what);
          const sum = (side: "ours" | "library") => best[side].wall;
          totals.ours += sum("ours");
          totals.library += sum("library");
          for (const key of ["wall", "processor"] as const) ratios[key].push(best.library[key] / best.ours[key]);
          if (!large.includes(path)) continue;
          const shown = ({ wall, processor: cpu }: Clock) =>
            `${wall.toFixed(0)} ms (${cpu.toFixed(0)} of the processor)`;
          console.log(`  ${tag}, ${what}: monge ${shown(best.ours)}, library ${shown(best.library)}`);
        }
        const [wall, cpu] = [median(ratios.wall), median(ratios.processor)].map((n) => n.toFixed(2));
        console.log(
          `${family}, ${what}: ${equal} of ${read} files alike; library over monge: all together ` +
            `${(totals.library / totals.ours).toFixed(2)}, median ${wall} by the wall, ${cpu} by the processor`,
        );
      }
      for (const fault of faults) console.log(`  ${fault}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Damaged copies of sound files, each read by one road in a process that is watched for time and memory. */
async function damage(count: number, only: string | undefined): Promise<void> {
  const child = fileURLToPath(import.meta.url);
  for (const family of FAMILIES.filter((one) => only === undefined || one === only))
    for (const side of ["ours", "library"] as const) {
      const tally = new Map<string, number>();
      const limits = { seconds: 5, megabytes: 1500, child, kept: `${family} ${side}` };
      for (const { outcome, message = "" } of await fuzz({ from: 0, to: count, ...limits })) {
        const what = outcome === "read" ? message : outcome;
        tally.set(what, (tally.get(what) ?? 0) + 1);
      }
      const said = [...tally].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, n]) => `${n} ${what}`);
      console.log(`${family} ${side}: ${said.join(", ")}`);
    }
}

/** The process of {@link damage}: arguments as those of the fuzzing of the tests. */
async function damaged(folder: string, first: number, last: number, kept: string): Promise<void> {
  const [family, side] = kept.split(" ") as [Family, "ours" | "library"];
  const road = side === "ours" ? ours : libraries[family];
  const seeds = (await makeSeeds(join(folder, "seeds"))).filter((seed) => seed.family === family);
  const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const path = join(folder, "case");
  const clear = () => rmSync(path, { recursive: true, force: true });
  const readAll = async (names: readonly string[]): Promise<Numbers[]> => {
    const file = await road(path);
    try {
      const all: Numbers[] = [];
      for (const name of names) all.push(await file.read(name));
      return all;
    } finally {
      file.close();
    }
  };
  const sound = new Map<string, { names: string[]; values: Numbers[] }>();
  for (const seed of seeds) {
    clear();
    for (const [name, content] of seed.files) {
      mkdirSync(join(path, name, ".."), { recursive: true });
      writeFileSync(join(path, name), content);
    }
    const names: string[] = [];
    const values: Numbers[] = [];
    for (const { name } of (await jobOf(path, family).catch(() => ({ variables: [] }))).variables) {
      const read = await readAll([name]).catch(() => undefined);
      if (read === undefined) continue;
      names.push(name);
      values.push(read[0]!);
    }
    if (names.length > 0) sound.set(seed.name, { names, values });
  }
  const usable = seeds.filter(({ name }) => sound.has(name));
  for (let number = first; number < last; number++) {
    clear();
    const { seed, what } = placeMutant(usable, number, path);
    const { names, values } = sound.get(seed.name)!;
    say({ begin: number, seed: seed.name, family, what });
    const end = (outcome: string, message: string) => say({ end: number, outcome, message, ms: 0, memory: 0 });
    try {
      const now = await readAll(names);
      end("read", now.every((one, i) => same(one, values[i]!)) ? "as before" : "with other values");
    } catch (error) {
      if (isMongeError(error)) end("refused", "");
      else if (process.env["ROADS_ERRORS"]) end("read", `untyped: ${String(error).slice(0, 60)}`);
      else end("untyped", "");
    }
  }
  process.exit(0);
}

const [mode = "times", ...rest] = process.argv.slice(2);
if (mode === "times") await times(rest[0]);
else if (mode === "damage") await damage(Number(rest[0] ?? 1000), rest[1]);
else await damaged(mode, Number(rest[0]), Number(rest[1]), rest[3]!);
