/**
 * An ensemble that is drawn when a part of it is read, whatever draws it: frames of a source, their members in groups, progress,
 * reports, and the signal that ends the work.
 */
import {
  abortSignal,
  among,
  callback,
  flag,
  type OptionChecks,
  positive,
  real,
  text,
  wordOr,
} from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import type { ProgressOptions, WorkProgress } from "../../engine/progress.ts";
import { fieldCheck, LazyField, type VariableStore } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { type Range, type Slab, sizeOf, takeBlock } from "../../io/storage/index.ts";
import { type CoarseFrame, type CoarseOptions, type CoarseSummary, placeAt } from "../data/coarse-frames.ts";
import { type SampleOptions, sampleChecks } from "../model/sample-options.ts";
import { memberCoordinate, memberDim, memberField } from "./members.ts";

/** A frame that has been drawn, in mm/h. */
export interface DrawnFrame extends CoarseFrame {
  /** mm/h on (realization, y, x) of the fine grid. */
  readonly members: Field;
  /** Rates below it were dry in training, mm/h. @defaultValue unknown */
  readonly wetThreshold?: number;
}

export interface EnsembleOptions
  extends CoarseOptions,
    ProgressOptions,
    Pick<
      SampleOptions,
      | "members"
      | "seed"
      | "evaluations"
      | "method"
      | "noiseRange"
      | "conserve"
      | "archive"
      | "force"
      | "factor"
      | "origin"
      | "wetThreshold"
      | "cutOff"
    > {
  /**
   * Correlation of the noise of neighbouring times along the motion of the coarse field, as it was measured in training; it falls with
   * the power of the time between. A model where nothing was measured draws times independently. @defaultValue independent times
   */
  readonly coherence?: "measured";
  /**
   * Factor of the first noise of a model, from 0.5 to 2, times what the model measures on the input: above 1 members lie farther apart
   * and are rougher. @defaultValue 1
   */
  readonly amplitude?: number;
  /** Called with each frame when it is drawn, in mm/h. */
  readonly onFrame?: (frame: DrawnFrame) => void;
  /** Ends the work after the evaluation in progress, of some members where there are many; its reason is thrown. */
  readonly signal?: AbortSignal;
}

const { members, seed, evaluations, method, noiseRange, conserve, archive, force, factor, origin } = sampleChecks;
const { wetThreshold, cutOff } = sampleChecks;

/** Checks of {@link EnsembleOptions}. */
export const ensembleChecks: OptionChecks<EnsembleOptions> = {
  ...{ members, seed, evaluations, method, noiseRange, conserve, archive, force, factor, origin, wetThreshold, cutOff },
  ...{ missing: sampleChecks.missing, coherence: among("measured"), units: text, interval: wordOr("time", positive()) },
  amplitude: real(0.5, 2),
  ...{ whole: fieldCheck, coarsen: flag, clipNegative: flag, signal: abortSignal },
  ...{ onFrame: callback, onNotice: callback, onProgress: callback },
};

/** An ensemble that is drawn as it is read. */
export interface LazyEnsemble {
  /** (time …, realization, y, x), in the units of the input; every `load` draws what it reads. */
  readonly field: LazyField;
  /** Differences of the input from the training that were forced. */
  readonly forced: readonly string[];
  /** Differences of the input's texture from that of training, in words. @defaultValue it is not */
  readonly unlike?: readonly string[];
  /** Parameters that were fitted to the input, in a few words for the history. @defaultValue nothing */
  readonly fitted?: string;
  /** Summary of the pass over the input. @defaultValue none */
  readonly checked?: CoarseSummary;
  /** Bytes of values that are best drawn and written together. @defaultValue one time */
  readonly slab?: number;
}

/** Members of one frame: how many, from which number on. */
export interface MemberRange {
  readonly first: number;
  readonly count: number;
}

export interface Frame {
  /**
   * Draws some members of each of the frame's times, [count, height, width]; whoever reads may write to them. A member is the same
   * whichever others are drawn with it.
   */
  draw(some: MemberRange, onProgress: NonNullable<ProgressOptions["onProgress"]>): Promise<readonly Float32Array[]>;
  /** The n-th of its times as it is reported, in mm/h. @defaultValue it is not */
  readonly shown?: ((n: number) => Omit<DrawnFrame, "members">) | undefined;
}

/** An input as what is drawn frame by frame. */
export interface Source {
  /** All of the result but its values, in its units: (leading …, realization, y, x) with no members. */
  readonly template: Field;
  /** Fields that are read to draw, the input first; checked for changes before the end. */
  readonly reads: readonly LazyField[];
  readonly members: number;
  /** Grid that members are drawn on, of which the result has the first rows and columns. @defaultValue that of the result */
  readonly grid?: Field;
  /** Times of the result that a frame makes. @defaultValue one, by any leading dimensions */
  readonly times?: number;
  /** Evaluations of the network for a frame. @defaultValue 1, where there is none */
  readonly evaluations?: number;
  /** From the units of what is drawn to those of the result. @defaultValue 1 */
  readonly scale?: number;
  /** From the units of what is drawn to mm/h, where frames are reported. @defaultValue 1 */
  readonly rate?: number | undefined;
  /** Reads a frame by its place along the leading dimensions. */
  frame(place: readonly number[]): Promise<Frame>;
  /**
   * The one member of the times [from, to) at once, where many cost little more than one and time is the only leading dimension.
   * @defaultValue frame by frame, as also where frames are reported
   */
  stretch?(from: number, to: number): Promise<Float32Array>;
}

/** Most values of the members of one frame. */
const MOST_VALUES = 2 ** 29;
/** Values that are drawn together: between such groups the work can end. */
const GROUP = 2 ** 20;

export function ensemble(source: Source, { signal, onProgress, onFrame }: EnsembleOptions): LazyField {
  const { template, reads, grid, times = 1, evaluations = 1, scale = 1, rate = 1 } = source;
  const shape = template.shape.with(-3, source.members);
  const [height, width] = shape.slice(-2) as [number, number];
  const drawn = grid?.shape ?? [height, width];
  const plane = sizeOf(drawn);
  const frames = sizeOf(shape.slice(0, -3)) / times;
  let done = 0;
  const report = (share: number): void => {
    signal?.throwIfAborted();
    onProgress?.({ done: Math.round((done + share) * evaluations), total: frames * evaluations });
  };
  /** Members of all times of a frame, in groups. */
  const membersOf = async (frame: Frame, { first, count }: MemberRange): Promise<readonly Float32Array[]> => {
    if (count * times * plane > MOST_VALUES) {
      const text = `downscale: ${count} members of ${drawn.join(" x ")} pixels are more than 2^29 values`;
      throw new OptionsError(`${text}; take fewer members, or a part of the cells at a time`, "members", count);
    }
    const most = groupSize(times * plane);
    if (count <= most) return frame.draw({ first, count }, (part) => report(part.done / part.total));
    const parts = Array.from({ length: times }, () => new Float32Array(count * plane));
    for (let from = 0; from < count; from += most) {
      // Signals come while nothing is computed.
      await new Promise((resume) => setTimeout(resume));
      signal?.throwIfAborted();
      const own = Math.min(most, count - from);
      const progress = (part: WorkProgress) => report((from + (own * part.done) / part.total) / count);
      const group = await frame.draw({ first: first + from, count: own }, progress);
      for (const [n, values] of group.entries()) parts[n]!.set(values, from * plane);
    }
    return parts;
  };
  const draw = async (place: readonly number[], some: MemberRange): Promise<readonly Float32Array[]> => {
    signal?.throwIfAborted();
    const frame = await source.frame(place);
    const parts = await membersOf(frame, some);
    done = (done + 1) % frames;
    return parts.map((values, n) => {
      const shown = onFrame && frame.shown?.(n);
      // The callback may keep the frame; what is returned may be written to.
      if (shown) onFrame({ ...shown, members: memberField(grid ?? shown.coarse, scaled(values.slice(), rate)) });
      return scaled(firstOf(values, drawn, [height, width]), scale);
    });
  };
  let held: { readonly key: string; readonly parts: readonly Float32Array[] } | undefined;
  const at = async (place: readonly number[], some: MemberRange): Promise<Float32Array> => {
    if (times === 1) return (await draw(place, some))[0]!;
    const [time, ...others] = place as [number, ...number[]];
    const first = [Math.floor(time / times), ...others];
    const key = [...first, some.first, some.count].join();
    if (held?.key !== key) held = { key, parts: await draw(first, some) };
    return held.parts[time % times]!.slice();
  };
  const stretched = async ({ start, count }: Slab, make: NonNullable<Source["stretch"]>): Promise<Float32Array> => {
    const [first, total] = [start[0]!, count[0]!];
    const rest = count.slice(1).map((n, k): Range[] => [[start[k + 1]!, start[k + 1]! + n]]);
    const step = Math.max(1, Math.floor(GROUP / plane));
    const out = new Float32Array(sizeOf(count));
    for (let from = 0; from < total; from += step) {
      const times = Math.min(step, total - from);
      signal?.throwIfAborted();
      const values = await make(first + from, first + from + times);
      report(times);
      done = (done + times) % frames;
      out.set(takeBlock(values, [times, ...shape.slice(1)], [[[0, times]], ...rest]), from * (out.length / total));
    }
    return out;
  };
  const store: VariableStore = {
    ...{ dims: template.dims, shape, target: "float32" },
    chunks: times === 1 ? undefined : [times, ...shape.slice(1)],
    check: () => {
      for (const { parts } of reads) parts.store.check?.();
    },
    read: (slab) => (source.stretch && !onFrame ? stretched(slab, source.stretch) : readSlab(slab, shape, at)),
  };
  const { name, units, coordinates, attributes, gridMapping } = template;
  return new LazyField({
    ...{ name, units, attributes, gridMapping, source: reads[0]!.source, store },
    coordinates: coordinates.map((c) => (c.name === memberDim ? memberCoordinate(source.members) : c)),
    late: [],
    picks: shape.map((n) => ({ ranges: [[0, n]], keep: true })),
  });
}

/** Members of a group; several are a multiple of four, which models draw at once. */
function groupSize(values: number): number {
  const members = Math.floor(GROUP / values);
  return members < 4 ? Math.max(1, members) : members - (members % 4);
}

/** Times a factor, in place. */
function scaled(values: Float32Array, by: number): Float32Array {
  if (by !== 1) for (let i = 0; i < values.length; i++) values[i] = values[i]! * by;
  return values;
}

/** The first rows and columns of maps. */
function firstOf(values: Float32Array, from: readonly number[], to: readonly number[]): Float32Array {
  const [[height, width], [rows, columns]] = [from, to] as [[number, number], [number, number]];
  if (rows === height && columns === width) return values;
  const lines = (values.length / (height * width)) * rows;
  const out = new Float32Array(lines * columns);
  for (let line = 0; line < lines; line++) {
    const start = (Math.floor(line / rows) * height + (line % rows)) * width;
    out.set(values.subarray(start, start + columns), line * columns);
  }
  return out;
}

/** Part of an ensemble, by the members of its frames. */
async function readSlab(
  { start, count }: Parameters<VariableStore["read"]>[0],
  shape: readonly number[],
  at: (place: readonly number[], some: MemberRange) => Promise<Float32Array>,
): Promise<Float32Array> {
  const lead = shape.length - 3;
  const [height, width] = shape.slice(-2) as [number, number];
  const [first, row, column] = start.slice(lead) as [number, number, number];
  const [some, rows, columns] = count.slice(lead) as [number, number, number];
  const members = { first, count: some };
  const frames = sizeOf(count.slice(0, lead));
  if (frames === 1 && rows === height && columns === width) return at(start.slice(0, lead), members);
  const out = new Float32Array(sizeOf(count));
  for (let n = 0; n < frames; n++) {
    const place = placeAt(n, count.slice(0, lead)).map((own, axis) => start[axis]! + own);
    const values = await at(place, members);
    for (let line = 0; line < some * rows; line++) {
      const from = (Math.floor(line / rows) * height + row + (line % rows)) * width + column;
      out.set(values.subarray(from, from + columns), (n * some * rows + line) * columns);
    }
  }
  return out;
}

/** Position in the file of the n-th of those that are taken. */
function positionOf(ranges: readonly (readonly [from: number, to: number])[], n: number): number {
  let left = n;
  for (const [from, to] of ranges) {
    if (left < to - from) return from + left;
    left -= to - from;
  }
  return Number.NaN;
}

/** Number of a frame among all of the file, so that a part of the times gets the noise that it has in the whole. */
export function frameNumber(field: LazyField, place: readonly number[]): number {
  const { store, picks } = field.parts;
  let [number, at] = [0, 0];
  for (let axis = 0; axis < store.dims.length - 2; axis++) {
    const { ranges, keep } = picks[axis]!;
    number = number * store.shape[axis]! + positionOf(ranges, keep ? place[at++]! : 0);
  }
  return number;
}

/** First pixel of the part of the file that is taken, `scale` pixels a cell: noise belongs to pixels of the whole grid. */
export function originOf({ parts: { picks } }: LazyField, scale: number): readonly [number, number] {
  const [row, column] = picks.slice(-2).map(({ ranges }) => ranges[0]![0] * scale) as [number, number];
  return [row, column];
}
