/**
 * How often 20 stations with 50 wet times, or one fine map, calibrate the package's model, by research/rain-calibration/RULE.md. The first
 * half of an archive's times fits by the rules of `calibrateAmplitude`, the second half judges.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-stations.ts [RECORD] [NAME,NAME]
 *
 * DIR also holds the archives of bench/pretrain/convert.py, and chirps-1.nc of bench/pretrain/valparaiso.py.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { rng } from "../engine/random/rng.ts";
import { errorVariance, usualErrors } from "../generative/calibration/errors.ts";
import { fitAmplitude, type GroupSums, LIMITS, rootOf } from "../generative/calibration/fit.ts";
import { loadDownscaler } from "../generative/model/index.ts";
import { evenly } from "../generative/model/texture.ts";
import { rainLimits } from "../io/rain/index.ts";
import { type Archive, type Frame, framesOf } from "./pretrain/archives.ts";
import { averaged } from "./pretrain/events.ts";
import { judged } from "./pretrain/judged.ts";

const [SIDE, FACTOR, MEMBERS, JUDGED, FITTED, MAPS] = [256, 4, 4, 8, 60, 5];
/** Networks that are drawn, readings of each, most times of a station. */
const [DRAWS, READINGS, OF_STATION] = [40, 1000, 50];
/** Fine cells along a side that has stations, and around them when these are drawn. */
const [INNER, AROUND] = [128, 8];
/** As of `calibrateAmplitude`: windows of points and of maps, their cells along a side, regions, what is refused. */
const [MOST_POINTS, MOST_TILES, TILE, REGION, LEAST_RAIN] = [800, 200, 16, 64, 0.3];
const refusedBelow = { groups: 8, effective: 100, sure: 0.8 } as const;
/** Deviation of the logarithm of the amplitude over archives. */
const OVER_ARCHIVES = 0.15;
/** Upper end of a normal interval of 90 %. */
const UPPER = 1.645;
const GOAL = [0.85, 1.2] as const;
const amplitudes = [-2, -1, 0, 1, 2, 3].map((n) => 1.2 ** n);

const short = (v: number): number => Number(v.toPrecision(3));

const DAY = 86_400;
const lone = (name: string, file: string, interval: number) =>
  ({ name, file, interval, frames: 0, weight: 1, times: [1], spaces: [1] }) as const;
const known = [...judged.judgement, ...judged.rain, ...judged["left-out"]] as readonly Archive[];
const apart = [lone("valparaiso", "chirps-1.nc", DAY), lone("na10k", "coarse/canesm2_pr_na10km_365day.nc:pr", DAY)];
const uses = {
  choosing: ["fmi-2016", "fmi-2017", "knmi", "rdrs_canada_20180808"],
  judging: [
    ...["bom", "opera", "mch-2015", "mch-2016", "rmi", "mch-2017", "melbourne", "meteonet-se"],
    ...apart.map(({ name }) => name),
  ],
} as const;

/** Members at one time and amplitude: their mean and variance at each cell, and their mean square. */
interface Drawn {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly square: Float32Array;
}

/** A reading: its time, place in the window, and the same place in what was drawn. */
interface Reading {
  readonly time: number;
  readonly cell: number;
  readonly value: number;
  readonly rain: number;
  readonly drawn: readonly { readonly mean: number; readonly variance: number; readonly square: number }[];
}

const folder = process.env["MONGE_DATA"];
if (folder === undefined)
  throw new Error("set MONGE_DATA to a folder of real files, with radar/, rain/ and coarse/ in it");
const [record = "research/rain-calibration/stations.json", only = ""] = process.argv.slice(2);
const model = await loadDownscaler("pretrained", { threads: 1 });
let rows: { readonly use: string; readonly name: string }[] = existsSync(record)
  ? JSON.parse(readFileSync(record, "utf8"))
  : [];
for (const [use, names] of Object.entries(uses)) {
  for (const name of names) {
    if (only !== "" && !only.split(",").includes(name)) continue;
    const row = await judge([...apart, ...known].find((one) => one.name === name)!);
    rows = [...rows.filter((one) => one.name !== name), { use, ...row }];
    console.log(JSON.stringify(rows.at(-1)));
    writeFileSync(record, `[\n${rows.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
  }
}
await model.dispose();

async function judge(archive: Archive) {
  const { name, interval } = archive;
  const { wet } = rainLimits(interval);
  const frames = await windowOf(archive, wet);
  const { shape, spacing } = frames[0]!;
  const [height, width] = shape as [number, number];
  const place = { interval, grid: { units: "m", y: spacing * FACTOR * 1000, x: spacing * FACTOR * 1000 } } as const;
  const coarse = frames.map((frame) => averaged(frame, FACTOR));
  const isWet = coarse.map(({ values }) => values.reduce((n, v) => n + Number(v >= wet), 0) >= 0.01 * values.length);
  const wetOf = (from: number, to: number) => [...frames.keys()].filter((t) => t >= from && t < to && isWet[t]);
  const half = Math.floor(frames.length / 2);
  const [first, second] = [wetOf(0, half), wetOf(half, frames.length)];
  const some = (times: readonly number[], most: number) => evenly(times.length, most).map((n) => times[n]!);
  const [fitted, judging, maps] = [some(first, FITTED), some(second, JUDGED), some(first, MAPS)];
  const draw = async (t: number, amplitude: number, box: readonly [number, number, number, number]): Promise<Drawn> => {
    const [top, left, rows, columns] = box;
    const { values } = cut(
      coarse[t]!,
      box.map((n) => n / FACTOR),
    );
    const how = { factor: FACTOR, place, members: MEMBERS, seed: 0, frame: t, amplitude, force: true } as const;
    const drawn = await model.sample(
      { values, shape: [rows / FACTOR, columns / FACTOR] },
      { ...how, missing: "propagate", origin: [top, left] },
    );
    const size = rows * columns;
    const out = { mean: new Float32Array(size), variance: new Float32Array(size), square: new Float32Array(size) };
    for (let i = 0; i < size; i++) {
      const own = Array.from({ length: MEMBERS }, (_, m) => drawn.values[m * size + i]!);
      const mean = own.reduce((a, b) => a + b, 0) / MEMBERS;
      out.mean[i] = mean;
      out.variance[i] = ((1 + 1 / MEMBERS) * own.reduce((a, b) => a + (b - mean) ** 2, 0)) / (MEMBERS - 1);
      out.square[i] = own.reduce((a, b) => a + b * b, 0) / MEMBERS;
    }
    return out;
  };
  const rainOf = (t: number, cell: number) => {
    const [row, column] = [Math.floor(cell / width), cell % width];
    return coarse[t]!.values[Math.floor(row / FACTOR) * (width / FACTOR) + Math.floor(column / FACTOR)]!;
  };
  const counts = (t: number, cell: number) => rainOf(t, cell) >= wet && !Number.isNaN(frames[t]!.values[cell]!);
  const whole = [0, 0, height, width] as const;

  // What judges: all pixels of wet cells of the second half.
  const points: (readonly [number, number])[] = [];
  for (const amplitude of amplitudes) {
    let [expected, squared] = [0, 0];
    for (const t of judging) {
      const drawn = await draw(t, amplitude, whole);
      for (let cell = 0; cell < height * width; cell++) {
        if (!counts(t, cell)) continue;
        expected += drawn.variance[cell]!;
        squared += (drawn.mean[cell]! - frames[t]!.values[cell]!) ** 2;
      }
    }
    points.push([Math.log(amplitude), Math.log(expected / squared) / 2]);
  }
  const after = (amplitude: number): number => {
    const x = Math.log(amplitude);
    const above = points.findIndex(([at]) => at >= x);
    const right = Math.max(1, above < 0 ? points.length - 1 : above);
    const [[x0, y0], [x1, y1]] = [points[right - 1]!, points[right]!];
    return Math.exp(y0 + ((x - x0) / (x1 - x0)) * (y1 - y0));
  };
  const outcome = (fits: readonly (Fitted | undefined)[], way: keyof Fitted) => {
    const isMet = fits.filter((fit) => fit && after(fit[way]) >= GOAL[0] && after(fit[way]) <= GOAL[1]).length;
    return isMet / fits.length;
  };
  const summary = (fits: readonly (Fitted | undefined)[]) => {
    const taken = fits.filter((fit) => fit !== undefined).map(({ amplitude }) => amplitude);
    return {
      ...{ met: outcome(fits, "amplitude"), shrunk: outcome(fits, "shrunk"), refused: 1 - taken.length / fits.length },
      ...(taken.length > 0 && { amplitude: short(taken.sort((a, b) => a - b)[Math.floor(taken.length / 2)]!) }),
    };
  };

  // Stations in the middle.
  const [top, left] = shape.map((n) => Math.max(0, FACTOR * Math.floor((n - INNER) / 2 / FACTOR))) as [number, number];
  const [bottom, right] = [Math.min(height, top + INNER), Math.min(width, left + INNER)];
  const box = [Math.max(0, top - AROUND), Math.max(0, left - AROUND)] as [number, number];
  const ends = [Math.min(height, bottom + AROUND), Math.min(width, right + AROUND)] as [number, number];
  const inner = [...box, ends[0] - box[0], ends[1] - box[1]] as const;
  const middle: Drawn[][] = [];
  for (const t of fitted) {
    const own: Drawn[] = [];
    for (const amplitude of amplitudes) own.push(await draw(t, amplitude, inner));
    middle.push(own);
  }
  const at = ({ mean, variance, square }: Drawn, i: number) => ({
    ...{ mean: mean[i]!, variance: variance[i]!, square: square[i]! },
  });
  const error = errorVariance(usualErrors, place, FACTOR);
  const [constant, relative] = [Math.sqrt(error(0)), Math.sqrt(error(1) - error(0))];
  const stations = { count: [] as number[], readings: [] as number[] };
  const ofDraws = { gauges: [] as (Fitted | undefined)[], pixels: [] as (Fitted | undefined)[] };
  for (let k = 0; k < DRAWS; k++) {
    const random = rng(0).split(`network ${k}`);
    const readings: Reading[] = [];
    let count = 0;
    for (const n of random.split("places").permutation((bottom - top) * (right - left))) {
      if (readings.length >= READINGS) break;
      const cell = (top + Math.floor(n / (right - left))) * width + left + (n % (right - left));
      const times = [...fitted.keys()].filter((one) => counts(fitted[one]!, cell));
      if (times.length === 0) continue;
      count++;
      const chosen = random.split(`times ${n}`).permutation(times.length).subarray(0, OF_STATION);
      const i = (Math.floor(cell / width) - inner[0]) * inner[3] + (cell % width) - inner[1];
      for (const one of chosen) {
        const t = fitted[times[one]!]!;
        const drawn = middle[times[one]!]!.map((each) => at(each, i));
        readings.push({ time: t, cell, value: frames[t]!.values[cell]!, rain: rainOf(t, cell), drawn });
      }
    }
    readings.sort((a, b) => a.time - b.time || a.cell - b.cell);
    const used = evenly(readings.length, MOST_POINTS).map((n) => readings[n]!);
    const noise = random.split("errors").normal(2 * used.length);
    const measured = used.map((one, n) => {
      return { ...one, value: Math.max(0, one.value * (1 + relative * noise[2 * n]!) + constant * noise[2 * n + 1]!) };
    });
    stations.count.push(count);
    stations.readings.push(readings.length);
    ofDraws.pixels.push(fitOf(used, () => 0, width));
    ofDraws.gauges.push(fitOf(measured, error, width));
  }

  // One map.
  const ofMaps: (Fitted | undefined)[] = [];
  for (const t of maps) {
    const drawn: Drawn[] = [];
    for (const amplitude of amplitudes) drawn.push(await draw(t, amplitude, whole));
    const tiles = new Map<number, number[]>();
    for (let cell = 0; cell < height * width; cell++) {
      if (!counts(t, cell)) continue;
      const tile = Math.floor(cell / width / TILE) * Math.ceil(width / TILE) + Math.floor((cell % width) / TILE);
      tiles.set(tile, [...(tiles.get(tile) ?? []), cell]);
    }
    const list = [...tiles].sort(([a], [b]) => a - b).map(([, cells]) => cells);
    const cells = evenly(list.length, MOST_TILES).flatMap((n) => list[n]!);
    const readings = cells.map((cell) => {
      const own = drawn.map((each) => at(each, cell));
      return { time: t, cell, value: frames[t]!.values[cell]!, rain: rainOf(t, cell), drawn: own };
    });
    ofMaps.push(fitOf(readings, () => 0, width));
  }
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return {
    ...{ name, times: [fitted.length, judging.length], window: [height, width] },
    ...{ stations: median(stations.count), readings: median(stations.readings), asItIs: short(after(1)) },
    nearest: short(amplitudes.reduce((a, b) => (Math.abs(Math.log(after(b))) < Math.abs(Math.log(after(a))) ? b : a))),
    ...{ gauges: summary(ofDraws.gauges), pixels: summary(ofDraws.pixels), map: summary(ofMaps) },
  };
}

interface Fitted {
  readonly amplitude: number;
  readonly shrunk: number;
}

/** What the command would take, or nothing where it would refuse. */
function fitOf(readings: readonly Reading[], error: (square: number) => number, width: number): Fitted | undefined {
  const across = Math.ceil(width / REGION);
  const regionOf = (cell: number) =>
    Math.floor(Math.floor(cell / width) / REGION) * across + Math.floor((cell % width) / REGION);
  const numbered = (keys: readonly number[]) =>
    new Map([...new Set(keys)].sort((a, b) => a - b).map((key, n) => [key, n]));
  const times = numbered(readings.map(({ time }) => time));
  const regions = numbered(readings.map(({ cell }) => regionOf(cell)));
  if (Math.max(times.size, regions.size) < refusedBelow.groups) return undefined;
  const keys = readings.map(({ time, cell }) => times.get(time)! * regions.size + regions.get(regionOf(cell))!);
  const groups = numbered(keys);
  const least = (LEAST_RAIN * readings.reduce((sum, { rain }) => sum + rain, 0)) / readings.length;
  let variance = 0;
  const sums = amplitudes.map((amplitude, k): GroupSums => {
    const [expected, squared] = [new Float64Array(groups.size), new Float64Array(groups.size)];
    const each = readings.map(({ value, rain, drawn }, n) => {
      const { mean, variance: own, square } = drawn[k]!;
      const pair = [(own + error(square)) / (rain + least), (mean - value) ** 2 / (rain + least)] as const;
      expected[groups.get(keys[n]!)!]! += pair[0];
      squared[groups.get(keys[n]!)!]! += pair[1];
      return pair;
    });
    if (amplitude === 1) {
      const [e, s] = [0, 1].map((i) => each.reduce((sum, pair) => sum + pair[i as 0 | 1], 0) / each.length) as [
        number,
        number,
      ];
      variance = each.reduce((sum, pair) => sum + ((pair[0] / e - pair[1] / s) / 2) ** 2, 0) / each.length;
    }
    return { amplitude, expected, squared, crps: new Float64Array(groups.size) };
  });
  if (LIMITS.includes(rootOf(sums))) return undefined;
  const fit = fitAmplitude(
    sums,
    {
      ...{ readings: readings.length, times: times.size, regions: regions.size },
      groups: [...groups.keys()].map((key) => ({ time: Math.floor(key / regions.size), region: key % regions.size })),
    },
    { variance, seed: 0 },
  );
  if (!(fit.sure >= refusedBelow.sure && fit.effective >= refusedBelow.effective)) return undefined;
  const deviation = Math.log(fit.high / fit.amplitude) / UPPER;
  const kept = OVER_ARCHIVES ** 2 / (OVER_ARCHIVES ** 2 + deviation ** 2);
  return { amplitude: fit.amplitude, shrunk: fit.amplitude ** kept };
}

/** The wettest of the windows that lie half a window apart and have few gaps, at all times. */
async function windowOf(archive: Archive, wet: number): Promise<readonly Frame[]> {
  const finer = (frame: Frame) => (frame.spacing < 0.8 ? averaged(frame, 2) : frame);
  let [count, gaps, shape, times] = [new Float32Array(0), new Float32Array(0), [0, 0] as [number, number], 0];
  for await (const frame of framesOf(folder!, archive)) {
    const { values, shape: own } = finer(frame);
    shape = own as [number, number];
    times++;
    if (count.length === 0) [count, gaps] = [new Float32Array(values.length), new Float32Array(values.length)];
    for (const [i, v] of values.entries()) {
      if (Number.isNaN(v)) gaps[i]!++;
      else if (v >= wet) count[i]!++;
    }
  }
  const sides = shape.map((n) => Math.min(SIDE, n - (n % FACTOR))) as [number, number];
  const corners = shape.map((n, k) => {
    const last = n - sides[k]!;
    return Array.from({ length: Math.floor((2 * last) / sides[k]!) + 1 }, (_, i) =>
      Math.min(last, (i * sides[k]!) / 2),
    );
  }) as [number[], number[]];
  let best = { rain: -1, box: [0, 0, ...sides] as number[] };
  for (const top of corners[0]) {
    for (const left of corners[1]) {
      const box = [top, left, ...sides];
      const [rain, missing] = [count, gaps].map((values) =>
        cut({ values, shape }, box).values.reduce((a, b) => a + b, 0),
      ) as [number, number];
      const most = times * sides[0] * sides[1];
      if (rain > best.rain && (missing <= 0.2 * most || best.rain < 0)) best = { rain, box };
    }
  }
  const frames: Frame[] = [];
  for await (const frame of framesOf(folder!, archive))
    frames.push({ ...finer(frame), ...cut(finer(frame), best.box) });
  return frames;
}

/** A box of a map: first row and column, rows and columns. */
function cut({ values, shape }: { values: ArrayLike<number>; shape: readonly number[] }, box: readonly number[]) {
  const [top, left, rows, columns] = box as [number, number, number, number];
  const out = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = (top + row) * shape[1]! + left;
    for (let column = 0; column < columns; column++) out[row * columns + column] = values[from + column]!;
  }
  return { values: out, shape: [rows, columns] };
}
