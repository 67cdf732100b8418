/**
 * Ways of fitting the amplitude of the package's model to readings, by research/rain-calibration/RULE.md: 800 random wet pixels of the
 * first half of the times fit it, all wet pixels of the second half judge it. Archives that training saw choose among the ways, others
 * judge the choice.
 *
 *   MONGE_DATA=DIR node --import tsx --conditions=source bench/rain-gauge-fits.ts [RECORD]
 */
import { writeFileSync } from "node:fs";
import { rng } from "../engine/random/rng.ts";
import { type GroupSums, LIMITS, rootOf } from "../generative/calibration/fit.ts";
import { loadDownscaler } from "../generative/model/index.ts";
import { evenly } from "../generative/model/texture.ts";
import { rainLimits } from "../io/rain/index.ts";
import { type Frame, framesOf } from "./pretrain/archives.ts";
import { averaged } from "./pretrain/events.ts";
import { judged } from "./pretrain/judged.ts";

const [SIDE, FACTOR, MEMBERS, TIMES, READINGS, DRAWS] = [256, 4, 4, 8, 800, 200];
/** Least share of coarse cells that are wet in a time that counts. */
const LEAST_WET = 0.01;
/** Cells below these kilometres are averaged over 2 × 2 first: the model refuses them. */
const LEAST_SPACING = 0.8;
/** As of `calibrateAmplitude`: squares are divided by the rain and this share of its mean. */
const LEAST_RAIN = 0.3;
/** Deviation of the logarithm of the amplitude over archives, to which estimates are shrunk. */
const OVER_ARCHIVES = 0.15;
const amplitudes = [-2, -1, 0, 1, 2, 3, 4].map((n) => 1.2 ** n);
const archives = {
  choosing: ["fmi-2016", "fmi-2017", "knmi", "radolan_ry_20210823", "meteonet"],
  judging: ["bom", "opera", "mch-2015", "mch-2016"],
} as const;

/** Wet pixels of one half of the times; by amplitude, then by pixel. */
interface Pixels {
  /** Coarse rain of each. */
  readonly rain: readonly number[];
  readonly expected: readonly number[][];
  readonly squared: readonly number[][];
  /** 1 where the truth lies outside of the members, ties at random. */
  readonly outside: readonly number[][];
}

/** The middle of a frame. */
function middleOf({ values, shape, spacing }: Frame): Frame {
  const sides = shape.map((n) => Math.min(SIDE, n - (n % FACTOR))) as [number, number];
  const [top, left] = shape.map((n, k) => Math.floor((n - sides[k]!) / 2)) as [number, number];
  const out = new Float32Array(sides[0] * sides[1]);
  for (let row = 0; row < sides[0]; row++) {
    const from = (top + row) * shape[1]! + left;
    out.set(values.subarray(from, from + sides[1]), row * sides[1]);
  }
  return { values: out, shape: sides, spacing };
}

/** A fit for each draw of readings. */
function fits({ rain, expected, squared, outside }: Pixels): Readonly<Record<string, readonly number[]>> {
  const found = { squares: [] as number[], ranks: [] as number[] };
  for (let draw = 0; draw < DRAWS; draw++) {
    const chosen = rng(0).split(`draw ${draw}`).permutation(rain.length).subarray(0, READINGS);
    const sum = (of: (pixel: number) => number) => chosen.reduce((total, pixel) => total + of(pixel), 0);
    const least = (LEAST_RAIN * sum((pixel) => rain[pixel]!)) / chosen.length;
    const weighted = (values: readonly number[]) => sum((pixel) => values[pixel]! / (rain[pixel]! + least));
    const sums = amplitudes.map(
      (amplitude, n): GroupSums => ({
        ...{ amplitude, crps: Float64Array.of(0) },
        expected: Float64Array.of(weighted(expected[n]!)),
        squared: Float64Array.of(weighted(squared[n]!)),
      }),
    );
    found.squares.push(Math.log(rootOf(sums)));
    found.ranks.push(ofRanks(amplitudes.map((_, n) => sum((pixel) => outside[n]![pixel]!) / chosen.length)));
  }
  const mean = found.squares.reduce((a, b) => a + b, 0) / DRAWS;
  const variance = found.squares.reduce((a, b) => a + (b - mean) ** 2, 0) / (DRAWS - 1);
  const kept = OVER_ARCHIVES ** 2 / (OVER_ARCHIVES ** 2 + variance);
  return {
    "weighted squares": found.squares,
    ranks: found.ranks,
    both: found.squares.map((x, draw) => (x + found.ranks[draw]!) / 2),
    shrunk: found.squares.map((x) => kept * x),
  };
}

/** ln of the amplitude at which two of five readings lie outside of four members: straight lines, the ends beyond. */
function ofRanks(shares: readonly number[]): number {
  const wanted = 2 / (MEMBERS + 1);
  if (shares[0]! <= wanted) return Math.log(amplitudes[0]!);
  const right = shares.findIndex((share) => share <= wanted);
  if (right < 0) return Math.log(Math.min(amplitudes.at(-1)!, LIMITS[1]));
  const [a, b] = [shares[right - 1]!, shares[right]!];
  const [x, y] = [Math.log(amplitudes[right - 1]!), Math.log(amplitudes[right]!)];
  return x + ((a - wanted) / (a - b)) * (y - x);
}

/** ln of spread over skill at the ln of an amplitude, of all pixels. */
function spreadSkillOf({ expected, squared }: Pixels): (x: number) => number {
  const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const points = amplitudes.map((amplitude, n) => {
    return [Math.log(amplitude), Math.log(total(expected[n]!) / total(squared[n]!)) / 2] as const;
  });
  return (x) => {
    const above = points.findIndex(([at]) => at >= x);
    const right = Math.max(1, above < 0 ? points.length - 1 : above);
    const [[x0, y0], [x1, y1]] = [points[right - 1]!, points[right]!];
    return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
  };
}

const folder = process.env["MONGE_DATA"];
if (folder === undefined) throw new Error("set MONGE_DATA to a folder of real files, with radar/ and rain/ in it");
const record = process.argv[2] ?? "research/rain-calibration/gauge-fits.json";
const model = await loadDownscaler("pretrained", { threads: 1 });
const rows: object[] = [];
for (const [use, names] of Object.entries(archives)) {
  for (const name of names) {
    const archive = [...judged.rain, ...judged["left-out"]].find((one) => one.name === name)!;
    const { interval } = archive;
    const { wet } = rainLimits(interval);
    const frames: { readonly fine: Frame; readonly coarse: ReturnType<typeof averaged> }[] = [];
    for await (const whole of framesOf(folder, archive)) {
      const finer = whole.spacing < LEAST_SPACING;
      const fine = middleOf(finer ? { ...averaged(whole, 2), spacing: 2 * whole.spacing } : whole);
      const coarse = averaged(fine, FACTOR);
      const share = coarse.values.reduce((n: number, v: number) => n + Number(v >= wet), 0) / coarse.values.length;
      if (share >= LEAST_WET) frames.push({ fine, coarse });
    }
    const chosen = evenly(frames.length, TIMES).map((n) => frames[n]!);
    const empty = () => amplitudes.map((): number[] => []);
    const pixelsOf = () => ({ rain: [] as number[], expected: empty(), squared: empty(), outside: empty() });
    const [first, second] = [pixelsOf(), pixelsOf()];
    for (const [frame, { fine, coarse }] of chosen.entries()) {
      const half = frame < chosen.length / 2 ? first : second;
      const [columns, width] = [coarse.shape[1]!, fine.shape[1]!];
      const rainOf = (at: number) =>
        coarse.values[Math.floor(at / width / FACTOR) * columns + Math.floor((at % width) / FACTOR)]!;
      const pixels = [...fine.values.keys()].filter((at) => rainOf(at) >= wet && !Number.isNaN(fine.values[at]!));
      half.rain.push(...pixels.map(rainOf));
      const metres = fine.spacing * FACTOR * 1000;
      for (const [n, amplitude] of amplitudes.entries()) {
        const drawn = await model.sample(coarse, {
          ...{ factor: FACTOR, place: { interval, grid: { units: "m", y: metres, x: metres } }, members: MEMBERS },
          ...{ seed: 0, frame, amplitude, force: true, missing: "propagate" },
        });
        const random = rng(1).split(`${name} ${frame}`).uniform(pixels.length);
        for (const [k, at] of pixels.entries()) {
          const truth = fine.values[at]!;
          const own = Array.from({ length: MEMBERS }, (_, m) => drawn.values[m * fine.values.length + at]!);
          const mean = own.reduce((a, b) => a + b, 0) / MEMBERS;
          const variance = own.reduce((a, b) => a + (b - mean) ** 2, 0) / (MEMBERS - 1);
          half.expected[n]!.push((1 + 1 / MEMBERS) * variance);
          half.squared[n]!.push((mean - truth) ** 2);
          const [below, ties] = [own.filter((v) => v < truth).length, own.filter((v) => v === truth).length];
          const rank = below + Math.floor(random[k]! * (ties + 1));
          half.outside[n]!.push(Number(rank === 0 || rank === MEMBERS));
        }
      }
    }
    const at = spreadSkillOf(second);
    const calibrated = (x: number) => Math.abs(at(x)) <= Math.log(1.25);
    const short = (v: number) => Number(v.toPrecision(3));
    const ways = Object.entries(fits(first)).map(([way, found]) => {
      const median = Math.exp([...found].sort((a, b) => a - b)[DRAWS / 2]!);
      return [way, { amplitude: short(median), calibrated: found.filter(calibrated).length / DRAWS }] as const;
    });
    rows.push({
      ...{ use, name, times: chosen.length, pixels: [first.rain.length, second.rain.length] },
      ...{ asItIs: short(Math.exp(at(0))), ways: Object.fromEntries(ways) },
    });
    console.log(JSON.stringify(rows.at(-1)));
    writeFileSync(record, `[\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]\n`);
  }
}
await model.dispose();
