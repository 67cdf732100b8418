/**
 * Writing NetCDF-4 files in the conventions CF-1.11, whole or stretch by stretch along time. A file takes
 * its place when it is complete; until then, and after any failure, what was there before stands.
 */

import {
  DomainError,
  FormatError,
  isMongeError,
  OptionsError,
  ShapeError,
  UnitsError,
} from "../../../engine/errors.ts";
import { beginAtomically, explainWriteError } from "../../../engine/files/atomic-file.ts";
import { type Coordinate, Field, type FieldTemplate } from "../../field/field.ts";
import { textOf } from "../../storage/source.ts";
import type { GridFormat } from "../format.ts";
import { openHdf5Sink } from "./hdf5/write.ts";
import { checkNetcdfNames, type NetcdfOptions } from "./layout/options.ts";
import { planNetcdf } from "./layout/plan.ts";

export type { NetcdfOptions, Packing, StoredType } from "./layout/options.ts";

/** A NetCDF file that is being written. */
export interface NetcdfWriter {
  /** Steps along time that are written, or 1 where there is no time and the field is. */
  readonly steps: number;
  /**
   * Writes the next stretch along time: a field like the template, with the times (and bounds) of the stretch, which
   * come after those before; then the fields that stand beside it, in the order of `also`. Where there is no time, the
   * whole.
   *
   * @throws ShapeError, UnitsError or DomainError if it does not continue what is there; nothing is written then.
   * @throws DomainError for a value that cannot be stored, FormatError if the disk refuses; nothing is left then.
   */
  append(field: Field, ...also: readonly Field[]): Promise<void>;
  /**
   * Completes the file and puts it in its place.
   *
   * @param place - another path in the same folder, for a file that holds less than was meant.
   *   @defaultValue the path that it was begun for
   * @throws FormatError if the disk refuses; OptionsError if steps of a fixed time are missing. Nothing is left then.
   */
  close(place?: string): Promise<void>;
  /** Gives up: removes what was written. Does nothing after the end. */
  abort(): Promise<void>;
}

/** True if two coordinates are the same, bit for bit. */
function same(a: Coordinate, b: Coordinate): boolean {
  const equal = (x: Float64Array, y: Float64Array) => x.length === y.length && x.every((v, i) => Object.is(v, y[i]));
  if (String(a.dims) !== String(b.dims) || !equal(a.values, b.values)) return false;
  return a.bounds === undefined ? b.bounds === undefined : b.bounds !== undefined && equal(a.bounds, b.bounds);
}

/**
 * Checks that a stretch belongs to the template.
 * @throws ShapeError, UnitsError, DomainError.
 */
function checkStretch(where: string, template: FieldTemplate, field: Field, along: string | undefined): void {
  const { name, dims, shape, units, coordinates = [] } = template;
  const what = `${where}: field ${field.name}`;
  if (field.name !== name) throw new ShapeError(what, `a field named ${name}`, field.name);
  if (String(field.dims) !== String(dims))
    throw new ShapeError(`${what}: dims`, dims.join(", "), field.dims.join(", "));
  const sizes = dims.map((dim, i) => (dim === along ? field.shape[i]! : shape[i]!));
  if (String(field.shape) !== String(sizes)) throw new ShapeError(what, sizes, field.shape);
  if (field.units !== units) {
    const expected = units ?? "none";
    throw new UnitsError(
      `${what}: units are ${field.units ?? "none"}; expected ${expected}`,
      field.units ?? "",
      expected,
    );
  }
  for (const coordinate of coordinates) {
    const own = field.coordinate(coordinate.name);
    if (along !== undefined && coordinate.dims.includes(along)) {
      for (const key of ["units", "calendar"]) {
        const [expected, found] = [textOf(coordinate.attributes, key), own && textOf(own.attributes, key)];
        if (expected === found) continue;
        const message = `${what}: ${key} of ${coordinate.name} is ${found ?? "none"}; expected ${expected ?? "none"}`;
        throw new UnitsError(message, found ?? "", expected ?? "none");
      }
      if (own && (own.bounds === undefined) === (coordinate.bounds === undefined)) continue;
      const expected = coordinate.bounds ? `${coordinate.name} with bounds` : `${coordinate.name} without bounds`;
      throw new ShapeError(what, expected, own ? "the other" : "no such coordinate");
    }
    if (!own || !same(own, coordinate)) {
      throw new ShapeError(
        `${what}: coordinate ${coordinate.name}`,
        "the same as in the file",
        own ? "another" : "none",
      );
    }
  }
}

/**
 * Begins a NetCDF file that is written stretch by stretch, in memory that does not grow with it.
 *
 * ```ts
 * const writer = await createNetcdf("ensemble.nc", template, { history: "monge downscale …" });
 * try {
 *   for await (const day of days) await writer.append(day);
 *   await writer.close();
 * } finally {
 *   await writer.abort();
 * }
 * ```
 *
 * @param path - what is there is replaced when the writer is closed
 * @param template - a field, or what is known of it before its values: see {@link FieldTemplate}. Along a time that
 *   grows only attributes count.
 * @throws OptionsError for unfit options or names; ShapeError if the format cannot hold the dimensions so;
 *   FormatError if the file cannot be made.
 */
export async function createNetcdf(
  path: string,
  template: FieldTemplate,
  options: NetcdfOptions = {},
): Promise<NetcdfWriter> {
  checkNetcdfNames("createNetcdf", options);
  return begin("createNetcdf", path, [template, ...(options.also ?? [])], options);
}

async function begin(
  where: string,
  path: string,
  templates: readonly FieldTemplate[],
  options: NetcdfOptions,
): Promise<NetcdfWriter> {
  const [template] = templates as [FieldTemplate];
  const plan = planNetcdf(where, templates, options);
  const { along } = plan;
  const axis = template.dims.indexOf(along ?? "");
  const fixed = along === undefined ? 1 : options.unlimitedTime === false ? template.shape[axis]! : undefined;
  const pending = await beginAtomically(path, { overwrite: options.overwrite ?? true });
  const wrap = (error: unknown): unknown => {
    const explained = explainWriteError(path, error);
    if (isMongeError(explained)) return explained;
    const [why] = String((error as Error)?.message ?? error).split("\n");
    return new FormatError(path, "netcdf4", `it could not be written (${why})`, "check the free disk space", {
      cause: error,
    });
  };
  /** Runs a step of the work; after a failure nothing is left of the file. */
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      await end();
      throw wrap(error);
    }
  };
  const sink = openHdf5Sink(pending.temporary, path, plan, template, options);
  let steps = 0;
  let last = Number.NEGATIVE_INFINITY;
  let state: "open" | "ended" = "open";
  const end = async () => {
    state = "ended";
    await sink.release().catch(() => {});
    await pending.discard();
  };
  const checkOpen = () => {
    if (state === "open") return;
    throw new OptionsError(`${path}: the writer has ended; expected an open one; make another`, "writer", state);
  };
  return {
    get steps() {
      return steps;
    },
    async append(field, ...also) {
      checkOpen();
      const fields = [field, ...also];
      if (fields.length !== templates.length) {
        throw new ShapeError(
          `${where}: fields of one stretch`,
          templates.map((t) => t.name).join(", "),
          fields.map((f) => f.name).join(", "),
        );
      }
      fields.forEach((one, i) => {
        checkStretch(where, templates[i]!, i === 0 ? one : withCoordinates(one, field), along);
      });
      const count = along === undefined ? 1 : field.size(along);
      if (fixed !== undefined && steps + count > fixed) {
        throw new ShapeError(`${where}: ${along ?? `field ${field.name}`}`, `${fixed} in all`, `${steps + count}`);
      }
      const times = along === undefined ? undefined : field.coordinate(along)?.values;
      if (times && steps > 0 && !(times[0]! > last)) {
        const message = `${where}: ${along} of field ${field.name} begins at ${times[0]}; expected later than ${last}, the last before it`;
        throw new DomainError(message, times[0]);
      }
      if (count === 0) return;
      await guarded(() => sink.append(fields, count));
      steps += count;
      if (times) last = times.at(-1)!;
    },
    async close(place) {
      checkOpen();
      if (fixed !== undefined && steps < fixed) {
        await end();
        throw new OptionsError(
          `${path}: ${steps} of ${fixed} steps were written; expected all before the end`,
          "steps",
          steps,
        );
      }
      await guarded(async () => {
        await sink.finish(steps);
        await sink.release();
        await pending.commit(place);
      });
      state = "ended";
    },
    async abort() {
      if (state === "open") await end();
    },
  };
}

/** Fields beside the first may come without coordinates of their own. */
function withCoordinates(field: Field, first: Field): Field {
  return field.coordinates.length > 0 ? field : field.with({ coordinates: first.coordinates });
}

/**
 * Writes one field as NetCDF-4 (HDF5) with coordinates as dimension scales, chunks of one map and
 * deflate; `_FillValue` for missing values, bounds and grid mapping passed through.
 *
 * @param path - what is there is replaced when the new file is complete
 * @throws OptionsError for unfit options or names; ShapeError if the format cannot hold the dimensions so; DomainError
 * for
 *   values that do not fit the type or the packed range; FormatError if the file cannot be written in full.
 */
export async function writeNetcdf(path: string, field: Field, options: NetcdfOptions = {}): Promise<void> {
  checkNetcdfNames("writeNetcdf", options);
  const also = (options.also ?? []).map((one) => {
    if (one.values) return new Field({ ...one, values: one.values });
    throw new ShapeError(`writeNetcdf: ${one.name}`, "a field with values", "none", "use createNetcdf");
  });
  const writer = await begin("writeNetcdf", path, [field, ...also], options);
  try {
    await writer.append(field, ...also);
    await writer.close();
  } finally {
    await writer.abort();
  }
}

/** Begins a NetCDF-4 file, as the table of formats asks for it. */
export const netcdfWriter: NonNullable<GridFormat["create"]> = async (path, { first, extent }, storage) => {
  const { chunks, dtype, ...rest } = storage;
  const { shape, time } = extent;
  const { name, dims, units, coordinates, attributes, gridMapping, values } = first;
  // What is written at once has its full size; a time that does not grow must be known in full.
  const growing = rest.unlimitedTime ?? true;
  const whole = growing ? first : { name, dims, shape, units, coordinates, attributes, gridMapping };
  const own = values instanceof Float32Array ? "float32" : "float64";
  return createNetcdf(path, whole, {
    ...rest,
    ...(dtype !== undefined ? { dtype } : rest.packing === undefined && { dtype: own }),
    ...(chunks !== undefined && {
      chunks: Object.fromEntries(dims.map((dim, i) => [dim, chunks[dim] ?? (dim === time ? 1 : shape[i]!)])),
    }),
  });
};
