/** An ensemble of fine rain that is not drawn yet: a field whose frames are read and sampled when they are asked for. */

import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import type { ProgressOptions } from "../../engine/progress.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { type Field, precipitationFactor, rainFinding, whereOf } from "../../io/field/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import { placeOf, rateUnits } from "../data/read-rain.ts";
import { checkedEvaluations } from "../diffusion/draw.ts";
import { measuredAmplitude } from "../model/amplitude.ts";
import { archiveIndex, archivesOf } from "../model/archives.ts";
import { notComparable, seenOf, unlike } from "../model/blocks.ts";
import type { ModelConfiguration } from "../model/configuration.ts";
import { copiedCells } from "../model/copied-cells.ts";
import type { Downscaler, SampleOptions } from "../model/downscaler.ts";
import { pretrainedName } from "../model/find-model.ts";
import { type Complaint, complaintsOf, passGuards } from "../model/guards.ts";
import {
  atScale,
  chosenFactor,
  fineSpacing,
  isOfManyScales,
  meanTexture,
  rainUnits,
  rangeText,
  scaleOff,
  unknownOf,
  unlikeEvents,
} from "../model/input-scale.ts";
import type { RainPlace } from "../model/spacing.ts";
import { evenly, type Texture, textureNotice, textureOff, texturesOf, WINDOW } from "../model/texture.ts";
import {
  type CoarseFrame,
  type CoarseFrames,
  type CoarseOptions,
  type CoarseSummary,
  coarseFrames,
} from "./coarse-frames.ts";
import { drawnField, frameNumber, type MemberRange, originOf } from "./drawn-field.ts";
import { checkNoMembers, ensembleField, memberField, refinedGrid } from "./ensemble-field.ts";
import { allOfFile, type CellMap, cellMap, type LinkOptions, noiseInTime } from "./noise-links.ts";

/** Most values of the members of one time that are drawn at once. */
const MOST_VALUES = 2 ** 29;

/** A frame that has been drawn, in mm/h. */
export interface DrawnFrame extends CoarseFrame {
  /** mm/h on (realization, y, x) of the fine grid. */
  readonly members: Field;
  /** Rates below it were dry in training, mm/h. @defaultValue unknown */
  readonly wetThreshold?: number;
}

/** Options of `downscale`. */
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
    > {
  /**
   * Correlation of the noise of neighbouring times along the motion of the coarse field, as it was measured in training; it falls with
   * the power of the time between. A model where nothing was measured draws times independently. @defaultValue independent times
   */
  readonly coherence?: "measured";
  /** Called with each frame when it is drawn, in mm/h. */
  readonly onFrame?: (frame: DrawnFrame) => void;
  /** Ends the work after the evaluation in progress; its reason is thrown. */
  readonly signal?: AbortSignal;
}

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
}

/**
 * Checks input, model and options, and makes the ensemble without drawing it.
 *
 * @param earlier - summary of a pass over the same input with the same options, which is then not repeated
 * @throws UnitsError, ShapeError, DomainError, OptionsError as `downscale`
 */
export async function lazyBlocks(
  model: Downscaler,
  input: Field | LazyField,
  options: EnsembleOptions = {},
  earlier?: CoarseSummary,
): Promise<LazyEnsemble> {
  const factor = chosenFactor("downscale", model.configuration, options.factor);
  archiveIndex("downscale", archivesOf(model.configuration), options.archive);
  const { members = 8, onNotice } = options;
  const evaluations = checkedEvaluations(options, model.configuration.sampling);
  const frames = coarseFrames(input, factor, options);
  checkNoMembers(frames.field);
  const leading = frames.field.shape.slice(0, -2);
  const first = await frames.read(leading.map(() => 0));
  const grid = refinedGrid(first.coarse, factor);
  const target = first.truth ? withinField(grid, frames.field) : grid;
  const place = placeOf(first.coarse, frames.span);
  const off = kindOff(model.configuration, frames.field, factor, place);
  // Refused before all frames are read.
  passGuards(whereOf(frames.field), off, { force: options.force ?? false }, WAY);
  const summary = earlier ?? (await frames.check());
  const { largest } = summary;
  const { wetThreshold = 0 } = atScale(model.configuration, first.coarse, { factor, place }).targets[0]!;
  const forced = checkKind(model, first.coarse, frames, { factor, largest }, options);
  const many = isOfManyScales(model.configuration);
  if (many) onNotice?.(rangeText(model.configuration));
  const amplitude = many ? (summary.amplitude ?? (await amplitudeOf(model, frames))) : 1;
  const checked = many ? { ...summary, amplitude } : summary;
  if (amplitude < 1)
    onNotice?.(`its rain is smoother than that of training: members begin with ${amplitude.toFixed(2)} of the noise`);
  const texture = many ? await unlikeScale(model, frames, factor) : await unlikeTexture(model, frames);
  if (texture.length > 0) {
    const start = many ? pretrainedName : (model.file?.path ?? "MODEL");
    onNotice?.(textureNotice(texture, `monge train --data FINE --start ${start} --steps 300 --out runs`));
  }
  const copied = many ? await copiesIn(frames) : [];
  for (const text of copied) onNotice?.(`${text}, whose edges members keep; refine block means of that size instead`);
  const [height, width] = first.coarse.shape.slice(-2) as [number, number];
  onNotice?.(`${sizeOf(leading)} x ${height} x ${width} cells, ${members} members, refined by ${factor}`);

  const origin = originOf(frames.field, options.coarsen ? 1 : factor);
  const noise = noiseInTime(frames.field, {
    ...linkOptions(model.configuration, frames, factor, options),
    origin: [0, 1].map((i) => (options.origin?.[i] ?? origin[i]!) - origin[i]!) as [number, number],
  });
  const total = sizeOf(leading) * evaluations;
  let drawn = 0;
  const draw = async (place: readonly number[], { first: firstMember, count }: MemberRange): Promise<Float32Array> => {
    options.signal?.throwIfAborted();
    const frame = await frames.read(place);
    if (count * sizeOf(grid.shape) > MOST_VALUES) {
      const text = `downscale: ${count} members of ${grid.shape.join(" x ")} pixels are more than 2^29 values`;
      throw new OptionsError(`${text}; take fewer members, or a part of the cells at a time`, "members", count);
    }
    const { values: rates } = await model.sample(frame.coarse, {
      ...sampling(frames, options),
      ...(amplitude < 1 && { amplitude }),
      ...{ factor, place: placeOf(frame.coarse, frames.span), frame: frameNumber(frames.field, place) },
      ...{ members: count, firstMember, origin: options.origin ?? origin, noise: await noise(place) },
      ...(frame.truth && { valid: Uint8Array.from(frame.truth.values, (v) => (Number.isNaN(v) ? 0 : 1)) }),
      onProgress(done, all) {
        options.signal?.throwIfAborted();
        options.onProgress?.(Math.round((drawn + done / all) * evaluations), total);
      },
    });
    drawn = (drawn + 1) % sizeOf(leading);
    // The callback may keep the frame; what is returned may be written to.
    options.onFrame?.({ ...frame, members: memberField(grid, rates.slice()), wetThreshold });
    return cutTo(rates, count, grid.shape, target.shape);
  };
  const { attributes } = first.truth ?? first.coarse;
  return {
    field: fieldOf(frames, attributes, target, members, draw),
    forced,
    unlike: [...texture, ...copied],
    checked,
  };
}

/** The coarse field of the whole file, in which motion is found. */
function linkOptions(
  { coherence: measured }: ModelConfiguration,
  { field }: CoarseFrames,
  cell: number,
  { coherence, coarsen = false, whole, onNotice }: EnsembleOptions,
): Omit<LinkOptions, "origin"> {
  const all = allOfFile(field, { maps: true });
  const time = field.dimOf("time") ?? whole?.dimOf("time");
  const map = async (position: number): Promise<CellMap> => {
    const at = Object.fromEntries(all.dims.slice(0, -2).map((dim) => [dim, dim === time ? position : 0]));
    const { values, shape } = await all.isel(at).load();
    const [height, width] = shape as [number, number];
    return cellMap(values, height, width, coarsen ? cell : 1);
  };
  return { coherence, measured, whole, map, cell, onNotice };
}

function sampling({ units, interval }: CoarseFrames, o: EnsembleOptions): SampleOptions {
  const scale = precipitationFactor(units, rateUnits, interval);
  return {
    ...defined({
      seed: o.seed,
      evaluations: o.evaluations,
      method: o.method,
      noiseRange: o.noiseRange,
      archive: o.archive,
      conserve: o.conserve,
      missing: o.missing,
    }),
    ...(o.wetThreshold !== undefined && { wetThreshold: o.wetThreshold * scale }),
    // The kind of all frames together was checked before the first.
    force: true,
  };
}

/**
 * Differences of the input from the training that are forced.
 *
 * @throws DomainError where it differs and nobody said so
 */
function checkKind(
  { configuration }: Downscaler,
  coarse: Field,
  { field, span }: CoarseFrames,
  { factor, largest }: { readonly factor: number; readonly largest: number },
  { force = false, onNotice }: EnsembleOptions,
): readonly string[] {
  const place = placeOf(coarse, span);
  const many = isOfManyScales(configuration);
  const trainedOn = seenOf(many ? atScale(configuration, coarse, { factor, place }) : configuration);
  const unknown = many ? unknownOf(place) : notComparable(trainedOn, place);
  const whose =
    trainedOn === undefined ? "the model does not state what it was trained for" : "model or input do not state them";
  if (unknown.length > 0) onNotice?.(`not checked against the training: ${unknown.join(", ")} (${whose})`);
  const found: readonly Complaint[] = [
    ...(trainedOn === undefined ? [] : unlike(trainedOn, place, [largest])),
    ...kindOff(configuration, field, factor, place),
  ];
  return passGuards(whereOf(field), found, { force, ...defined({ onNotice }) }, WAY);
}

const WAY = "check `units` and `interval`, or take another model";

/** Departures of an input from what a model of many scales refines, by its names, grid and interval. */
function kindOff(model: ModelConfiguration, field: LazyField, factor: number, place: RainPlace): readonly Complaint[] {
  if (!isOfManyScales(model)) return [];
  const { is, why } = rainFinding(field);
  const text = `no precipitation (${why}), but it was trained for precipitation alone`;
  return [...(is === "other" ? complaintsOf("variable", [text]) : []), ...scaleOff(model, factor, place)];
}

/** Most frames whose texture is looked at, that the amplitude of the noise is measured on, and that copied cells are sought in. */
const MOST_FRAMES = { texture: 32, amplitude: 12, copies: 4 } as const;

/** Amplitude of the first noise for all frames. */
async function amplitudeOf(model: Downscaler, frames: CoarseFrames): Promise<number> {
  const fields: Field[] = [];
  for await (const coarse of someFrames(frames, MOST_FRAMES.amplitude)) fields.push(coarse);
  return measuredAmplitude(model, fields, placeOf(fields.at(-1)!, frames.span));
}

async function unlikeTexture({ configuration }: Downscaler, frames: CoarseFrames) {
  const texture = seenOf(configuration)?.texture;
  if (texture === undefined) return [];
  const found: Texture[] = [];
  for await (const { values, shape } of someFrames(frames)) {
    found.push(...texturesOf(values, shape as [number, number], WINDOW, texture));
  }
  return textureOff(texture, found).map((text) => `it is ${text}`);
}

/** Departures of an input from the events that a model of many scales was trained on, in words. */
async function unlikeScale(
  { configuration }: Downscaler,
  frames: CoarseFrames,
  factor: number,
): Promise<readonly string[]> {
  const { span: interval } = frames;
  const windows: Texture[] = [];
  let spacing: number | undefined;
  for await (const coarse of someFrames(frames)) {
    windows.push(...texturesOf(coarse.values, coarse.shape as [number, number], WINDOW, rainUnits(interval)));
    spacing = fineSpacing(placeOf(coarse, interval), factor);
  }
  const texture = meanTexture(windows);
  const unlike = unlikeEvents(configuration, {
    factor,
    ...defined({ spacing, interval, texture }),
  });
  return unlike === undefined ? [] : [unlike];
}

/** Size of the larger cells that the cells of an input are copies of, in words; empty where they are none. */
async function copiesIn(frames: CoarseFrames): Promise<readonly string[]> {
  const maps: Field[] = [];
  for await (const coarse of someFrames(frames, MOST_FRAMES.copies)) maps.push(coarse);
  const found = copiedCells(maps, rainUnits(frames.span).wet);
  return found ? [`its cells are copies of larger ones, of about ${found.join(" x ")} cells`] : [];
}

/** Frames that are spread evenly over an input. */
async function* someFrames(frames: CoarseFrames, most: number = MOST_FRAMES.texture): AsyncGenerator<Field> {
  const sizes = frames.field.shape.slice(0, -2);
  for (const n of evenly(sizeOf(sizes), most)) {
    let rest = n;
    const place = sizes.map(() => 0);
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      place[axis] = rest % sizes[axis]!;
      rest = Math.floor(rest / sizes[axis]!);
    }
    const { coarse } = await frames.read(place);
    yield coarse.with({ values: Float32Array.from(coarse.values) });
  }
}

/** The part of a grid that is not beyond the field that was coarsened. */
function withinField(grid: Field, { shape }: LazyField): Field {
  const [y, x] = grid.dims.slice(-2) as [string, string];
  const [rows, columns] = grid.shape.slice(-2).map((n, i) => Math.min(n, shape.at(i - 2)!)) as [number, number];
  return grid.isel({ [y]: [0, rows], [x]: [0, columns] });
}

/** The first rows and columns of members. */
function cutTo(values: Float32Array, members: number, from: readonly number[], to: readonly number[]): Float32Array {
  const [[height, width], [rows, columns]] = [from.slice(-2), to.slice(-2)] as [[number, number], [number, number]];
  if (rows === height && columns === width) return values;
  const out = new Float32Array(members * rows * columns);
  for (let line = 0; line < members * rows; line++) {
    const start = (Math.floor(line / rows) * height + (line % rows)) * width;
    out.set(values.subarray(start, start + columns), line * columns);
  }
  return out;
}

/** The fine field: what it says of itself, and how its values come about. */
function fieldOf(
  frames: CoarseFrames,
  attributes: Field["attributes"],
  grid: Field,
  members: number,
  draw: (place: readonly number[], some: MemberRange) => Promise<Float32Array>,
): LazyField {
  const { field, units, interval } = frames;
  const [height, width] = grid.shape.slice(-2) as [number, number];
  // Without members there are no values, and all else is as it will be.
  const empty = { values: new Float32Array(0), shape: [sizeOf(field.shape.slice(0, -2)), 0, height, width] };
  const like = { name: field.name, dims: field.dims, shape: field.shape, coordinates: field.coordinates };
  const template = ensembleField(empty, like, grid, { units, interval, attributes });
  const scale = precipitationFactor(rateUnits, units, interval);
  const scaled = async (place: readonly number[], some: MemberRange) => {
    const rates = await draw(place, some);
    if (scale !== 1) for (let i = 0; i < rates.length; i++) rates[i] = rates[i]! * scale;
    return [rates];
  };
  return drawnField(template, { members, source: field.source, reads: [field], draw: scaled });
}
