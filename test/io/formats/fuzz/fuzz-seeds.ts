/** The sound files that fuzzing damages: small ones of every format that is written here, and small real ones. */
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { writeGeotiff } from "../../../../io/formats/index.ts";
import { Field, writeNetcdf, writeZarr } from "../../../../io/index.ts";
import { axis, evenly } from "../../../axis.ts";
import { dataFiles } from "../../../data.ts";
import { classicBytes } from "../../classic-file.ts";
import { type Mutant, mutate, mutateText } from "./mutate.ts";

/** A sound file, or a folder of a Zarr store. */
export interface Seed {
  readonly name: string;
  readonly family: "classic" | "hdf5" | "tiff" | "zarr" | "gzip";
  /** Its files by path within it; `""` where it is one file. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Bytes at the start of a file where damage falls most often. */
  readonly header: number;
}

function rain(values: Float32Array | Float64Array): Field {
  return new Field({
    name: "pr",
    dims: ["time", "lat", "lon"],
    shape: [3, 4, 5],
    values,
    units: "mm/day",
    attributes: { long_name: "rain" },
    coordinates: [
      axis("time", evenly(3, 0.5, 1), { units: "days since 2000-01-01", calendar: "noleap" }, evenly(6, 0, 0.5)),
      { name: "lat", dims: ["lat"], values: evenly(4, 50, -0.1), attributes: { units: "degrees_north" } },
      { name: "lon", dims: ["lon"], values: evenly(5, 3, 0.1), attributes: { units: "degrees_east" } },
    ],
  });
}

function folderFiles(root: string): Map<string, Buffer> {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  return new Map(names.filter((n) => statSync(join(root, n)).isFile()).map((n) => [n, readFileSync(join(root, n))]));
}

const single = (path: string) => new Map([["", readFileSync(path)]]);

/** Makes the seeds in a folder; real files are those of at most 24 kB. */
export async function makeSeeds(folder: string): Promise<Seed[]> {
  mkdirSync(folder, { recursive: true });
  const at = (name: string) => join(folder, name);
  const single32 = Float32Array.from({ length: 60 }, (_, i) => (i % 7 === 3 ? Number.NaN : Math.fround(i * 0.37)));
  const field = rain(single32);
  const now = new Date("2026-01-02T03:04:05Z");
  const seeds: Seed[] = [];
  for (const version of [1, 2, 5] as const) {
    writeFileSync(at(`cdf${version}`), classicBytes(field, version));
    seeds.push({ name: `cdf${version}`, family: "classic", files: single(at(`cdf${version}`)), header: 900 });
  }
  await writeNetcdf(at("netcdf4"), field, { now });
  seeds.push({ name: "netcdf4", family: "hdf5", files: single(at("netcdf4")), header: 8192 });
  await writeGeotiff(at("geotiff"), field);
  seeds.push({ name: "geotiff", family: "tiff", files: single(at("geotiff")), header: 1200 });
  for (const version of [2, 3] as const) {
    const path = at(`zarr${version}`);
    await writeZarr(path, field, {
      version,
      now,
      overwrite: true,
      compressor: version === 2 ? "gzip" : "zstd",
      chunks: { time: 2 },
    });
    seeds.push({ name: `zarr-v${version}`, family: "zarr", files: folderFiles(path), header: 64 });
  }
  const packed = gzipSync(readFileSync(at("cdf1")));
  writeFileSync(at("gzip"), packed);
  seeds.push({ name: "gzip", family: "gzip", files: single(at("gzip")), header: 64 });
  const small = (path: string) => statSync(path).size <= 24_000;
  for (const path of dataFiles(["corpus/netcdf", "corpus/tiff"], /\.(nc|cdf|h5|tiff?)$/).filter(small)) {
    const bytes = readFileSync(path);
    const tiff = /\.tiff?$/.test(path);
    const classic = bytes.toString("latin1", 0, 3) === "CDF";
    const header = tiff ? 700 : classic ? 900 : 6000;
    seeds.push({
      name: basename(path),
      family: tiff ? "tiff" : classic ? "classic" : "hdf5",
      files: single(path),
      header,
    });
  }
  return seeds;
}

/** The files of a folder as seeds, damaged anywhere alike. */
export function seedsIn(folder: string, family: Seed["family"]): Seed[] {
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const path = join(folder, name);
      return { name, family, files: single(path), header: statSync(path).size };
    });
}

/** The mutant of a number, written where it is asked for; says what was done. */
export function placeMutant(seeds: readonly Seed[], number: number, path: string): { seed: Seed; what: string } {
  const seed = seeds[number % seeds.length]!;
  const names = [...seed.files.keys()];
  const round = Math.floor(number / seeds.length);
  // Metadata are hit three times as often as chunks.
  const texts = names.filter((name) => /\.z\w+$|zarr\.json$|\.hdr$/.test(name));
  const pick = texts.length > 0 && round % 4 !== 3 ? texts : names;
  const name = pick[round % pick.length]!;
  const original = seed.files.get(name)!;
  const isText = texts.includes(name);
  const { bytes, what }: Mutant = isText ? mutateText(original, number) : mutate(original, number, seed.header);
  if (name === "") writeFileSync(path, bytes);
  else {
    for (const [other, content] of seed.files) {
      const target = join(path, other);
      mkdirSync(join(target, ".."), { recursive: true });
      writeFileSync(target, other === name ? bytes : content);
    }
  }
  return { seed, what: name === "" ? what : `${name}: ${what}` };
}

/** Copies a mutant to where it is kept. */
export function keep(path: string, target: string): void {
  cpSync(path, target, { recursive: true });
}
