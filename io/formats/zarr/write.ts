/**
 * Zarr stores in local folders: written whole, or laid out first and filled region by region, by several processes at
 * once.
 */

import { checkOptions, fields, list, whole } from "../../../engine/checks.ts";
import { OptionsError, ShapeError, UnitsError } from "../../../engine/errors.ts";
import { mkdirSync } from "../../../engine/platform/files.ts";
import { join } from "../../../engine/platform/paths.ts";
import type { Field, FieldTemplate } from "../../field/field.ts";
import { globalAttributes } from "../../field/provenance.ts";
import { formatJson } from "./json.ts";
import {
  arrayDocument2,
  arrayDocument3,
  attributeDocument2,
  layOut,
  type VariableLayout,
  type ZarrOptions,
  zarrChecks,
} from "./layout.ts";
import { readArray2, readArray3, type ZarrArray } from "./metadata.ts";
import { replaceStore } from "./replace-store.ts";
import { writeSlab } from "./slab.ts";
import { openChunks, replaceFile } from "./store.ts";
import { arrayIn, checkCoordinates, explained, storeAt } from "./update.ts";

export type { ZarrOptions } from "./layout.ts";

/** Writes all metadata and the values that are known. */
async function writeLayout(folder: string, variables: readonly VariableLayout[], options: ZarrOptions): Promise<void> {
  const attributes = globalAttributes(options);
  const write = (name: string, content: unknown) => replaceFile(join(folder, name), formatJson(content));
  const consolidated: Record<string, unknown> = {};
  const arrays = new Map<VariableLayout, ZarrArray>();
  for (const variable of variables) {
    if (options.version === 2) {
      const [meta, own] = [arrayDocument2(variable, options), attributeDocument2(variable)];
      consolidated[`${variable.name}/.zarray`] = meta;
      consolidated[`${variable.name}/.zattrs`] = own;
      write(`${variable.name}/.zarray`, meta);
      write(`${variable.name}/.zattrs`, own);
      arrays.set(variable, readArray2(meta, own));
    } else {
      const meta = arrayDocument3(variable, options);
      consolidated[variable.name] = meta;
      write(`${variable.name}/zarr.json`, meta);
      arrays.set(variable, readArray3(meta));
    }
  }
  for (const [variable, array] of arrays) {
    const { name, values, shape } = variable;
    if (!values) continue;
    const chunks = await openChunks(join(folder, name), array, { isFresh: true });
    await writeSlab(
      { path: folder, name, array, chunks },
      shape.map(() => 0),
      shape,
      values,
    );
  }
  if (options.version === 2) {
    const group = { zarr_format: 2 };
    write(".zgroup", group);
    write(".zattrs", attributes);
    const metadata = { ".zgroup": group, ".zattrs": attributes, ...consolidated };
    write(".zmetadata", { zarr_consolidated_format: 1, metadata });
  } else {
    const kept = { kind: "inline", must_understand: false, metadata: consolidated };
    write("zarr.json", { zarr_format: 3, node_type: "group", attributes, consolidated_metadata: kept });
  }
}

async function makeStore(path: string, variables: readonly VariableLayout[], options: ZarrOptions): Promise<void> {
  await explained(path, () =>
    replaceStore(path, options.overwrite ?? false, async (folder) => {
      mkdirSync(folder);
      await writeLayout(folder, variables, options);
    }),
  );
}

/**
 * Lays a store out without data: coordinates, bounds, grid mapping, attributes and metadata. Its values are missing
 * until they are written with {@link writeZarrRegion}.
 *
 * @param path - folder of the store
 * @param template - a field, or its parts without values, of the store's full shape.
 * @throws OptionsError for unfit options or names; ShapeError if the parts do not fit together; FormatError if the
 * store
 *   is there already or cannot be written.
 */
export async function createZarr(path: string, template: FieldTemplate, options: ZarrOptions = {}): Promise<void> {
  checkOptions("createZarr", options, zarrChecks);
  await makeStore(path, layOut(template, options), options);
}

/**
 * Writes a field as a Zarr store, in a local folder that appears whole or not at all. Version 3 with consolidated
 * metadata unless asked otherwise; missing values are NaN; CF-1.11 attributes; dimension names; bounds.
 *
 * @param path - folder of the store
 * @throws as {@link createZarr}.
 */
export async function writeZarr(path: string, field: Field, options: ZarrOptions = {}): Promise<void> {
  checkOptions("writeZarr", options, zarrChecks);
  const values = new Map([field, ...(options.also ?? [])].map((one) => [one.name, one.values]));
  const empty = [...values].find(([, one]) => one === undefined);
  if (empty) throw new ShapeError(`writeZarr: ${empty[0]}`, "a field with values", "none", "use createZarr");
  const variables = layOut(field, options).map((variable): VariableLayout => {
    const own = variable.isData ? values.get(variable.name) : undefined;
    return own ? { ...variable, values: own } : variable;
  });
  await makeStore(path, variables, options);
}

/** The range along a dimension, refused unless it begins and ends on a chunk border (or at the end). */
function checkBorders(path: string, dim: string, size: number, chunk: number, range: readonly [number, number]): void {
  const [from, to] = range;
  const inside = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= size;
  const onBorder = inside && from % chunk === 0 && (to % chunk === 0 || to === size);
  if (onBorder) return;
  const low = Math.floor(Math.min(Math.max(0, from), size - 1) / chunk) * chunk;
  const high = Math.min(size, Math.ceil(Math.max(low + 1, Math.min(to, size)) / chunk) * chunk);
  const rule = `chunks of ${chunk} along ${dim}: borders at 0, ${chunk}, ${2 * chunk}, … and at the end, ${size}`;
  throw new OptionsError(
    `writeZarrRegion: ${path}: region ${dim} is [${from}, ${to}); expected one on the borders of chunks, such as ` +
      `[${low}, ${high}); it has ${rule}; two writers of one chunk would undo each other's work`,
    "region",
    range,
  );
}

/**
 * Writes a field into a part of a store that is there, from any number of processes at once: a region must begin and
 * end on the borders of chunks, so that no two writers share one. Each chunk appears whole or not at all. Coordinates
 * that the field has must be those of the store.
 *
 * @param path - folder of the store
 * @param options.region - half-open range of positions by dimension, e.g. `{ time: [0, 30] }`; all of a dimension not
 * named
 * @throws OptionsError for a region off the borders (naming them) or other coordinates; ShapeError if the field has
 *   another shape; UnitsError for other units; FormatError if there is no such store or variable.
 */
export async function writeZarrRegion(path: string, field: Field, options: RegionOptions): Promise<void> {
  checkOptions("writeZarrRegion", options, { region: fields(list(whole(0), 2, 2)) }, ["region"]);
  await fillRegion(path, field, options, false);
}

/** Options of {@link writeZarrRegion}. */
interface RegionOptions {
  readonly region: Readonly<Record<string, readonly [from: number, to: number]>>;
}

/** The same, in a store that is still hidden too (`isFresh`). */
export async function fillRegion(path: string, field: Field, options: RegionOptions, isFresh: boolean): Promise<void> {
  await explained(path, async () => {
    const tree = storeAt(path, "writeZarrRegion");
    const array = arrayIn(path, tree, field.name);
    if (String(array.dims) !== String(field.dims)) {
      throw new ShapeError(`writeZarrRegion: dims of ${field.name}`, array.dims.join(", "), field.dims.join(", "));
    }
    const unknown = Object.keys(options.region).find((dim) => !array.dims.includes(dim));
    if (unknown !== undefined) {
      const message = `writeZarrRegion: region names ${unknown}; expected one of ${array.dims.join(", ")}`;
      throw new OptionsError(message, "region", options.region);
    }
    const region = (dim: string, size: number) => options.region[dim] ?? ([0, size] as const);
    const ranges = array.dims.map((dim, i) => region(dim, array.shape[i]!));
    array.dims.forEach((dim, i) => {
      checkBorders(path, dim, array.shape[i]!, array.chunks[i]!, ranges[i]!);
    });
    const start = ranges.map(([from]) => from);
    const count = ranges.map(([from, to]) => to - from);
    if (String(count) !== String(field.shape))
      throw new ShapeError(`writeZarrRegion: ${field.name}`, count, field.shape);
    if (array.attributes.units !== undefined && field.units !== array.attributes.units) {
      const wanted = String(array.attributes.units);
      const message = `writeZarrRegion: ${field.name} is in ${field.units ?? "no units"}; expected ${wanted}, as the store has`;
      throw new UnitsError(message, String(field.units), wanted);
    }
    await checkCoordinates(path, tree, field.coordinates, region);
    const chunks = await openChunks(join(path, field.name), array, isFresh ? { isFresh } : { within: path });
    await writeSlab({ path, name: field.name, array, chunks }, start, count, field.values);
  });
}
