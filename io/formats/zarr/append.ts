/** Zarr stores made longer along time. */

import { OptionsError, ShapeError } from "../../../engine/errors.ts";
import { existsSync, readFileSync } from "../../../engine/platform/files.ts";
import { join } from "../../../engine/platform/paths.ts";
import { axisOf } from "../../field/axes.ts";
import type { Field, FieldValues } from "../../field/field.ts";
import { sizeOf } from "../../storage/source.ts";
import { stayWithin } from "../../storage/within.ts";
import { formatJson, isObject, type JsonObject, parseLoose } from "./json.ts";
import { MetadataError } from "./metadata.ts";
import { writeSlab } from "./slab.ts";
import { openChunks, replaceFile } from "./store.ts";
import type { ZarrTree } from "./tree.ts";
import { arrayIn, checkCoordinates, explained, readValues, sameUnits, storeAt } from "./update.ts";

/** A metadata document with some arrays longer, as text. */
function editDocument(path: string, file: string, edit: (value: JsonObject) => JsonObject): void {
  stayWithin(path)(join(path, file));
  const text = readFileSync(join(path, file), "utf8");
  if (/(?<!["\w.])-?\d{17,}(?![\w.])/.test(text)) {
    throw new MetadataError(`${file} holds whole numbers of more than 16 digits, which would not be kept`);
  }
  const value = parseLoose(text);
  if (isObject(value)) replaceFile(join(path, file), formatJson(edit(value)));
}

/** Puts new shapes into the metadata: first the consolidated ones, which readers look at, in one step. */
function growDocuments(path: string, tree: ZarrTree, shapes: ReadonlyMap<string, readonly number[]>): void {
  const grow = (key: (name: string) => string) => (metadata: JsonObject) => {
    const out: Record<string, unknown> = { ...metadata };
    for (const [name, shape] of shapes) {
      const old = out[key(name)];
      if (isObject(old)) out[key(name)] = { ...old, shape };
    }
    return out;
  };
  const within = (field: string, key: (name: string) => string) => (value: JsonObject) => {
    const inner = value[field];
    return isObject(inner) ? { ...value, [field]: grow(key)(inner) } : value;
  };
  if (tree.version === 2 && existsSync(join(path, ".zmetadata"))) {
    editDocument(
      path,
      ".zmetadata",
      within("metadata", (name) => `${name}/.zarray`),
    );
  } else if (tree.version === 3) {
    editDocument(path, "zarr.json", (value) => {
      const kept = value.consolidated_metadata;
      const inner = within("metadata", (name) => name);
      return isObject(kept) ? { ...value, consolidated_metadata: inner(kept) } : value;
    });
  }
  for (const [name, shape] of shapes) {
    const file = `${name}/${tree.version === 2 ? ".zarray" : "zarr.json"}`;
    editDocument(path, file, (value) => ({ ...value, shape }));
  }
}

/**
 * Makes a store longer along time by the steps of a field (and others beside it). Readers see either the old length or
 * the new one. One process at a time.
 *
 * @param path - folder of a store, of version 2 or 3
 * @param also - fields for the store's other variables that have this time.
 * @throws ShapeError or OptionsError if the field does not continue the store; UnitsError for other time units;
 *   FormatError if there is no such store or variable.
 */
export async function appendZarr(path: string, field: Field, also: readonly Field[] = []): Promise<void> {
  await explained(path, async () => {
    const tree = storeAt(path, "appendZarr");
    const array = arrayIn(path, tree, field.name);
    const time = field.dimOf("time");
    const axis = time === undefined ? -1 : array.dims.indexOf(time);
    if (time === undefined || axis < 0 || String(array.dims) !== String(field.dims)) {
      throw new ShapeError(
        `appendZarr: dims of ${field.name}`,
        `${array.dims.join(", ")}, with a time`,
        field.dims.join(", "),
      );
    }
    const [before, added] = [array.shape[axis]!, field.size(time)];
    await checkContinues(path, tree, field, time, before);
    const others = field.coordinates.filter((c) => !c.dims.includes(time));
    await checkCoordinates(path, tree, others, (_, size) => [0, size]);
    const parts = new Map(partsOf(field, time, also));
    const growing = [...tree.arrays].filter(([, one]) => one.dims.includes(time));
    const lacking = growing.find(([name]) => !parts.has(name));
    if (lacking) {
      throw new ShapeError(`appendZarr: ${path}`, `values for ${lacking[0]}, which has ${time} too`, "none");
    }
    const shapes = new Map<string, number[]>();
    for (const [name, one] of growing) {
      const shape = one.shape.map((n, i) => (one.dims[i] === time ? n + added : n));
      const count = one.shape.map((n, i) => (one.dims[i] === time ? added : n));
      const start = one.shape.map((_, i) => (one.dims[i] === time ? before : 0));
      const values = parts.get(name)!;
      if (values.length !== sizeOf(count)) throw new ShapeError(`appendZarr: ${name}`, count, [values.length]);
      const longer = { ...one, shape };
      const chunks = await openChunks(join(path, name), longer, { within: path });
      await writeSlab({ path, name, array: longer, chunks }, start, count, values);
      shapes.set(name, shape);
    }
    growDocuments(path, tree, shapes);
  });
}

/** Values by variable that an append brings: data, coordinates along time, and their bounds. */
function partsOf(field: Field, time: string, also: readonly Field[]): (readonly [string, FieldValues])[] {
  const coordinates = field.coordinates.filter((c) => c.dims.includes(time));
  return [
    ...[field, ...also].map((one) => [one.name, one.values] as const),
    ...coordinates.map((c) => [c.name, c.values] as const),
    ...coordinates.flatMap((c) => (c.bounds ? [[`${c.name}_bnds`, c.bounds] as const] : [])),
  ];
}

/** The field's times must lie behind those of the store, in the same units. */
async function checkContinues(path: string, tree: ZarrTree, field: Field, time: string, before: number): Promise<void> {
  const coordinate = field.coordinates.find((c) => c.name === time && axisOf(c.name, c.attributes) === "time");
  const array = tree.arrays.get(time);
  if (!coordinate || !array) return;
  sameUnits(`appendZarr: ${path}`, coordinate, array);
  const last = before === 0 ? -Infinity : (await readValues(path, time, array, [before - 1], [1]))[0]!;
  const all = [last, ...coordinate.values];
  const at = all.findIndex((v, i) => i > 0 && !(v > all[i - 1]!));
  if (at < 0) return;
  const message = `appendZarr: ${path}: ${time} goes on with ${all[at]} after ${all[at - 1]}; expected larger numbers only`;
  throw new OptionsError(message, "time", all[at]);
}
