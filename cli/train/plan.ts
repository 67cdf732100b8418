/** What a training run is to do, without gaps: from the command line, or from the record of an interrupted run. */
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import {
  among,
  type Check,
  either,
  list,
  optional,
  positive,
  real,
  record,
  text,
  whole,
} from "../../engine/files/plain-checks.ts";
import { readRunOptions } from "../../engine/files/run.ts";
import type { Intervals, TrainingRecipe } from "../../generative/downscaling/index.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import type { TrainOptions } from "./command.ts";

/** All options of a run; plain JSON, as in its record. */
export interface TrainPlan {
  readonly data: readonly string[];
  readonly variable: string | null;
  readonly units: string | null;
  readonly interval: Intervals | null;
  readonly time: TimeRange | null;
  readonly every: number;
  readonly cap: number | null;
  readonly wetThreshold: number;
  readonly factor: number;
  readonly tile: number;
  readonly crop: number;
  readonly batch: number;
  readonly channels: number;
  readonly steps: number;
  readonly seed: number;
  readonly term: "none" | "w1" | "rmse";
  readonly weight: number;
  readonly threads: number;
  readonly device: "cpu" | "webgpu" | "cuda";
  readonly out: string;
  readonly name: string;
  /** Of the files, once the run has begun. */
  readonly dataSha256?: readonly string[];
}

const orNull = (check: Check): Check => either(among(null), check);
const count = whole(1);
const range = list(whole(0), 2, 2);

/** Tells what is wrong with a plan that was recorded. */
const planCheck: Check = record({
  data: list(text, 1),
  variable: orNull(text),
  units: orNull(text),
  interval: orNull(either(among("time"), list(positive(), 1))),
  time: orNull(either(record({ dates: list(orNull(text), 2, 2) }), record({ indices: range }))),
  every: count,
  cap: orNull(count),
  wetThreshold: real(0),
  factor: whole(2, 256),
  tile: count,
  crop: count,
  batch: count,
  channels: whole(8, 4096),
  steps: whole(1, 2 ** 31),
  seed: whole(0),
  term: among("none", "w1", "rmse"),
  weight: real(0),
  threads: count,
  device: among("cpu", "webgpu", "cuda"),
  out: text,
  name: text,
  dataSha256: optional(list(text)),
});

/** The network halves the resolution twice. */
const HALVINGS = 4;
const CROP = 32;
const TILE = 64;

/** Fills in defaults and checks what belongs together. @throws OptionsError */
export function resolvePlan(o: { readonly [K in keyof TrainPlan]?: TrainPlan[K] | undefined }): TrainPlan {
  if (!o.data?.length) throw new OptionsError("--data is missing; name at least one file", "data", o.data);
  if (!o.out) throw new OptionsError("--out is missing; name a folder for the run", "out", o.out);
  const { factor = 4, channels = 24, interval = null, term = "none" } = o;
  const unit = leastCommonMultiple(factor, HALVINGS);
  const crop = o.crop ?? Math.ceil(CROP / unit) * unit;
  const tile = o.tile ?? Math.max(crop, Math.floor(TILE / factor) * factor);
  const check = (option: string, value: unknown, holds: boolean, expected: string) => {
    if (!holds) throw new OptionsError(`--${option} is ${value}; ${expected}`, option, value);
  };
  check("crop", crop, crop % unit === 0, `it must be a multiple of ${unit}`);
  check("tile", tile, tile % factor === 0 && tile >= crop, `it must be a multiple of ${factor} and at least ${crop}`);
  check("channels", channels, channels % 8 === 0, "it must be a multiple of 8");
  const fits = interval === null || interval === "time" || interval.length === 1 || interval.length === o.data.length;
  check("interval", interval, fits, `give one value, or ${o.data.length}, one a file`);
  return {
    data: o.data.map((path) => resolve(path)),
    variable: o.variable ?? null,
    units: o.units ?? null,
    interval,
    time: o.time ?? null,
    every: o.every ?? 1,
    cap: o.cap ?? null,
    wetThreshold: o.wetThreshold ?? 0.1,
    factor,
    tile,
    crop,
    batch: o.batch ?? 16,
    channels,
    steps: o.steps ?? 2000,
    seed: o.seed ?? 0,
    term,
    weight: term === "none" ? 0 : (o.weight ?? 0.2),
    threads: o.threads ?? Math.min(8, availableParallelism()),
    device: o.device ?? "cpu",
    out: resolve(o.out),
    name: o.name ?? "train",
  };
}

/** The recipe of a plan; what it leaves out has the library's defaults. */
export function recipeOf(plan: TrainPlan): TrainingRecipe & { readonly steps: number } {
  const { seed, steps, factor, batch, crop, channels, term, weight } = plan;
  return {
    seed,
    steps,
    factor,
    batch,
    crop,
    network: { baseChannels: channels },
    term: term === "none" ? null : { kind: term === "w1" ? "wasserstein" : "rmse", weight },
    warmup: Math.min(100, Math.ceil(steps / 10)),
  };
}

/** The folder of the run to go on with. @throws OptionsError where there is none */
export async function findUnfinished({ resume, out }: Pick<TrainOptions, "resume" | "out">): Promise<string> {
  const place = typeof resume === "string" ? resume : out;
  if (place === undefined) throw new OptionsError("--resume: name the run, or its folder by --out", "resume", resume);
  const isRun = (folder: string) => existsSync(join(folder, "options.json"));
  const isFinished = (folder: string) => existsSync(join(folder, "result.json"));
  if (isRun(place)) {
    if (isFinished(place)) throw new OptionsError(`--resume: ${place} is finished`, "resume", place);
    return resolve(place);
  }
  const entries = existsSync(place) ? (await readdir(place)).sort().reverse() : [];
  const found = entries.map((entry) => join(place, entry)).find((folder) => isRun(folder) && !isFinished(folder));
  if (found === undefined) throw new OptionsError(`--resume: ${place} holds no unfinished run`, "resume", place);
  return resolve(found);
}

/** The plan in a run's record. @throws FormatError */
export async function readPlan(folder: string): Promise<TrainPlan> {
  const path = join(folder, "options.json");
  const stored = await readRunOptions(folder);
  const complaint = planCheck(stored, "options");
  if (complaint !== undefined) {
    const message = `it is no record of \`monge train\` (${complaint})`;
    throw new FormatError(path, "run", message, "name a run that this command began");
  }
  const options = stored as TrainPlan;
  return { ...resolvePlan(options), ...(options.dataSha256 && { dataSha256: options.dataSha256 }) };
}

/** An option given beside --resume must be the run's own. @throws OptionsError */
export function checkRecorded(wanted: TrainPlan, recorded: TrainPlan, folder: string): void {
  for (const name of Object.keys(wanted) as (keyof TrainPlan)[]) {
    const [now, then] = [JSON.stringify(wanted[name]), JSON.stringify(recorded[name])];
    if (name === "dataSha256" || now === then) continue;
    throw new OptionsError(`--resume: ${name} is ${now}, but ${folder} has ${then}; leave it out`, name, wanted[name]);
  }
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a * b) / x;
}
