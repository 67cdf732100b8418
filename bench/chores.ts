/**
 * Daily chores beside the programs that one would take otherwise: NumPy, netCDF4, zarr, GDAL, CDO, SciPy and POT.
 *
 * `npm run build && npm run bench -- chores [--quick]`
 *
 * Both sides run in processes of their own, in turn, on one thread, and count processor time; what they find is compared first.
 * Commands are timed with their start, which has a row of its own. The record is `research/chores.json`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { readField } from "../io/index.ts";
import { type ChoreResult, titles } from "./chores/table.ts";
import { describeMachine } from "./machine.ts";
import {
  type Bench,
  type BenchOptions,
  type Contender,
  interleave,
  type Result,
  resultOf,
  type Timing,
} from "./measure.ts";
import { peerEnvironment, python, speakTo } from "./peer.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const built = path("../dist/cli/main.js");

/** Relative difference up to which both sides have found the same. */
const ALIKE = 1e-6;

/** Modules of Python that a row asks for. */
const modules: Readonly<Record<string, string>> = {
  ...{ "read-zarr": "zarr", "read-tiff": "rasterio", "read-bands": "rasterio", "read-grib": "rasterio" },
  ...{
    polygons: "rasterio",
    fss: "scipy",
    verify: "scipy",
    emd: "ot",
    sinkhorn: "ot",
    "read-packed": "netCDF4",
    "read-map": "netCDF4",
  },
  ...{ "read-pixel": "netCDF4", "read-classic": "netCDF4", "write-netcdf": "netCDF4" },
};

const isThere = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: "ignore", env: peerEnvironment(1) }).status === 0;

/** A command in a fresh process, by what the shell says that its children took. */
function command(
  label: string,
  side: "ours" | "peer",
  words: readonly string[],
  use: (memory: number) => void,
): Contender {
  return {
    ...{ label, side },
    async time(settle, runs) {
      const times: number[] = [];
      for (let k = 0; k < settle + runs; k++) {
        const { stderr, status } = spawnSync("/usr/bin/time", ["-f", "%U %S %M", ...words], {
          ...{ encoding: "utf8", stdio: ["ignore", "ignore", "pipe"], env: peerEnvironment(1) },
        });
        if (status !== 0) throw new Error(`${words.join(" ")}: ${stderr}`);
        const [user, system, kilobytes] = stderr.trim().split("\n").at(-1)!.split(" ").map(Number) as [
          number,
          number,
          number,
        ];
        use(kilobytes / 1e3);
        if (k >= settle) times.push(1e3 * (user + system));
      }
      return times;
    },
  };
}

/** A command on both sides; what both write is compared by the sums of a variable. */
interface Pair {
  readonly ours: readonly string[];
  readonly peer: readonly string[];
  /** CDO unless it is a script of Python. */
  readonly label?: string;
  readonly files: readonly string[];
  readonly variable?: string;
}

const names = ["start", "info", "regrid", "bilinear", "nearest", "box", "dates", "rainfarm", "qdm"] as const;

function commands(folder: string): Readonly<Record<(typeof names)[number], Pair>> {
  const at = (name: string) => join(folder, name);
  const [ours, theirs] = ["ours", "theirs"].map((side) => at(`written-${side}.nc`)) as [string, string];
  const monge = (...words: readonly string[]) => [process.execPath, built, ...words];
  const converted = (input: string, how: readonly string[], operator: string): Pair => ({
    ours: monge("convert", at(input), "-o", ours, "--overwrite", ...how),
    peer: ["cdo", "-s", "-O", "-P", "1", operator, at(input), theirs],
    files: [ours, theirs],
  });
  const remapped = (method: string, operator: string) =>
    converted("few.nc", ["--grid", "0.25", "--bbox", "1,41,9,49", "--method", method], `${operator},${at("grid.txt")}`);
  const drawn = (name: string, variable: string, words: readonly string[]): Pair => ({
    ours: monge("downscale", ...words, "--seed", "1", "-o", ours, "--overwrite", "--quiet"),
    peer: [python, path("peers/chores.py"), name, folder],
    label: "NumPy",
    files: [ours, at(`${name}-theirs.nc`)],
    variable,
  });
  return {
    start: { ours: monge("--version"), peer: ["cdo", "--version"], files: [] },
    info: { ours: monge("info", at("few.nc")), peer: ["cdo", "-s", "sinfon", at("few.nc")], files: [] },
    regrid: remapped("conservative", "remapcon"),
    bilinear: remapped("bilinear", "remapbil"),
    nearest: remapped("nearest", "remapnn"),
    box: converted("packed.nc", ["--bbox", "2.01,42.01,8.01,48.01"], "sellonlatbox,2.01,8.01,42.01,48.01"),
    dates: converted("packed.nc", ["--time", "2000-02-01:2000-03-15"], "seldate,2000-02-01,2000-03-15T23:59:59"),
    rainfarm: drawn("rainfarm", "pr", [at("coarse.nc"), ..."--method rainfarm --factor 8 --members 4".split(" ")]),
    qdm: drawn("qdm", "tas", [
      ...[at("future.nc"), "--method", "qdm", "--window", "year"],
      ...["--fine", at("observed.nc"), "--coarse", at("history.nc")],
    ]),
  };
}

const isCommand = (name: string): name is (typeof names)[number] => names.some((one) => one === name);

async function sumOf(file: string, variable: string): Promise<number> {
  const { values } = await readField(file, { variable });
  let sum = 0;
  for (const v of values) sum += v;
  return sum;
}

function choreOf(
  name: string,
  timings: readonly Timing[],
  more: Omit<ChoreResult, "name" | "ours" | "theirs">,
): ChoreResult {
  const of = (side: "ours" | "peer") => {
    const { min, median, count } = timings.find((one) => one.side === side)!;
    return { min, median, count };
  };
  return { name, ours: of("ours"), theirs: of("peer"), ...more };
}

const difference = (a: number, b: number) => Math.abs(a - b) / Math.max(Math.abs(b), 1e-300);

function compare(name: string, a: number, b: number): number {
  const off = difference(a, b);
  if (!(off <= ALIKE)) throw new Error(`${name}: monge finds ${a}, its peer ${b}; nothing is timed that differs`);
  return off;
}

async function library(name: string, folder: string, { quick, say }: BenchOptions) {
  // Without tsx, which wraps every function and takes 500 MB to read the WebAssembly of HDF5.
  const loader = ["--import", path("../test/transpile.js"), "--conditions=source"];
  const mine = await speakTo(process.execPath, [...loader, path("chores/serve.ts"), name, folder], 1);
  const theirs = await speakTo(python, [path("peers/chores.py"), name, folder], 1);
  try {
    const [variant] = theirs.variants as [string];
    const sides = [
      { ...mine.contender("monge"), label: "monge", side: "ours" as const },
      { ...theirs.contender(variant), label: variant },
    ];
    for (const side of sides) await side.time(0, 1);
    const off = compare(name, mine.value("monge")!, theirs.value(variant)!);
    const timed = await interleave(sides, { turns: quick ? 1 : 5, drop: 1e9 }, say);
    const memory = [Math.round(mine.memory()), Math.round(theirs.memory())] as const;
    return { timed, chore: choreOf(name, timed.timings, { peer: variant, off, memory }) };
  } finally {
    await mine.close();
    await theirs.close();
  }
}

async function program(name: (typeof names)[number], folder: string, { quick, say }: BenchOptions) {
  const { ours, peer, label = "CDO", files, variable = "pr" } = commands(folder)[name];
  const memory: [number, number] = [0, 0];
  const sides = ([ours, peer] as const).map((words, k) =>
    command(k === 0 ? "monge" : label, k === 0 ? "ours" : "peer", words, (peak) => {
      memory[k] = Math.round(peak);
    }),
  );
  for (const side of sides) await side.time(0, 1);
  const [a, b] = await Promise.all(files.map((file) => sumOf(file, variable)));
  const off = a === undefined ? null : compare(name, a, b!);
  const timed = await interleave(sides, { turns: quick ? 1 : 5, drop: 1e9 }, say);
  return { timed, chore: choreOf(name, timed.timings, { peer: label, off, memory }) };
}

/** Why a row cannot run here; undefined where it can. */
function missing(name: string): string | undefined {
  if (isCommand(name)) {
    if (!existsSync(built)) return "the command is not built: npm run build";
    if (name === "rainfarm" || name === "qdm") return undefined;
    return isThere("cdo", "--version") ? undefined : "there is no cdo (Debian: apt-get install cdo)";
  }
  const wanted = modules[name] ?? "numpy";
  return isThere(python, "-c", `import ${wanted}`) ? undefined : `${python} has no ${wanted}`;
}

export const chores: Bench = {
  name: "chores",
  question: "daily chores beside NumPy, netCDF4, zarr, GDAL, CDO, SciPy and POT, one thread, processor time",
  async run(options) {
    const folder = mkdtempSync(join(tmpdir(), "monge-chores-"));
    const [results, recorded]: [Result[], ChoreResult[]] = [[], []];
    try {
      const made = spawnSync(python, [path("peers/chores.py"), "make", folder], {
        encoding: "utf8",
        env: peerEnvironment(1),
      });
      if (made.status !== 0) {
        options.say(`  SKIP  the inputs cannot be made: ${made.stderr.trim().split("\n").at(-1)}`);
        return results;
      }
      const machine = await describeMachine();
      for (const name of Object.keys(titles)) {
        const why = missing(name);
        options.say(`  ${name}${why === undefined ? "" : `: SKIP  ${why}`}`);
        if (why !== undefined) continue;
        const { timed, chore } = isCommand(name)
          ? await program(name, folder, options)
          : await library(name, folder, options);
        recorded.push(chore);
        results.push(resultOf(name, timed));
        if (options.quick) continue;
        // After each row, so that a run that ends early has what it found.
        const record = { date: new Date().toISOString().slice(0, 10), machine, rows: recorded };
        await writeAtomically("research/chores.json", `${JSON.stringify(record, null, 1)}\n`, { overwrite: true });
      }
      return results;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
