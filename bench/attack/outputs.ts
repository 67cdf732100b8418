/**
 * `node --import tsx --conditions=source bench/attack/outputs.ts [SEED]`: outputs over inputs, of every command that writes, by the name
 * itself, by links, by hard links and by patterns; and races for one name. Prints a table, and ends with 1 where anything was lost.
 */
import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileHashes } from "../../engine/files/file-hash.ts";
import { rng } from "../../engine/random/rng.ts";
import { writeNetcdf } from "../../io/index.ts";
import { coarsen } from "../../io/regrid/refine.ts";
import { bundled } from "../../test/cli/bundle.ts";
import { writeSyntheticRain } from "../../test/cli/data.ts";
import { writeUntrainedModel } from "../../test/cli/model.ts";
import { cli, mongeHere } from "../../test/cli/run.ts";

interface Command {
  readonly name: string;
  /** Files that it reads, or that belong to what it reads. */
  readonly reads: readonly string[];
  /** How names of its output end; a pattern stands for the file in which `2020` takes the place of `{year}`. */
  readonly ending: string;
  args(output: string): readonly string[];
}

interface Row {
  readonly what: string;
  tries: number;
  /** Refused as an input. */
  refused: number;
  /** Refused for another reason, or a hard link that was replaced and left what it led to. */
  otherwise: number;
  lost: number;
}

const seed = Number(process.argv[2] ?? Date.now() % 1e6);
const folder = mkdtempSync(join(tmpdir(), "monge-attack-"));
const code = mkdtempSync(join(cli, "../../bench/.attack-"));
const at = (name: string) => join(folder, name);
const said = (line: string) => process.stderr.write(`${line}\n`);

async function prepare(): Promise<readonly Command[]> {
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 4, units: "mm", size: 16 });
  await writeNetcdf(at("coarse.nc"), coarsen(fine, 2));
  mkdirSync(at("run/checkpoints"), { recursive: true });
  await writeUntrainedModel(at("run/model.safetensors"), 2);
  for (const name of ["options.json", "loss.svg", "checkpoints/step-00000002.safetensors"])
    writeFileSync(at(`run/${name}`), "{}");
  const square = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]; // biome-ignore format: one line
  writeFileSync(at("lake.geojson"), JSON.stringify({ type: "Polygon", coordinates: square }));
  const domain = { shape: "geojson", file: "lake.geojson" };
  const conditions = [{ type: "dirichlet", equation: "u = x" }];
  writeFileSync(at("lake.json"), JSON.stringify({ name: "lake", domain, equations: ["u_xx + u_yy = 0"], conditions }));
  const smooth = ["downscale", "--method", "bilinear", at("coarse.nc")];
  await mongeHere(...smooth, "--factor", "2", "-o", at("store.zarr"));
  const drawn = [
    "downscale",
    at("run"),
    at("coarse.nc"),
    "--interval",
    "86400",
    "--members",
    "1",
    "--evaluations",
    "2",
  ];
  const [coarse, finer] = [at("coarse.nc"), at("fine.nc")];
  const store = [at("store.zarr/zarr.json"), at("store.zarr/.monge/plan.json"), coarse];
  const run = ["options.json", "loss.svg", "model.safetensors", "checkpoints/step-00000002.safetensors"].map((one) =>
    at(`run/${one}`),
  );
  const lake = [at("lake.json"), at("lake.geojson")];
  const over = "--overwrite";
  return [
    { name: "convert", ending: ".nc", reads: [finer], args: (o) => ["convert", finer, "-o", o, over] },
    {
      name: "convert .tif",
      ending: ".tif",
      reads: [finer],
      args: (o) => ["convert", finer, "-o", o, "--time", "0", "--epsg", "none", over],
    },
    {
      name: "convert --grid",
      ending: ".nc",
      reads: [finer, coarse],
      args: (o) => ["convert", finer, "-o", o, "--grid", coarse, over],
    },
    { name: "convert store", ending: ".nc", reads: store, args: (o) => ["convert", at("store.zarr"), "-o", o, over] },
    { name: "downscale", ending: ".nc", reads: [coarse], args: (o) => [...smooth, "--factor", "2", "-o", o, over] },
    {
      name: "downscale --grid",
      ending: ".nc",
      reads: [coarse, finer],
      args: (o) => [...smooth, "--grid", finer, "-o", o, over],
    },
    {
      name: "downscale {year}",
      ending: "{year}.nc",
      reads: [coarse, finer],
      args: (o) => [...smooth, "--grid", finer, "-o", o, over],
    },
    { name: "downscale model", ending: ".nc", reads: [coarse, ...run], args: (o) => [...drawn, "-o", o, over] },
    {
      name: "downscale --figure",
      ending: ".png",
      reads: [coarse, ...run],
      args: (o) => [...drawn, "-o", at("new.nc"), "--figure", o, over],
    },
    { name: "merge", ending: ".nc", reads: store, args: (o) => ["merge", at("store.zarr"), "-o", o, over] },
    {
      name: "merge {year}",
      ending: "{year}.nc",
      reads: store,
      args: (o) => ["merge", at("store.zarr"), "-o", o, over],
    },
    {
      name: "verify --output",
      ending: ".csv",
      reads: [finer, ...store],
      args: (o) => ["verify", at("store.zarr"), finer, "-o", o, over],
    },
    {
      name: "report",
      ending: ".html",
      reads: [finer, coarse],
      args: (o) => ["report", finer, "--input", coarse, "-o", o, over],
    },
    ...(
      [
        ["output", ".nc"],
        ["output", ".csv"],
        ["output", ".onnx"],
        ["figure", ".svg"],
        ["curves", ".svg"],
      ] as const
    ).map(([option, ending]) => ({
      ...{ name: `solve --${option} ${ending}`, ending, reads: lake },
      args: (o: string) => ["solve", at("lake.json"), "--steps", "1", `--${option}`, o, over],
    })),
  ];
}

let count = 0;
/** Names under which an output meets a file; undefined where it cannot have such a name. */
const ways: Readonly<Record<string, (path: string, ending: string) => string | undefined>> = {
  "the name itself": (path, ending) => (path.endsWith(ending) ? path : undefined),
  "a way around": (path, ending) =>
    path.endsWith(ending) ? `${dirname(path)}/../${basename(dirname(path))}/${basename(path)}` : undefined,
  "a link": (path, ending) => named(ending, (name) => symlinkSync(path, name)),
  "a link to a link": (path, ending) => {
    const first = at(`links/first-${++count}`);
    symlinkSync(path, first);
    return named(ending, (name) => symlinkSync(first, name));
  },
  "a hard link": (path, ending) => named(ending, (name) => linkSync(path, name)),
};

function named(ending: string, make: (name: string) => void): string {
  const name = at(`links/${++count}_`);
  make(`${name}${ending.replace("{year}", "2020")}`);
  return `${name}${ending}`;
}

/** The contents of all that is read. */
async function state(): Promise<string> {
  const names = [
    "fine.nc",
    "coarse.nc",
    "run",
    "store.zarr",
    "pr.flt",
    "pr.hdr",
    "pr.prj",
    "lake.json",
    "lake.geojson",
  ];
  return (await fileHashes(names.map(at))).join();
}

async function overInputs(commands: readonly Command[]): Promise<Row[]> {
  mkdirSync(at("links"));
  const rows = new Map(Object.keys(ways).map((what) => [what, { what, tries: 0, refused: 0, otherwise: 0, lost: 0 }]));
  const cases = commands.flatMap((command) =>
    command.reads.flatMap((path) => Object.keys(ways).map((way) => ({ command, path, way }))),
  );
  const order = rng(seed).split("order").permutation(cases.length);
  for (const k of order) {
    const { command, path, way } = cases[k]!;
    const output = ways[way]!(path, command.ending);
    if (output === undefined) continue;
    const before = await state();
    const { status, stderr } = await mongeHere(...command.args(output));
    const row = rows.get(way)!;
    row.tries++;
    // A hard link that is replaced leaves what it was a link to.
    if ((status === 0 && way !== "a hard link") || (await state()) !== before) {
      row.lost++;
      said(`LOST: ${command.name} over ${path} by ${way} (exit ${status})`);
    } else row[/an input or belongs to one/.test(stderr) ? "refused" : "otherwise"]++;
  }
  return [...rows.values()];
}

/** Ends with how it ended. */
function started(flags: readonly string[], args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [...flags, ...args], { stdio: "ignore" });
  return new Promise((resolve) => child.on("exit", resolve));
}

/** Two that write one name without --overwrite, and a file that comes while one writes. */
async function races(commands: readonly Command[], times: number): Promise<Row[]> {
  const flags = bundled(code);
  const two: Row = { what: "two commands, one name", tries: 0, refused: 0, otherwise: 0, lost: 0 };
  const late: Row = { what: "a file that comes meanwhile", tries: 0, refused: 0, otherwise: 0, lost: 0 };
  const random = rng(seed).split("races");
  const few = commands.filter(({ name }) => !/curves|model|--figure|solve --(output|figure)/.test(name));
  for (let k = 0; k < times; k++) {
    const { name, ending, args } = few[k % few.length]!;
    const place = at(`races/${k}`);
    mkdirSync(place, { recursive: true });
    const output = join(place, `x_${ending}`);
    const words = args(output).filter((word) => word !== "--overwrite");
    if (k % 2 === 0) {
      two.tries++;
      const ends = await Promise.all([started(flags, words), started(flags, words)]);
      if (ends.filter((end) => end === 0).length === 1) two.refused++;
      else {
        two.lost++;
        said(`LOST: two of ${name} ended with ${ends}`);
      }
      continue;
    }
    late.tries++;
    const running = started(flags, words);
    const final = output.replace("{year}", "2020");
    await new Promise((resolve) => setTimeout(resolve, 3000 * random.uniform(1)[0]!));
    let mine = true;
    try {
      writeFileSync(final, "mine", { flag: "wx" });
    } catch {
      mine = false;
    }
    const end = await running;
    const stands = !mine || (statSync(final).size === 4 && end !== 0);
    if (!stands) said(`LOST: a file was replaced by ${name} (exit ${end})`);
    late[stands ? (mine ? "refused" : "otherwise") : "lost"]++;
  }
  for (const name of readdirSync(at("races"), { recursive: true, encoding: "utf8" })) {
    if (/\.(tmp|old)$/.test(name)) said(`left over: ${name}`);
  }
  return [two, late];
}

try {
  const commands = await prepare();
  cpSync(at("coarse.nc"), at("pr_2020.nc"));
  said(`seed ${seed}`);
  const rows = [...(await overInputs(commands)), ...(await races(commands, Number(process.argv[3] ?? 40)))];
  process.stdout.write("| outputs over inputs by       | tries | refused | otherwise | lost |\n");
  for (const { what, tries, refused, otherwise, lost } of rows) {
    process.stdout.write(`| ${what.padEnd(28)} | ${tries} | ${refused} | ${otherwise} | ${lost} |\n`);
  }
  process.exitCode = rows.some(({ lost }) => lost > 0) ? 1 : 0;
} finally {
  for (const one of [folder, code]) if (existsSync(one)) rmSync(one, { recursive: true });
}
