/**
 * Fields to files of any format, slab by slab: what is held in memory is one slab, whatever the length of the archive.
 * The result takes its place when it is complete.
 */

import { anything, callback, checkOptions, flag, positive } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { type AtomicOptions, writeAtomically } from "../../engine/files/atomic-file.ts";
import { checkOutputs } from "../../engine/files/output-check.ts";
import { existsSync } from "../../engine/platform/files.ts";
import { join, parse } from "../../engine/platform/paths.ts";
import type { ProgressOptions } from "../../engine/progress.ts";
import { Field } from "../field/field.ts";
import type { Extent, FieldWriter, GridFormat, StorageOptions } from "../formats/format.ts";
import { allFormats, formatToWrite, type OutputFormat } from "../formats/table.ts";
import { sizeOf } from "../storage/source.ts";
import { openDataset } from "./dataset.ts";
import type { LazyField } from "./lazy-field.ts";

/**
 * Options of {@link writeField}: those here, and how the format stores values. Its progress is of values, slab by slab.
 * `overwrite` never replaces a file that is still to be read.
 */
export interface WriteFieldOptions extends StorageOptions, ProgressOptions, AtomicOptions {
  /**
   * One of monge's formats by name, or one's own.
   * @defaultValue by the name: `.nc` and `.nc4` NetCDF-4, `.tif` and `.tiff`, `.zarr`
   */
  readonly format?: OutputFormat | GridFormat;
  /** Applied to every slab before it is written, such as a conversion of units; must keep dimensions and shape. */
  readonly change?: (slab: Field) => Field;
  /** Values held at a time, in bytes. @defaultValue 64e6 */
  readonly bytes?: number;
  /**
   * With this, slabs that are written before the reading of another one fails are kept in a file of their own; it is
   * called with its name, and the failure is thrown. Not with GeoTIFF, nor where time is fixed. @defaultValue nothing
   * is kept
   */
  readonly onKept?: (kept: PartlyWritten) => void;
}

/** The written part of a file that was not finished. */
export interface PartlyWritten {
  /** `fine.partial.nc` for `fine.nc`, or with a number where that is there; undefined where nothing was finished. */
  readonly path: string | undefined;
  /** Times that are kept, from the first on. */
  readonly steps: number;
  /** Times that there were to be. */
  readonly of: number;
}

/**
 * Writes a field, or a variable of an open dataset (or a part of it) without loading it whole: NetCDF and Zarr slab by
 * slab along time; GeoTIFF, and variables without time, in one piece.
 *
 * ```ts
 * await writeField("pr.nc", field);
 * await writeField("pr.zarr", await data.variable("pr"), { compression: 5 });
 * ```
 *
 * @param path - its ending states the format where `format` does not
 * @throws OptionsError for an unknown format, options that it does not have, or a place that is taken; what `load`,
 *   `change` and the writers throw. What was there before then stands.
 */
export async function writeField(
  path: string,
  field: Field | LazyField,
  options: WriteFieldOptions = {},
): Promise<void> {
  checkOptions("writeField", options, checks);
  const { format: asked, overwrite = false, change, bytes = 64e6, onProgress, onKept, ...stored } = options;
  const format = formatToWrite(path, asked);
  checkFormat(path, format, stored);
  const { kind = "file", refuse } = format;
  const inputs = field instanceof Field ? [] : (field.parts.paths ?? []).filter((one) => existsSync(one));
  checkOutputs([{ path, kind, overwrite, ...(refuse && { refuse }) }], inputs);
  const changed = change ?? ((slab) => slab);
  const total = sizeOf(field.shape);
  if (format.create === undefined) {
    const whole = changed(await loaded(field));
    if (!(field instanceof Field)) field.parts.store.check?.();
    const write = async (place: string) => format.write?.(place, whole, { ...stored, overwrite });
    await (format.atomic || kind === "folder" ? write(path) : writeAtomically(path, write, { overwrite }));
    return onProgress?.({ done: total, total });
  }
  const { dims, shape } = field;
  const size = field instanceof Field ? field.values.byteLength : field.bytes;
  const extent: Extent = { dims, shape, time: field.dimOf("time"), bytes: size, budget: bytes };
  let writer: FieldWriter | undefined;
  let done = 0;
  try {
    for (const part of parts(field, extent, format.stretch?.(extent, stored))) {
      const slab = await loaded(part).catch(async (error: unknown) => {
        const of = extent.time === undefined ? 0 : field.size(extent.time);
        if (onKept && of > 0 && part.size(extent.time!) < of) onKept(await keep(path, writer, done / (total / of), of));
        throw error;
      });
      const first = changed(slab);
      const beginning = { first, extent, coordinates: field.coordinates };
      writer ??= await format.create(path, beginning, { ...stored, overwrite });
      await writer.append(first);
      done += first.values.length;
      onProgress?.({ done, total });
    }
    if (!(field instanceof Field)) field.parts.store.check?.();
    await writer?.close();
  } finally {
    await writer?.abort();
  }
}

const storageNames = allFormats().flatMap((format) => format.options ?? []);
/** The format checks the values of its own. */
const checks = {
  ...Object.fromEntries(storageNames.map((name) => [name, anything])),
  ...{ format: anything, change: callback, bytes: positive(), onKept: callback, onProgress: callback, overwrite: flag },
};

const loaded = async (field: Field | LazyField): Promise<Field> => (field instanceof Field ? field : field.load());

/** Parts along time within the budget; the whole where it is in memory, or has no time. */
function* parts(
  field: Field | LazyField,
  { time, budget }: Extent,
  step: number | undefined,
): Generator<Field | LazyField> {
  if (field instanceof Field || time === undefined) return yield field;
  if (step === undefined) return yield* field.pieces({ bytes: budget });
  const size = field.size(time);
  for (let from = 0; from < size; from += step) yield field.isel({ [time]: [from, Math.min(size, from + step)] });
}

/** Puts the steps that are written under a name that says that they are not the whole. */
async function keep(path: string, writer: FieldWriter | undefined, steps: number, of: number): Promise<PartlyWritten> {
  if (writer === undefined || steps === 0) return { path: undefined, steps, of };
  const place = partialName(path);
  if (writer.unfinished === undefined) await writer.close(place);
  else await copySteps(writer.unfinished, place, steps);
  return { path: place, steps, of };
}

/** `fine.partial.nc` for `fine.nc`, or with a number where that is there. */
function partialName(path: string): string {
  const { dir, name, ext } = parse(path);
  for (let n = 1; ; n++) {
    const free = join(dir, `${name}.partial${n === 1 ? "" : `-${n}`}${ext}`);
    if (!existsSync(free)) return free;
  }
}

/** The first times of a store that is not finished, as a store of their own. */
async function copySteps(from: string, to: string, steps: number): Promise<void> {
  const data = await openDataset(from);
  try {
    const whole = await data.variable();
    const part = whole.isel({ [whole.dimOf("time")!]: [0, steps] });
    await writeField(to, part, { format: "zarr", attributes: data.attributes });
  } finally {
    data.close();
  }
}

/** @throws OptionsError for options that the format does not have */
function checkFormat(path: string, { name, options: known }: GridFormat, storage: StorageOptions): void {
  const given = Object.entries(storage).filter(([, value]) => value !== undefined);
  const unknown = given.find(([option]) => known !== undefined && !(known as readonly string[]).includes(option));
  if (unknown === undefined) return;
  const [option, value] = unknown;
  const message = `${path}: \`${option}\` is no option of ${name}; expected none, or one of ${known!.join(", ")}`;
  throw new OptionsError(message, option, value);
}
