/** Writing into an existing Zarr store: its variables, and checks that a part fits. */

import { causeOf } from "../../../engine/causes.ts";
import { FormatError, isMongeError, OptionsError, ShapeError, UnitsError } from "../../../engine/errors.ts";
import { explainWriteError } from "../../../engine/files/atomic-file.ts";
import { existsSync } from "../../../engine/platform/files.ts";
import { join } from "../../../engine/platform/paths.ts";
import type { Coordinate } from "../../field/field.ts";
import { positionsBetween } from "../../storage/box.ts";
import type { RawArray } from "../../storage/source.ts";
import { LeadsOut, stayWithin } from "../../storage/within.ts";
import { MetadataError, type ZarrArray } from "./metadata.ts";
import { openZarr } from "./open.ts";
import { unknownCodec } from "./store.ts";
import { readTree, type ZarrTree, zarrVersion } from "./tree.ts";

/** Runs work; errors of the system and broken metadata become ones that name the store and the way out. */
export async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = (cause as NodeJS.ErrnoException | undefined)?.code;
    const link = causeOf(error, LeadsOut);
    if (link) {
      const what = `${link.path} is a link out of the store, to ${link.target}, which is not written through`;
      const hint = "copy the store with what its links lead to (`cp -rL`) and add to the copy";
      throw new FormatError(path, "zarr", what, hint, { cause: error });
    }
    const codec = unknownCodec(error);
    if (codec !== undefined) {
      const packed = `it is packed by ${codec}, a codec that is not written here`;
      throw new FormatError(path, "zarr", packed, "write a new store (`writeZarr`)", { cause: error });
    }
    if (error instanceof MetadataError) {
      throw new FormatError(path, "zarr", error.message, "write a new store (`writeZarr`)", { cause: error });
    }
    if (typeof code !== "string" || !/^E[A-Z]+$/.test(code)) throw error;
    const refused = explainWriteError(path, cause);
    if (isMongeError(refused)) throw refused;
    const message = `it could not be written (${(cause as Error).message})`;
    throw new FormatError(path, "zarr", message, "check the disk and the rights on the folder", { cause: error });
  }
}

/** The store's metadata. @throws FormatError if it is none; MetadataError where a link in it leads out of it. */
export function storeAt(path: string, what: string): ZarrTree {
  const version = existsSync(path) ? zarrVersion(path) : undefined;
  if (version !== undefined) {
    const tree = readTree(path, version, path);
    const check = stayWithin(path);
    const parts = ["", "zarr.json", ".zarray", ".zattrs"];
    const all = [...tree.arrays.keys()].flatMap((name) => parts.map((part) => join(path, name, part)));
    for (const one of all) if (existsSync(one)) check(one);
    return tree;
  }
  throw new FormatError(path, "zarr", "there is no Zarr store", `${what} adds to one; make it with \`createZarr\``);
}

/** A variable of the store. @throws FormatError if it has none of this name. */
export function arrayIn(path: string, tree: ZarrTree, name: string): ZarrArray {
  const found = tree.arrays.get(name);
  if (found) return found;
  const list = [...tree.arrays.keys()].join(", ") || "nothing";
  throw new FormatError(path, "zarr", `variable ${name} is not in it`, `it has ${list}`);
}

/** @throws UnitsError unless a coordinate has the units and the calendar that the store has. */
export function sameUnits(where: string, coordinate: Coordinate, array: ZarrArray): void {
  for (const key of ["units", "calendar"]) {
    const [own, theirs] = [coordinate.attributes[key], array.attributes[key]];
    if (own === theirs || (key === "calendar" && own === undefined)) continue;
    const message = `${where}: ${key} of ${coordinate.name} is ${own ?? "missing"}; expected ${theirs ?? "none"}, as the store has`;
    throw new UnitsError(message, String(own), String(theirs));
  }
}

/** A slab of a variable of the store, as stored. */
export async function readValues(
  path: string,
  name: string,
  array: ZarrArray,
  start: readonly number[],
  count: readonly number[],
): Promise<RawArray> {
  const source = await openZarr(path, array.version);
  try {
    return await source.read(name, { start, count });
  } finally {
    source.close();
  }
}

/** Coordinates of a part must be those that the store has at its place. */
export async function checkCoordinates(
  path: string,
  tree: ZarrTree,
  coordinates: readonly Coordinate[],
  region: (dim: string, size: number) => readonly [number, number],
): Promise<void> {
  for (const coordinate of coordinates) {
    const array = tree.arrays.get(coordinate.name);
    if (!array || String(array.dims) !== String(coordinate.dims)) continue;
    const where = `writeZarr: ${path}`;
    sameUnits(where, coordinate, array);
    const ranges = array.dims.map((dim, i) => region(dim, array.shape[i]!));
    const start = ranges.map(([from]) => from);
    const count = ranges.map(([from, to]) => to - from);
    const stored = await readValues(path, coordinate.name, array, start, count);
    const at = coordinate.values.findIndex((v, i) => v !== stored[i] && !(Number.isNaN(v) && Number.isNaN(stored[i]!)));
    if (at < 0 && coordinate.values.length === stored.length) continue;
    throw new OptionsError(
      `${where}: ${coordinate.name} of the field begins to differ at position ${at} (${coordinate.values[at]}); ` +
        `expected ${stored[at]}, as the store has there; write the region where its coordinates belong`,
      "region",
      coordinate.values[at],
    );
  }
}

/** A half-open range of positions by dimension; all of a dimension that is not named. */
type Region = Readonly<Record<string, readonly [from: number, to: number]>>;

/**
 * The files of the chunks that a part of a variable lies in, whether they are there or not.
 *
 * @param path - folder of a store as `createZarr` lays it out
 * @param name - of the variable
 * @param region - half-open range of positions by dimension, ≥ 0 and within the shape; all of a dimension that is not
 * named
 * @returns paths relative to the store, in the order of the chunk grid
 * @throws FormatError if there is no such store or variable, or its chunks have other names; ShapeError for a region
 * outside
 */
export async function zarrChunkFiles(path: string, name: string, region: Region = {}): Promise<readonly string[]> {
  return explained(path, async () => {
    const { version, dims, shape, chunks } = arrayIn(path, storeAt(path, "zarrChunkFiles"), name);
    const ranges = dims.map((dim, i) => {
      const [from, to] = region[dim] ?? [0, shape[i]!];
      if (!(from >= 0 && from < to && to <= shape[i]!)) {
        throw new ShapeError(`zarrChunkFiles: ${name} along ${dim}`, [0, shape[i]!], [from, to]);
      }
      return [Math.floor(from / chunks[i]!), Math.ceil(to / chunks[i]!) - 1] as const;
    });
    const places = [
      ...positionsBetween(
        ranges.map(([first]) => first),
        ranges.map(([, last]) => last),
      ),
    ];
    return places.map((at) => `${name}/${version === 2 ? at.join(".") : ["c", ...at].join("/")}`);
  });
}
