/**
 * Opens every file of a folder (an argument, or `MONGE_DATA`), reads each numeric variable, and compares counts, sums and
 * extremes with netCDF4 and GDAL where these read it too: `node --import tsx --conditions=source test/io/formats/foreign-corpus.ts DIR`.
 * Each file must end in values or in a typed error, within 60 seconds; and the same values, but for those that {@link explained}
 * lists; the exit status is 1 where one does not.
 */
import { spawn } from "node:child_process";
import { readdirSync, writeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { isMongeError } from "../../../engine/errors.ts";
import { openDataset } from "../../../io/index.ts";
import { hasPython, pythonOn } from "../oracle.ts";

const LIMIT_MS = 60_000;
const MOST_VALUES = 2 ** 25;
type Stats = readonly [count: number, sum: number, low: number, high: number];

interface Outcome {
  readonly path: string;
  readonly end: "read" | "refused" | "crashed" | "hung";
  readonly format?: string;
  readonly what?: string;
  readonly stats?: Readonly<Record<string, Stats>>;
}

function statsOf(values: ArrayLike<number>): Stats {
  let [n, sum, low, high] = [0, 0, Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (Number.isNaN(v)) continue;
    n++;
    sum += v;
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return [n, sum, low, high];
}

async function tryFile(path: string): Promise<Outcome> {
  try {
    const data = await openDataset(path);
    const stats: Record<string, Stats> = {};
    try {
      for (const name of data.candidates) {
        const variable = await data.variable(name);
        if (variable.shape.reduce((a, b) => a * b, 1) > MOST_VALUES) continue;
        stats[name] = statsOf((await variable.load()).values);
      }
      return { path, end: "read", format: data.format, stats };
    } finally {
      data.close();
    }
  } catch (error) {
    if (isMongeError(error)) return { path, end: "refused", what: error.message };
    return { path, end: "crashed", what: String((error as Error).stack ?? error) };
  }
}

async function work(): Promise<void> {
  for await (const path of createInterface({ input: process.stdin }))
    writeSync(1, `${JSON.stringify(await tryFile(path))}\n`);
}

/** Runs files one by one in a child, which is replaced where it hangs or dies. */
async function tryAll(paths: readonly string[]): Promise<Outcome[]> {
  const out: Outcome[] = [];
  while (out.length < paths.length) {
    const child = spawn(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), "--child"], {
      stdio: ["pipe", "pipe", "ignore"],
    });
    let hung = false;
    const kill = () => {
      hung = true;
      child.kill("SIGKILL");
    };
    let timer = setTimeout(kill, 2 * LIMIT_MS);
    child.stdin.on("error", () => {});
    child.stdin.end(paths.slice(out.length).join("\n"));
    for await (const line of createInterface({ input: child.stdout })) {
      out.push(JSON.parse(line));
      clearTimeout(timer);
      timer = setTimeout(kill, LIMIT_MS);
    }
    clearTimeout(timer);
    const path = paths[out.length];
    if (path !== undefined) out.push({ path, end: hung ? "hung" : "crashed", what: "the process ended" });
  }
  return out;
}

const ORACLE = `
import os, sys, json, warnings, numpy as np
warnings.filterwarnings("ignore")
# Libraries print on the standard output too.
said = os.fdopen(os.dup(1), "w"); os.dup2(2, 1)
try:
    import netCDF4
except ImportError: netCDF4 = None
try:
    from osgeo import gdal
    gdal.UseExceptions(); gdal.SetConfigOption("GRIB_NORMALIZE_UNITS", "NO")
except ImportError: gdal = None
def stats(a):
    a = a[~np.isnan(a)]
    return [int(a.size), float(a.sum()), float(a.min()) if a.size else None, float(a.max()) if a.size else None]
out = []
for path, form, names in json.load(sys.stdin):
    try:
        if form.startswith(("netcdf", "hdf5")) and netCDF4:
            with netCDF4.Dataset(path) as d:
                got = {}
                for n in names:
                    v = d[n]; x = np.ma.filled(np.ma.asarray(v[:]).astype("f8"), np.nan)
                    got[n] = stats(x.ravel())
            out.append(got)
        elif form in ("geotiff", "grib") and gdal:
            d = gdal.Open(path); a = []
            for i in range(d.RasterCount):
                b = d.GetRasterBand(i + 1)
                if b.GetColorInterpretation() == gdal.GCI_AlphaBand: continue
                x = b.ReadAsArray().astype("f8"); m = b.GetMaskBand().ReadAsArray()
                x[m == 0] = np.nan
                s, o = b.GetScale(), b.GetOffset()
                a.append(x.ravel() * (1 if s is None else s) + (0 if o is None else o))
            out.append({"*": stats(np.concatenate(a))})
        else: out.append(None)
    except Exception as e: out.append(None)
print(json.dumps(out), file=said)
`;

/** Where others are known to give other values, and why ours stand. */
const explained: readonly (readonly [file: RegExp, variable: string, why: string])[] = [
  [
    /(ref_nctest_|nctest_netcdf4_|_ref_nctest_)(64bit_offset|classic)\.nc$/,
    "bytevar",
    "bytes have no default fill value (netCDF Users Guide, appendix A), but netCDF4 for Python hides -127",
  ],
  [/f03tst_open_mem\.nc$/, "var2", "it was never written and has no fill value: ncdump gives other numbers each time"],
  [/tp_on_different_grid_resolutions\.grib$/, "*", "two grids; GDAL cuts the second to the size of the first"],
  [/mrms_.*\.grib2$/, "*", "MRMS writes -3 where it has no coverage; that is missing here, a value to GDAL"],
  [/3_layer\.grib2$/, "*", "three grids; GDAL cuts all to the size of the first"],
];

function near(a: number, b: number, scale: number): boolean {
  return Math.abs(a - b) <= 2e-6 * Math.max(scale, Math.abs(a), Math.abs(b), 1e-30);
}

function differs([n, sum, low, high]: Stats, [m, total, least, most]: Stats): boolean {
  if (n !== m) return true;
  const size = Math.max(Math.abs(least), Math.abs(most));
  return n > 0 && !(near(low, least, size) && near(high, most, size) && near(sum, total, n * size));
}

interface Difference {
  readonly path: string;
  readonly name: string;
  readonly text: string;
}

const because = (why: string | undefined) => (why === undefined ? "" : ` (${why})`);

/** Variables that another program reads as other values. */
function compare(read: readonly Outcome[]): { compared: number; wrong: Difference[] } {
  if (!hasPython("numpy")) return { compared: 0, wrong: [] };
  const said = pythonOn(
    ORACLE,
    read.map((o) => [o.path, o.format, Object.keys(o.stats!)]),
  ) as (Record<string, Stats> | null)[];
  const wrong: Difference[] = [];
  let compared = 0;
  read.forEach(({ path, stats }, i) => {
    const other = said[i];
    if (!other) return;
    const all = Object.values(stats!);
    const fold = (a: Stats, b: Stats): Stats => [a[0] + b[0], a[1] + b[1], Math.min(a[2], b[2]), Math.max(a[3], b[3])];
    const own = "*" in other ? { "*": all.reduce(fold, [0, 0, Infinity, -Infinity]) } : stats!;
    compared++;
    for (const [name, theirs] of Object.entries(other))
      if (differs(own[name]!, theirs)) {
        wrong.push({ path, name, text: `${path}: ${name} has ${own[name]}; others give ${theirs}` });
      }
  });
  return { compared, wrong };
}

async function main(folder: string): Promise<void> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const all = await tryAll(paths);
  const { compared, wrong: different } = compare(all.filter(({ end }) => end === "read"));
  const reasonOf = ({ path, name }: Difference) =>
    explained.find(([file, variable]) => file.test(path) && variable === name)?.[2];
  const wrong = different.filter((one) => reasonOf(one) === undefined);
  const count = (end: Outcome["end"]) => all.filter((o) => o.end === end).length;
  for (const { path, end, what } of all)
    if (end === "crashed" || end === "hung") console.log(`${end} ${path}: ${what}`);
  for (const one of different)
    console.log(`${reasonOf(one) ? "explained" : "differs"} ${one.text}${because(reasonOf(one))}`);
  const counts = (["read", "refused", "crashed", "hung"] as const).map((end) => `${count(end)} ${end}`).join(", ");
  console.log(
    `${all.length} files: ${counts}; ${compared} compared, ${wrong.length} variables differ, ${different.length - wrong.length} for a known reason`,
  );
  if (process.argv.includes("--refusals"))
    for (const { path, end, what } of all) if (end === "refused") console.log(`refused ${path}: ${what}`);
  process.exitCode = count("crashed") + count("hung") + wrong.length > 0 ? 1 : 0;
}

const [argument] = process.argv.slice(2);
const target = argument ?? process.env["MONGE_DATA"];
if (argument === "--child") await work();
else if (target === undefined) console.log("SKIP no folder was named: an argument, or MONGE_DATA");
else await main(target);
