/**
 * Hours refined to 5 minutes and cells divided by four, by a model and by baselines, by the rule of
 * research/rain-in-time/RULE-time-factor.md. A line of JSON for each arm; --table prints those of a record.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/time-factor/run.ts --radars fmi,knmi,mch --seeds 1 --models DIR`
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { baselineDownscaler } from "../../generative/baselines/index.ts";
import { foldSteps } from "../../generative/data/time-steps/fold.ts";
import type { BaselineMethod } from "../../generative/index.ts";
import { Downscaler } from "../../generative/model/downscaler.ts";
import { findModel } from "../../generative/model/find-model.ts";
import { downscale } from "../../generative/sampling/downscale.ts";
import { train } from "../../generative/training/train.ts";
import { lazyField, openDataset } from "../../io/dataset/index.ts";
import { convertPrecipitation, type Field } from "../../io/field/index.ts";
import { coarsen } from "../../io/regrid/index.ts";
import { type TimeScoresValue, timeScores } from "../../verification/series/index.ts";
import { verify } from "../../verification/verify.ts";
import { lineOf, rowsOf, type TimeFactorRow, timeFactorTable } from "./rows.ts";

const { values: options } = parseArgs({
  options: {
    radars: { type: "string", default: "fmi,knmi,mch" },
    seeds: { type: "string", default: "1" },
    arms: { type: "string", default: "model,uniform,rainfarm,fragments" },
    steps: { type: "string", default: "300" },
    models: { type: "string", default: "runs" },
    record: { type: "string", default: "research/rain-in-time/time-factor.jsonl" },
    table: { type: "boolean", default: false },
  },
});

const [FACTOR, COUNT, MEMBERS, EVALUATIONS] = [4, 12, 8, 8];
const radars = {
  mch: { learned: "mch_20150515", scored: "mch_20160711", from: 0 },
  fmi: { learned: "fmi_20160928", scored: "fmi_20170509", from: 0 },
  knmi: { learned: "fmi_20160928", scored: "knmi_20100826", from: 46 },
};

/** Times of a file in mm/h, in the rainiest window without gaps. */
async function rainiest(
  path: string,
  times: readonly [number, number] | undefined,
  side: number,
  step: number,
): Promise<Field> {
  const data = await openDataset(path);
  const whole = await data.field();
  const film = convertPrecipitation(await (times ? whole.isel({ time: times }) : whole).load(), "mm h-1");
  data.close();
  const [count, height, width] = film.shape as [number, number, number];
  const sums = new Float64Array(height * width);
  for (let i = 0; i < film.values.length; i++) sums[i % sums.length]! += film.values[i]! / count;
  let [most, best] = [-1, [0, 0] as [number, number]];
  for (let y = 0; y + side <= height; y += step) {
    for (let x = 0; x + side <= width; x += step) {
      let sum = 0;
      for (let v = y; v < y + side; v++) for (let u = x; u < x + side; u++) sum += sums[v * width + u]!;
      if (sum > most) [most, best] = [sum, [y, x]];
    }
  }
  return stepped(film.isel({ y: [best[0], best[0] + side], x: [best[1], best[1] + side] }));
}

/** As means over the time to the next, with bounds, where values are those of moments. */
function stepped(given: Field): Field {
  const field = given.with({ attributes: { ...given.attributes, cell_methods: "time: mean" } });
  const time = field.coordinate("time")!;
  if (time.bounds) return field;
  const step = time.values[1]! - time.values[0]!;
  const bounds = Float64Array.from({ length: 2 * time.values.length }, (_, i) => time.values[i >> 1]! + (i & 1) * step);
  return field.with({ coordinates: field.coordinates.map((c) => (c === time ? { ...c, bounds } : c)) });
}

async function modelOf(learned: string, seed: number, archive: Field): Promise<Downscaler> {
  const out = join(options.models, `${learned}-${seed}`);
  if (!existsSync(out)) {
    const quick = { steps: Number(options.steps), batch: 4, crop: 32, network: { baseChannels: 16 } };
    const { downscaler } = await train([lazyField(archive)], {
      ...{ ...quick, factor: FACTOR, timeFactor: COUNT, seed, out, threads: 1, tileStore: null },
    });
    await downscaler?.dispose();
  }
  return Downscaler.load(findModel(out), { threads: 1 });
}

async function run(folder: string): Promise<void> {
  const path = (name: string) => join(folder, "radar", `${name}.nc`);
  for (const radar of options.radars.split(",") as (keyof typeof radars)[]) {
    const { learned, scored, from } = radars[radar];
    const archive = await rainiest(path(learned), undefined, 256, 64);
    const found = await rainiest(path(scored), [from, from + 40], 64, 32);
    const { mean, windows } = foldSteps("truth", lazyField(found), COUNT);
    const whole = Array.from(windows.starts.keys()).filter((n) => windows.starts[n]! % 3_600_000 === 0);
    const picked = whole.slice(0, 3);
    const begin = windows.first[picked[0]!]!;
    const truth = found.isel({ time: [begin, begin + COUNT * picked.length] });
    const coarse = coarsen(joined(await mean.load(), picked), FACTOR);
    for (const seed of options.seeds.split(",").map(Number)) {
      for (const arm of options.arms.split(",")) {
        const began = process.cpuUsage();
        const model = arm === "model" ? await modelOf(learned, seed, archive) : undefined;
        const fitted = arm === "uniform" ? {} : { fine: archive };
        const method =
          model ?? baselineDownscaler({ method: arm as BaselineMethod, factor: FACTOR, timeFactor: COUNT, ...fitted });
        const drawn = await downscale(method, coarse, {
          ...(arm !== "uniform" && { members: MEMBERS }),
          ...{ seed, ...(model && { evaluations: EVALUATIONS, force: true, grid: FACTOR }) },
        });
        await model?.dispose();
        const { user } = process.cpuUsage(began);
        const { scores } = await verify(drawn, truth, {
          scores: [timeScores({ accumulate: [900, 1800, 3600] })],
          fss: { windows: [1] },
        });
        const { sums } = scores["time"] as unknown as TimeScoresValue;
        const row: TimeFactorRow = {
          radar,
          seed,
          arm,
          off: await largestOff(drawn, coarse),
          seconds: user / 1e6,
          sums,
        };
        appendFileSync(options.record, `${JSON.stringify(row)}\n`);
        console.log(lineOf(row));
      }
    }
  }
}

/** Some times of a field. */
function joined(field: Field, times: readonly number[]): Field {
  const parts = times.map((n) => field.isel({ time: [n, n + 1] }));
  const values = Float32Array.from(parts.flatMap((part) => Array.from(part.values)));
  const time = field.coordinate("time")!;
  const axis = {
    ...time,
    values: Float64Array.from(times, (n) => time.values[n]!),
    bounds: Float64Array.from(times.flatMap((n) => [time.bounds![2 * n]!, time.bounds![2 * n + 1]!])),
  };
  const shape = [times.length, ...field.shape.slice(1)];
  return field.with({ values, shape, coordinates: field.coordinates.map((c) => (c === time ? axis : c)) });
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

if (options.table) {
  for (const row of timeFactorTable(rowsOf(readFileSync(options.record, "utf8"))))
    console.log(`| ${row.join(" | ")} |`);
} else {
  const folder = process.env["MONGE_DATA"];
  if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ in it");
  await run(folder);
}
