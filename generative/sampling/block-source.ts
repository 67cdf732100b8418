/** Coarse rain whose cells a model refines: compared with the rain of training, then read frame by frame. */

import { defined } from "../../engine/defined.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import {
  convertPrecipitation,
  type Field,
  precipitationFactor,
  rainFinding,
  whereOf,
  withoutRange,
} from "../../io/field/index.ts";
import { refine } from "../../io/regrid/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import { type CoarseFrames, type CoarseSummary, coarseFrames } from "../data/coarse-frames.ts";
import { placeOf, rateUnits } from "../data/read-rain.ts";
import { type EnsembleOptions, frameNumber, originOf } from "../ensemble/ensemble.ts";
import { checkNoMembers, emptyEnsemble } from "../ensemble/members.ts";
import { allOfFile, type CellMap, cellMap, noiseInTime } from "../ensemble/noise-links.ts";
import { measuredAmplitude } from "../model/amplitude.ts";
import { archiveIndex, archivesOf } from "../model/archives.ts";
import { comparableBlocks, comparablePlace, seenOf } from "../model/blocks.ts";
import { copiedCells } from "../model/copied-cells.ts";
import type { Downscaler } from "../model/downscaler.ts";
import { pretrainedName } from "../model/find-model.ts";
import { type Complaint, differences, notStated, passGuards } from "../model/guards.ts";
import {
  assumedOf,
  atScale,
  chosenFactor,
  fineSpacing,
  isOfManyScales,
  meanTexture,
  rainUnits,
  rangeText,
  scaleOff,
  unlikeEvents,
} from "../model/input-scale.ts";
import type { SampleOptions } from "../model/sample-options.ts";
import { longCells } from "../model/spacing.ts";
import { type TextureOptions, textureNotice, textureOff, texturesOf, WINDOW } from "../model/texture.ts";
import type { ModelSource } from "./model-source.ts";

/**
 * Checks and compares an input whose block means are refined.
 *
 * @param earlier - summary of a pass over the same input with the same options, which is then not repeated
 * @throws UnitsError, ShapeError, DomainError, OptionsError as `downscale`
 */
export async function blockSource(
  model: Downscaler,
  input: Field | LazyField,
  options: EnsembleOptions,
  earlier?: CoarseSummary,
): Promise<ModelSource> {
  const { configuration } = model;
  const factor = chosenFactor("downscale", configuration, options.factor);
  archiveIndex("downscale", archivesOf(configuration), options.archive);
  const { members = 8, coarsen = false, onNotice } = options;
  const frames = coarseFrames(input, factor, options);
  const { field, units, interval, span } = frames;
  checkNoMembers(field);
  const sizes = field.shape.slice(0, -2);
  const first = await frames.read(sizes.map(() => 0));
  const grid = refine(first.coarse, factor);
  const { forced, unlike, checked } = await compared(model, frames, first.coarse, factor, options, earlier);
  const amplitude = (checked.amplitude ?? 1) * (options.amplitude ?? 1);
  const [height, width] = first.coarse.shape.slice(-2) as [number, number];
  onNotice?.(`${sizeOf(sizes)} x ${height} x ${width} cells, ${members} members, refined by ${factor}`);
  const place = placeOf(first.coarse, span);
  const { wetThreshold = 0 } = atScale(configuration, first.coarse, { factor, place }).targets[0]!;
  const origin = originOf(field, coarsen ? 1 : factor);
  const { attributes } = first.truth ?? first.coarse;
  const like = { name: field.name, units: rateUnits, attributes: withoutRange(attributes) };
  const leading = { dims: field.dims.slice(0, -2), shape: sizes, coordinates: field.coordinates };
  const template = emptyEnsemble(like, leading, first.truth ? withinField(grid, field) : grid);
  const inRates = (name: "wetThreshold" | "cutOff") => {
    const own = options[name];
    return own === undefined ? {} : { [name]: own * precipitationFactor(units, rateUnits, interval) };
  };
  const how: SampleOptions = {
    ...{ factor, origin: options.origin ?? origin },
    // The kind of all frames together was checked before the first.
    force: true,
    ...(amplitude !== 1 && { amplitude }),
    ...defined({ archive: options.archive, conserve: options.conserve, missing: options.missing }),
    ...inRates("wetThreshold"),
    ...inRates("cutOff"),
  };
  return {
    ...{ forced, unlike, checked, grid, reads: [field], outputs: [0] },
    template: convertPrecipitation(template, units, interval === undefined ? {} : { interval }),
    scale: precipitationFactor(rateUnits, units, interval),
    noise: noiseInTime(field, {
      ...{ coherence: options.coherence, measured: configuration.coherence, whole: options.whole, onNotice },
      ...{ map: motionMaps(frames, coarsen ? factor : 1, options.whole), cell: factor },
      origin: [0, 1].map((i) => (options.origin?.[i] ?? origin[i]!) - origin[i]!) as [number, number],
    }),
    async read(at) {
      const { coarse, truth } = await frames.read(at);
      const valid = truth && Uint8Array.from(truth.values, (v) => (Number.isNaN(v) ? 0 : 1));
      return {
        input: coarse,
        how: { ...how, place: placeOf(coarse, span), frame: frameNumber(field, at), ...defined({ valid }) },
        shown: () => ({ coarse, truth, wetThreshold }),
      };
    },
  };
}

/** Maps of the whole file, in which motion is found. */
function motionMaps({ field }: CoarseFrames, cell: number, whole: EnsembleOptions["whole"]) {
  const all = allOfFile(field, { maps: true });
  const time = field.dimOf("time") ?? whole?.dimOf("time");
  return async (position: number): Promise<CellMap> => {
    const at = Object.fromEntries(all.dims.slice(0, -2).map((dim) => [dim, dim === time ? position : 0]));
    const { values, shape } = await all.isel(at).load();
    const [height, width] = shape as [number, number];
    return cellMap(values, height, width, cell);
  };
}

/** The part of a grid that is not beyond the field that was coarsened. */
function withinField(grid: Field, { shape }: LazyField): Field {
  const [y, x] = grid.dims.slice(-2) as [string, string];
  const [rows, columns] = grid.shape.slice(-2).map((n, i) => Math.min(n, shape.at(i - 2)!)) as [number, number];
  return grid.isel({ [y]: [0, rows], [x]: [0, columns] });
}

const WAY = "check `units` and `interval`, or take another model";

/** Comparison of an input with the rain of training. @throws DomainError where it differs and nobody said so */
async function compared(
  model: Downscaler,
  frames: CoarseFrames,
  first: Field,
  factor: number,
  { force = false, onNotice }: EnsembleOptions,
  earlier: CoarseSummary | undefined,
): Promise<{ forced: readonly string[]; unlike: readonly string[]; checked: CoarseSummary }> {
  const { configuration } = model;
  const { field, span } = frames;
  const [where, place] = [whereOf(field), placeOf(first, span)];
  const many = isOfManyScales(configuration);
  const off: readonly Complaint[] = many ? [...otherVariable(field), ...scaleOff(configuration, factor, place)] : [];
  // Refused before all frames are read.
  passGuards(where, off, { force }, WAY);
  const summary = earlier ?? (await frames.check());
  const seen = seenOf(many ? atScale(configuration, first, { factor, place }) : configuration);
  const [trained, met] = [seen ? comparableBlocks(seen) : {}, comparablePlace(place, summary.largest)];
  const unknown = many ? assumedOf(configuration, place) : notStated(["cells", "interval", "values"], trained, met);
  const whose = many
    ? "INPUT does not state it"
    : seen === undefined
      ? "the model does not state what it was trained for"
      : "model or input do not state them";
  if (unknown.length > 0)
    onNotice?.(`not checked against the training: ${unknown.join(many ? "; " : ", ")} (${whose})`);
  const departures = [...differences(trained, met), ...off];
  const forced = passGuards(where, departures, { force, ...defined({ onNotice }) }, WAY);
  const windows = (how: TextureOptions) =>
    frames.some(32, ({ values, shape }) => texturesOf(values, shape as [number, number], WINDOW, how));
  const command = `monge train --data FINE --start ${many ? pretrainedName : (model.file?.path ?? "MODEL")} --steps 300 --out runs`;
  if (!many) {
    const texture = seen?.texture ? textureOff(seen.texture, (await windows(seen.texture)).flat()) : [];
    const unlike = texture.map((text) => `it is ${text}`);
    if (unlike.length > 0) onNotice?.(textureNotice(unlike, command));
    return { forced, unlike, checked: summary };
  }
  onNotice?.(rangeText(configuration));
  const long = place.grid && longCells(place.grid);
  if (long !== undefined) onNotice?.(long);
  const measured = async () => measuredAmplitude(model, await frames.some(12, (coarse) => coarse), place);
  const amplitude = summary.amplitude ?? (await measured());
  if (amplitude < 1)
    onNotice?.(`its rain is smoother than that of training: members begin with ${amplitude.toFixed(2)} of the noise`);
  const texture = meanTexture((await windows(rainUnits(span))).flat());
  const scale = { factor, ...defined({ spacing: fineSpacing(place, factor), interval: span, texture }) };
  const events = unlikeEvents(configuration, scale);
  if (events !== undefined) onNotice?.(textureNotice([events], command));
  const cells = copiedCells(await frames.some(4, (coarse) => coarse), rainUnits(span).wet);
  const copies = cells && `its cells are copies of larger ones, of about ${cells.join(" x ")} cells`;
  if (copies) onNotice?.(`${copies}, whose edges members keep; refine block means of that size instead`);
  const unlikely = [events, copies].filter((text) => text !== undefined);
  return { forced, unlike: unlikely, checked: { ...summary, amplitude } };
}

function otherVariable(field: LazyField): readonly Complaint[] {
  const { is, why } = rainFinding(field);
  const text = `no precipitation (${why}), but it was trained for precipitation alone`;
  return is === "other" ? [{ guard: "variable", text }] : [];
}
