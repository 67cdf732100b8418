/** Fields that a model was trained with, as its channels; of a model that refines times, each coarse step becomes its fine times. */

import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { conserveCells } from "../../engine/numerics/conserve-blocks.ts";
import { LazyField, lazyField } from "../../io/dataset/index.ts";
import { type Coordinate, Field, precipitationFactor } from "../../io/field/index.ts";
import { regridLazy } from "../../io/regrid/index.ts";
import type { Attributes } from "../../io/storage/index.ts";
import { type PairInputs, pairInputs } from "../data/inputs.ts";
import { rateUnits } from "../data/read-rain.ts";
import { type EnsembleOptions, frameNumber } from "../ensemble/ensemble.ts";
import { emptyEnsemble } from "../ensemble/members.ts";
import { allOfFile, type CellMap, cellMap, type LinkOptions, noiseInTime } from "../ensemble/noise-links.ts";
import { restored, type Target } from "../model/channel.ts";
import type { Downscaler } from "../model/downscaler.ts";
import { type FineGrid, regridGridOf, sizeOfGrid } from "../model/fine-grid.ts";
import type { ChannelInput } from "../model/images.ts";
import { textureNotice } from "../model/texture.ts";
import type { TimeSteps } from "../model/time-steps.ts";
import { isOwnCoarse } from "../training/own-coarse.ts";
import { corrected } from "./correct.ts";
import { everyOf, type ModelSource } from "./model-source.ts";
import { drawnSteps } from "./steps.ts";

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

/** Outputs of a coarse time, side by side, and their times. */
export interface OutputLayout {
  /** The input as the model takes it, and its neighbours in time. */
  readonly own: readonly LazyField[];
  /** Numbers of the outputs: one variable, or all times of a step. */
  readonly outputs: readonly number[];
  /** From the model's units to those of the result. */
  readonly scale: number;
  /** The times of the result, of those of the input. */
  times(given: Coordinate | undefined): Coordinate | undefined;
  /** Name, units and attributes of the result. */
  readonly like: { readonly name: string; readonly units: string | undefined; readonly attributes: Attributes };
}

/**
 * Finds, checks and compares the inputs of a model of fields.
 *
 * @param output - number of the target
 * @throws as `downscale`
 */
export async function fieldSource(
  model: Downscaler,
  output: number,
  input: LazyField,
  covariates: Covariates,
  options: EnsembleOptions,
): Promise<ModelSource> {
  const { members = 8, onNotice } = options;
  const { targets, steps } = model.configuration;
  refuseOthers(options, steps);
  const target = targets[output]!;
  const { own, outputs, scale, times, like } = await layoutOf(model, output, input, covariates, options);
  const { inputs, fields } = await inputsOf(model, own, covariates, options);
  const { complaints, count, unlike, grid } = inputs;
  if (unlike.length > 0) onNotice?.(textureNotice(unlike, tuning(model)));
  const [height, width] = sizeOfGrid(grid);
  const many = steps ? `${count} steps of ${steps.count} times` : `${count}`;
  onNotice?.(`${many} x ${height} x ${width} cells, ${members} members of ${like.name}`);
  const means = meansToConserve(model, target, inputs, options);
  // All times of a step share the mean of its cell.
  const together = means?.pixels.map((list) => list.flatMap((at) => outputs.map((k) => at * targets.length + k)));
  const shift = target.transform.kind !== "log";
  const { units, interval } = target;
  const rate = shift || units === undefined ? undefined : precipitationFactor(units, rateUnits, interval);
  const noise = steps ? undefined : noiseInTime(input, linkOptions(target, model, input, grid, options));
  // What is cut is taken from light rain where the means of steps are conserved.
  const wet = steps && means && target.wetThreshold !== undefined && { wetThreshold: target.wetThreshold / 2 };
  const [time, axis] = [input.dimOf("time"), times(inputs.times)];
  const length = time === undefined ? {} : { [time]: count * outputs.length };
  const leading = { dims: Object.keys(length), shape: Object.values(length), coordinates: axis ? [axis] : [] };
  const plane = placedOn(grid);
  /** The coarse field as it was brought onto the fine grid, mm/h. */
  const levelOf = ({ background }: ChannelInput, n: number, k: number, by: number): Field => {
    const level = everyOf(background, targets.length, outputs[k]!);
    const values = level.map((v) => restored(target.transform, v) * by);
    const moment = momentOf(axis, n * outputs.length + k);
    const coordinates = [...(moment ? [moment] : []), ...plane.coordinates];
    return new Field({ ...plane, name: target.name, units: rateUnits, values, coordinates });
  };
  return {
    ...{ forced: complaints, unlike, outputs, scale, rate, reads: [input, ...fields] },
    template: emptyEnsemble(like, leading, plane),
    // Noise belongs to the time in the file, also where others are left out.
    noise: async (at) => (noise ? noise(time === undefined ? [] : [inputs.places[at[0]!]!]) : []),
    async read([n = 0]) {
      const images = await inputs.read(n);
      const mean = means && (await means.read(n));
      return {
        input: images,
        how: { ...wet, frame: frameNumber(input, time === undefined ? [] : [inputs.places[n]!]) },
        ...(mean && together && { finish: (values, count) => conserveCells(values, count, together, mean, { shift }) }),
        shown: rate === undefined ? undefined : (k) => ({ coarse: levelOf(images, n, k, rate), truth: undefined }),
      };
    },
  };
}

async function layoutOf(
  model: Downscaler,
  output: number,
  input: LazyField,
  { past }: Covariates,
  options: EnsembleOptions,
): Promise<OutputLayout> {
  const { targets, steps, correction } = model.configuration;
  if (past === undefined && correction !== undefined) {
    const way = "give `past`, the climate model of the input over the years of the observations";
    throw new OptionsError(`downscale: the model was trained to correct; ${way}`, "past", past);
  }
  const own = past === undefined ? stated(input, options.units) : await corrected(model, input, past, options);
  if (steps) return drawnSteps(targets[0]!, steps, own, options);
  const { name, units, standardName, longName, cellMethods } = targets[output]!;
  const attributes: Attributes = defined({
    standard_name: standardName,
    long_name: longName,
    cell_methods: cellMethods,
  });
  return { own: [own], outputs: [output], scale: 1, times: (given) => given, like: { name, units, attributes } };
}

/** Inputs of a model of fields, with all fields that they are read from. @param own - the input, and its neighbours in time */
async function inputsOf(
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

/**
 * The means that members are to have: those of the coarse cells, where a model was trained on means of its own fine data, or where that is
 * asked for.
 *
 * @throws OptionsError where the target is refined from no coarse field
 */
function meansToConserve(
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
  { coherence, whole, origin = [0, 0], onNotice }: EnsembleOptions,
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
  const { correction, steps } = configuration;
  if (correction !== undefined) return undefined;
  const coarse = isOwnCoarse(configuration) ? "" : " --coarse COARSE";
  const data = steps ? `--data FINE --time-factor ${steps.count}` : `--fine FINE${coarse}`;
  return `monge train ${data} --start ${file?.path ?? "MODEL"} --steps 300 --out runs`;
}

/** @throws OptionsError for options that mean nothing for models of fields, or where times are refined */
function refuseOthers(o: EnsembleOptions, steps: TimeSteps | undefined): void {
  const never = { coarsen: o.coarsen || undefined, wetThreshold: o.wetThreshold, cutOff: o.cutOff };
  const given = steps ? { ...never, coherence: o.coherence, archive: o.archive } : never;
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const why = steps
      ? "the model draws all times of a coarse step at once"
      : "the model was trained with `fine`, and does not average coarse cells";
    throw new OptionsError(`downscale: \`${name}\` means nothing here: ${why}; leave it out`, name, value);
  }
}

const stated = (input: LazyField, units: string | undefined): LazyField =>
  units === undefined ? input : new LazyField({ ...input.parts, units });

/** One of the times, as a coordinate of a single map. */
function momentOf(times: Coordinate | undefined, n: number): Coordinate | undefined {
  if (times === undefined) return undefined;
  const { bounds, ...rest } = times;
  const own = bounds && { bounds: bounds.slice(2 * n, 2 * n + 2) };
  return { ...rest, dims: [], values: times.values.slice(n, n + 1), ...own };
}

/** A grid as a map: rows and columns, and latitudes and longitudes of rotated and curvilinear ones. */
function placedOn(grid: FineGrid) {
  const { y, x, gridMapping, positions = [], numbered } = regridGridOf(grid);
  const coordinates = [...(numbered ? [] : [y, x]), ...positions];
  return { dims: [y.dims[0]!, x.dims[0]!], shape: [...sizeOfGrid(grid)], coordinates, gridMapping };
}
