/**
 * Single fields drawn with and without the coarse fields of the times before and after, by the rule of
 * research/rain-in-time/RULE-context.md. A line of JSON for each training; --table prints those of a record.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/context-in-time.ts --data mch,fmi,iberia --seeds 1,2,3 --record FILE`
 */

import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cellMotion } from "../engine/numerics/cell-motion.ts";
import { rng } from "../engine/random/rng.ts";
import { pairImages, usualImages } from "../generative/data/images/of-pairs.ts";
import { imagesInMemory } from "../generative/data/images/take.ts";
import { matchPairs } from "../generative/data/match.ts";
import { measureChannels } from "../generative/data/measure.ts";
import { cellMap } from "../generative/ensemble/noise-links.ts";
import { downscale } from "../generative/sampling/downscale.ts";
import { trainOnImages } from "../generative/training/train-model.ts";
import { lazyField, openDataset, selectTimes, type TimeRange } from "../io/dataset/index.ts";
import { type Field, instantsOf, timeAxis } from "../io/field/index.ts";
import { coarsen, gridOf, regridLazy } from "../io/regrid/index.ts";
import { verify } from "../verification/verify.ts";
import { recordedLines } from "./recorded-lines.ts";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "mch,fmi,iberia" },
    seeds: { type: "string", default: "1,2,3" },
    steps: { type: "string", default: "400" },
    record: { type: "string", default: "research/rain-in-time/context.jsonl" },
    table: { type: "boolean", default: false },
  },
});

const [FACTOR, LEARNED, SCORED, TIMES] = [4, 256, 64, 12];
const arms = ["none", "plain", "moved"] as const;
type Arm = (typeof arms)[number];

/** Fine and coarse fields of the same times; the coarse ones also on the fine grid, as they are shifted there. */
interface Pair {
  readonly fine: Field;
  readonly coarse: Field;
  readonly lifted: Field;
  /** Pixels of a cell in which motion is looked for. */
  readonly cell: number;
}

interface Row {
  readonly data: string;
  readonly seed: number;
  readonly arm: Arm;
  readonly crps: number;
  /** From `none`: value, low, high. */
  readonly difference?: readonly number[];
  readonly spreadSkill: number;
  readonly seconds: number;
}

/** The rainiest window without gaps. */
function window(film: Field, side: number): Field {
  const [times, height, width] = film.shape as [number, number, number];
  let [most, best] = [-1, [0, 0] as [number, number]];
  for (let y = 0; y + side <= height; y += 32) {
    for (let x = 0; x + side <= width; x += 32) {
      let sum = 0;
      for (let t = 0; t < times && !Number.isNaN(sum); t++) {
        for (let v = y; v < y + side; v++) {
          for (let u = x; u < x + side; u++) sum += film.values[(t * height + v) * width + u]!;
        }
      }
      if (sum > most) [most, best] = [sum, [y, x]];
    }
  }
  return film.isel({ y: [best[0], best[0] + side], x: [best[1], best[1] + side] });
}

async function radar(path: string, side: number, times?: number): Promise<Pair> {
  const data = await openDataset(path);
  const all = await data.variable();
  const film = await (times === undefined ? all : all.isel({ time: [0, times] })).load();
  data.close();
  const fine = window(film, side);
  const coarse = coarsen(fine, FACTOR);
  const [cells, columns] = [side / FACTOR, side];
  const values = Float32Array.from(fine.values, (_, i) => {
    const [t, y, x] = [Math.floor(i / side ** 2), Math.floor(i / columns) % side, i % columns];
    return coarse.values[(t * cells + Math.floor(y / FACTOR)) * cells + Math.floor(x / FACTOR)]!;
  });
  return { fine, coarse, lifted: fine.with({ values }), cell: FACTOR };
}

async function iberia(folder: string, range: TimeRange): Promise<Pair> {
  const read = async (name: string) => {
    const data = await openDataset(join(folder, "pairs", `${name}_iberia_pr.nc`));
    const field = await selectTimes(await data.variable("pr"), range).load();
    data.close();
    return field.with({ values: field.values.map((v) => Math.max(v, 0)) });
  };
  const [fine, coarse] = [await read("eobs"), await read("ncep")];
  const lifted = await regridLazy(lazyField(coarse), gridOf(fine), { method: "bilinear", border: "clamp" }).load();
  return { fine, coarse, lifted, cell: 1 };
}

/** The fields before and after each time, [before, after]; missing where there are none. */
function neighbours(pair: Pair, arm: Exclude<Arm, "none">): Field[] {
  const field = arm === "plain" ? pair.coarse : pair.lifted;
  const [times, height, width] = field.shape as [number, number, number];
  const plane = height * width;
  const map = (n: number) => field.values.subarray(n * plane, (n + 1) * plane);
  const seconds = instantsOf(timeAxis(field)!);
  const step = Math.min(...Array.from(seconds.subarray(1), (s, n) => s - seconds[n]!));
  const motions = Array.from({ length: times - 1 }, (_, n) => {
    const [before, after] = [n, n + 1].map((k) => cellMap(map(k), height, width, pair.cell));
    return cellMotion(before!.values, after!.values, before!.rows, before!.columns);
  });
  return [-1, 1].map((toward) => {
    const values = new Float32Array(times * plane).fill(Number.NaN);
    for (let n = 0; n < times; n++) {
      const other = n + toward;
      if (other < 0 || other >= times || Math.abs(seconds[other]! - seconds[n]!) > 1.01 * step) continue;
      const from = map(other);
      const own = values.subarray(n * plane, (n + 1) * plane);
      if (arm === "plain") own.set(from);
      else shift(from, own, [height, width], pair.cell, motions[Math.min(n, other)]!, toward);
    }
    return field.with({ name: toward < 0 ? "before" : "after", values, attributes: {} });
  });
}

/** A map along a motion, between its pixels; NaN where that leads out of it. */
function shift(
  from: ArrayLike<number>,
  to: Float32Array,
  [height, width]: readonly [number, number],
  cell: number,
  { down, right }: ReturnType<typeof cellMotion>,
  toward: number,
): void {
  const columns = Math.ceil(width / cell);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const at = Math.floor(y / cell) * columns + Math.floor(x / cell);
      const [v, u] = [y + toward * cell * down[at]!, x + toward * cell * right[at]!];
      const [row, column] = [Math.floor(v), Math.floor(u)];
      if (row < 0 || column < 0 || row + 1 >= height || column + 1 >= width) continue;
      const [b, a] = [v - row, u - column];
      const k = row * width + column;
      to[i] =
        (1 - b) * ((1 - a) * from[k]! + a * from[k + 1]!) + b * ((1 - a) * from[k + width]! + a * from[k + width + 1]!);
    }
  }
}

async function pairsOf(folder: string, name: string): Promise<readonly [learned: Pair, scored: Pair]> {
  if (name === "iberia") {
    return [
      await iberia(folder, { dates: [null, "1994-11"] }),
      await iberia(folder, { dates: ["1994-12", "1996-02"] }),
    ];
  }
  const [learned, scored] = name === "mch" ? ["mch_20150515", "mch_20160711"] : ["fmi_20160928", "fmi_20170509"];
  const path = (event: string) => join(folder, "radar", `${event}.nc`);
  return [await radar(path(learned!), LEARNED), await radar(path(scored!), SCORED, TIMES)];
}

async function run(folder: string): Promise<void> {
  for (const seed of options.seeds.split(",").map(Number)) {
    for (const data of options.data.split(",")) {
      const [learned, scored] = await pairsOf(folder, data);
      let against: Field | undefined;
      for (const arm of arms) {
        const of = (pair: Pair) => (arm === "none" ? [] : neighbours(pair, arm));
        const before = process.cpuUsage();
        const fields = [learned.fine, learned.coarse, ...of(learned)].map(lazyField);
        const pairs = matchPairs({
          ...{ fine: fields.slice(0, 1), coarse: fields.slice(1, 2), with: fields.slice(2) },
          ...(data === "iberia" && { context: ["position", "season"] as const }),
        });
        const times = pairs.times.map((_, n) => n);
        const description = await measureChannels(pairs, times);
        const source = pairImages(pairs, times, description, usualImages);
        const images = await imagesInMemory(source, usualImages, rng(seed));
        const { downscaler } = await trainOnImages(images, description, {
          ...{ steps: Number(options.steps), batch: 8, network: { baseChannels: 16 }, seed, symmetries: false },
        });
        const drawn = await downscale(downscaler, scored.coarse, {
          ...(arm !== "none" && { with: of(scored) }),
          ...{ grid: scored.fine, members: 4, evaluations: 8, seed, force: true },
        });
        await downscaler.dispose();
        const block = data === "iberia" ? { days: 10 } : 4;
        const bootstrap = { seed: 1, draws: 1000, block };
        const judged = await verify(drawn, scored.fine, {
          ...{ bootstrap, fssWindows: [1] },
          ...(against && { against }),
        });
        const difference = judged.against?.differences.crps;
        const row: Row = {
          ...{ data, seed, arm, crps: judged.scores.crps, spreadSkill: judged.scores.spreadSkill },
          ...(difference && { difference: [difference.value, difference.low, difference.high] }),
          seconds: process.cpuUsage(before).user / 1e6,
        };
        if (arm === "none") against = drawn;
        appendFileSync(options.record, `${JSON.stringify(row)}\n`);
        console.log(lineOf(row));
      }
    }
  }
}

function lineOf({ data, seed, arm, crps, difference, spreadSkill, seconds }: Row): string {
  const change = difference
    ? `${difference.map((v) => ((100 * v) / (crps - difference[0]!)).toFixed(1)).join(", ")}`
    : "";
  return `| ${[data, seed, arm, crps.toFixed(4), change, spreadSkill.toFixed(2), seconds.toFixed(0)].join(" | ")} |`;
}

if (options.table) {
  console.log("| data | seed | arm | CRPS | change in %, low, high | spread/skill | processor s |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  for (const line of recordedLines<Parameters<typeof lineOf>[0]>(options.record)) console.log(lineOf(line));
} else {
  const folder = process.env["MONGE_DATA"];
  if (folder === undefined || !existsSync(folder)) throw new Error("set MONGE_DATA to a folder of real files");
  await run(folder);
}
