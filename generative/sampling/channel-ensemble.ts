/** A paired downscaler for `downscale`: fields in, a field out. */

import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { conserveCells } from "../../engine/numerics/conserve-blocks.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import { type Coordinate, Field, precipitationFactor } from "../../io/field/index.ts";
import { regridLazy } from "../../io/regrid/index.ts";
import type { Attributes } from "../../io/storage/index.ts";
import { type PairInputs, pairInputs } from "../data/inputs.ts";
import { rateUnits } from "../data/read-rain.ts";
import type { EnsembleOptions, LazyEnsemble } from "../ensemble/block-ensemble.ts";
import { drawnField, frameNumber, type MemberRange } from "../ensemble/drawn-field.ts";
import { memberCoordinate, memberDim, memberField } from "../ensemble/ensemble-field.ts";
import type { FieldDownscaler } from "../ensemble/field-downscaler.ts";
import { allOfFile, type CellMap, cellMap, type LinkOptions, noiseInTime } from "../ensemble/noise-links.ts";
import { restored, type Target } from "../model/channel.ts";
import type { Downscaler, SampleOptions } from "../model/downscaler.ts";
import { type FineGrid, regridGridOf, sizeOfGrid } from "../model/fine-grid.ts";
import { checkedEvaluations } from "../model/generator.ts";
import { textureNotice } from "../model/texture.ts";
import { isOwnCoarse } from "../training/own-coarse.ts";
import { corrected } from "./correct.ts";

/** Covariates of a model of fields. */
export interface Covariates {
  /** Further coarse variables, where the model refines several. @defaultValue none */
  readonly coarse?: readonly (Field | LazyField)[];
  /** The other variables of each time that the model was trained with, found by their names. @defaultValue none */
  readonly with?: readonly (Field | LazyField)[];
  /**
   * A climate model over the period of the observations, for models that were trained to correct: the coarse field, of the same
   * climate model, is brought to the distribution of the observations first, its changes kept. @defaultValue none
   */
  readonly past?: Field | LazyField;
  /** The variables without times that it was trained with. @defaultValue none */
  readonly static?: readonly (Field | LazyField)[];
  /**
   * Grid of the output: that of a field, whose missing values stay missing, or cells of the coarse field divided by a
   * whole number. @defaultValue the grid of training
   */
  readonly grid?: Field | LazyField | number;
  /** Variable, where the model makes several. @defaultValue its only one */
  readonly target?: string;
}

/** Cells of a map in which motion is looked for; larger maps are averaged. */
const MOST_CELLS = 200 ** 2;

/** Files that a field is from. */
const pathsOf = (field: Field | LazyField): readonly string[] =>
  (field instanceof Field ? undefined : field.parts.paths) ?? (field.source ? [field.source] : []);

/**
 * The model together with its covariates, to be given to `downscale` and `downscaleTo`.
 *
 * @throws OptionsError where the model makes several variables and `target` names none of them
 */
export function channelEnsemble(model: Downscaler, covariates: Covariates = {}): FieldDownscaler {
  const { targets, channels } = model.configuration;
  const { target: name = targets.length === 1 ? targets[0]!.name : undefined } = covariates;
  const output = targets.findIndex((target) => target.name === name);
  if (output < 0) {
    const has = targets.map((target) => target.name).join(", ");
    throw new OptionsError(`downscale: target is ${name ?? "not given"}; the model makes ${has}`, "target", name);
  }
  const target = targets[output]!;
  const seen = channels.filter(({ role }) => role !== "missing").map((channel) => channel.name);
  const sha = model.file?.sha256;
  return {
    about: {
      title: `Ensemble of fine ${target.longName ?? target.name}, downscaled by a ${model.generator === "one-step" ? "one-step generator" : "diffusion model"}`,
      made: `${sha === undefined ? "model in memory" : `model ${sha.slice(0, 16)}`} of ${seen.join(", ")}`,
      attributes: sha === undefined ? {} : { model_sha256: sha },
    },
    files: [
      ...(model.file ? [model.file.path] : []),
      ...[covariates.past, covariates.grid].flatMap((one) => (typeof one === "object" ? pathsOf(one) : [])),
      ...(["coarse", "with", "static"] as const).flatMap((role) => (covariates[role] ?? []).flatMap(pathsOf)),
    ],
    ensemble: (input, options) => ensembleOf(model, output, lazyField(input), covariates, options),
  };
}

async function ensembleOf(
  model: Downscaler,
  output: number,
  input: LazyField,
  covariates: Covariates,
  options: EnsembleOptions,
): Promise<LazyEnsemble> {
  const { members = 8, onNotice } = options;
  const evaluations = checkedEvaluations("downscale", model.generator, options);
  refuseOthers(options);
  const target = model.configuration.targets[output]!;
  const { past } = covariates;
  if (past === undefined && model.configuration.correction !== undefined) {
    const way = "give `past`, the climate model of the input over the years of the observations";
    throw new OptionsError(`downscale: the model was trained to correct; ${way}`, "past", past);
  }
  const own = past === undefined ? stated(input, options.units) : await corrected(model, input, past, options);
  const { inputs, fields } = await inputsOf(model, [own], covariates, options);
  const { complaints, count, unlike } = inputs;
  if (unlike.length > 0) onNotice?.(textureNotice(unlike, tuning(model)));
  const [height, width] = sizeOfGrid(inputs.grid);
  onNotice?.(`${count} x ${height} x ${width} cells, ${members} members of ${target.name}`);
  const means = meansToConserve(model, target, inputs, options);
  const noise = noiseInTime(input, linkOptions(target, model, input, inputs.grid, options));
  const total = count * evaluations;
  let drawn = 0;
  const draw = async (place: readonly number[], some: MemberRange): Promise<Float32Array> => {
    options.signal?.throwIfAborted();
    const n = place[0] ?? 0;
    const images = await inputs.read(n);
    const { values, outputs } = await model.sample(images, {
      ...samplingOf(options, some),
      evaluations,
      noise: await noise(place.length === 0 ? place : [inputs.places[n]!]),
      // Noise belongs to the time in the file, also where others are left out.
      frame: frameNumber(input, place.length === 0 ? place : [inputs.places[n]!]),
      onStep(done, all) {
        options.signal?.throwIfAborted();
        options.onProgress?.(Math.round((drawn + done / all) * evaluations), total);
      },
    });
    drawn = (drawn + 1) % count;
    const own = outputs === 1 ? values : values.filter((_, i) => i % outputs === output);
    const shift = target.transform.kind !== "log";
    if (means) conserveCells(own, some.count, means.pixels, await means.read(n), { shift });
    const level = backgroundOf(images.background, target, outputs, output);
    reportFrame(options, target, inputs.grid, own, level, momentOf(inputs.times, n));
    return own;
  };
  const template = templateOf(target, inputs, input);
  const field = drawnField(template, {
    members,
    source: input.source,
    reads: [input, ...fields],
    draw,
  });
  return { field, forced: complaints, unlike };
}

/** Inputs of a model of fields, with all fields that they are read from. @param own - the input, and its neighbours in time */
export async function inputsOf(
  { configuration }: Downscaler,
  own: readonly LazyField[],
  covariates: Covariates,
  { force, missing, interval, clipNegative, archive, onNotice }: EnsembleOptions,
): Promise<{ readonly inputs: PairInputs; readonly fields: readonly LazyField[] }> {
  const { coarse = [], with: others = [], static: still = [], grid } = covariates;
  const given = {
    coarse: [...own, ...coarse.map(lazyField)],
    with: others.map(lazyField),
    static: still.map(lazyField),
  };
  const inputs = await pairInputs(given, configuration, {
    ...(grid !== undefined && { grid: typeof grid === "number" ? grid : lazyField(grid) }),
    ...(force && { force }),
    ...defined({ missing, interval }),
    ...(clipNegative && { clipNegative }),
    ...defined({ archive, onNotice }),
  });
  return { inputs, fields: Object.values(given).flat() };
}

/** Options of the generator for some members. */
export const samplingOf = (
  { seed = 0, method, noiseRange, origin }: EnsembleOptions,
  { first, count }: MemberRange,
): SampleOptions => ({
  ...{ members: count, firstMember: first, seed },
  ...defined({ method, noiseRange, origin }),
});

/**
 * The means that members are to have: those of the coarse cells, where a model was trained on means of its own fine data, or where that is
 * asked for.
 *
 * @throws OptionsError where the target is refined from no coarse field
 */
export function meansToConserve(
  { configuration }: Downscaler,
  target: Target,
  inputs: PairInputs,
  { conserve, onNotice }: EnsembleOptions,
): ReturnType<PairInputs["means"]> {
  if (!(conserve ?? isOwnCoarse(configuration))) return undefined;
  const means = inputs.means(target);
  if (conserve && means === undefined) {
    const text = `downscale: \`conserve\` means nothing here: no coarse field of ${target.name} is given on rows and columns of the fine grid's system; leave it out`;
    throw new OptionsError(text, "conserve", conserve);
  }
  if (means === undefined || means.nested) return means;
  if (conserve) {
    onNotice?.(
      "coarse cells are no unions of fine ones: means are conserved over the fine cells whose centres lie in them",
    );
    return means;
  }
  const way = "`conserve: true` conserves means over the fine cells whose centres lie in them";
  onNotice?.(`coarse cells are no unions of fine ones, so that members do not conserve their means; ${way}`);
  return undefined;
}

/** The coarse field of the whole file on the fine grid, in which motion is found; of other variables than rain noise stays in place. */
function linkOptions(
  { transform }: Target,
  { configuration: { coherence: measured } }: Downscaler,
  field: LazyField,
  grid: FineGrid,
  { coherence = 0, whole, origin = [0, 0], onNotice }: EnsembleOptions,
): LinkOptions {
  const [height, width] = sizeOfGrid(grid);
  const cell = Math.max(1, Math.floor(Math.sqrt((height * width) / MOST_CELLS)));
  const time = field.dimOf("time");
  const all = time === undefined ? field : allOfFile(field, { maps: false });
  const map = async (position: number): Promise<CellMap> => {
    const fine = regridLazy(all.isel({ [time!]: position }), regridGridOf(grid), { method: "bilinear" });
    return cellMap((await fine.load()).values, height, width, cell);
  };
  const moves = transform.kind === "log" && field.dims.length === 3;
  return { coherence, measured, whole, cell, origin, onNotice, map: moves ? map : undefined };
}

/** Command that tunes a model on other data; undefined for one that corrects. */
function tuning({ configuration, file }: Downscaler): string | undefined {
  if (configuration.correction !== undefined) return undefined;
  const coarse = isOwnCoarse(configuration) ? "" : " --coarse COARSE";
  return `monge train --fine FINE${coarse} --start ${file?.path ?? "MODEL"} --steps 300 --out runs`;
}

/** @throws OptionsError for options that mean something only where the output is cut out of the coarse cells */
function refuseOthers({ coarsen, wetThreshold }: EnsembleOptions): void {
  for (const [name, set] of Object.entries({ coarsen: coarsen === true, wetThreshold: wetThreshold !== undefined })) {
    if (!set) continue;
    const why = "the model was trained with `fine`, and does not average coarse cells";
    throw new OptionsError(`downscale: \`${name}\` means nothing here: ${why}; leave it out`, name, set);
  }
}

export function stated(input: LazyField, units: string | undefined): LazyField {
  return units === undefined
    ? input
    : (new (input.constructor as typeof LazyField)({ ...input.parts, units }) as LazyField);
}

/** The background in the units of the target, on the fine grid. */
function backgroundOf(background: Float32Array, { transform }: Target, outputs: number, output: number): Float32Array {
  const own = outputs === 1 ? background : background.filter((_, i) => i % outputs === output);
  return own.map((v) => restored(transform, v));
}

/** Reports a frame of precipitation in mm/h, with the coarse field as it was brought onto the fine grid. */
function reportFrame(
  { onFrame }: EnsembleOptions,
  { name, units, interval, transform }: Target,
  grid: FineGrid,
  members: Float32Array,
  background: Float32Array,
  moment: Coordinate | undefined,
): void {
  if (onFrame === undefined || transform.kind !== "log" || units === undefined) return;
  const scale = precipitationFactor(units, rateUnits, interval === undefined ? {} : { interval });
  const map = mapOf(
    name,
    rateUnits,
    grid,
    background.map((v) => v * scale),
    moment,
  );
  const rates = members.map((v) => v * scale);
  onFrame({ coarse: map, truth: undefined, members: memberField(map, rates) });
}

export function mapOf(
  name: string,
  units: string,
  grid: FineGrid,
  values: Float32Array,
  moment: Coordinate | undefined,
): Field {
  const { dims, coordinates: where, gridMapping } = placedOn(grid);
  const coordinates = [...(moment ? [moment] : []), ...where];
  return new Field({ name, units, dims, shape: [...sizeOfGrid(grid)], values, coordinates, gridMapping });
}

/** One of the times, as a coordinate of a single map. */
export function momentOf(times: Coordinate | undefined, n: number): Coordinate | undefined {
  if (times === undefined) return undefined;
  const { bounds, ...rest } = times;
  const own = bounds && { bounds: bounds.slice(2 * n, 2 * n + 2) };
  return { ...rest, dims: [], values: times.values.slice(n, n + 1), ...own };
}

/** Coordinates of a grid: rows and columns, and latitudes and longitudes of rotated and curvilinear ones. */
export function placedOn(grid: FineGrid) {
  const { y, x, gridMapping, positions = [], numbered } = regridGridOf(grid);
  return { dims: [y.dims[0]!, x.dims[0]!], coordinates: [...(numbered ? [] : [y, x]), ...positions], gridMapping };
}

/** All of the output but its values. */
function templateOf(target: Target, { grid, times, count }: PairInputs, input: LazyField): Field {
  const { dims, coordinates, gridMapping } = placedOn(grid);
  const attributes: Attributes = {
    ...defined({ standard_name: target.standardName, long_name: target.longName, cell_methods: target.cellMethods }),
  };
  const time = input.dimOf("time");
  return new Field({
    name: target.name,
    units: target.units,
    dims: [...(time === undefined ? [] : [time]), memberDim, ...dims],
    shape: [...(time === undefined ? [] : [count]), 0, ...sizeOfGrid(grid)],
    values: new Float32Array(0),
    coordinates: [...(times ? [times] : []), memberCoordinate(0), ...coordinates],
    attributes,
    gridMapping,
  });
}
