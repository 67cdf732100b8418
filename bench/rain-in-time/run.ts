/**
 * Calibration of sums over time and of means of catchments with times drawn independently and with the measured coherence, by the rule of
 * research/rain-in-time/RULE-reach.md. A line of JSON for each score; `bench/tables.ts` prints the table of the record.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-in-time/run.ts --data fmi,mch,knmi,bom,iberia --seeds 1,2,3 --models DIR`
 */
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Downscaler } from "../../generative/model/downscaler.ts";
import { findModel } from "../../generative/model/find-model.ts";
import { downscale } from "../../generative/sampling/downscale.ts";
import { type TrainOptions, train } from "../../generative/training/train.ts";
import { openDataset, selectTimes, type TimeRange } from "../../io/dataset/index.ts";
import { convertPrecipitation, type Field } from "../../io/field/index.ts";
import { coarsen } from "../../io/regrid/index.ts";
import { type AreaSet, type TimeScoresValue, timeScores } from "../../verification/series/index.ts";
import { verify } from "../../verification/verify.ts";
import type { ReachRow } from "./rows.ts";
import { shiftedSquares } from "./squares.ts";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "fmi,mch,knmi,bom,iberia" },
    seeds: { type: "string", default: "1,2,3" },
    arms: { type: "string", default: "independent,measured" },
    steps: { type: "string", default: "400" },
    models: { type: "string", default: "runs" },
    record: { type: "string", default: "research/rain-in-time/reach.jsonl" },
  },
});

const [FACTOR, SIDE, MEMBERS, EVALUATIONS] = [4, 72, 8, 8];
const HOUR = 3600;
const radars = {
  fmi: { model: "fmi", scored: "fmi_20170509", from: 0, times: 36, blocks: 1, hours: [0.25, 1, 3] },
  mch: { model: "mch", scored: "mch_20160711", from: 0, times: 36, blocks: 1, hours: [0.25, 1, 3] },
  knmi: { model: "fmi", scored: "knmi_20100826", from: 20, times: 72, blocks: 1, hours: [0.25, 1, 3, 6] },
  bom: { model: "fmi", scored: "bom_brisbane_20201031", from: undefined, times: 36, blocks: 2, hours: [0.5, 1, 3, 6] },
};
const learned: Readonly<Record<string, string>> = { fmi: "fmi_20160928", mch: "mch_20150515" };

/** What is scored, its coarse field, and sums. */
interface Scored {
  readonly truth: Field;
  readonly coarse: Field;
  readonly accumulate: readonly number[];
  readonly areas: readonly AreaSet[];
}

const sumOf = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

/** The times to score in the rainiest window without gaps, in mm/h; without a first time the rainiest of the parts of a day. */
async function radar(
  path: string,
  { from, times, blocks, hours }: (typeof radars)[keyof typeof radars],
): Promise<Scored> {
  const data = await openDataset(path);
  const all = await data.variable();
  const count = all.shape[0]!;
  const firsts = from === undefined ? Array.from({ length: count / times }, (_, n) => n * times) : [from];
  let [most, best] = [-1, undefined as Field | undefined];
  for (const first of firsts) {
    const part = convertPrecipitation(await all.isel({ time: [first, first + times] }).load(), "mm h-1");
    const film = blocks === 1 ? part : coarsen(part, blocks);
    const [height, width] = film.shape.slice(1) as [number, number];
    for (let y = 0; y + SIDE <= height; y += SIDE / 3) {
      for (let x = 0; x + SIDE <= width; x += SIDE / 3) {
        const window = film.isel({ y: [y, y + SIDE], x: [x, x + SIDE] });
        const sum = sumOf(window.values);
        if (sum > most) [most, best] = [sum, window];
      }
    }
  }
  data.close();
  const areas = [4, 8, 16, 32].map((km) => shiftedSquares(SIDE, km));
  return { truth: best!, coarse: coarsen(best!, FACTOR), accumulate: hours.map((n) => n * HOUR), areas };
}

/** Daily reanalysis and gauges on a grid. */
async function iberia(folder: string, name: "eobs" | "ncep", range: TimeRange): Promise<Field> {
  const data = await openDataset(join(folder, "pairs", `${name}_iberia_pr.nc`));
  const field = await selectTimes(await data.variable("pr"), range).load();
  data.close();
  return field.with({ values: field.values.map((v) => Math.max(v, 0)) });
}

async function scoredOf(folder: string, name: string): Promise<Scored> {
  if (name !== "iberia") {
    const one = radars[name as keyof typeof radars];
    return radar(join(folder, "radar", `${one.scored}.nc`), one);
  }
  const range = { dates: ["1994-12", "1996-02"] as const };
  const [truth, coarse] = [await iberia(folder, "eobs", range), await iberia(folder, "ncep", range)];
  return { truth, coarse, accumulate: [5 * 24 * HOUR], areas: [] };
}

async function modelOf(folder: string, data: string, seed: number): Promise<Downscaler> {
  const name = data === "iberia" ? data : radars[data as keyof typeof radars].model;
  const out = join(options.models, `${name}${seed}`);
  if (!existsSync(out)) {
    const recipe: TrainOptions = {
      ...{ steps: Number(options.steps), batch: 8, network: { baseChannels: 16 }, seed, out, threads: 1 },
    };
    const range = { dates: [null, "1994-11"] as const };
    const { downscaler } =
      data === "iberia"
        ? await train(
            {
              fine: await iberia(folder, "eobs", range),
              coarse: await iberia(folder, "ncep", range),
              context: ["position", "season"],
            },
            recipe,
          )
        : await train([join(folder, "radar", `${learned[name]}.nc`)], recipe);
    await downscaler?.dispose();
  }
  return Downscaler.load(findModel(out), { threads: 1 });
}

async function run(folder: string): Promise<void> {
  for (const data of options.data.split(",")) {
    const { truth, coarse, accumulate, areas } = await scoredOf(folder, data);
    for (const seed of options.seeds.split(",").map(Number)) {
      const model = await modelOf(folder, data, seed);
      for (const arm of options.arms.split(",")) {
        const before = process.cpuUsage();
        const drawn = await downscale(model, coarse, {
          ...{ members: MEMBERS, evaluations: EVALUATIONS, seed, force: true },
          ...(arm === "measured" && { coherence: arm }),
          ...(data === "iberia" && { grid: truth }),
        });
        const seconds = process.cpuUsage(before).user / 1e6;
        const inTime = timeScores({ accumulate, areas });
        const { scores } = await verify(drawn, truth, { scores: [inTime], fssWindows: [1] });
        const coherence = arm === "measured" ? (model.configuration.coherence ?? null) : null;
        const { sums, autocorrelation } = scores["time"] as unknown as TimeScoresValue;
        const row: ReachRow = { data, seed, arm, coherence, seconds, sums, autocorrelation };
        appendFileSync(options.record, `${JSON.stringify(row)}\n`);
        const cells = sums.filter((one) => one.of === "cells");
        const text = cells.map((one) => `${one.duration / 60}: ${one.crps.toFixed(4)} ${one.spreadSkill.toFixed(2)}`);
        console.log([data, seed, arm, ...text, `${seconds.toFixed(0)} s`].join("  "));
      }
      await model.dispose();
    }
  }
}

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ and pairs/ in it");
await run(folder);
