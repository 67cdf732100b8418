/** From a lazy variable to a file, slab by slab: what is held in memory is one slab, whatever the length of the archive. */
import { existsSync } from "node:fs";
import { extname, join, parse } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import type { Field } from "../field/field.ts";
import type { Provenance } from "../field/provenance.ts";
import { writeGeotiff } from "../formats/geotiff/write.ts";
import { createNetcdf } from "../formats/netcdf/write.ts";
import { replaceStore } from "../formats/zarr/replace-store.ts";
import { explained } from "../formats/zarr/update.ts";
import { createZarr, writeZarrRegion } from "../formats/zarr/write.ts";
import { sizeOf } from "../storage/source.ts";
import { openDataset } from "./dataset.ts";
import type { LazyField } from "./lazy-field.ts";

/** Formats that a variable can be written in. */
export type OutputFormat = "netcdf4" | "netcdf3" | "geotiff" | "zarr";

/** Options of {@link writeLazy}. */
export interface WriteLazyOptions extends Provenance {
  /** @defaultValue by the name: `.nc` and `.nc4` NetCDF-4, `.nc3` and `.cdf` NetCDF-3, `.tif` and `.tiff`, `.zarr` */
  readonly format?: OutputFormat;
  /** Applied to every slab before it is written, such as a conversion of units; must keep dimensions and shape. */
  readonly change?: (slab: Field) => Field;
  /** Values held at a time, in bytes. @defaultValue 64e6 */
  readonly bytes?: number;
  /** Deflate level of NetCDF-4 and GeoTIFF. @defaultValue as their writers have it */
  readonly compression?: number;
  /** Whether a Zarr store that is there is replaced; files always are. @defaultValue false */
  readonly overwrite?: boolean;
  /** GeoTIFF: EPSG code of x and y, or `"none"`. @defaultValue found from the field */
  readonly epsg?: number | "none";
  /** GeoTIFF: one description per band. @defaultValue found from the field */
  readonly bands?: readonly string[];
  /**
   * With this, slabs that are written before the reading of another one fails are kept in a file of their own; it is told
   * which, and the failure is thrown. Not with GeoTIFF, nor where time is fixed. @defaultValue nothing is kept
   */
  readonly onKept?: (kept: PartlyWritten) => void;
  /** Told after every slab how many values are written, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What there is of a file that was not finished. */
export interface PartlyWritten {
  /** `fine.partial.nc` for `fine.nc`, or with a number where that is there; undefined where nothing was finished. */
  readonly path: string | undefined;
  /** Times that are kept, from the first on. */
  readonly steps: number;
  /** Times that there were to be. */
  readonly of: number;
}

const EXTENSIONS: Readonly<Record<string, OutputFormat>> = {
  ".nc": "netcdf4",
  ".nc4": "netcdf4",
  ".nc3": "netcdf3",
  ".cdf": "netcdf3",
  ".tif": "geotiff",
  ".tiff": "geotiff",
  ".zarr": "zarr",
};
const CHUNK_BYTES = 4 * 2 ** 20;

/** The format that a name stands for. @throws OptionsError for another extension */
export function formatOf(path: string): OutputFormat {
  const format = EXTENSIONS[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  const known = Object.keys(EXTENSIONS).join(", ");
  throw new OptionsError(`${path}: the format is not clear from the name; end it in one of ${known}`, "output", path);
}

/**
 * Writes a variable, or the part of it that is selected. NetCDF and Zarr are written slab by slab along time; GeoTIFF, and
 * variables without time, in one piece. The result takes its place when it is complete.
 *
 * @throws OptionsError for an unknown format; what `load`, `change` and the writers throw.
 */
export async function writeLazy(path: string, variable: LazyField, options: WriteLazyOptions = {}): Promise<void> {
  const format = options.format ?? formatOf(path);
  if (format === "geotiff") return writeOnce(path, variable, options);
  return format === "zarr" ? writeStore(path, variable, options) : writeStretches(path, variable, options, format);
}

type Change = (slab: Field) => Field;
const unchanged: Change = (slab) => slab;

function provenanceOf({ attributes, history, now }: WriteLazyOptions): Provenance {
  return {
    ...(attributes !== undefined && { attributes }),
    ...(history !== undefined && { history }),
    ...(now !== undefined && { now }),
  };
}

async function writeOnce(path: string, variable: LazyField, options: WriteLazyOptions): Promise<void> {
  const { change = unchanged, compression, epsg, bands, onProgress } = options;
  const field = change(await variable.load());
  await writeGeotiff(path, field, {
    ...(bands !== undefined && { bands }),
    ...(compression !== undefined && { compression }),
    ...(epsg !== undefined && { epsg }),
    ...provenanceOf(options),
  });
  onProgress?.(field.values.length, field.values.length);
}

/** Parts along time within the budget; the whole where there is no time. */
function* parts(variable: LazyField, bytes: number, step?: number): Generator<LazyField> {
  const dim = variable.dimOf("time");
  if (dim === undefined) return yield variable;
  if (step === undefined) return yield* variable.pieces({ bytes });
  const size = variable.size(dim);
  for (let from = 0; from < size; from += step) yield variable.isel({ [dim]: [from, Math.min(size, from + step)] });
}

async function writeStretches(
  path: string,
  variable: LazyField,
  options: WriteLazyOptions,
  format: "netcdf4" | "netcdf3",
): Promise<void> {
  const { change = unchanged, bytes = 64e6, compression, onProgress } = options;
  const time = variable.dimOf("time");
  // The record dimension of NetCDF-3 is the first one.
  const growing = format === "netcdf4" || variable.dims[0] === time;
  const total = sizeOf(variable.shape);
  let writer: Awaited<ReturnType<typeof createNetcdf>> | undefined;
  let done = 0;
  try {
    for (const part of parts(variable, growing ? bytes : Number.POSITIVE_INFINITY)) {
      const field = change(
        await part.load().catch(async (error: unknown) => {
          if (growing && time !== undefined) await keep(options, variable.size(time), path, writer);
          throw error;
        }),
      );
      writer ??= await createNetcdf(path, field, {
        format,
        unlimitedTime: growing,
        ...(compression !== undefined && { compression }),
        ...provenanceOf(options),
      });
      await writer.append(field);
      done += field.values.length;
      onProgress?.(done, total);
    }
    await writer?.close();
  } finally {
    await writer?.abort();
  }
}

/** Puts the steps that are written under a name that says that they are not the whole. */
async function keep(
  { onKept }: WriteLazyOptions,
  of: number,
  path: string,
  writer: { readonly steps: number; close(path: string): Promise<void> } | undefined,
): Promise<void> {
  if (onKept === undefined) return;
  const { steps } = writer ?? { steps: 0 };
  const place = steps === 0 ? undefined : partialName(path);
  if (place !== undefined) await writer!.close(place);
  onKept({ path: place, steps, of });
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
async function copySteps(from: string, to: string, { name }: LazyField, time: string, steps: number): Promise<void> {
  const data = await openDataset(from);
  try {
    const part = (await data.variable(name)).isel({ [time]: [0, steps] });
    await writeLazy(to, part, { format: "zarr", attributes: data.attributes });
  } finally {
    data.close();
  }
}

async function writeStore(path: string, variable: LazyField, options: WriteLazyOptions): Promise<void> {
  const { change = unchanged, bytes = 64e6, onProgress } = options;
  const time = variable.dimOf("time");
  const row = time === undefined ? 0 : variable.bytes / variable.size(time);
  const chunk = Math.max(1, Math.floor(Math.min(CHUNK_BYTES, bytes) / row));
  const step = chunk * Math.max(1, Math.floor(bytes / (row * chunk)));
  const total = sizeOf(variable.shape);
  const fill = async (temporary: string) => {
    let done = 0;
    for (const part of parts(variable, bytes, step)) {
      const field = change(
        await part.load().catch(async (error: unknown) => {
          if (time === undefined) throw error;
          const of = variable.size(time);
          const steps = done / (total / of);
          const close = (place: string) => copySteps(temporary, place, variable, time, steps);
          await keep(options, of, path, { steps, close });
          throw error;
        }),
      );
      if (done === 0) {
        const { name, dims, units, attributes: own, gridMapping } = field;
        const size = time === undefined ? 1 : variable.size(time);
        const { coordinates, shape } = variable;
        await createZarr(
          temporary,
          { name, dims, shape, units, coordinates, attributes: own, gridMapping },
          {
            dtype: field.values instanceof Float32Array ? "float32" : "float64",
            ...(time !== undefined && { chunks: { [time]: Math.min(chunk, size) } }),
            ...provenanceOf(options),
          },
        );
      }
      // Coordinates that change with time are not laid out.
      const known = field.coordinates.filter(({ name }) => variable.coordinate(name) !== undefined);
      const length = time === undefined ? 0 : field.size(time);
      const from = time === undefined ? 0 : done / (total / variable.size(time));
      const region = time === undefined ? {} : { [time]: [from, from + length] as const };
      await writeZarrRegion(temporary, field.with({ coordinates: known }), { region });
      done += field.values.length;
      onProgress?.(done, total);
    }
  };
  await explained(path, () => replaceStore(path, options.overwrite ?? false, fill));
}
