/**
 * Calibration of sums over time and of means of areas with times drawn independently, with the measured coherence, with noise that stays
 * at its place, and of RainFARM, by the rule of research/rain-in-time/RULE.md. A line of JSON for each score; --table prints those of a
 * record.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-in-time.ts --radars mch,fmi,knmi --seeds 1 --models DIR --record FILE`
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { baselineDownscaler } from "../generative/baselines/baseline-downscaler.ts";
import { Downscaler } from "../generative/model/downscaler.ts";
import { findModel } from "../generative/model/find-model.ts";
import { downscale } from "../generative/sampling/downscale.ts";
import { train } from "../generative/training/train.ts";
import { openDataset } from "../io/dataset/index.ts";
import type { Field } from "../io/field/index.ts";
import { coarsen } from "../io/regrid/index.ts";
import { squareAreas, type TimeScoresValue, timeScores } from "../verification/series/index.ts";
import { verify } from "../verification/verify.ts";

const { values: options } = parseArgs({
  options: {
    radars: { type: "string", default: "mch,fmi,knmi" },
    seeds: { type: "string", default: "1" },
    arms: { type: "string", default: "independent,measured,still 0.6,rainfarm" },
    side: { type: "string", default: "96" },
    steps: { type: "string", default: "400" },
    models: { type: "string", default: "runs" },
    record: { type: "string", default: "research/rain-in-time/scores.jsonl" },
    table: { type: "boolean", default: false },
  },
});

const [FACTOR, SIDE, TIMES, MEMBERS, EVALUATIONS] = [4, Number(options.side), 24, 8, 8];
const radars = {
  mch: { learned: "mch_20150515", scored: "mch_20160711", from: 0, time: undefined },
  fmi: { learned: "fmi_20160928", scored: "fmi_20170509", from: 0, time: undefined },
  knmi: { learned: "knmi_20100826", scored: "knmi_20100826", from: 60, time: { indices: [0, 44] as const } },
};

interface Row extends TimeScoresValue {
  readonly radar: string;
  readonly seed: number;
  readonly arm: string;
  readonly coherence: unknown;
  readonly seconds: number;
}

/** The times to score, in the rainiest window without gaps. */
async function scoredField(path: string, from: number): Promise<Field> {
  const data = await openDataset(path);
  const film = await (await data.field()).isel({ time: [from, from + TIMES] }).load();
  data.close();
  const [times, height, width] = film.shape as [number, number, number];
  let [most, best] = [-1, [0, 0] as [number, number]];
  for (let y = 0; y + SIDE <= height; y += 32) {
    for (let x = 0; x + SIDE <= width; x += 32) {
      let sum = 0;
      for (let t = 0; t < times && !Number.isNaN(sum); t++) {
        for (let v = y; v < y + SIDE; v++) {
          for (let u = x; u < x + SIDE; u++) sum += film.values[(t * height + v) * width + u]!;
        }
      }
      if (sum > most) [most, best] = [sum, [y, x]];
    }
  }
  return film.isel({ y: [best[0], best[0] + SIDE], x: [best[1], best[1] + SIDE] });
}

async function modelOf(radar: keyof typeof radars, seed: number, path: (name: string) => string): Promise<Downscaler> {
  const out = join(options.models, `${radar}${seed}`);
  const { learned, time } = radars[radar];
  if (!existsSync(out)) {
    const quick = { steps: Number(options.steps), batch: 8, network: { baseChannels: 16 } };
    const { downscaler } = await train([path(learned)], { ...quick, ...(time && { time }), seed, out, threads: 1 });
    await downscaler?.dispose();
  }
  return Downscaler.load(findModel(out), { threads: 1 });
}

async function run(folder: string): Promise<void> {
  const path = (name: string) => join(folder, "radar", `${name}.nc`);
  for (const radar of options.radars.split(",") as (keyof typeof radars)[]) {
    const { scored, from } = radars[radar];
    const truth = await scoredField(path(scored), from);
    const coarse = coarsen(truth, FACTOR);
    const areas = [4, 8, 16, 32].map((km) => squareAreas(`${km} km`, [SIDE, SIDE], [km, km]));
    for (const seed of options.seeds.split(",").map(Number)) {
      const model = await modelOf(radar, seed, path);
      for (const arm of options.arms.split(",")) {
        const { configuration, parameters } = model;
        const still = /^still (.*)$/.exec(arm)?.[1];
        const own =
          still === undefined
            ? model
            : new Downscaler(
                { ...configuration, coherence: { step: 300, share: 1, still: Number(still), moving: 0 } },
                parameters,
                { threads: 1 },
              );
        const method = arm === "rainfarm" ? baselineDownscaler({ method: "rainfarm", factor: FACTOR }) : own;
        const before = process.cpuUsage();
        const drawn = await downscale(method, coarse, {
          ...{ members: MEMBERS, seed },
          ...(arm !== "rainfarm" && { evaluations: EVALUATIONS, force: true }),
          ...(arm === "independent" && { coherence: 0 }),
        });
        const seconds = process.cpuUsage(before).user / 1e6;
        const inTime = timeScores({ accumulate: [900, 1800, 3600], areas });
        const { scores } = await verify(drawn, truth, { scores: [inTime], fss: { windows: [1] } });
        const coherence = arm === "measured" ? (configuration.coherence ?? null) : arm;
        const row: Row = { radar, seed, arm, coherence, seconds, ...(scores["time"] as unknown as TimeScoresValue) };
        appendFileSync(options.record, `${JSON.stringify(row)}\n`);
        console.log(lineOf(row));
        if (own !== model) await own.dispose();
      }
      await model.dispose();
    }
  }
}

/** Spread over skill of sums and of squares, CRPS at 5 minutes and an hour, autocorrelation at lag 1. */
function lineOf({ radar, seed, arm, sums, autocorrelation: { place, motion }, seconds }: Row): string {
  const of = (minutes: number, area = "cells") => sums.find((s) => s.duration === 60 * minutes && s.of === area)!;
  const two = (v: number | undefined) => (v === undefined ? "–" : v.toFixed(2));
  const spread = [5, 15, 30, 60].map((minutes) => two(of(minutes).spreadSkill)).join(" ");
  const squares = ["4 km", "16 km", "32 km"].map((area) => two(of(60, area).spreadSkill)).join(" ");
  const crps = [5, 60].map((minutes) => of(minutes).crps.toFixed(4)).join(" ");
  const lags = [place, motion].map((one) => `${two(one.truth[0])}/${two(one.forecast[0])}`).join(" ");
  return `| ${[radar, seed, arm, spread, squares, crps, lags, seconds.toFixed(0)].join(" | ")} |`;
}

if (options.table) {
  console.log(
    "| radar | seed | arm | spread/skill 5, 15, 30, 60 min | of hourly squares of 4, 16, 32 km | CRPS 5, 60 min | lag 1 at a place, along the motion (truth/members) | processor s |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const line of readFileSync(options.record, "utf8").trim().split("\n")) console.log(lineOf(JSON.parse(line)));
} else {
  const folder = process.env["MONGE_DATA"];
  if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ in it");
  await run(folder);
}
