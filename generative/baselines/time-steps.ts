/**
 * Fine times of coarse steps without a network: uniform division, a climatological cycle of the steps, space–time RainFARM, and resampled
 * fragments. All keep the mean of the coarse field over step and cell.
 */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { conserveCells } from "../../engine/numerics/conserve-blocks.ts";
import { filterNoise, spectralAmplitude, standardise } from "../../engine/numerics/gaussian-field.ts";
import { mean } from "../../engine/numerics/vectors.ts";
import { rng } from "../../engine/random/rng.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { type Field, isRain, measuresWater, precipitationUnits, whereOf } from "../../io/field/index.ts";
import { asMaps, coarseSource } from "../data/coarse-source.ts";
import { intervalsOf, neighbours, refinedTimes } from "../data/time-steps/axis.ts";
import { type FoldedField, foldSteps } from "../data/time-steps/fold.ts";
import { type EnsembleOptions, frameNumber, type LazyEnsemble, type Source } from "../ensemble/ensemble.ts";
import { checkNoMembers, emptyEnsemble } from "../ensemble/members.ts";
import type { BaselineOptions } from "./options.ts";
import { slopeOf } from "./rainfarm.ts";
import { dividedGrid, type TargetGrid } from "./target-grid.ts";

/** Coarse maps of a step and of those beside it, and its place. */
interface Step {
  readonly now: Field;
  readonly before: Field;
  readonly after: Field;
  /** In the file. */
  readonly number: number;
  /** Beginning, milliseconds since the epoch of its calendar. */
  readonly start: number;
}

/** Values before they are conserved, [pixels, steps], of a member. */
type DrawSteps = (step: Step, member: number) => Float32Array;

/** Times of each step together. @throws as `baselineDownscaler` */
export async function stepSource(
  o: BaselineOptions,
  given: Field | LazyField,
  run: EnsembleOptions,
): Promise<Omit<Source, "members"> & Partial<Pick<LazyEnsemble, "forced" | "fitted">>> {
  const { timeFactor: count = 2, factor = 1, method } = o;
  const field = asMaps("input", given, run.units);
  checkNoMembers(field);
  const time = field.dimOf("time");
  const where = `downscale: ${whereOf(field)}`;
  if (time === undefined || field.dims.length !== 3) {
    throw new ShapeError(
      where,
      "dimensions time, y, x",
      field.dims.join(", "),
      "take a range of times, select one of the others",
    );
  }
  const rain = isRain(where, field, o.rain);
  if (method === "rainfarm" && !rain) {
    throw new OptionsError(`${where}: rainfarm makes precipitation; take another method`, "method", method);
  }
  const input = coarseSource("input", field, field.units, { ...run, rain });
  const intervals = intervalsOf(where, field, run.interval);
  await input.check();
  const sides = [
    neighbours(intervals.starts, intervals.length, -1),
    neighbours(intervals.starts, intervals.length, 1),
  ] as const;
  const read = async (n: number) => input.inUnits(await field.isel({ [time]: n }).load());
  const first = await read(0);
  const target = dividedGrid(first, factor);
  const [height, width] = target.plane.shape as [number, number];
  const columns = first.shape[1]!;
  const cellOf = Int32Array.from(
    { length: height * width },
    (_, i) => Math.floor(i / width / factor) * columns + Math.floor((i % width) / factor),
  );
  const archive = o.fine && asMaps("fine", o.fine);
  const together: number[][] = Array.from({ length: first.values.length }, () => []);
  for (const [i, cell] of cellOf.entries()) for (let k = 0; k < count; k++) together[cell]!.push(i * count + k);
  const draw = await drawing({ o, run, count, factor, rain, target, archive, input: field });
  // Amounts of a step are shared out among its times, rates are their mean.
  const share = rain && measuresWater(field.units) && precipitationUnits(field.units).kind === "amount" ? 1 / count : 1;
  const axis = refinedTimes(intervals.time, count);
  const { name, units, attributes, gridMapping } = field;
  const { plane } = target;
  return {
    ...{ times: count, reads: [field, ...(archive ? [archive] : [])] },
    template: emptyEnsemble(
      { name, units, attributes },
      { dims: [time], shape: [axis.values.length], coordinates: [axis] },
      plane.gridMapping || !gridMapping ? plane : plane.with({ gridMapping }),
    ),
    async frame([n = 0]) {
      const step = {
        now: await read(n),
        before: await read(sides[0][n]!),
        after: await read(sides[1][n]!),
        number: frameNumber(field, [n]),
        start: intervals.starts[n]!,
      };
      return {
        async draw(some, onProgress) {
          const parts = Array.from({ length: count }, () => new Float32Array(some.count * height * width));
          for (let m = 0; m < some.count; m++) {
            const values = draw(step, some.first + m);
            conserveCells(values, 1, together, step.now.values, { shift: !rain });
            for (let i = 0; i < height * width; i++) {
              const gap = Number.isNaN(step.now.values[cellOf[i]!]!);
              for (let k = 0; k < count; k++)
                parts[k]![m * height * width + i] = gap ? Number.NaN : values[i * count + k]! * share;
            }
          }
          onProgress({ done: 1, total: 1 });
          return parts;
        },
      };
    },
  };
}

interface Drawing {
  readonly o: BaselineOptions;
  readonly run: EnsembleOptions;
  readonly count: number;
  readonly factor: number;
  readonly rain: boolean;
  readonly target: TargetGrid;
  readonly archive: LazyField | undefined;
  readonly input: LazyField;
}

async function drawing(d: Drawing): Promise<DrawSteps> {
  const { o, run, count, rain, target, archive } = d;
  const smooth = ({ now }: Step, weight: (k: number) => number): Float32Array => {
    const { values } = target.smooth(now);
    return Float32Array.from({ length: values.length * count }, (_, i) => {
      const [v, w] = [values[Math.floor(i / count)]!, weight(i % count)];
      return rain ? Math.max(0, v * w) : v + w;
    });
  };
  if (o.method === "uniform") return (step) => smooth(step, () => (rain ? 1 : 0));
  if (o.method === "rainfarm") return rainfarm(d);
  const folded = foldSteps(`downscale: fine (${whereOf(archive!)})`, archive!, count, {
    ...(rain ? { rain: [archive!.name] } : { notRain: [archive!.name] }),
    ...(run.interval !== undefined && { interval: run.interval }),
  });
  if (o.method === "cycle") {
    const cycle = await cycleOf(folded);
    return (step) => smooth(step, (k) => cycle(step.start, k));
  }
  return fragments(d, await fragmentsOf(folded, d));
}

/** Season of an instant: 0 from December on. */
const seasonOf = (instant: number): number => Math.floor(((new Date(instant).getUTCMonth() + 1) % 12) / 3);

/** Each time's mean over that of its step, or less it, by season; of a season without data that of all. */
async function cycleOf({ parts, windows, rain }: FoldedField): Promise<(start: number, k: number) => number> {
  const sums = Array.from({ length: 5 }, () => new Float64Array(parts.length));
  const counts = new Float64Array(5);
  for (const [k, part] of parts.entries()) {
    let n = 0;
    for await (const slab of part.slabs()) {
      const plane = slab.values.length / slab.shape[0]!;
      for (let t = 0; t < slab.shape[0]!; t++, n++) {
        let sum = 0;
        let known = 0;
        for (const v of slab.values.subarray(t * plane, (t + 1) * plane)) {
          if (Number.isNaN(v)) continue;
          sum += v;
          known++;
        }
        if (known === 0) continue;
        for (const season of [seasonOf(windows.starts[n]!), 4]) {
          sums[season]![k]! += sum / known;
          if (k === 0) counts[season]!++;
        }
      }
    }
  }
  const cycles = sums.map((of, season) => {
    const mean = of.reduce((a, b) => a + b, 0) / of.length;
    if (rain) return mean > 0 ? of.map((v) => v / mean) : undefined;
    return counts[season]! > 0 ? of.map((v) => (v - mean) / counts[season]!) : undefined;
  });
  if (cycles[4] === undefined) throw new DomainError("downscale: `fine` is dry at all times; a cycle needs rain", 0);
  return (start, k) => (cycles[seasonOf(start)] ?? cycles[4]!)[k]!;
}

/** Steps of the fractional noise that a time remembers, in coarse steps. */
const MEMORY = 2;

/**
 * Lognormal noise with power laws in space and in time (Rebora et al. 2006, doi:10.1175/JHM517.1): white noise of each time, summed with
 * the weights of fractional integration over the times before, then filtered in space. It goes on from step to step.
 */
async function rainfarm({ o, run, count, target, archive, input }: Drawing): Promise<DrawSteps> {
  const slope = o.slope ?? (await slopeOf(archive ?? input));
  const inTime = archive ? await temporalSlope(archive) : 1;
  run.onNotice?.(`noise of power |k|^-${slope.toFixed(2)} in space and |f|^-${inTime.toFixed(2)} in time`);
  const [height, width] = target.plane.shape as [number, number];
  const filter = spectralAmplitude(height, width, slope);
  const taps = MEMORY * count;
  const weights = [1];
  for (let j = 1; j <= taps; j++) weights.push((weights[j - 1]! * (j - 1 + inTime / 2)) / j);
  const root = rng(run.seed ?? 0).split("steps");
  return ({ now, number }, member) => {
    const whites = Array.from({ length: taps + count }, (_, j) =>
      root
        .split(number * count + j)
        .split(member)
        .normal(height * width),
    );
    const smooth = target.smooth(now).values;
    const out = new Float32Array(height * width * count);
    for (let k = 0; k < count; k++) {
      const sum = new Float64Array(height * width);
      for (const [j, weight] of weights.entries()) {
        const white = whites[taps + k - j]!;
        for (let i = 0; i < sum.length; i++) sum[i]! += weight * white[i]!;
      }
      const g = standardise(filterNoise(sum, filter, height, width));
      for (let i = 0; i < g.length; i++) out[i * count + k] = Math.max(0, smooth[i]!) * Math.exp(g[i]!);
    }
    return out;
  };
}

/** β of the mean power |f|^−β of rain along time, over the longest part of a power of two times; 0 to 3. */
async function temporalSlope(fine: LazyField): Promise<number> {
  const time = fine.dimOf("time")!;
  const times = fine.size(time);
  const length = 2 ** Math.floor(Math.log2(Math.min(64, times)));
  if (length < 8) return 1;
  const { values } = await fine.isel({ [time]: [0, length] }).load();
  const plane = values.length / length;
  const power = new Float64Array(length / 2);
  for (let i = 0; i < plane; i += 7) {
    for (let f = 1; f <= length / 2; f++) {
      let [re, im] = [0, 0];
      for (let t = 0; t < length; t++) {
        const v = values[t * plane + i]!;
        re += v * Math.cos((2 * Math.PI * f * t) / length);
        im += v * Math.sin((2 * Math.PI * f * t) / length);
      }
      if (!Number.isNaN(re)) power[f - 1]! += re * re + im * im;
    }
  }
  if (!power.every((p) => p > 0)) return 1;
  const [xs, ys] = [Array.from(power, (_, i) => Math.log(i + 1)), Array.from(power, Math.log)];
  const [mx, my] = [mean(xs), mean(ys)];
  const slope = xs.reduce((a, x, i) => a + (x - mx) * (ys[i]! - my), 0) / xs.reduce((a, x) => a + (x - mx) ** 2, 0);
  return Math.min(3, Math.max(0, -slope));
}

/** Cells of an archive: their means beside each other in time, and their parts over the mean, or less it. */
interface Fragments {
  /** [count, 3]: before, now, after, as {@link featureOf}. */
  readonly features: Float32Array;
  /** [count, factor², steps] */
  readonly parts: Float32Array;
  readonly count: number;
}

/** Most cells that are kept, evenly spread over the archive. */
const MOST_FRAGMENTS = 20_000;

const featureOf = (v: number, rain: boolean): number => (rain ? Math.log1p(v / 0.1) : v);

async function fragmentsOf(
  { parts, mean, windows, steps }: FoldedField,
  { factor, count, rain }: Drawing,
): Promise<Fragments> {
  const time = mean.dimOf("time")!;
  const length = steps.seconds * count * 1000;
  const sides = [neighbours(windows.starts, length, -1), neighbours(windows.starts, length, 1)] as const;
  const means: Float32Array[] = [];
  const films: (readonly Float32Array[])[] = [];
  const [height, width] = mean.shape.slice(1) as [number, number];
  const [rows, columns] = [Math.floor(height / factor), Math.floor(width / factor)];
  for (const n of windows.first.keys()) {
    const maps = await Promise.all(
      parts.map(async (part) => Float32Array.from((await part.isel({ [time]: n }).load()).values)),
    );
    films.push(maps);
    const cells = new Float32Array(rows * columns);
    for (let c = 0; c < cells.length; c++) {
      let sum = 0;
      for (const at of pixelsOf(c, columns, width, factor)) for (const map of maps) sum += map[at]!;
      cells[c] = sum / (count * factor ** 2);
    }
    means.push(cells);
  }
  const known: (readonly [number, number])[] = [];
  for (const [n, cells] of means.entries()) {
    for (const [c, v] of cells.entries()) if (rain ? v > 0 : !Number.isNaN(v)) known.push([n, c]);
  }
  if (known.length === 0)
    throw new DomainError("downscale: `fine` has no step with rain and without gaps to take fragments from", 0);
  const kept = known.filter(
    (_, i) =>
      Math.floor((i * MOST_FRAGMENTS) / known.length) !== Math.floor(((i - 1) * MOST_FRAGMENTS) / known.length) ||
      known.length <= MOST_FRAGMENTS,
  );
  const size = factor ** 2 * count;
  const out = {
    features: new Float32Array(3 * kept.length),
    parts: new Float32Array(size * kept.length),
    count: kept.length,
  };
  for (const [f, [n, c]] of kept.entries()) {
    for (const [j, of] of [sides[0][n]!, n, sides[1][n]!].entries()) {
      const beside = means[of]![c]!;
      out.features[3 * f + j] = featureOf(Number.isNaN(beside) ? means[n]![c]! : beside, rain);
    }
    const own = means[n]![c]!;
    for (const [p, at] of pixelsOf(c, columns, width, factor).entries()) {
      for (let k = 0; k < count; k++) {
        const v = films[n]![k]![at]!;
        out.parts[f * size + p * count + k] = rain ? v / own : v - own;
      }
    }
  }
  return out;
}

function pixelsOf(cell: number, columns: number, width: number, factor: number): readonly number[] {
  const corner = Math.floor(cell / columns) * factor * width + (cell % columns) * factor;
  return Array.from({ length: factor ** 2 }, (_, p) => corner + Math.floor(p / factor) * width + (p % factor));
}

/**
 * Method of fragments: every cell takes the parts of one of the cells of the archive whose means before, now and after are most like its
 * own, chosen at random among the √n nearest.
 */
function fragments(
  { run, count, factor, rain, target }: Drawing,
  { features, parts, count: known }: Fragments,
): DrawSteps {
  const near = Math.max(1, Math.round(Math.sqrt(known)));
  const [, width] = target.plane.shape as [number, number];
  const size = factor ** 2 * count;
  let held: { readonly number: number; readonly nearest: readonly Int32Array[] } | undefined;
  const nearestTo = ({ now, before, after, number }: Step) => {
    if (held?.number === number) return held.nearest;
    const nearest = Array.from(now.values, (v, c) => {
      if (Number.isNaN(v) || (rain && v === 0)) return new Int32Array(0);
      const own = [before, now, after].map((map) => featureOf(Number.isNaN(map.values[c]!) ? v : map.values[c]!, rain));
      const distance = Float32Array.from({ length: known }, (_, f) =>
        own.reduce((sum, x, j) => sum + (x - features[3 * f + j]!) ** 2, 0),
      );
      return Int32Array.from(distance.keys())
        .sort((a, b) => distance[a]! - distance[b]! || a - b)
        .slice(0, near);
    });
    held = { number, nearest };
    return nearest;
  };
  const root = rng(run.seed ?? 0).split("fragments");
  return (step, member) => {
    const nearest = nearestTo(step);
    const chosen = root.split(step.number).split(member).uniform(nearest.length);
    const columns = step.now.shape[1]!;
    const out = new Float32Array(nearest.length * size);
    for (const [c, list] of nearest.entries()) {
      const mean = step.now.values[c]!;
      const from = list.length === 0 ? -1 : list[Math.floor(chosen[c]! * list.length)]!;
      for (const [p, at] of pixelsOf(c, columns, width, factor).entries()) {
        for (let k = 0; k < count; k++) {
          const part = from < 0 ? 0 : parts[from * size + p * count + k]!;
          out[at * count + k] = rain ? mean * part : mean + part;
        }
      }
    }
    return out;
  };
}
