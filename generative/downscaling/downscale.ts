/** Downscaling of fields: an ensemble of fine rain in memory, read as it is needed, or in a file. */
import { existsSync } from "node:fs";
import { OptionsError } from "../../engine/errors.ts";
import { checkOutputs } from "../../engine/files/output-check.ts";
import { version } from "../../engine/files/version.ts";
import { LazyField, type PartlyWritten, writeField } from "../../io/dataset/index.ts";
import { type Field, type Provenance, regularStep, withoutExtent } from "../../io/field/index.ts";
import { formatToWrite, geoKeysOf, type OutputFormat } from "../../io/formats/index.ts";
import { sizeOf, textOf } from "../../io/storage/index.ts";
import { Downscaler } from "./downscaler.ts";
import { memberDim } from "./ensemble-field.ts";
import type { FieldDownscaler, MethodText } from "./field-downscaler.ts";
import { recordOfRun } from "./find-model.ts";
import { type EnsembleOptions, type LazyEnsemble, lazyEnsemble } from "./lazy-ensemble.ts";

/** Most values that are kept in memory. */
const MOST = 2 ** 29;
/** What deflate makes of fields that are all but dry; files of real rain are larger. */
const MOST_SHRUNK = 20;

/** An ensemble in memory, as the verb `downscale` gives it for these. @throws OptionsError above 2²⁹ values */
export async function downscale(
  model: Downscaler | FieldDownscaler,
  input: Field | LazyField,
  options: EnsembleOptions = {},
): Promise<Field> {
  const field = await downscaleLazy(model, input, options);
  const count = sizeOf(field.shape);
  if (count > MOST) {
    const hint = "write them to a file with downscaleTo, or take fewer members or a part of the times";
    throw new OptionsError(
      `downscale: ${field.shape.join(" x ")} are more than 2^29 values; ${hint}`,
      "members",
      count,
    );
  }
  return field.load();
}

/** The same as a field that is not drawn yet. */
export async function downscaleLazy(
  model: Downscaler | FieldDownscaler,
  input: Field | LazyField,
  options: EnsembleOptions = {},
): Promise<LazyField> {
  return (await ensembleBy(model, input, options)).field;
}

/** Options of {@link downscaleTo}. */
export interface DownscaleToOptions extends EnsembleOptions, Provenance {
  /** Of the file. @defaultValue by the name: `.nc`, `.nc3`, `.zarr`, `.tif` (one time; members are bands) */
  readonly format?: OutputFormat;
  /** Whether what is there is replaced. @defaultValue false */
  readonly overwrite?: boolean;
  /** GeoTIFF: EPSG code of x and y, or `"none"`. @defaultValue found from the field */
  readonly epsg?: number | "none";
  /** Files that the input is read from, which are never written over. @defaultValue the field's `source` */
  readonly inputs?: readonly string[];
  /** Told what is kept of work that ends early; see {@link downscaleTo}. */
  readonly onKept?: (kept: PartlyWritten) => void;
}

/** What {@link downscaleTo} has written. */
export interface DownscaledFile extends Pick<Field, "dims" | "shape" | "units"> {
  /** As it was given. */
  readonly path: string;
  /** How the input differs from what the model was trained for; empty unless `force` was needed. */
  readonly forced: readonly string[];
  /** How the texture of the input is unlike that of training, in words. @defaultValue it is not, or is not known */
  readonly unlike?: readonly string[];
}

/** Reads, draws and writes time by time, as the verb `downscaleTo` does for these. */
export async function downscaleTo(
  path: string,
  model: Downscaler | FieldDownscaler,
  input: Field | LazyField,
  options: DownscaleToOptions = {},
): Promise<DownscaledFile> {
  const { name: format, kind = "file", refuse } = formatToWrite(path, options.format);
  const { overwrite = false, epsg, onKept } = options;
  const inputs = filesToKeep(model, input, options);
  const check = (bytes: number) => {
    checkOutputs([{ path, kind, ...(refuse && { refuse }), overwrite, option: "output", bytes }], inputs);
  };
  check(0);
  const drawn = await ensembleBy(model, input, options);
  const { field, forced } = drawn;
  if (format === "geotiff") checkGeotiff(path, field, epsg);
  check(field.bytes / MOST_SHRUNK);
  await writeField(path, field, {
    ...(options.format !== undefined && { format: options.format }),
    overwrite,
    // One time at once.
    bytes: 1,
    ...aboutFile(model, drawn, options),
    ...(options.now && { now: options.now }),
    ...(epsg !== undefined && { epsg }),
    ...(format === "geotiff" && { bands: Array.from({ length: field.size(memberDim) }, (_, i) => `member=${i}`) }),
    ...(onKept && { onKept }),
  });
  const { dims, shape, units } = field;
  return { path, dims, shape, units, forced, ...unlikeOf(drawn) };
}

/** What of an ensemble a result says only where there is something to say. */
export const unlikeOf = ({ unlike = [] }: LazyEnsemble): Pick<DownscaledFile, "unlike"> =>
  unlike.length === 0 ? {} : { unlike };

/** What a GeoTIFF cannot hold is said before the work. */
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

/** The ensemble that a model or a method draws from an input. */
export const ensembleBy = (
  model: Downscaler | FieldDownscaler,
  input: Field | LazyField,
  options: EnsembleOptions,
): Promise<LazyEnsemble> =>
  model instanceof Downscaler ? lazyEnsemble(model, input, options) : model.ensemble(input, options);

/** Files that a drawing reads, as far as they are known and there. */
export function filesRead(
  model: Downscaler | FieldDownscaler,
  input: Field | LazyField,
  options: Pick<DownscaleToOptions, "inputs">,
): readonly string[] {
  const own = model instanceof Downscaler ? [model.file?.path ?? ""] : (model.files ?? []);
  return [...(options.inputs ?? [input.source ?? ""]), ...own].filter((one) => existsSync(one));
}

/** Files that a drawing must not write over: those that it reads, and what belongs to them. */
export function filesToKeep(
  model: Downscaler | FieldDownscaler,
  input: Field | LazyField,
  options: Pick<DownscaleToOptions, "inputs">,
): readonly string[] {
  const read = filesRead(model, input, options);
  const beside = input instanceof LazyField ? (input.parts.paths ?? []) : [];
  return [...read, ...beside, ...read.flatMap(recordOfRun)];
}

/** A model or method in words. */
export function textOfMethod(model: Downscaler | FieldDownscaler): MethodText {
  if (!(model instanceof Downscaler)) return model.about;
  const sha = model.file?.sha256;
  return {
    title: `Ensemble of fine precipitation, downscaled by a ${model.generator === "one-step" ? "one-step generator" : "diffusion model"}`,
    made: sha === undefined ? "model in memory" : `model SHA-256 ${sha}`,
    ...(sha !== undefined && { attributes: { model_sha256: sha } }),
  };
}

const withFitted = (method: MethodText, fitted: string | undefined): MethodText =>
  fitted === undefined ? method : { ...method, made: `${method.made}, ${fitted}` };

/** What the file says of itself: all that the input says, with what was done to it in front. */
export function aboutFile(
  model: Downscaler | FieldDownscaler,
  { forced, unlike = [], fitted }: Pick<LazyEnsemble, "forced" | "unlike" | "fitted">,
  options: Provenance & Pick<EnsembleOptions, "seed">,
): Provenance {
  const method = withFitted(textOfMethod(model), fitted);
  const { seed = 0, attributes: driving = {}, history: line = "monge downscale" } = options;
  // A hash of 64 digits is said in full once; its beginning names it elsewhere.
  const by = `monge ${version()}, ${method.made.replace(/^model SHA-256 (.{16}).*/, "model $1")}, seed ${seed}`;
  const from = textOf(driving, "source");
  const of = textOf(driving, "title");
  const though = forced.length === 0 ? "" : `; forced, although INPUT has ${forced.join("; and ")}`;
  const texture = unlike.length === 0 ? "" : `; texture of INPUT unlike training: ${unlike.join("; ")}`;
  return {
    attributes: {
      ...withoutExtent(driving),
      title: `${method.title}${of === undefined ? "" : ` from: ${of}`}`,
      source: from === undefined ? by : `${by}; downscaled from: ${from}`,
      ...method.attributes,
      seed,
    },
    history: `${line} (monge ${version()}, ${method.made}, seed ${seed})${though}${texture}`,
  };
}
