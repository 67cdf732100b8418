/** The times whose noise that of a time hangs together with, and the motion between them, found from the coarse field. */

import { OptionsError } from "../../engine/errors.ts";
import { cellMotion } from "../../engine/numerics/cell-motion.ts";
import { LazyField } from "../../io/dataset/index.ts";
import { type Field, instantsOf, timeAxis } from "../../io/field/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import { LEAST_CARRIED, MOST_COHERENT, type Motion, type NoiseLink, type NoisePart } from "../diffusion/time-noise.ts";
import type { MeasuredCoherence } from "../model/coherence.ts";
import { frameNumber } from "./ensemble.ts";

/** A map whose cells show the motion. */
export interface CellMap {
  /** Logarithms of rain, [rows, columns]; 0 where it is dry or missing. */
  readonly values: Float32Array;
  readonly rows: number;
  readonly columns: number;
}

export interface LinkOptions {
  /** @defaultValue times are drawn independently */
  readonly coherence: "measured" | undefined;
  readonly measured: MeasuredCoherence | undefined;
  /** The field of which the input is a part: its times are those of the file. @defaultValue the input */
  readonly whole: Field | LazyField | undefined;
  /** The coarse field at a position of the file's times. @defaultValue noise stays at its pixels */
  readonly map: ((position: number) => Promise<CellMap>) | undefined;
  /** Pixels of a cell, and the global row and column of the first. */
  readonly cell: number;
  readonly origin: readonly [number, number];
  readonly onNotice: ((line: string) => void) | undefined;
}

/** The parts of the noise of a frame, by its place along the leading dimensions. */
export type NoiseOf = (place: readonly number[]) => Promise<readonly NoisePart[]>;

/** Motions that are kept for the frames to come. */
const KEPT = 256;

const none: NoiseOf = async () => [];

/**
 * Links along the times of the file that a field is from, so that a part of the times has those of the whole. The correlation falls with
 * the time between; a chain of times ends where time does not go on.
 *
 * @param field - the input, (time, …, y, x)
 * @throws OptionsError for another coherence than that of training
 */
export function noiseInTime(field: LazyField, o: LinkOptions): NoiseOf {
  const { coherence, measured, whole, map, cell, origin } = o;
  if (coherence === undefined) return none;
  if (coherence !== "measured") {
    const way =
      'expected "measured", the correlation that the model keeps from training; leave it out for independent times';
    throw new OptionsError(`downscale: coherence is ${coherence}; ${way}`, "coherence", coherence);
  }
  const dim = field.dimOf("time") ?? whole?.dimOf("time");
  const axis = dim === undefined ? -1 : field.parts.store.dims.indexOf(dim);
  if (axis < 0) return none;
  const { ranges, keep } = field.parts.picks[axis]!;
  const positions = ranges.flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
  if (measured === undefined) {
    if (positions.length > 1) o.onNotice?.("times are drawn independently: the model has no measured coherence");
    return none;
  }
  const seconds = secondsOf(field, whole, dim!);
  const between = stepsOf(seconds);
  const usual = median(between);
  const { step, share, still, moving } = measured;
  // Where nothing shows a motion, all stays in place.
  const wanted = [
    { share, correlation: still, follow: false },
    { share: 1 - share, correlation: moving, follow: map !== undefined },
  ].filter((part) => part.share > 0);
  if (wanted.every(({ correlation }) => correlation === 0)) return none;
  const motions = new Map<number, Promise<Motion>>();
  const motionTo = (position: number): Promise<Motion> => {
    const found = motions.get(position) ?? motionBetween(map!, position, cell, origin);
    motions.delete(position);
    motions.set(position, found);
    if (motions.size > KEPT) motions.delete(motions.keys().next().value!);
    return found;
  };
  const stride = sizeOf(field.parts.store.shape.slice(axis + 1, -2));
  const along = field.dims.indexOf(dim!);
  return async (place) => {
    const number = frameNumber(field, place);
    const last = positions[keep ? place[along]! : 0]!;
    const linksOf = async (correlation: number, follow: boolean): Promise<readonly NoiseLink[]> => {
      const links: NoiseLink[] = [];
      if (correlation === 0) return links;
      let carried = 1;
      for (let position = last; position > 0 && carried >= LEAST_CARRIED; position--) {
        const apart = (seconds.get(position) ?? Number.NaN) - (seconds.get(position - 1) ?? Number.NaN);
        // Times before those that are known are taken to follow as the others do.
        const gap = Number.isNaN(apart) ? usual : apart;
        if (!(gap > 0)) break;
        const own = Math.min(MOST_COHERENT, correlation ** (gap / step));
        carried *= own;
        const motion = follow ? await motionTo(position) : undefined;
        const frame = number - (last - position + 1) * stride;
        links.push({ frame, correlation: own, ...(motion && { motion }) });
      }
      return links;
    };
    const parts: NoisePart[] = [];
    for (const { share: own, correlation, follow } of wanted) {
      parts.push({ share: own, links: await linksOf(correlation, follow) });
    }
    return parts;
  };
}

async function motionBetween(
  map: NonNullable<LinkOptions["map"]>,
  position: number,
  cell: number,
  origin: readonly [number, number],
): Promise<Motion> {
  const before = await map(position - 1);
  const { values, rows, columns } = await map(position);
  const { down, right } = cellMotion(before.values, values, rows, columns);
  const pixels = (cells: Float32Array) => cells.map((v) => v * cell);
  return { cell, rows, columns, down: pixels(down), right: pixels(right), origin };
}

/** Seconds of the positions of the file's times, as far as they are known. */
export function secondsOf(
  field: LazyField,
  whole: Field | LazyField | undefined,
  dim: string,
): ReadonlyMap<number, number> {
  const from = whole instanceof LazyField && whole.dimOf("time") !== undefined ? whole : field;
  const time = timeAxis(from);
  const { ranges } = from.parts.picks[from.parts.store.dims.indexOf(dim)]!;
  const positions = ranges.flatMap(([first, end]) => Array.from({ length: end - first }, (_, i) => first + i));
  if (time === undefined) return new Map(positions.map((position) => [position, position]));
  const instants = instantsOf(time);
  return new Map(positions.map((position, i) => [position, instants[i]! / 1000]));
}

/** Seconds between positions that follow each other. */
function stepsOf(seconds: ReadonlyMap<number, number>): number[] {
  return Array.from(seconds).flatMap(([position, at]) => {
    const next = seconds.get(position + 1);
    return next !== undefined && next > at ? [next - at] : [];
  });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 1;
}

/** A field from the first time of its file to the last, and with `maps` from its first row and column to the last; without coordinates. */
export function allOfFile(field: LazyField, { maps }: { readonly maps: boolean }): LazyField {
  const { parts } = field;
  const time = field.dimOf("time");
  const last = parts.store.dims.slice(-2);
  const open = (dim: string) => dim === time || (maps && last.includes(dim));
  return new LazyField({
    ...parts,
    coordinates: parts.coordinates.filter(({ dims }) => !dims.some(open)),
    late: [],
    picks: parts.picks.map((pick, i) =>
      open(parts.store.dims[i]!) ? { ...pick, ranges: [[0, parts.store.shape[i]!] as const] } : pick,
    ),
  });
}

/**
 * A map that shows the motion of rain: means over square cells of ln(1 + v/c), with c a third of the mean of what is wet, whatever the units.
 *
 * @param values - rain, [height, width]; gaps and negative values are dry
 */
export function cellMap(values: ArrayLike<number>, height: number, width: number, cell: number): CellMap {
  let [sum, wet] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (!(values[i]! > 0)) continue;
    sum += values[i]!;
    wet++;
  }
  const unit = sum / (3 * wet);
  const [rows, columns] = [Math.ceil(height / cell), Math.ceil(width / cell)];
  const [sums, counts] = [new Float32Array(rows * columns), new Float32Array(rows * columns)];
  for (let y = 0, i = 0; y < height; y++) {
    const line = Math.floor(y / cell) * columns;
    for (let x = 0; x < width; x++, i++) {
      const at = line + Math.floor(x / cell);
      if (values[i]! > 0) sums[at]! += Math.log1p(values[i]! / unit);
      counts[at]! += 1;
    }
  }
  return { values: sums.map((v, i) => v / counts[i]!), rows, columns };
}
