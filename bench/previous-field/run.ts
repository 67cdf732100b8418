/**
 * Members drawn one time after the other, each after its own field of the time before, moved along with the coarse rain, by the rule of
 * research/rain-in-time/RULE-previous-field.md. A line of JSON for each film that is scored.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/previous-field/run.ts --data fmi,mch --seeds 0,1,2`
 */

import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { rainOf } from "../../generative/data/read-rain.ts";
import { memberCoordinate } from "../../generative/ensemble/members.ts";
import type { MeasuredCoherence } from "../../generative/model/coherence.ts";
import type { Downscaler } from "../../generative/model/downscaler.ts";
import { measureCoherence } from "../../generative/training/measure-coherence.ts";
import { seriesOfEvent } from "../../generative/training/time-series.ts";
import { trainOnTiles } from "../../generative/training/train-model.ts";
import { openDataset } from "../../io/dataset/index.ts";
import { Field } from "../../io/field/index.ts";
import { type TimeScoresValue, timeScores } from "../../verification/series/index.ts";
import { verify } from "../../verification/verify.ts";
import { shiftedSquares } from "../rain-in-time/squares.ts";
import { recordedLines } from "../recorded-lines.ts";
import { edgesOf, fineMotion, persistenceOf } from "./diagnostics.ts";
import { cut, FACTOR, type Film, frameOf, moved, type Region, rainiest, readFilm } from "./film.ts";
import {
  type Archive,
  archiveOf,
  type Moment,
  noiseOf,
  type PreviousModel,
  tilesFor,
  trainPrevious,
} from "./models.ts";
import type { FilmRow } from "./rows.ts";

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "fmi,mch" },
    arms: { type: "string", default: "independent,measured,previous,previous-true" },
    seeds: { type: "string", default: "0,1,2" },
    steps: { type: "string", default: "800" },
    record: { type: "string", default: "research/rain-in-time/previous-field.jsonl" },
  },
});

const [MEMBERS, EVALUATIONS, SIDE, STRIDE] = [8, 8, 72, 24];
const DURATIONS = [900, 1800, 3600, 10800];
/** Files, with the times that are learned from and those that are scored. */
const radars: Readonly<
  Record<string, readonly [learned: string, to: number | undefined, scored: string, from: number]>
> = {
  fmi: ["fmi_20160928", undefined, "fmi_20170509", 0],
  mch: ["mch_20150515", undefined, "mch_20160711", 0],
  knmi: ["knmi_20100826", 50, "knmi_20100826", 56],
};
const TIMES = 36;
const recipe = { steps: Number(options.steps), batch: 8, crop: 32, network: { baseChannels: 16 } };

/** Field before a time: none is given, that of the member, that along the motion of the true fine fields, or the true one. */
type Given = "none" | "own" | "own-fine" | "true";

interface Scored {
  readonly film: Film;
  readonly region: Region;
}

/** A trained model: what it draws by, and what it has measured. */
interface Trained extends PreviousModel {
  /** Of the package's model. */
  readonly coherence?: () => Promise<MeasuredCoherence | undefined>;
  readonly training: number;
}

/** A film of members, [times, members, height, width] in mm/h, and processor microseconds of a pixel and member. */
async function filmOf(
  model: Trained,
  { film, region }: Scored,
  seed: number,
  given: Given,
  coherence?: MeasuredCoherence,
) {
  const { top, left, height, width } = region;
  const cells = { top: top / FACTOR, left: left / FACTOR, height: height / FACTOR, width: width / FACTOR };
  const map = { top: 0, left: 0, height: film.map.height / FACTOR, width: film.map.width / FACTOR };
  // The motion of the whole map is found before: it is no part of the time of a window.
  const moments: Moment[] = [];
  for (let time = 0; time < TIMES; time++) {
    const coarse = cut(film.coarse(time), map, cells);
    if (time > 0) film.motion(time);
    moments.push({ region, coarse, time, noise: noiseOf(film, coherence, time) });
  }
  const pixels = height * width;
  const values = new Float32Array(TIMES * MEMBERS * pixels);
  const start = process.cpuUsage().user;
  for (const moment of moments) {
    const { time } = moment;
    const window = { top: 0, left: 0, height, width };
    const along = (rain: Float32Array) =>
      given === "own-fine"
        ? moved(rain, window, fineMotion(film, region, time), window, model.unit)
        : moved(rain, region, film.motion(time), region, model.unit);
    const before = () => {
      if (given === "none" || time === 0) return undefined;
      if (given === "true") return along(cut(frameOf(film.field, time - 1), film.map, region));
      return Array.from({ length: MEMBERS }, (_, member) => {
        const at = ((time - 1) * MEMBERS + member) * pixels;
        return along(values.subarray(at, at + pixels));
      });
    };
    const drawn = await model.draw(moment, { seed, evaluations: EVALUATIONS, members: MEMBERS }, before());
    values.set(drawn, time * MEMBERS * pixels);
  }
  return { values, microseconds: Number(((process.cpuUsage().user - start) / values.length).toPrecision(3)) };
}

/** The library's model, and its coherence on the event of the training. */
async function base(folder: string, data: string, archive: Archive, seed: number): Promise<Trained> {
  const start = process.cpuUsage().user;
  const { downscaler } = await trainOnTiles(archive.tiles, {
    ...recipe,
    seed,
    factor: FACTOR,
    wetThreshold: archive.wet,
    threads: 1,
  });
  const training = (process.cpuUsage().user - start) / 1e6;
  const { transform } = downscaler.configuration.targets[0]!;
  return {
    draw: drawBy(downscaler),
    unit: transform.kind === "log" ? transform.unit : 1,
    coherence: () => coherenceOf(downscaler, join(folder, "radar", `${radars[data]![0]}.nc`), seed),
    training,
    dispose: () => downscaler.dispose(),
  };
}

const drawBy =
  (downscaler: Downscaler): PreviousModel["draw"] =>
  async ({ region, coarse, time, noise }, o) => {
    const shape = [region.height / FACTOR, region.width / FACTOR];
    const origin = [region.top, region.left] as const;
    const { values } = await downscaler.sample(
      { values: coarse, shape },
      { ...o, frame: time, origin, noise, ...tilesFor(region.height), force: true },
    );
    return values;
  };

/** As `train` measures it on one event: on the first part of its file. */
async function coherenceOf(model: Downscaler, path: string, seed: number): Promise<MeasuredCoherence | undefined> {
  const data = await openDataset(path);
  try {
    const rain = rainOf(await data.variable(), { apart: undefined, interval: [300], index: 0, bytes: 64e6 });
    const series = await seriesOfEvent(rain, FACTOR, { held: false });
    return series && (await measureCoherence(model, 1, async () => series, { seed }));
  } finally {
    data.close();
  }
}

async function after(archive: Archive, seed: number, noise: number): Promise<Trained> {
  const start = process.cpuUsage().user;
  const model: PreviousModel = await trainPrevious(archive, { ...recipe, seed, masked: 0.2, noise });
  const training = (process.cpuUsage().user - start) / 1e6;
  return { ...model, training };
}

/** Model, field before and noise of each arm; the coherence is that of the library's model of the same seed. */
const arms: Readonly<
  Record<string, { readonly model: "base" | "after" | "noisy"; readonly given: Given; readonly measured?: true }>
> = {
  independent: { model: "base", given: "none" },
  measured: { model: "base", given: "none", measured: true },
  previous: { model: "after", given: "own" },
  "previous-true": { model: "after", given: "true" },
  "previous-fine-motion": { model: "after", given: "own-fine" },
  "previous-none": { model: "after", given: "none" },
  "previous-measured": { model: "after", given: "own", measured: true },
  "previous-noisy": { model: "noisy", given: "own" },
};

async function run(folder: string): Promise<void> {
  const areas = [4, 8, 16, 32].map((side) => shiftedSquares(SIDE, side));
  for (const data of options.data.split(",")) {
    const [learned, to, event, from] = radars[data]!;
    const wanted = options.seeds
      .split(",")
      .map(Number)
      .flatMap((seed) => options.arms.split(",").map((arm) => ({ seed, arm })));
    const left = wanted.filter(
      ({ seed, arm }) => !recorded().some((row) => row.data === data && row.seed === seed && row.arm === arm),
    );
    if (left.length === 0) continue;
    const archive = await archiveOf(await readFilm(folder, learned, [0, to]));
    const film = await readFilm(folder, event, [from, from + TIMES]);
    const region = rainiest(film, [0, TIMES], SIDE, STRIDE);
    const truth = film.field.isel({ y: [region.top, region.top + SIDE], x: [region.left, region.left + SIDE] });
    process.stderr.write(
      `${data}: ${archive.tiles.count} tiles to learn from, window at ${region.top}, ${region.left}\n`,
    );
    for (const seed of new Set(left.map((one) => one.seed))) {
      const models = new Map<string, Trained>();
      const coherence = () =>
        recorded().find((row) => row.data === data && row.seed === seed && row.arm === "measured")?.coherence;
      const modelOf = async (name: string): Promise<Trained> => {
        const made =
          models.get(name) ??
          (await (name === "base"
            ? base(folder, data, archive, seed)
            : after(archive, seed, name === "noisy" ? 0.5 : 0)));
        models.set(name, made);
        return made;
      };
      for (const { arm } of left.filter((one) => one.seed === seed)) {
        const { model: name, given, measured } = arms[arm]!;
        const model = await modelOf(name);
        const used = measured && (model.coherence ? await model.coherence() : (coherence() ?? undefined));
        const drawn = await filmOf(model, { film, region }, seed, given, used);
        const scores = await scoresOf(drawn.values, truth, areas);
        const row: FilmRow = {
          ...{ data, seed, arm, steps: recipe.steps, training: Number(model.training.toPrecision(3)) },
          ...{ microseconds: drawn.microseconds, coherence: used ?? null, ...scores },
          edges: edgesOf(truth, drawn.values, MEMBERS),
          ...(arm === "independent" && { persistence: persistenceOf(film, region) }),
        };
        appendFileSync(options.record, `${JSON.stringify(row)}\n`);
        const cells = row.sums.filter((one) => one.of === "cells");
        const text = cells.map((one) => `${one.duration / 60}: ${one.crps.toFixed(4)} ${one.spreadSkill.toFixed(2)}`);
        console.log([data, seed, arm, ...text, `${row.training} s`, `${row.microseconds} µs`].join("  "));
      }
      for (const model of models.values()) await model.dispose();
    }
  }
}

async function scoresOf(values: Float32Array, truth: Field, areas: readonly ReturnType<typeof shiftedSquares>[]) {
  const [time, y, x] = truth.dims as [string, string, string];
  const drawn = new Field({
    ...{ name: truth.name, units: "mm h-1", attributes: truth.attributes, gridMapping: truth.gridMapping },
    ...{ dims: [time, "realization", y, x], shape: [TIMES, MEMBERS, SIDE, SIDE], values },
    coordinates: [...truth.coordinates, memberCoordinate(MEMBERS)],
  });
  const inTime = timeScores({ accumulate: DURATIONS, areas });
  const { scores } = await verify(drawn, truth, { scores: [inTime], fssWindows: [1] });
  const { sums, autocorrelation } = scores["time"] as unknown as TimeScoresValue;
  const short = (v: number) => Number(v.toPrecision(5));
  const lags = ({ truth: a, forecast: b }: TimeScoresValue["autocorrelation"]["place"]) => ({
    truth: a.map(short),
    forecast: b.map(short),
  });
  return {
    sums: sums.map(({ duration, of, windows, count, crps, spreadSkill }) => ({
      ...{ duration, of, windows, count, crps: short(crps), spreadSkill: short(spreadSkill) },
    })),
    autocorrelation: { place: lags(autocorrelation.place), motion: lags(autocorrelation.motion) },
  };
}

const recorded = () => recordedLines<FilmRow>(options.record);

const folder = process.env["MONGE_DATA"];
if (folder === undefined || !existsSync(folder)) throw new Error("set MONGE_DATA to a folder of real files");
await run(folder);
