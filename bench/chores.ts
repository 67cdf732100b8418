/**
 * Daily chores beside the programs that one would take otherwise: NumPy, netCDF4, zarr, GDAL, CDO, SciPy and POT.
 *
 * `npm run build && npm run bench -- chores [--quick] [--sizes] [--row ROW]…`
 *
 * Both sides run in processes of their own, in turn, on one thread, and count processor time; what they find is compared first.
 * Commands are timed with their start, which has a row of its own. `--sizes` also runs a quarter and a half of the inputs, where they
 * can be divided, for the powers of the size with which time and memory grow. The record is `research/chores.json`, which a run of some
 * rows leaves as it is.
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
    ...{ emd: "ot", sinkhorn: "ot", unbalanced: "ot", "sinkhorn-4000": "ot" },
    ...{ ode: "scipy", heat: "scipy", "solve-start": "scipy" },
    "read-packed": "netCDF4",
    "read-map": "netCDF4",
  },
  ...{ "read-pixel": "netCDF4", "read-classic": "netCDF4", "write-netcdf": "netCDF4" },
  ...{ "read-series": "netCDF4", "write-zarr": "zarr", "read-window": "rasterio" },
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

const names = [
  "start",
  "info",
  "regrid",
  "bilinear",
  "nearest",
  "box",
  "dates",
  "turned",
  "every",
  "rainfarm",
  "qdm",
  "solve-start",
] as const;

/** Rows whose inputs are not divided. */
const whole = new Set([
  "start",
  "info",
  // A quarter of the inputs ends before the dates.
  "dates",
  "solve-start",
  "read-map",
  "read-series",
  "read-window",
  "read-pixel",
  "read-tiff",
  "read-bands",
  "read-grib",
  "ode",
  "heat",
]);

function commands(folder: string): Readonly<Record<(typeof names)[number], Pair>> {
  const at = (name: string) => join(folder, name);
  const [ours, theirs] = ["ours", "theirs"].map((side) => at(`written-${side}.nc`)) as [string, string];
  const monge = (...words: readonly string[]) => [process.execPath, built, ...words];
  const converted = (input: string, how: readonly string[], operator: string): Pair => ({
    ours: monge("convert", at(input), "-o", ours, "--overwrite", ...how),
    // Deflated as ours is; CDO's own default is not to.
    peer: ["cdo", "-s", "-O", "-P", "1", "-z", "zip_4", operator, at(input), theirs],
    files: [ours, theirs],
  });
  const remapped = (method: string, operator: string) =>
    converted("few.nc", ["--grid", "0.25", "--bbox", "1,41,9,49", "--method", method], `${operator},${at("grid.txt")}`);
  const drawn = (name: string, variable: string, words: readonly string[]): Pair => ({
    ours: monge("downscale", ...words, ..."--seed 1 --threads 1 --overwrite --quiet".split(" "), "-o", ours),
    peer: [python, path("peers/chores.py"), name, folder],
    label: "NumPy",
    files: [ours, at(`${name}-theirs.nc`)],
    variable,
  });
  return {
    start: { ours: monge("--version"), peer: ["cdo", "--version"], files: [] },
    "solve-start": {
      ours: monge("solve", at("decay.json"), "--tolerance", "1e-6", "--quiet"),
      peer: [python, path("peers/chores.py"), "ode-start", folder],
      label: "SciPy",
      files: [],
    },
    info: { ours: monge("info", at("few.nc")), peer: ["cdo", "-s", "infon", at("few.nc")], files: [] },
    regrid: remapped("conservative", "remapcon"),
    bilinear: remapped("bilinear", "remapbil"),
    nearest: remapped("nearest", "remapnn"),
    box: converted("packed.nc", ["--bbox", "2.01,42.01,8.01,48.01"], "sellonlatbox,2.01,8.01,42.01,48.01"),
    dates: converted("packed.nc", ["--time", "2000-02-01:2000-03-15"], "seldate,2000-02-01,2000-03-15T23:59:59"),
    turned: converted(
      "turned.nc",
      ["--grid", "0.25", "--bbox", "3,42,7,46", "--method", "conservative"],
      `remapcon,${at("inner.txt")}`,
    ),
    every: converted("hourly.nc", ["--every", "1d", "--sum"], "daysum"),
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

/** Both sides of a row in processes of their own, on a share of the inputs. */
async function timed(name: string, folder: string, share: number, { quick, say }: BenchOptions) {
  // Without tsx, which wraps every function and takes 500 MB to read the WebAssembly of HDF5.
  const loader = ["--import", path("../test/transpile.js"), "--conditions=source"];
  const words = [name, folder, `${share}`];
  const mine = await speakTo(process.execPath, [...loader, path("chores/serve.ts"), ...words], 1);
  const theirs = await speakTo(python, [path("peers/chores.py"), ...words], 1);
  try {
    const [variant] = theirs.variants as [string];
    const sides = [
      { ...mine.contender("monge"), label: "monge", side: "ours" as const },
      { ...theirs.contender(variant), label: variant },
    ];
    for (const side of sides) await side.time(0, 1);
    const off = compare(name, mine.value("monge")!, theirs.value(variant)!);
    const found = await interleave(sides, { turns: quick ? 1 : share < 1 ? 3 : 5, drop: 1e9 }, say);
    const memory = [Math.round(mine.memory()), Math.round(theirs.memory())] as const;
    return { found, peer: variant, off, memory };
  } finally {
    await mine.close();
    await theirs.close();
  }
}

const shares = [0.25, 0.5];

/** One row at one size. */
interface Measured {
  readonly timed: { readonly timings: readonly Timing[]; readonly notes: readonly string[] };
  readonly chore: ChoreResult;
}

async function library(name: string, folder: string, share: number, options: BenchOptions): Promise<Measured> {
  const { found, ...of } = await timed(name, folder, share, options);
  return { timed: found, chore: choreOf(name, found.timings, of) };
}

/** A row, and with `--sizes` how it grows. */
async function measured(name: string, folder: string, options: BenchOptions): Promise<Measured> {
  const once = (share: number) =>
    isCommand(name)
      ? program(name, share < 1 ? join(folder, `${share}`) : folder, options)
      : library(name, folder, share, options);
  const all = await once(1);
  if (!options.sizes || whole.has(name)) return all;
  const chores: ChoreResult[] = [];
  for (const share of shares) chores.push((await once(share)).chore);
  chores.push(all.chore);
  const powers = (of: (chore: ChoreResult) => readonly [number, number]) =>
    [0, 1].map((side) =>
      slopeOf(
        [...shares, 1],
        chores.map((one) => of(one)[side]!),
      ),
    ) as [number | null, number | null];
  const growth = powers(({ ours, theirs }) => [ours.min, theirs.min]);
  const memoryGrowth = powers(({ memory }) => memory);
  return { timed: all.timed, chore: { ...all.chore, growth, memoryGrowth } };
}

/** Least-squares slope of logarithms; null where a value is 0, as memory is that a process had already. */
function slopeOf(sizes: readonly number[], taken: readonly number[]): number | null {
  if (taken.some((value) => !(value > 0))) return null;
  const [x, y] = [sizes, taken].map((values) => {
    const logs = values.map(Math.log);
    const mean = logs.reduce((a, b) => a + b) / logs.length;
    return logs.map((v) => v - mean);
  }) as [number[], number[]];
  const sum = (of: (k: number) => number) => x.reduce((total, _, k) => total + of(k), 0);
  return Number((sum((k) => x[k]! * y[k]!) / sum((k) => x[k]! ** 2)).toFixed(2));
}

async function program(name: (typeof names)[number], folder: string, { quick, say }: BenchOptions): Promise<Measured> {
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
    if (commands("")[name].label !== undefined) return undefined;
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
      for (const share of options.sizes ? shares : []) {
        const cut = spawnSync(python, [path("peers/chores.py"), "cut", folder, `${share}`], {
          encoding: "utf8",
          env: peerEnvironment(1),
        });
        if (cut.status !== 0) throw new Error(`the inputs cannot be cut: ${cut.stderr}`);
      }
      const machine = await describeMachine();
      const rows = options.rows ?? Object.keys(titles);
      const unknown = rows.filter((name) => titles[name] === undefined);
      if (unknown.length > 0) throw new Error(`no row ${unknown.join(", ")}; rows: ${Object.keys(titles).join(", ")}`);
      for (const name of rows) {
        const why = missing(name);
        options.say(`  ${name}${why === undefined ? "" : `: SKIP  ${why}`}`);
        if (why !== undefined) continue;
        const { timed, chore } = await measured(name, folder, options);
        const { growth, memoryGrowth } = chore;
        if (growth) options.say(`    growth of time ${growth.join(", ")}, of memory ${memoryGrowth?.join(", ")}`);
        recorded.push(chore);
        results.push(resultOf(name, timed));
        if (options.quick || options.rows) continue;
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
