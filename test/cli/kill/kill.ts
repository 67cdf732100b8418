/**
 * Kills commands at random moments and looks at what is left: names that are final hold the old or the new, whole; runs go
 * on to the bits of one that was left in peace; the next run clears up.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { tidyFolder } from "../../../engine/files/index.ts";
import { rng } from "../../../engine/index.ts";
import { auditUnits } from "../../../generative/index.ts";
import { coarsen, writeNetcdf } from "../../../io/index.ts";
import { assert } from "../../harness.ts";
import { bundled } from "../bundle.ts";
import { writeSyntheticRain } from "../data.ts";
import { cli, mongeDone, words } from "../run.ts";

/** What came of the kills of one command. */
export interface Kills {
  readonly command: string;
  /** Ended by the signal. */
  readonly killed: number;
  /** Ended by themselves before it. */
  readonly finished: number;
  /** Kills that left something unfinished beside the place. */
  readonly leftovers: number;
  /** Kills after which the old store was put back. */
  readonly restored: number;
}

/** Histories hold the time; a clock that stands gives the same bytes. */
const clock = `const Real = Date; globalThis.Date = class extends Real { constructor(...a) { super(...(a.length > 0 ? a : [0])); } };`;
const still = ["--import", `data:text/javascript,${encodeURIComponent(clock)}`];
/** Node's arguments before those of the command. */
let flags: readonly string[] = [];

interface Job {
  readonly name: string;
  readonly args: readonly string[];
  /** What stands under the final name. */
  readonly output: string;
  /** Makes what is there before. */
  readonly before?: () => void;
  /** A store of units of work: what stands under its name grows, and only its bits without rows are those of a run in peace. */
  readonly grows?: true;
  /** The output is a folder of files, each of which is the old or the new at any time; the store of units among them. */
  readonly several?: { readonly store?: string };
  /** Left out unless it is named. */
  readonly extra?: true;
  /** Instead of `args` once the record of a run is there. */
  readonly resume?: () => readonly string[] | undefined;
}

/** Of a file, or of all files in a folder by name, without the rows of units, which hold times; "" for nothing. */
function digest(path: string): string {
  if (!existsSync(path)) return "";
  const hash = createHash("sha256");
  const add = (at: string, name: string): void => {
    hash.update(name);
    if (!statSync(at).isDirectory()) return void hash.update(readFileSync(at));
    for (const entry of readdirSync(at)
      .sort()
      .filter((one) => one !== "units"))
      add(join(at, entry), `${name}/${entry}`);
  };
  add(path, "");
  return hash.digest("hex");
}

function complete(args: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [...flags, ...args], { encoding: "utf8" });
  assert.is(status, 0, `${args.join(" ")}\n${stderr}`);
  return performance.now() - began;
}

async function killed(args: readonly string[], after: number): Promise<boolean> {
  const child = spawn(process.execPath, [...flags, ...args], { stdio: "ignore" });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on("exit", (_, signal) => resolve(signal)));
  const timer = setTimeout(() => child.kill("SIGKILL"), after);
  const signal = await ended;
  clearTimeout(timer);
  return signal === "SIGKILL";
}

const isLeft = (name: string) => /^\..*\.(tmp|old)$/.test(name);

/** Kills every command but the extra ones, or those of these names, so many times, at moments from the seed; checks after each. */
export async function kill(times: number, seed: number, names?: readonly string[] | "all"): Promise<Kills[]> {
  const folder = mkdtempSync(join(tmpdir(), "monge-kill-"));
  // Below the packages that it imports.
  const code = mkdtempSync(join(cli, "../../test/.kill-"));
  try {
    flags = [...still, ...bundled(code)];
    const told: Kills[] = [];
    for (const job of await jobs(folder)) {
      if (names === undefined ? job.extra : names !== "all" && !names.includes(job.name)) continue;
      const kills = await killJob(job, folder, times, seed);
      console.log(`${job.name}: ${kills.killed} killed, ${kills.finished} finished`);
      told.push(kills);
    }
    return told;
  } finally {
    for (const one of [folder, code]) rmSync(one, { recursive: true, force: true });
  }
}

async function jobs(folder: string): Promise<Job[]> {
  const at = (name: string) => join(folder, name);
  mkdirSync(at("w"));
  const fine = await writeSyntheticRain(at("fine.nc"), { days: 40, units: "mm", size: 64 });
  await writeNetcdf(at("coarse.nc"), coarsen(fine.isel({ time: [0, 8] }), 4));
  await writeNetcdf(at("coarser.nc"), coarsen(fine.isel({ time: [0, 8] }), 16));
  const equation = { name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: ["u_t = 0.1*u_xx"] };
  const conditions = [
    { type: "initial", equation: "u = sin(pi*x)" },
    { type: "dirichlet", equation: "u = 0", on: "x" },
  ];
  writeFileSync(at("heat.json"), JSON.stringify({ ...equation, conditions }));
  const sizes = words("--channels 8 --batch 2 --crop 16 --set tile=16 --steps 6 --threads 1");
  const train = ["train", "--data", at("coarse.nc"), "--interval", "86400", ...sizes, "--set", "checkpointEvery=1"];
  await mongeDone(...train, "--out", at("model"));
  await mongeDone("convert", at("coarse.nc"), "-o", at("old.zarr"));
  await mongeDone("downscale", "--method", "bilinear", "--factor", "4", at("coarse.nc"), "-o", at("drawn.zarr"));
  const out = (name: string) => join(folder, "w", name);
  const convert = (name: string, ...more: string[]) => [
    "convert",
    at("fine.nc"),
    "-o",
    out(name),
    "--slab",
    "0.1",
    ...more,
  ];
  const old = () => cpSync(at("old.zarr"), out("b.zarr"), { recursive: true });
  const draw = ["--interval", "86400", "--members", "2", "--evaluations", "4", "--threads", "1"];
  const solve = ["--steps", "5", "--points", "50", "--width", "6", "--depth", "1"];
  const days = ["downscale", at("model"), at("coarser.nc"), "-o", out("days/x-{day}.nc"), "--unit", "1", ...draw];
  const olds = () => {
    mkdirSync(out("days"));
    for (const day of [1, 3, 8]) writeFileSync(out(`days/x-2020-01-0${day}.nc`), "of before");
  };
  // A run that was killed before it said its options has a folder and is no run to go on with: the next one has the next number.
  const run = () => {
    const runs = existsSync(out("runs")) ? readdirSync(out("runs")).filter((name) => name.endsWith("-train")) : [];
    return join(out("runs"), runs.sort().at(-1) ?? "00001-train");
  };
  return [
    { name: "convert .nc", args: convert("a.nc"), output: out("a.nc") },
    { name: "convert .zarr", args: convert("a.zarr"), output: out("a.zarr") },
    { name: "convert .tif", args: convert("a.tif", "--time", "0:9", "--epsg", "none"), output: out("a.tif") },
    { name: "convert .zarr --overwrite", args: convert("b.zarr", "--overwrite"), output: out("b.zarr"), before: old },
    {
      name: "downscale",
      args: ["downscale", at("model"), at("coarser.nc"), "-o", out("d.nc"), ...draw],
      output: out("d.nc"),
    },
    {
      name: "downscale .zarr --shard",
      args: ["downscale", at("model"), at("coarser.nc"), "-o", out("d.zarr"), "--unit", "1", "--shard", "0/1", ...draw],
      output: out("d.zarr"),
      grows: true,
      resume: () => undefined,
    },
    {
      name: "train",
      args: [...train, "--out", out("runs")],
      get output() {
        return join(run(), "model.safetensors");
      },
      resume: () =>
        existsSync(join(run(), "options.json"))
          ? ["train", "--resume", run(), "--set", "checkpointEvery=1"]
          : undefined,
    },
    {
      name: "downscale .tif",
      ...{
        args: [
          "downscale",
          at("model"),
          at("coarser.nc"),
          "-o",
          out("d.tif"),
          ...draw,
          ...words("--time 0 --epsg none"),
        ],
      },
      ...{ output: out("d.tif"), extra: true },
    },
    {
      name: "downscale {day} --shard",
      ...{ args: [...days, "--shard", "0/1"], output: out("days"), before: () => mkdirSync(out("days")) },
      ...{ several: { store: out("days/x-units.zarr") }, resume: () => undefined, extra: true },
    },
    {
      name: "downscale {day} --overwrite",
      ...{ args: [...days, "--overwrite"], output: out("days"), before: olds },
      ...{ several: { store: out("days/x-units.zarr") }, extra: true },
      resume: () => (existsSync(out("days/x-units.zarr")) ? [...days, "--resume"] : undefined),
    },
    { name: "merge", args: ["merge", at("drawn.zarr"), "-o", out("m.nc")], output: out("m.nc"), extra: true },
    {
      name: "merge {day} --overwrite",
      ...{ args: ["merge", at("drawn.zarr"), "-o", out("days/x-{day}.nc"), "--overwrite"], output: out("days") },
      ...{ before: olds, several: {}, resume: () => undefined, extra: true },
    },
    {
      name: "verify --output",
      ...{ args: ["verify", at("coarse.nc"), at("coarse.nc"), "--draws", "200", "-o", out("v.csv")] },
      ...{ output: out("v.csv"), extra: true },
    },
    {
      name: "report",
      ...{ args: ["report", at("coarse.nc"), "--times", "3", "-o", out("r.html")], output: out("r.html"), extra: true },
    },
    {
      name: "solve",
      args: ["solve", at("heat.json"), ...solve, "-o", out("u.nc"), "--overwrite"],
      output: out("u.nc"),
      resume: () => undefined,
    },
  ];
}

async function killJob(job: Job, folder: string, times: number, seed: number): Promise<Kills> {
  const place = join(folder, "w");
  const clear = () => {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    job.before?.();
  };
  clear();
  const before = digest(job.output);
  const olds = filesOf(job);
  let length = complete(job.args);
  const whole = digest(job.output);
  const news = filesOf(job);
  assert.is.not(whole, before);
  clear();
  const moments = rng(seed).split(job.name).uniform(times);
  const count = { killed: 0, finished: 0, leftovers: 0, restored: 0 };
  let fromNothing = true;
  for (const moment of moments) {
    const began = performance.now();
    const wasKilled = await killed(job.resume?.() ?? job.args, (0.2 + 0.9 * moment) * length);
    // A machine that has less to do ends it sooner; what goes on from a killed run is no whole run.
    if (!wasKilled && fromNothing) length = Math.min(length, performance.now() - began);
    count[wasKilled ? "killed" : "finished"]++;
    if (readdirSync(place).some(isLeft)) count.leftovers++;
    if (!existsSync(job.output) && before !== "") {
      assert.equal(tidyFolder(place).restored, [job.output], `${job.name}: the old store is lost`);
      count.restored++;
    }
    const now = digest(job.output);
    const store = job.grows ? job.output : job.several?.store;
    if (store !== undefined && existsSync(store)) await wholeUnits(job.name, store);
    if (job.several) {
      for (const [name, sum] of filesOf(job)) {
        assert.ok(
          sum === olds.get(name) || sum === news.get(name),
          `${job.name}: ${name} is neither the old nor the new`,
        );
      }
    } else if (!(job.grows && existsSync(job.output)))
      assert.ok(
        now === before || now === whole,
        `${job.name}: neither the old nor the new stands under the final name`,
      );
    // Where nothing goes on, the next try begins anew; leftovers stay for it to clear up.
    fromNothing = now === whole;
    if (fromNothing) clear();
  }
  if (job.grows || job.several || digest(job.output) !== whole) complete(job.resume?.() ?? job.args);
  assert.is(digest(job.output), whole, `${job.name}: the bits are not those of a run that was left in peace`);
  tidyFolderTwice(place, job);
  return { command: job.name, ...count };
}

/** Of the files of a folder, by name. */
function filesOf({ several, output }: Job): ReadonlyMap<string, string> {
  const names = several && existsSync(output) ? readdirSync(output) : [];
  const files = names.filter((name) => !isLeft(name) && !statSync(join(output, name)).isDirectory());
  return new Map(files.map((name) => [name, digest(join(output, name))]));
}

/** Units that are finished are sound, and nothing stands there that is no unit's. */
async function wholeUnits(name: string, output: string): Promise<void> {
  const { damaged, foreign } = await auditUnits(output);
  assert.equal([damaged, foreign], [[], []], name);
}

/** After a command that was left in peace nothing is left over. */
function tidyFolderTwice(place: string, { name }: Job): void {
  const left = (folder: string): string[] =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => isLeft(path.split("/").at(-1)!));
  assert.equal(left(place), [], `${name}: temporary files are left`);
}
