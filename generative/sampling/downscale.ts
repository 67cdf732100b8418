/** The functions `downscale`, `downscaleLazy` and `downscaleTo`. */
import {
  callback,
  checkOptions,
  flag,
  kind,
  list,
  type OptionChecks,
  text,
  whole,
  wordOr,
} from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { checkOutputs } from "../../engine/files/output-check.ts";
import { fieldCheck, type LazyField, type WriteFieldOptions, writeField } from "../../io/dataset/index.ts";
import { type Field, type Provenance, provenanceChecks, regularStep } from "../../io/field/index.ts";
import { formatToWrite, geoKeysOf } from "../../io/formats/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import { aboutFile, filesToKeep, leastBytes, unlikeOf } from "../ensemble/about.ts";
import { type EnsembleOptions, ensembleChecks } from "../ensemble/ensemble.ts";
import { memberDim } from "../ensemble/members.ts";
import type { Covariates } from "./field-source.ts";
import { type AnyDownscaler, methodOf } from "./method.ts";

/** Most values that are kept in memory. */
const MOST = 2 ** 29;

/** Options of {@link downscale}; covariates are for models of fields. */
export interface DownscaleOptions extends EnsembleOptions, Covariates {}

const fields = list(fieldCheck);

/** Checks of {@link DownscaleOptions}. */
export const downscaleChecks: OptionChecks<DownscaleOptions> = {
  ...{ ...ensembleChecks, coarse: fields, with: fields, static: fields, past: fieldCheck, target: text },
  grid: kind(
    "a field, or a whole number of fine cells along a coarse one",
    (value) => fieldCheck(value, "") === undefined || (Number.isSafeInteger(value) && (value as number) >= 1),
  ),
};

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
 *   cells each; a `Downscaler` the variable that it was trained to make, in that one's units on its grid. The same model,
 *   input and seed give the same numbers, for a part of the times too.
 * @throws UnitsError for units of another quantity, or amounts whose interval is not known
 * @throws DomainError for missing or negative values, unless an option allows them, and for inputs of another kind than the
 *   model was trained for, unless `force` is set
 * @throws ShapeError without y and x; OptionsError for options out of range, and above 2²⁹ values (see {@link downscaleTo})
 */
export async function downscale(
  model: AnyDownscaler,
  input: Field | LazyField,
  options: DownscaleOptions = {},
): Promise<Field> {
  const field = await lazily("downscale", model, input, options);
  const count = sizeOf(field.shape);
  if (count > MOST) {
    const hint = "write them to a file with downscaleTo, or take fewer members or a part of the times";
    const text = `downscale: ${field.shape.join(" x ")} are more than 2^29 values; ${hint}`;
    throw new OptionsError(text, "members", count);
  }
  return field.load();
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
  return lazily("downscaleLazy", model, input, options);
}

async function lazily(
  caller: string,
  model: AnyDownscaler,
  input: Field | LazyField,
  options: DownscaleOptions,
): Promise<LazyField> {
  checkOptions(caller, options, downscaleChecks);
  return (await methodOf(model, options).ensemble(input, options)).field;
}

/** Options of {@link downscaleTo}. */
export interface DownscaleToOptions
  extends DownscaleOptions,
    Provenance,
    Pick<WriteFieldOptions, "overwrite" | "epsg" | "onKept"> {
  /** Files that the input is read from, which are never written over. @defaultValue the field's `source` */
  readonly inputs?: readonly string[];
}

/** Checks of {@link DownscaleToOptions}. */
const downscaleToChecks: OptionChecks<DownscaleToOptions> = {
  ...{ ...downscaleChecks, ...provenanceChecks, inputs: list(text), overwrite: flag, onKept: callback },
  epsg: wordOr("none", whole()),
};

/** File that {@link downscaleTo} wrote. */
export interface DownscaledFile extends Pick<Field, "dims" | "shape" | "units"> {
  /** As it was given. */
  readonly path: string;
  /** Differences of the input from the training; empty unless `force` was needed. */
  readonly forced: readonly string[];
  /** Differences of the input's texture from that of training, in words. @defaultValue it is not, or is not known */
  readonly unlike?: readonly string[];
}

/**
 * Reads, draws and writes time by time (quantile maps and interpolation a few MB at a time), in memory that does not grow with their
 * number. The file takes its place when it is
 * complete. Work that fails or is ended by `signal` keeps the times that are finished in a file of their own,
 * `fine.partial.nc` for `fine.nc` (`.zarr` alike; not `.tif`), calls `onKept` and throws.
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
  checkOptions("downscaleTo", options, downscaleToChecks);
  const method = methodOf(model, options);
  const { name: format, kind = "file", refuse } = formatToWrite(path);
  const { overwrite = false, epsg, onKept } = options;
  const inputs = filesToKeep(method, input, options);
  const check = (bytes: number) => {
    checkOutputs([{ path, kind, ...defined({ refuse }), overwrite, option: "output", bytes }], inputs);
  };
  check(0);
  const drawn = await method.ensemble(input, options);
  const { field, forced } = drawn;
  if (format === "geotiff") checkGeotiff(path, field, epsg);
  check(leastBytes(drawn, options.onNotice));
  await writeField(path, field, {
    overwrite,
    bytes: drawn.slab ?? 1,
    ...aboutFile(method, drawn, options),
    ...defined({ now: options.now, epsg }),
    ...(format === "geotiff" && { bands: Array.from({ length: field.size(memberDim) }, (_, i) => `member=${i}`) }),
    ...defined({ onKept }),
  });
  const { dims, shape, units } = field;
  return { path, dims, shape, units, forced, ...unlikeOf(drawn) };
}

/** Refuses what a GeoTIFF cannot hold, before the work. */
function checkGeotiff(path: string, field: LazyField, epsg: number | "none" | undefined): void {
  const count = sizeOf(field.shape.slice(0, -3));
  if (count > 1) {
    const hint = "choose one (`time: INDEX`), or write .nc";
    throw new OptionsError(`${path}: a GeoTIFF holds one time, the input has ${count}; ${hint}`, "output", count);
  }
  const [y, x] = field.dims.slice(-2) as [string, string];
  for (const dim of [y, x]) regularStep(dim, field.coordinate(dim)?.values ?? new Float64Array());
  geoKeysOf(field, x, y, epsg);
}
