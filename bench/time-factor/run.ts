/**
 * Hours refined to 5 minutes and cells divided by four, by models of many events and by baselines, on a radar that none has seen, by the
 * rule of research/rain-in-time/RULE-many-events.md. A line of JSON for each arm; `bench/tables.ts` prints the table of the record.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/time-factor/run.ts --radars fmi,mch --arms wide,fragments --seeds 1 --models DIR`
 */
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { baselineDownscaler } from "../../generative/baselines/index.ts";
import { foldSteps } from "../../generative/data/time-steps/fold.ts";
import { memberDim } from "../../generative/ensemble/members.ts";
import type { BaselineMethod } from "../../generative/index.ts";
import { Downscaler } from "../../generative/model/downscaler.ts";
import { findModel } from "../../generative/model/find-model.ts";
import { downscale } from "../../generative/sampling/downscale.ts";
import { train } from "../../generative/training/train.ts";
import { lazyField } from "../../io/dataset/index.ts";
import { type Field, instantsOf } from "../../io/field/index.ts";
import { coarsen } from "../../io/regrid/index.ts";
import { squareAreas, type TimeScoresValue, timeScores } from "../../verification/series/index.ts";
import { verify } from "../../verification/verify.ts";
import { advected } from "./advected.ts";
import { COUNT, cut, filmOf, rainiest, WIDE, wholeHours } from "./films.ts";
import { lineOf, type TimeFactorRow } from "./rows.ts";

const { values: options } = parseArgs({
  options: {
    radars: { type: "string", default: "fmi,mch,knmi" },
    seeds: { type: "string", default: "1" },
    arms: { type: "string", default: "uniform,rainfarm,fragments,coarse known,wide,stages" },
    models: { type: "string", default: "runs" },
    record: { type: "string", default: "research/rain-in-time/many-events.jsonl" },
  },
});

const [FACTOR, MEMBERS, EVALUATIONS] = [4, 8, 8];
/** Side of the middle of a window that is scored, and windows of an event to learn from. */
const [SCORED, WINDOWS] = [96, 3];
const MARGIN = (WIDE - SCORED) / 2;
const radars = {
  fmi: { scored: "fmi_20170509", archive: ["mch_20150515", "mch_20160711", "knmi_20100826"], space: "mch", hours: 3 },
  mch: { scored: "mch_20160711", archive: ["fmi_20160928", "fmi_20170509", "knmi_20100826"], space: "fmi", hours: 3 },
  knmi: {
    ...{ scored: "knmi_20100826", space: "fmi", hours: 3 },
    archive: ["fmi_20160928", "fmi_20170509", "mch_20150515", "mch_20160711"],
  },
};
const recipes: Readonly<Record<string, { readonly batch: number; readonly crop: number }>> = {
  wide: { batch: 4, crop: 64 },
  // Of cells of 4 km.
  stages: { batch: 8, crop: 32 },
  advected: { batch: 8, crop: 32 },
};

/** Windows one after the other in time, each from its own hour of day on, with days between them. */
function archiveOf(windows: readonly Field[]): Field {
  const first = windows[0]!;
  const values = new Float32Array(windows.reduce((sum, { values: { length } }) => sum + length, 0));
  const [times, bounds]: [number[], number[]] = [[], []];
  let at = 0;
  for (const [n, window] of windows.entries()) {
    values.set(window.values, at);
    at += window.values.length;
    const time = window.coordinate("time")!;
    const moved = (2 * n - Math.floor(time.values[0]! / 1440)) * 1440;
    times.push(...Array.from(time.values, (v) => v + moved));
    bounds.push(...Array.from(time.bounds!, (v) => v + moved));
  }
  const axis = {
    ...first.coordinate("time")!,
    values: Float64Array.from(times),
    bounds: Float64Array.from(bounds),
  };
  const coordinates = first.coordinates.map((c) => (c.name === axis.name ? axis : c));
  return first.with({ name: "rain", values, shape: [times.length, ...first.shape.slice(1)], coordinates });
}

async function modelOf(name: string, arm: string, seed: number, archive: Field): Promise<Downscaler> {
  const out = join(options.models, `${name}-${arm}-${seed}`);
  if (!existsSync(out)) {
    const guesses = arm === "advected" ? await guessesOf(archive) : [];
    const data = { fine: lazyField(archive), with: guesses.map(lazyField) };
    const { downscaler } = await train(data, {
      ...{ ...recipes[arm]!, steps: 700, network: { baseChannels: 16 }, timeFactor: COUNT },
      ...{ factor: arm === "wide" ? FACTOR : 1, symmetries: true, cap: 1200, seed, out, threads: 1, tileStore: null },
    });
    await downscaler?.dispose();
  }
  return Downscaler.load(findModel(out), { threads: 1 });
}

/** Advected cells of the steps that are learned from. */
async function guessesOf(archive: Field): Promise<readonly Field[]> {
  const { mean, windows } = foldSteps("archive", lazyField(archive), COUNT);
  return advected(await mean.load(), windows.starts, 3_600_000, COUNT);
}

async function run(folder: string): Promise<void> {
  const path = (name: string) => join(folder, "radar", `${name}.nc`);
  for (const radar of options.radars.split(",") as (keyof typeof radars)[]) {
    const { scored, archive: events, space, hours } = radars[radar];
    const film = await filmOf(path(scored));
    const found = cut(film, rainiest(film, 1)[0]!);
    const { fine, means } = await wholeHours(found, hours);
    const truth = middle(fine, 1);
    const coarse = coarsen(means, FACTOR);
    const others: Field[] = [];
    for (const event of events) {
      const one = await filmOf(path(event));
      others.push(...rainiest(one, WINDOWS).map((place) => cut(one, place)));
    }
    const archive = archiveOf(others);
    const areas = [squareAreas("4 km", [SCORED, SCORED], [FACTOR, FACTOR])];
    for (const seed of options.seeds.split(",").map(Number)) {
      for (const arm of options.arms.split(",")) {
        const began = process.cpuUsage();
        const drawn =
          arm === "coarse known" ? interpolated(truth) : await drawnBy({ arm, radar, seed, coarse, archive, space });
        const { user } = process.cpuUsage(began);
        const { scores } = await verify(drawn, truth, {
          scores: [timeScores({ accumulate: [900, 1800, 3600], areas })],
          fssWindows: [1],
        });
        const { sums } = scores["time"] as unknown as TimeScoresValue;
        const off = arm === "coarse known" ? 0 : await largestOff(drawn, middle(coarse, FACTOR));
        const row: TimeFactorRow = { radar, seed, arm, off, seconds: user / 1e6, sums };
        appendFileSync(options.record, `${JSON.stringify(row)}\n`);
        console.log(lineOf(row));
      }
    }
  }
}

/** The part of a field that is scored. */
function middle(field: Field, factor: number): Field {
  const [y, x] = field.dims.slice(-2) as [string, string];
  const range = [MARGIN / factor, (MARGIN + SCORED) / factor] as const;
  return field.isel({ [y]: range, [x]: range });
}

interface Drawing {
  readonly arm: string;
  readonly radar: string;
  readonly seed: number;
  /** Of the whole window. */
  readonly coarse: Field;
  readonly archive: Field;
  /** Model of cells in space. */
  readonly space: string;
}

async function drawnBy({ arm, radar, seed, coarse, archive, space }: Drawing): Promise<Field> {
  if (!(arm in recipes)) {
    const fitted = arm === "uniform" ? {} : { fine: archive };
    const method = baselineDownscaler({ method: arm as BaselineMethod, factor: FACTOR, timeFactor: COUNT, ...fitted });
    return downscale(method, middle(coarse, FACTOR), { ...(arm !== "uniform" && { members: MEMBERS }), seed });
  }
  const how = { evaluations: EVALUATIONS, seed, force: true };
  const inTime = arm !== "wide";
  const model = await modelOf(radar, arm, seed, inTime ? coarsen(archive, FACTOR) : archive);
  const starts = instantsOf(coarse.coordinate("time")!);
  const guesses = arm === "advected" ? advected(coarse, starts, 3_600_000, COUNT) : [];
  const drawn = await downscale(model, coarse, {
    ...{ ...how, members: MEMBERS, grid: inTime ? 1 : FACTOR },
    ...(guesses.length > 0 && { with: guesses }),
  });
  await model.dispose();
  if (!inTime) return middle(drawn, 1);
  const cells = middle(drawn, FACTOR);
  const fine = await Downscaler.load(findModel(join(options.models, `${space}${seed}`)), { threads: 1 });
  const members: Field[] = [];
  for (let m = 0; m < MEMBERS; m++) {
    const one = await downscale(fine, cells.isel({ [memberDim]: m }), {
      ...how,
      evaluations: 5,
      seed: 1000 * seed + m,
      members: 1,
    });
    members.push(one);
  }
  await fine.dispose();
  return stacked(members);
}

/** Fields (time, 1, y, x) as members of one. */
function stacked(members: readonly Field[]): Field {
  const [first] = members as [Field, ...Field[]];
  const [times, , height, width] = first.shape as [number, number, number, number];
  const plane = height * width;
  const values = new Float32Array(times * members.length * plane);
  for (const [m, one] of members.entries()) {
    for (let t = 0; t < times; t++) {
      values.set(one.values.subarray(t * plane, (t + 1) * plane), (t * members.length + m) * plane);
    }
  }
  const coordinates = first.coordinates.filter(({ dims }) => !dims.includes(memberDim));
  return first.with({ values, shape: [times, members.length, height, width], coordinates });
}

/** The means of cells, bilinear between their centres. */
function interpolated(truth: Field): Field {
  const coarse = coarsen(truth, FACTOR);
  const [height, width] = truth.shape.slice(1) as [number, number];
  const [rows, columns] = [height / FACTOR, width / FACTOR];
  const values = new Float32Array(truth.values.length);
  const axis = (n: number, most: number) => {
    const at = Math.min(most - 1, Math.max(0, (n + 0.5) / FACTOR - 0.5));
    const low = Math.min(most - 2, Math.floor(at));
    return [low, at - low] as const;
  };
  for (let i = 0; i < values.length; i++) {
    const [t, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const [[row, b], [column, a]] = [axis(y, rows), axis(x, columns)];
    const of = (v: number, u: number) => coarse.values[(t * rows + row + v) * columns + column + u]!;
    values[i] = (1 - b) * ((1 - a) * of(0, 0) + a * of(0, 1)) + b * ((1 - a) * of(1, 0) + a * of(1, 1));
  }
  return truth.with({ values });
}

async function largestOff(drawn: Field, coarse: Field): Promise<number> {
  const [times, members, height, width] = drawn.shape as [number, number, number, number];
  const [rows, columns] = coarse.shape.slice(1) as [number, number];
  const sums = new Float64Array((times / COUNT) * members * rows * columns);
  for (let i = 0; i < drawn.values.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    const [m, t] = [Math.floor(i / (width * height)) % members, Math.floor(i / (width * height * members))];
    const cell = Math.floor(y / FACTOR) * columns + Math.floor(x / FACTOR);
    sums[(Math.floor(t / COUNT) * members + m) * rows * columns + cell]! += drawn.values[i]! / (COUNT * FACTOR ** 2);
  }
  const most = Float32Array.from(coarse.values).reduce((a, b) => Math.max(a, b), 0);
  const cells = rows * columns;
  return sums.reduce((worst, v, i) => {
    const wanted = coarse.values[Math.floor(i / (members * cells)) * cells + (i % cells)]!;
    return Math.max(worst, Math.abs(v - wanted) / most);
  }, 0);
}

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ in it");
await run(folder);
