/**
 * Calibration on gauges that are pixels of archives which the weights never saw: about a thousand wet readings of every other time of a
 * window of 256 × 256 cells, at ×4. Spread over skill and CRPS of the times between are those of whole maps, before and after.
 *
 *     MONGE_DATA=DIR node --import tsx --conditions=source bench/pretrain/gauges.ts research/rain-calibration/gauges.jsonl NAME...
 */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { defined } from "../../engine/defined.ts";
import { isMongeError, rng } from "../../engine/index.ts";
import { calibrateAmplitude } from "../../generative/calibration/index.ts";
import { loadDownscaler } from "../../generative/model/index.ts";
import { downscale } from "../../generative/sampling/index.ts";
import { lazyField, openFields } from "../../io/dataset/index.ts";
import { Field } from "../../io/field/index.ts";
import { rainLimits } from "../../io/rain/index.ts";
import { centresOf, coarsen, gridOf, sideOf } from "../../io/regrid/index.ts";
import { verify } from "../../verification/index.ts";

interface Source {
  readonly file: string;
  /** Seconds that a value stands for. */
  readonly interval: number;
  /** Cells along a side that are averaged first. @defaultValue 1 */
  readonly average?: number;
}

const DAY = 86_400;
const sources: Readonly<Record<string, Source>> = {
  bom: { file: "radar/bom_brisbane_20201031.nc", interval: 600, average: 2 },
  mch2015: { file: "radar/mch_20150515.nc", interval: 300 },
  mch2016: { file: "radar/mch_20160711.nc", interval: 300 },
  opera: { file: "radar/opera_odyssey_20180824.nc", interval: 300 },
  rdrs: { file: "rain/rdrs_canada_20180808.nc", interval: 3600 },
  zambia: { file: "rain/chirps_zambia_2016.nc", interval: DAY },
  na10k: { file: "coarse/canesm2_pr_na10km_365day.nc:pr", interval: DAY },
  ry2021: { file: "rain/radolan_ry_20210823.nc", interval: 300 },
  yw2017: { file: "rain/radolan_yw_20170816.nc", interval: 300 },
  rwHours: { file: "rain/radolan_rw_hours_2014-2019.nc", interval: 3600 },
};
const [FACTOR, SIDE, READINGS, JUDGED] = [4, 256, 1000, 4e5];

/** The window without gaps that has the most rain, of those that lie half a window apart, over every third time. */
async function rainiest({ file, average = 1 }: Source): Promise<Field> {
  const opened = await openFields(join(process.env["MONGE_DATA"]!, file));
  const whole = opened.fields[0]!.mapsLast();
  const [time, y, x] = whole.dims as [string, string, string];
  const sides = [y, x].map((dim) => Math.min(SIDE * average, whole.size(dim) - (whole.size(dim) % (FACTOR * average))));
  const corners = [y, x].map((dim, k) => {
    const last = whole.size(dim) - sides[k]!;
    return Array.from({ length: Math.floor((2 * last) / sides[k]!) + 1 }, (_, i) =>
      Math.min(last, (i * sides[k]!) / 2),
    );
  });
  let best: { readonly rain: number; readonly field: Field } | undefined;
  for (const row of corners[0]!) {
    for (const column of corners[1]!) {
      const field = await whole.isel({ [y]: [row, row + sides[0]!], [x]: [column, column + sides[1]!] }).load();
      const gaps = count(field, Number.isNaN);
      if (gaps > 0.2 * field.values.length) continue;
      const rain = count(field, (v) => v > 0) - gaps;
      if (best === undefined || rain > best.rain) best = { rain, field };
    }
  }
  opened.close();
  if (best === undefined || time === undefined) throw new Error(`${file}: no window without gaps`);
  return average === 1 ? best.field : coarsen(best.field, average);
}

/** Pixels as stations on a grid, so many that about a thousand readings are in wet cells. */
function stationsOf(fine: Field, coarse: Field, interval: number, seed: number): Field {
  const [times, height, width] = fine.shape as [number, number, number];
  const per = coarse.units?.startsWith("mm h") || coarse.units === "mm/h" ? 1 : 3600 / interval;
  const wet = count(coarse, (v) => v * per >= rainLimits(interval).wet);
  const some = Math.ceil((READINGS * coarse.values.length) / Math.max(1, wet) / times);
  const cells = rng(seed)
    .split("stations")
    .permutation(height * width)
    .subarray(0, some);
  const places = centresOf(sideOf("stations", gridOf(fine)));
  const line = (name: "latitude" | "longitude") => ({
    ...{ name, dims: ["station"], values: Float64Array.from(cells, (cell) => places[name][cell]!) },
    attributes: { standard_name: name, units: name === "latitude" ? "degrees_north" : "degrees_east" },
  });
  return new Field({
    ...{ name: "rain", units: fine.units, dims: [fine.dims[0]!, "station"], shape: [times, some] },
    values: Float32Array.from({ length: times * some }, (_, i) => {
      return fine.values[Math.floor(i / some) * height * width + cells[i % some]!]!;
    }),
    coordinates: [fine.coordinate(fine.dims[0]!)!, line("latitude"), line("longitude")],
  });
}

const count = ({ values }: Field, is: (v: number) => boolean): number => {
  let n = 0;
  for (const v of values) if (is(v)) n++;
  return n;
};

const [record, ...names] = process.argv.slice(2) as [string, ...string[]];
const model = await loadDownscaler("pretrained", { threads: 1 });
for (const name of names) {
  const source = sources[name]!;
  const { interval } = source;
  const all = await rainiest(source);
  const time = all.dims[0]!;
  const every = (first: number, step: number) => {
    const positions = Array.from({ length: Math.ceil((all.shape[0]! - first) / step) }, (_, i) => first + step * i);
    const size = all.values.length / all.shape[0]!;
    const values = new Float32Array(positions.length * size);
    for (const [n, at] of positions.entries()) values.set(all.values.subarray(at * size, (at + 1) * size), n * size);
    const coordinates = all.coordinates.map((one) => {
      if (one.dims[0] !== time || one.dims.length !== 1) return one;
      const bounds =
        one.bounds && Float64Array.from(positions.flatMap((at) => [one.bounds![2 * at]!, one.bounds![2 * at + 1]!]));
      return { ...one, values: Float64Array.from(positions, (at) => one.values[at]!), ...defined({ bounds }) };
    });
    return all.with({ values, shape: [positions.length, ...all.shape.slice(1)], coordinates });
  };
  const seen = every(0, 2);
  const frames = Math.max(1, Math.floor(JUDGED / (all.shape[1]! * all.shape[2]!)));
  const judged = every(1, 2 * Math.ceil(Math.floor(all.shape[0]! / 2) / frames));
  const options = { factor: FACTOR, interval, missing: "propagate", force: true, clipNegative: true } as const;
  const scores = async (amplitude: number) => {
    const members = await downscale(model, coarsen(judged, FACTOR), { ...options, members: 4, seed: 7, amplitude });
    const { scores: found } = await verify(members, judged, { rain: true, interval });
    return { spreadSkill: found.spreadSkill, crps: found.crps };
  };
  const before = await scores(1);
  for (const seed of [1, 2]) {
    const began = process.cpuUsage();
    const coarse = coarsen(seen, FACTOR);
    const gauges = stationsOf(seen, coarse, interval, seed);
    const line = { name, seed, times: seen.shape[0]!, stations: gauges.shape[1]!, before };
    try {
      const { missing: _, ...how } = options;
      const found = await calibrateAmplitude(model, coarse, lazyField(gauges), { ...how, seed, errors: "none" });
      const { user } = process.cpuUsage(began);
      const { amplitude, low, high, readings, effective, before: atGauges, heldOut } = found;
      const after = await scores(amplitude);
      const kept = {
        amplitude,
        low,
        high,
        readings,
        effective,
        atGauges,
        heldOut,
        after,
        seconds: Math.round(user / 1e6),
      };
      appendFileSync(record, `${JSON.stringify({ ...line, ...kept })}\n`);
    } catch (error) {
      if (!isMongeError(error)) throw error;
      appendFileSync(record, `${JSON.stringify({ ...line, refused: error.message })}\n`);
    }
  }
}
await model.dispose();
