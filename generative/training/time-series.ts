/** Series of times that follow each other, cut out of events or of pairs, to measure coherence by. */

import { cellMotion } from "../../engine/numerics/cell-motion.ts";
import { blockMean } from "../../engine/numerics/grid.ts";
import { type Field, instantsOf, timeAxis } from "../../io/field/index.ts";
import { pairFrames } from "../data/images/of-pairs.ts";
import type { MatchedPairs } from "../data/match.ts";
import { placeOf, type RainStream } from "../data/read-rain.ts";
import type { Motion } from "../diffusion/time-noise.ts";
import { type CellMap, cellMap } from "../ensemble/noise-links.ts";
import { restored } from "../model/channel.ts";
import type { ModelDescription } from "../model/configuration.ts";
import { sizeOfGrid } from "../model/fine-grid.ts";
import { backgroundOf } from "../model/standardise.ts";
import type { TimeSeries } from "./measure-coherence.ts";

/** Side of a window, and pixels of all its times. */
const [SIDE, PIXELS] = [64, 12 * 64 ** 2];
/** Least and most times of a series. */
const [FEWEST, MOST] = [4, 60];

/** Runs of positions with the most frequent step between them, as `[from, to)`. */
function evenRuns(seconds: readonly number[]): { readonly step: number; readonly runs: readonly [number, number][] } {
  const steps = seconds.slice(1).map((s, i) => s - seconds[i]!);
  const counts = new Map<number, number>();
  for (const step of steps) if (step > 0) counts.set(step, (counts.get(step) ?? 0) + 1);
  const [step = 0] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  const runs: [number, number][] = [];
  for (let n = 0; n < seconds.length; n++) {
    const last = runs.at(-1);
    if (last && last[1] === n && Math.abs(steps[n - 1]! - step) < 1e-3 * step) last[1] = n + 1;
    else runs.push([n, n + 1]);
  }
  return { step, runs };
}

/** The part of some runs, at most so long, whose weights add up to most. */
function heaviest(
  runs: readonly [number, number][],
  weights: readonly number[],
  most: number,
): [number, number] | undefined {
  let [best, found]: [number, [number, number] | undefined] = [-1, undefined];
  for (const [from, to] of runs) {
    for (let start = from; start < Math.max(from + 1, to - most + 1); start++) {
      const end = Math.min(to, start + most);
      if (end - start < FEWEST) continue;
      const sum = weights.slice(start, end).reduce((a, b) => a + b, 0);
      if (sum > best) [best, found] = [sum, [start, end]];
    }
  }
  return found;
}

function motionsOf(maps: readonly CellMap[], cell: number): readonly Motion[] {
  return maps.slice(1).map(({ values, rows, columns }, n) => {
    const { down, right } = cellMotion(maps[n]!.values, values, rows, columns);
    const pixels = (cells: Float32Array) => cells.map((v) => v * cell);
    return { cell, rows, columns, down: pixels(down), right: pixels(right), origin: [0, 0] };
  });
}

/**
 * The rainiest window of the rainiest times of an event, refined by `factor`.
 *
 * @param wanted - times that may be taken, 1 for each
 * @returns undefined where no window has values at enough times
 */
export async function seriesOfEvent(
  { pieces, height, width, apart, span }: RainStream,
  factor: number,
  { held, archive }: { readonly held: boolean; readonly archive?: string | undefined },
): Promise<TimeSeries | undefined> {
  // Its longest piece, the first of these.
  const number = pieces.reduce((best, { frames }, n) => (frames > pieces[best]!.frames ? n : best), 0);
  const first = pieces.slice(0, number).reduce((sum, { frames }) => sum + frames, 0);
  const field = await pieces[number]?.load();
  const time = field && timeAxis(field);
  const side = Math.min(SIDE, ...[height, width].map((n) => Math.floor(n / factor) * factor));
  const size = Math.floor(side / factor) * factor;
  if (field === undefined || time === undefined || field.dims.length !== 3 || size === 0) return undefined;
  const seconds = Array.from(instantsOf(time), (t, n) =>
    apart === undefined || Boolean(apart[first + n]) === held ? t / 1000 : Number.NaN,
  );
  const { step, runs } = evenRuns(seconds);
  const plane = height * width;
  const rain = seconds.map((_, n) => total(field, n * plane, plane));
  const run = heaviest(runs, rain, Math.min(MOST, Math.floor(PIXELS / size ** 2)));
  if (run === undefined) return undefined;
  const window = rainiest(field, run, { height, width, size });
  if (window === undefined) return undefined;
  const [top, left] = window;
  const frames = Array.from({ length: run[1] - run[0] }, (_, n) =>
    field.values.subarray((run[0] + n) * plane, (run[0] + n + 1) * plane),
  );
  const images = frames.map((frame) => {
    const truth = new Float32Array(size * size);
    for (let y = 0; y < size; y++) {
      const from = (top + y) * width + left;
      truth.set(frame.subarray(from, from + size), y * size);
    }
    const cells = size / factor;
    return { truth, input: { values: blockMean(truth, 1, size, size, factor), shape: [cells, cells] } };
  });
  const maps = frames.map((frame) => cellMap(frame, height, width, factor));
  const { grid, ...place } = placeOf(field, span);
  const coarse = grid && { ...grid, y: grid.y * factor, x: grid.x * factor };
  return {
    ...{ step, images, motions: motionsOf(maps, factor), origin: [top, left], archive },
    place: { ...place, ...(coarse && { grid: coarse }) },
  };
}

function total({ values }: Field, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) if (values[i]! > 0) sum += values[i]!;
  return sum;
}

/** The window without gaps that has most rain at some times. */
function rainiest(
  { values }: Field,
  [from, to]: readonly [number, number],
  { height, width, size }: { readonly height: number; readonly width: number; readonly size: number },
): readonly [number, number] | undefined {
  let [most, found]: [number, readonly [number, number] | undefined] = [0, undefined];
  const half = Math.max(1, Math.floor(size / 2));
  for (let top = 0; top + size <= height; top += half) {
    for (let left = 0; left + size <= width; left += half) {
      let sum = 0;
      for (let n = from; n < to && !Number.isNaN(sum); n++) {
        for (let y = top; y < top + size; y++) {
          const line = (n * height + y) * width + left;
          for (let x = 0; x < size; x++) sum += values[line + x]!;
        }
      }
      if (sum > most) [most, found] = [sum, [top, left]];
    }
  }
  return found;
}

/** A window of pairs at some of the given times that follow each other; its first target is compared. */
export async function seriesOfPairs(
  pairs: MatchedPairs,
  times: readonly number[],
  description: ModelDescription,
): Promise<TimeSeries | undefined> {
  const time = timeAxis(pairs.fine[0]!);
  const [rows, columns] = sizeOfGrid(pairs.grid);
  const size = { rows: Math.min(SIDE, rows), columns: Math.min(SIDE, columns) };
  const [height, width] = [size.rows, size.columns].map((n) => Math.ceil(n / 4) * 4) as [number, number];
  if (time === undefined) return undefined;
  const instants = instantsOf(time);
  const { step, runs } = evenRuns(times.map((n) => instants[pairs.times[n]!.at[0]!]! / 1000));
  const run = heaviest(
    runs,
    times.map(() => 1),
    Math.min(MOST, Math.floor(PIXELS / (height * width))),
  );
  if (run === undefined) return undefined;
  const [row, column] = [Math.floor((rows - size.rows) / 2), Math.floor((columns - size.columns) / 2)];
  const frame = pairFrames(pairs, description, { height, width, ...size });
  const { channels, targets } = description;
  const { transform, deviation } = targets[0]!;
  const outputs = targets.length;
  const images: { truth: Float32Array; input: TimeSeries["images"][number]["input"] }[] = [];
  const maps: CellMap[] = [];
  for (const n of times.slice(...run)) {
    const { condition, clean, valid } = await frame(n).cut(row, column);
    const background = backgroundOf(condition, channels, targets);
    const truth = clean.map((v, i) => {
      const { transform: own, deviation: scale } = targets[i % outputs]!;
      return valid[i] === 0 ? Number.NaN : restored(own, background[i]! + scale * v);
    });
    const shown = Uint8Array.from({ length: height * width }, (_, i) =>
      Math.max(...valid.subarray(i * outputs, (i + 1) * outputs)),
    );
    images.push({ truth, input: { height, width, condition, background, valid: shown } });
    const coarse = Float32Array.from({ length: height * width }, (_, i) =>
      restored(transform, background[i * outputs]!),
    );
    maps.push(cellMap(coarse, height, width, 1));
  }
  const moves = transform.kind === "log" && targets[0]!.background !== null && deviation > 0;
  return { step, images, origin: [0, 0], ...(moves && { motions: motionsOf(maps, 1) }) };
}
