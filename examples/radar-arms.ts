/**
 * Does a Wasserstein term help the extremes? Trains the downscaler on radar rain (factor 4) with and without the term and
 * with an equally weighted RMSE control, from the same start on the same batches with the same noise, and scores every
 * arm on two held-out events next to interpolation, quantile mapping and a random cascade.
 *
 *   node --import tsx examples/radar-arms.ts [--data DIR] [--out radar-arms] [--steps 500] [--seeds 1,2,3]
 *     [--arms none,wasserstein:2,rmse:2] [--train FILES] [--evaluate FILES] [--threads 1] [--members 8] [--quick]
 *
 * `--train` and `--evaluate` take some of the events alone (comma between names). Further arms: `unit:0.3`, `unit:measured` change
 * the unit of ln(1 + R/unit), `archives` conditions the network on the radar of a tile; `archives+unit:measured` does both. Every arm is compared with the first one, tile by tile.
 *
 * `--data` holds the radar files; without it they are sought in `radar` of the folder that `MONGE_DATA` names. `--quick`,
 * or none of them, trains on one small event and evaluates on another, both part of the repository: it shows that all works, not which arm wins.
 * Finished runs in --out are kept and not repeated.
 */
import { existsSync } from "node:fs";
import { access, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isMongeError, OptionsError } from "../engine/errors.ts";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { blockMean } from "../engine/numerics/grid.ts";
import type { ShapedArray } from "../engine/numerics/shaped-array.ts";
import { rng } from "../engine/random/rng.ts";
import { cutTiles, cutTilesAt, type RainFrames, type StackedTiles } from "../generative/data/index.ts";
import { archivesOf, type Downscaler } from "../generative/model/index.ts";
import { type TrainingRecipe, trainOnTiles } from "../generative/training/index.ts";
import { convertPrecipitation, readField } from "../io/index.ts";
import {
  applyQuantileMap,
  bilinear,
  blockConstant,
  conserveBlocks,
  fitQuantileMap,
  randomCascade,
  selectCascade,
} from "./array-baselines/index.ts";
import { verifyTiles } from "./array-scores/verify-tiles.ts";
import { distributionTerm } from "./papers/distribution-terms.ts";
import { compare, print, type Row } from "./radar-table.ts";
import places from "./radar-tiles.json" with { type: "json" };

interface Event {
  readonly file: string;
  /** Seconds of accumulation, where the file holds sums. */
  readonly interval?: number;
  /** Takes every so many frames. @defaultValue 1 */
  readonly every?: number;
  /** Most tiles to take. @defaultValue all */
  readonly limit?: number;
}

/** The events to train on. */
const events: readonly Event[] = [
  { file: "fmi_20160928.nc", limit: 2500 },
  { file: "mch_20150515.nc", limit: 2500 },
  { file: "knmi_20100826.nc", interval: 300, limit: 2500 },
  { file: "bom_brisbane_20201031.nc", interval: 600, limit: 2000 },
  { file: "opera_odyssey_20180824.nc", limit: 2500 },
  { file: "mrms_conus_20190610.nc", every: 3, limit: 2500 },
];
/** With `--quick`; cut from the first. */
const smallEvents: readonly Event[] = [{ file: "fmi_20160928_cut.nc", limit: 100 }];
const factor = 4;

const { values: args } = parseArgs({
  options: {
    data: { type: "string" },
    out: { type: "string", default: "radar-arms" },
    steps: { type: "string", default: "500" },
    seeds: { type: "string", default: "1,2,3" },
    arms: { type: "string", default: "none,wasserstein:2,rmse:2" },
    train: { type: "string" },
    evaluate: { type: "string" },
    threads: { type: "string", default: "1" },
    members: { type: "string", default: "8" },
    quick: { type: "boolean", default: false },
  },
});
const corpora = process.env["MONGE_DATA"];
const isQuick = args.quick || (args.data ?? corpora) === undefined;
const say = (line: string) => process.stderr.write(`${line}\n`);

/** Training data, and the file and places of the tiles to evaluate on. */
const among = (names: string | undefined, file: string) => names === undefined || names.split(",").includes(file);
const chosen = {
  events: (isQuick ? smallEvents : events).filter(({ file }) => among(args.train, file)),
  held: Object.entries(places).filter(([file]) => file.includes("_cut") === isQuick && among(args.evaluate, file)),
};

/** The folder that holds every radar file; an error where there is none. */
function radarFolder(): string {
  const own = fileURLToPath(new URL("../test/data/radar", import.meta.url));
  const folder = args.data ?? (isQuick ? own : join(corpora!, "radar"));
  const wayOut = "give --data DIR, or set MONGE_DATA to a folder with radar/ in it, or give --quick for a small trial";
  const files = [...chosen.events.map(({ file }) => file), ...chosen.held.map(([file]) => file)];
  const missing = files.filter((file) => !existsSync(join(folder, file)));
  if (missing.length > 0)
    throw new OptionsError(`radar-arms: ${folder} has no ${missing.join(", ")}; ${wayOut}`, "data", folder);
  return folder;
}

async function frames(data: string, event: Event) {
  const read = await readField(join(data, event.file), { variable: "pr" });
  const field = convertPrecipitation(read, "mm h-1", event.interval ? { interval: event.interval } : {});
  const [time, height, width] = field.shape as [number, number, number];
  const every = event.every ?? 1;
  const kept = Math.ceil(time / every);
  const values = new Float32Array(kept * height * width);
  for (let t = 0; t < kept; t++) {
    const begin = t * every * height * width;
    values.set(field.values.subarray(begin, begin + height * width), t * height * width);
  }
  const limit = event.limit ?? Number.POSITIVE_INFINITY;
  return { name: event.file, values, shape: [kept, height, width], limit } satisfies RainFrames;
}

async function* training(data: string): AsyncGenerator<RainFrames> {
  for (const event of chosen.events) {
    yield await frames(data, event);
    say(`cut ${event.file}`);
  }
}

interface HeldOut {
  readonly truth: ShapedArray;
  readonly coarse: ShapedArray;
  readonly events: readonly string[];
}

async function heldOut(data: string): Promise<HeldOut> {
  const parts: StackedTiles[] = [];
  for (const [file, tiles] of chosen.held) {
    const places = tiles.map(([frame, row, column]) => ({ frame: frame!, row: row!, column: column! }));
    parts.push(cutTilesAt(await frames(data, { file }), places));
  }
  const size = parts[0]!.size;
  const count = parts.reduce((sum, p) => sum + p.count, 0);
  const values = new Float32Array(count * size * size);
  let at = 0;
  for (const part of parts) {
    values.set(part.values, at);
    at += part.values.length;
  }
  const coarse = blockMean(values, count, size, size, factor);
  return {
    truth: { values, shape: [count, size, size] },
    coarse: { values: coarse, shape: [count, size / factor, size / factor] },
    events: parts.flatMap((p) => p.events.flatMap((e) => new Array<string>(p.count).fill(e.name))),
  };
}

async function ensemble(model: Downscaler, held: HeldOut, seed: number, conserve: boolean): Promise<ShapedArray> {
  const [count, rows, columns] = held.coarse.shape as [number, number, number];
  const members = Number(args.members);
  const pixels = rows * columns;
  const size = pixels * factor ** 2;
  const values = new Float32Array(count * members * size);
  for (let i = 0; i < count; i++) {
    const coarse = {
      values: Float32Array.from(held.coarse.values.subarray(i * pixels, (i + 1) * pixels)),
      shape: [rows, columns],
    };
    // The held-out events are of radars that training knows by another date: fmi_2016…, mch_2015….
    const radar = held.events[i]!.split("_")[0];
    const archive = archivesOf(model.configuration)?.find((name) => name.split("_")[0] === radar);
    const sample = await model.sample(coarse, { members, seed, frame: i, conserve, ...(archive && { archive }) });
    values.set(sample.values, i * members * size);
  }
  return { values, shape: [count, members, rows * factor, columns * factor] };
}

const score = (name: string, fields: ShapedArray, held: HeldOut): Row => {
  const { pooled, events: perEvent, tiles } = verifyTiles(fields, held.truth, held.coarse, { events: held.events });
  return { name, pooled, events: perEvent, crps: tiles.map(({ cells }) => cells.crps / cells.cells) };
};

function baselines(archive: StackedTiles, held: HeldOut): Row[] {
  const up = bilinear(held.coarse, factor);
  const every = <T extends { values: Float32Array; shape: readonly number[] }>(step: number, most: number) => {
    const tile = archive.size ** 2;
    const taken = Array.from({ length: archive.count }, (_, i) => i)
      .filter((i) => i % step === 0)
      .slice(0, most);
    const values = new Float32Array(taken.length * tile);
    taken.forEach((i, k) => {
      values.set(archive.values.subarray(i * tile, (i + 1) * tile), k * tile);
    });
    const fine: ShapedArray = { values, shape: [taken.length, archive.size, archive.size] };
    const side = archive.size / factor;
    const coarse: ShapedArray = {
      values: blockMean(values, taken.length, archive.size, archive.size, factor),
      shape: [taken.length, side, side],
    };
    return { fine, coarse } as { fine: ShapedArray; coarse: ShapedArray } & Partial<T>;
  };
  const map = (() => {
    const { fine, coarse } = every(4, archive.count);
    return fitQuantileMap(bilinear(coarse, factor).values, fine.values);
  })();
  const search = every(97, 96);
  const random = rng(3);
  const chosen = selectCascade(search.fine, search.coarse, { factor, members: 8, random: random.split("select") });
  const cascade = randomCascade(held.coarse, {
    factor,
    members: Number(args.members),
    slope: chosen.slope,
    amplitude: chosen.amplitude,
    random: random.split("draw"),
  });
  return [
    score("bilinear", up, held),
    score("block-constant", blockConstant(held.coarse, factor), held),
    score("bilinear + quantile map", applyQuantileMap(map, up), held),
    score("bilinear, conserving", conserveBlocks(up, held.coarse, factor), held),
    score("random cascade", cascade, held),
  ];
}

function parseArm(text: string): Pick<TrainingRecipe, "term" | "unit" | "archives"> {
  const parts = text.split("+").map((part): ReturnType<typeof parseArm> => {
    const [kind, value = "0"] = part.split(":");
    if (kind === "none") return {};
    if (kind === "unit") return { unit: value === "measured" ? value : Number(value) };
    if (kind === "archives") return { archives: true };
    const weight = Number(value);
    if (kind === "wasserstein" || kind === "rmse") return { term: distributionTerm(kind, { weight }) };
    const known = "none, wasserstein:W, rmse:W, unit:C, or archives";
    throw new OptionsError(`--arms: ${part} is not ${known}`, "arms", text);
  });
  return Object.assign({ unit: 1 }, ...parts);
}

async function runArm(arm: string, seed: number, archive: StackedTiles, held: HeldOut, out: string): Promise<Row[]> {
  const threads = Number(args.threads);
  const began = performance.now();
  const { downscaler } = await trainOnTiles(archive, {
    seed,
    steps: Number(args.steps),
    ...parseArm(arm),
    ...(isQuick && { batch: 4, network: { baseChannels: 8 } }),
    threads,
    progressEvery: 100,
    onProgress: ({ step, loss, metrics }) => {
      say(`${arm} seed ${seed} step ${step} loss ${loss.toFixed(4)} ${JSON.stringify(metrics)}`);
    },
  });
  const trained = performance.now();
  const raw = await ensemble(downscaler, held, seed, false);
  const seconds = { training: (trained - began) / 1e3, sampling: (performance.now() - trained) / 1e3 };
  const conserved = conserveBlocks({ ...raw, values: raw.values.map((v) => (v < 0.1 ? 0 : v)) }, held.coarse, factor);
  const name = `${arm}, seed ${seed}`;
  await downscaler.save(join(out, `${fileName(arm, seed)}.safetensors`));
  await downscaler.dispose();
  return [
    { ...score(name, raw, held), seconds },
    { ...score(`${name}, conserving`, conserved, held), seconds },
  ];
}

const fileName = (arm: string, seed: number) => `${arm.replace(":", "-")}-steps${args.steps}-seed${seed}`;

async function kept(path: string): Promise<Row[] | undefined> {
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  return exists ? (JSON.parse(await readFile(path, "utf8")) as Row[]) : undefined;
}

async function main(): Promise<void> {
  const { out } = args;
  const data = radarFolder();
  await mkdir(out, { recursive: true });
  const archive = await cutTiles(() => training(data), rng(1));
  const held = await heldOut(data);
  say(`${archive.count} training tiles, ${held.truth.shape[0]} held-out tiles`);
  const once = async (name: string, make: () => Promise<Row[]> | Row[]): Promise<Row[]> => {
    const path = join(out, `${name}.json`);
    const found = await kept(path);
    if (found) return found;
    const rows = await make();
    await writeAtomically(path, JSON.stringify(rows, null, 1));
    return rows;
  };
  const rows = await once("baselines", () => baselines(archive, held));
  const arms = new Map<string, Row[]>();
  for (const seed of args.seeds.split(",").map(Number)) {
    for (const arm of args.arms.split(",")) {
      const made = await once(fileName(arm, seed), () => runArm(arm, seed, archive, held, out));
      arms.set(arm, [...(arms.get(arm) ?? []), made[1]!]);
      rows.push(...made);
    }
  }
  print(rows);
  compare(arms, held.events);
}

await main().catch((error: unknown) => {
  if (!isMongeError(error)) throw error;
  say(error.message);
  process.exitCode = 2;
});
