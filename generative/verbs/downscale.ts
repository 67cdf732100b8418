/** The verbs `downscale`, `downscaleLazy` and `downscaleTo`: with a model of either kind, or a method of one's own. */
import type { LazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import {
  type DownscaledFile,
  type Downscaler,
  downscale as draw,
  downscaleLazy as drawLazy,
  downscaleTo as drawTo,
  type EnsembleOptions,
  type FieldDownscaler,
  type DownscaleToOptions as ToOptions,
} from "../downscaling/index.ts";
import { PairedDownscaler } from "../pairs/index.ts";
import {
  type DownscalingPlan,
  downscaleOutput as drawUnits,
  planDownscaling as planUnits,
  type UnitsDone,
  type DownscaleUnitsOptions as UnitsOptions,
  type PlanOptions as UnitsPlanOptions,
} from "../sharded/index.ts";
import { type Covariates, pairedMethod } from "./paired-method.ts";

/** What `downscale` draws with. */
export type AnyDownscaler = Downscaler | PairedDownscaler | FieldDownscaler;

/** Options of {@link downscale}; covariates are for paired downscalers. */
export interface DownscaleOptions extends EnsembleOptions, Covariates {}

/** Options of {@link downscaleTo}. */
export interface DownscaleToOptions extends ToOptions, Covariates {}

const methodOf = (model: AnyDownscaler, covariates: Covariates): Downscaler | FieldDownscaler =>
  model instanceof PairedDownscaler ? pairedMethod(model, covariates) : model;

/**
 * Draws an ensemble of fine fields for every time of a coarse one.
 *
 * ```ts
 * const model = await loadDownscaler("runs");
 * const fine = await downscale(model, await readField("coarse.nc"), { members: 8, seed: 1 });
 * ```
 *
 * @param model - from `loadDownscaler` or `train`, or a `baselineDownscaler`
 * @param input - the coarse field, with y and x among its dimensions; what else a paired downscaler was trained with is found
 *   by name among `with` and `static`
 * @returns (time …, realization, y, x). A `Downscaler` gives the input's quantity in its units, y and x divided into `factor`
 *   cells each; a `PairedDownscaler` the variable that it was trained to make, in that one's units on its grid. The same model,
 *   input and seed give the same numbers, for a part of the times too.
 * @throws UnitsError for units of another quantity, or amounts whose interval nothing tells
 * @throws DomainError for missing or negative values, unless an option allows them, and for inputs of another kind than the
 *   model was trained for, unless `force` is set
 * @throws ShapeError without y and x; OptionsError for options out of range, and above 2²⁹ values (see {@link downscaleTo})
 */
export async function downscale(
  model: AnyDownscaler,
  input: Field | LazyField,
  options: DownscaleOptions = {},
): Promise<Field> {
  return draw(methodOf(model, options), input, options);
}

/**
 * The same as a field that is not drawn yet: `load` draws exactly the frames of the part that is selected, anew each time.
 * A lazy input must stay open.
 *
 * @throws as {@link downscale}; the input is checked in full first
 */
export async function downscaleLazy(
  model: AnyDownscaler,
  input: Field | LazyField,
  options: DownscaleOptions = {},
): Promise<LazyField> {
  return drawLazy(methodOf(model, options), input, options);
}

/**
 * Reads, draws and writes time by time, in memory that does not grow with their number. The file takes its place when it is
 * complete. Work that fails or is ended by `signal` keeps the times that are finished in a file of their own,
 * `fine.partial.nc` for `fine.nc` (`.zarr` alike; not `.tif`), tells `onKept` of it and throws.
 *
 * @param path - the format goes by its name
 * @throws as {@link downscale}; OptionsError where something is there already, or is an input; FormatError where it cannot be
 *   written. All but a full disk is found before the work.
 */
export async function downscaleTo(
  path: string,
  model: AnyDownscaler,
  input: Field | LazyField,
  options: DownscaleToOptions = {},
): Promise<DownscaledFile> {
  return drawTo(path, methodOf(model, options), input, options);
}

/** Options of {@link downscaleUnits}. */
export interface DownscaleUnitsOptions extends UnitsOptions, Covariates {}

/**
 * Draws an ensemble into a Zarr store by units of work – blocks of times and groups of members – so that many workers fill one
 * store, and work that was ended goes on. Each unit is a function of model, options, seed and its number: any order and any number
 * of workers give the same bits. The store is laid out at once, and what is not drawn yet is missing in it; a unit is finished when
 * its row lies in `.monge/units`, which happens after its chunks are on the disk. Work that fails or is ended by `signal` keeps the
 * units that are finished, and throws. A name such as `out/fine-{year}.nc` (or `{month}`, `{day}`) stands for a NetCDF file each: units
 * are drawn into `out/fine-units.zarr`, and whoever finishes the last one writes the files from it, each whole or not at all; their
 * checksums lie in the store.
 *
 * ```ts
 * await downscaleUnits("fine.zarr", model, coarse, { members: 16, seed: 1, shard: { index: 3, count: 8 } });
 * const { complete, missing } = await auditUnits("fine.zarr");
 * ```
 *
 * @param path - folder of the store, or a pattern of files
 * @throws as {@link downscale}; OptionsError where a store is there and neither `resume` nor `overwrite` is set, or it was begun
 *   with another model, seed, input or options, which are named; FormatError where it cannot be written
 */
export async function downscaleUnits(
  path: string,
  model: AnyDownscaler,
  input: Field | LazyField,
  options: DownscaleUnitsOptions = {},
): Promise<UnitsDone> {
  return drawUnits(path, methodOf(model, options), input, options);
}

/** Options of {@link planDownscaling}. */
export interface PlanOptions extends UnitsPlanOptions, Covariates {}

/**
 * Tells what `downscaleUnits` will take, and writes nothing: the units and their size, the bytes, and the time of an evaluation,
 * measured here on maps of the full size.
 *
 * @returns units, shapes, bytes and `secondsPerEvaluation`; hours are `frames * evaluations * secondsPerEvaluation / 3600`, divided
 *   by the number of machines
 * @throws as {@link downscale}
 */
export async function planDownscaling(
  model: AnyDownscaler,
  input: Field | LazyField,
  options: PlanOptions = {},
): Promise<DownscalingPlan> {
  return planUnits(methodOf(model, options), input, options);
}
