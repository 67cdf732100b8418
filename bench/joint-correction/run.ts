/**
 * Corrections of two variables together, by the rule of research/joint-correction/RULE.md, and the record of their losses.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/joint-correction/run.ts`
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rng } from "../../engine/random/rng.ts";
import { dynamicallyMoved } from "../../examples/papers/dynamical-transport.ts";
import { baselineDownscaler, multivariateCorrection } from "../../generative/baselines/index.ts";
import { downscale } from "../../generative/sampling/downscale.ts";
import { lazyField, openDataset, selectTimes } from "../../io/dataset/index.ts";
import { Field } from "../../io/field/index.ts";
import { gridOf, regridLazy } from "../../io/regrid/index.ts";
import { readStations } from "../../io/stations/index.ts";
import { type Days, type Losses, lossesOf, type Place } from "./losses.ts";
import type { JointRow } from "./rows.ts";

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with coarse/ and pairs/ in it");

type Two = readonly [Field, Field];
interface Data {
  readonly name: string;
  readonly fine: Two;
  readonly coarse: Two;
  readonly input: Two;
  readonly truth: Two;
  readonly isRain: readonly [boolean, boolean];
}
const DRAWS = 200;
/** Rain of a dry day, mm. */
const DRY = 0.1;
const methods = ["qdm", "mbcn", "dotc"] as const;

async function canada(): Promise<Data> {
  const open = async (file: string, years: readonly [string, string]): Promise<Two> => {
    const of = async (name: string) => {
      const { field } = await readStations(`${join(folder!, "coarse", file)}:${name}`);
      return selectTimes(lazyField(field), { dates: years }).load();
    };
    return [await of("pr"), await of("tasmax")];
  };
  const [fitted, scored] = [["1951", "1980"] as const, ["1981", "2010"] as const];
  const [gauges, model] = ["stations_ahccd_1950-2013.nc", "canesm2_1950-2100.nc"] as const;
  return {
    ...{ name: "Canada", fine: await open(gauges, fitted), coarse: await open(model, fitted) },
    ...{ input: await open(model, scored), truth: await open(gauges, scored), isRain: [true, false] },
  };
}

/** Rain of 16 cells, and of the third cells to their east, as two variables on a grid of 4 x 4 that stands for them. */
async function iberia(name: string, file: string): Promise<Data> {
  const open = async (which: string) => {
    const data = await openDataset(join(folder!, "pairs", `${which}_iberia_pr.nc`));
    return data.variable("pr");
  };
  const eobs = await (await open("eobs")).load();
  const coarse = await regridLazy(await open(file), gridOf(eobs), { method: "bilinear", border: "clamp" }).load();
  const [times, height, width] = eobs.shape as [number, number, number];
  const size = height * width;
  const there = (i: number) => {
    for (let t = 0; t < times; t++) if (Number.isNaN(eobs.values[t * size + i]!)) return false;
    return true;
  };
  const pairs = Array.from({ length: size }, (_, i) => i).filter(
    (i) => (i % width) + 3 < width && there(i) && there(i + 3),
  );
  const chosen = Array.from({ length: 16 }, (_, n) => pairs[Math.floor(((n + 0.5) * pairs.length) / 16)]!);
  const coordinate = (axis: "lat" | "lon") => ({
    ...{ name: axis, dims: [axis], values: Float64Array.of(0, 1, 2, 3) },
    attributes: { units: axis === "lat" ? "degrees_north" : "degrees_east" },
  });
  const two = (field: Field, factor: number): Two => {
    const of = (east: number, called: string) =>
      new Field({
        ...{ name: called, units: "mm", dims: ["time", "lat", "lon"], shape: [times, 4, 4] },
        attributes: { standard_name: "precipitation_amount" },
        coordinates: [
          ...field.coordinates
            .filter((c) => c.name === field.dims[0])
            .map((c) => ({ ...c, dims: ["time"], name: "time" })),
          ...[coordinate("lat"), coordinate("lon")],
        ],
        values: Float32Array.from({ length: 16 * times }, (_, i) =>
          Math.max(0, factor * field.values[Math.floor(i / 16) * size + chosen[i % 16]! + east]!),
        ),
      });
    return [of(0, "pr"), of(3, "pr_east")];
  };
  const part = async (fields: Two, dates: readonly [string, string]): Promise<Two> => [
    await selectTimes(lazyField(fields[0]), { dates }).load(),
    await selectTimes(lazyField(fields[1]), { dates }).load(),
  ];
  const [fitted, scored] = [["1982-12", "1992-02"] as const, ["1992-12", "2002-02"] as const];
  const [observed, model] = [two(eobs, 1), two(coarse, 86_400)];
  return {
    ...{ name, fine: await part(observed, fitted), coarse: await part(model, fitted) },
    ...{ input: await part(model, scored), truth: await part(observed, scored), isRain: [true, true] },
  };
}

/** The days of a season at a place where both variables have values. */
function daysOf(fields: Two, place: number, season: number): Days {
  const places = fields[0].values.length / fields[0].times().length;
  const value = (k: 0 | 1, t: number) => fields[k].values[t * places + place]!;
  const times = fields[0].times().map(({ iso }) => {
    const [year, month, day] = iso!.slice(0, 10).split("-").map(Number) as [number, number, number];
    return { year: year + Number(month === 12), season: Math.floor((month % 12) / 3), day, month };
  });
  const first = Math.min(...times.map(({ year }) => year));
  const kept = [...times.keys()].filter(
    (t) => times[t]!.season === season && !Number.isNaN(value(0, t)) && !Number.isNaN(value(1, t)),
  );
  const follows = (t: number) => {
    const [before, now] = [times[t - 1], times[t]!];
    return before?.season === season && before.year === now.year && (now.day === before.day + 1 || now.day === 1);
  };
  const of = (k: 0 | 1, back: number) =>
    Float64Array.from(kept, (t) => (back === 0 || follows(t) ? value(k, t - back) : Number.NaN));
  return {
    ...{ values: [of(0, 0), of(1, 0)], before: [of(0, 1), of(1, 1)] },
    times: Int32Array.from(kept),
    years: Int32Array.from(kept, (t) => times[t]!.year - first),
  };
}

/** On the places and in the units of the observations. */
async function placed({ fine }: Data, fields: Two): Promise<Two> {
  const of = async (k: 0 | 1) =>
    downscale(baselineDownscaler({ method: "bilinear", fine: fine[k] }), fields[k], {
      ...{ interval: 86_400, missing: "propagate" },
    });
  return [await of(0), await of(1)];
}

/** Every place and season by dOTC; rain below the threshold of dry becomes 0. */
async function transported(data: Data): Promise<Two> {
  const { fine, isRain } = data;
  const [coarse, input] = [await placed(data, data.coarse), await placed(data, data.input)];
  const out = input.map((field) => field.with({ values: new Float32Array(field.values.length).fill(Number.NaN) }));
  const places = fine[0].values.length / fine[0].times().length;
  for (let place = 0; place < places; place++) {
    for (const season of [0, 1, 2, 3]) {
      const [observed, history, projected] = [fine, coarse, input].map((fields) => daysOf(fields, place, season)) as [
        ...[Days, Days, Days],
      ];
      if (projected.times.length === 0) continue;
      const samples = { observed: observed.values, history: history.values, projected: projected.values };
      const made = dynamicallyMoved(samples, rng(1).split("transport").split(season).split(place));
      for (const [k, values] of made.entries())
        for (const [n, t] of projected.times.entries())
          out[k]!.values[t * places + place] = isRain[k] && values[n]! < DRY ? 0 : values[n]!;
    }
  }
  return [out[0]!, out[1]!];
}

async function corrected(data: Data, method: (typeof methods)[number]): Promise<readonly [Two, number]> {
  const { fine, coarse, input } = data;
  const before = process.cpuUsage().user;
  const of = async (k: 0 | 1) =>
    downscale(baselineDownscaler({ method: "qdm", fine: fine[k], coarse: coarse[k] }), input[k], {
      ...{ interval: 86_400, missing: "propagate" },
    });
  const made =
    method === "dotc"
      ? await transported(data)
      : method === "qdm"
        ? [await of(0), await of(1)]
        : await multivariateCorrection({ fine, coarse, input }, { interval: 86_400, seed: 1 });
  return [[made[0]!, made[1]!], (process.cpuUsage().user - before) / 1e6];
}

const rows: JointRow[] = [];
const mean = (values: readonly Losses[]): Losses =>
  values[0]!.map((_, k) => values.reduce((sum, one) => sum + one[k]!, 0) / values.length);
const short = (values: readonly number[]) => values.map((v) => Number(v.toPrecision(4)));
for (const data of [await canada(), await iberia("Iberia", "cmip5"), await iberia("NCEP", "ncep")]) {
  const made: Record<string, Two> = {};
  const seconds: Record<string, number> = {};
  for (const method of methods) {
    [made[method], seconds[method]] = await corrected(data, method);
    console.log(data.name, method, seconds[method]);
  }
  const count = data.fine[0].values.length / data.fine[0].times().length;
  const seasons = data.name === "Canada" ? [0, 1, 2, 3] : [0];
  const places = Array.from({ length: count }, (_, place) => place).flatMap((place) =>
    seasons.map((season): Place => {
      const of = (fields: Two) => daysOf(fields, place, season);
      return {
        ...{ fitted: of(data.fine), model: [of(data.coarse), of(data.input)], truth: of(data.truth) },
        ...{ isRain: data.isRain, made: Object.fromEntries(methods.map((method) => [method, of(made[method]!)])) },
      };
    }),
  );
  const years = 1 + Math.max(...places.flatMap(({ truth, model }) => [...truth.years, ...model[1].years]));
  const of = Object.fromEntries(methods.map((method) => [method, places.map((place) => lossesOf(place, method))]));
  const once = new Uint16Array(years).fill(1);
  const losses = Object.fromEntries(
    methods.map((method) => [method, short(mean(of[method]!.map((one) => one(once))))]),
  );
  const random = rng(1).split(data.name);
  const draws = Array.from({ length: DRAWS }, () => {
    const times = new Uint16Array(years);
    for (const year of random.integers(years, 0, years)) times[year]! += 1;
    const differences = Array.from(random.integers(places.length, 0, places.length), (n) => {
      const [theirs, ours] = [of["mbcn"]![n]!(times), of["dotc"]![n]!(times)];
      return ours.map((v, k) => v - theirs[k]!);
    });
    return short(mean(differences));
  });
  rows.push({ data: data.name, places: places.length, losses, seconds, draws });
  console.log(data.name, places.length, losses, seconds);
}
writeFileSync("research/joint-correction/results.json", `${JSON.stringify(rows)}\n`);
