/** Sources of the fields of a paired training: files with variables (`eobs.nc:pr`), or fields. */

import { OptionsError } from "../../engine/errors.ts";
import { fileHashes } from "../../engine/files/file-hash.ts";
import { createHash } from "../../engine/platform/hashing.ts";
import { LazyField, lazyField, type OpenedFields, openFields } from "../../io/dataset/index.ts";
import { Field } from "../../io/field/index.ts";
import type { OpenOptions } from "../../io/formats/index.ts";
import { archivesOfEvents } from "../model/archives.ts";
import type { ContextName } from "../model/context.ts";
import { type FieldRole, named, type PairFields } from "./fields.ts";

/**
 * `"FILE:VARIABLE,VARIABLE"`, where `FILE` may be a pattern (several files are one field along time) and variables may be left
 * out for a file's only one; or a field, read or not.
 */
export type FieldSource = string | Field | LazyField;

/** One or several. */
export type FieldSources = FieldSource | readonly FieldSource[];

/** All of one or several. */
export const sourcesOf = (given: FieldSources): readonly FieldSource[] =>
  typeof given === "string" || given instanceof Field || given instanceof LazyField ? [given] : given;

/** A fine data set, a different coarse one, and what else is known of each time and place. */
export interface PairData {
  /** Targets: precipitation, other variables, or several of them on one grid. */
  readonly fine: FieldSources;
  /** Coarse input, on a grid of its own. @defaultValue means of `factor` × `factor` cells of `fine` */
  readonly coarse?: FieldSources;
  /** Other variables of each time, each on a grid of its own. @defaultValue none */
  readonly with?: FieldSources;
  /** Variables without times: orography, distance to the sea. @defaultValue none */
  readonly static?: FieldSources;
  /** `"position"`, `"season"` (day of the year), `"hour"`. @defaultValue none */
  readonly context?: readonly ContextName[];
}

/** The roles that are given as fields. */
export const fieldRoles: readonly FieldRole[] = ["fine", "coarse", "with", "static"];

/** Sources as they are recorded: texts; of fields that only the caller has, their names. */
export type ListedSources = Readonly<Record<FieldRole, readonly string[]>>;

export interface OpenedPairs {
  readonly fields: PairFields;
  /** Those of each source, by role. */
  readonly sources: Readonly<Record<FieldRole, readonly (readonly LazyField[])[]>>;
  readonly listed: ListedSources;
  /** Files of all roles. */
  readonly paths: readonly string[];
  /** Fields that only the caller has. */
  readonly given: readonly LazyField[];
  /** Informational messages on what was read so far. */
  notices(): readonly string[];
  close(): void;
}

export interface OpenedSources {
  readonly fields: readonly LazyField[];
  /** Those of each source. */
  readonly sources: readonly (readonly LazyField[])[];
  readonly listed: readonly string[];
  readonly paths: readonly string[];
  /** All files that are read: also what lies beside them, and what links lead to. */
  readonly files: readonly string[];
  readonly given: readonly LazyField[];
  /** Informational messages on what was read so far. */
  notices(): readonly string[];
  close(): void;
}

/** @throws OptionsError where there is nothing, a file is missing, or a variable must be named; FormatError */
export async function openSources(
  role: string,
  given: FieldSources | undefined,
  options: OpenOptions = {},
): Promise<OpenedSources> {
  const items = given === undefined ? [] : sourcesOf(given);
  const opened: OpenedFields[] = [];
  const sources: (readonly LazyField[])[] = [];
  const close = () => {
    for (const one of opened) one.close();
  };
  try {
    for (const item of items) {
      if (item instanceof Field || item instanceof LazyField) sources.push([lazyField(item)]);
      else if (typeof item === "string" && item !== "") {
        const found = await openFields(item, options);
        opened.push(found);
        sources.push(found.fields);
      } else {
        const expected = "FILE:VARIABLE, a Field or a LazyField";
        throw new OptionsError(`\`${role}\` holds ${JSON.stringify(item)}; expected ${expected}`, role, item);
      }
    }
  } catch (error) {
    close();
    throw error;
  }
  const fields = sources.flat();
  return {
    ...{ fields, sources },
    listed: items.map((item) => (typeof item === "string" ? item : item.source || item.name)),
    paths: opened.flatMap(({ paths }) => paths),
    files: opened.flatMap(({ files }) => files),
    given: fields.filter((field) => !opened.some((one) => one.fields.includes(field))),
    notices: () => opened.flatMap((one) => one.notices()),
    close,
  };
}

/** Opens all roles. @throws as {@link openSources} */
export async function openPairs(data: PairData, options: OpenOptions = {}): Promise<OpenedPairs> {
  const opened: [FieldRole, OpenedSources][] = [];
  const close = () => {
    for (const [, one] of opened) one.close();
  };
  try {
    for (const role of fieldRoles) opened.push([role, await openSources(role, data[role], options)]);
  } catch (error) {
    close();
    throw error;
  }
  const of = Object.fromEntries(opened) as Record<FieldRole, OpenedSources>;
  if (of.fine.fields.length === 0) {
    close();
    throw new OptionsError("train: `fine` is missing; name what is to be made", "fine", data.fine);
  }
  const pick = <T>(read: (one: OpenedSources) => T) =>
    Object.fromEntries(opened.map(([role, one]) => [role, read(one)])) as Record<FieldRole, T>;
  return {
    fields: { ...pick(({ fields }) => fields), ...(data.context && { context: data.context }) },
    sources: pick(({ sources }) => sources),
    listed: pick(({ listed }) => listed),
    paths: opened.flatMap(([, { paths }]) => paths),
    given: opened.flatMap(([, { given }]) => given),
    notices: () => opened.flatMap(([, one]) => one.notices()),
    close,
  };
}

/**
 * The archive of each source of the roles that have several.
 *
 * @param asked - a name for each, or `true`: by the names of the sources
 * @param known - archives of a model to start from. @defaultValue the sources' own
 * @throws OptionsError where names distinguish nothing, or the sources of a role are neither one nor as many
 */
export function archivesOfSources(
  asked: true | readonly string[],
  listed: ListedSources,
  known?: readonly string[],
): readonly string[] {
  const several = fieldRoles.find((role) => listed[role].length > 1) ?? "fine";
  const names = archivesOfEvents(asked, listed[several], known, "source");
  for (const role of fieldRoles) {
    const { length } = listed[role];
    if (length <= 1 || length === names.length) continue;
    const way = `expected one that all archives share, or ${names.length}, one for each`;
    throw new OptionsError(`train: \`${role}\` has ${length} sources; ${way}`, role, listed[role]);
  }
  return names;
}

/** Fields of an archive by its number: of each role its own source, or the one that all share. */
export function fieldsOfArchive({ fields, sources }: Pick<OpenedPairs, "fields" | "sources">, n: number): PairFields {
  const own = Object.fromEntries(fieldRoles.map((role) => [role, sources[role][n] ?? sources[role][0] ?? []]));
  return { ...fields, ...own };
}

/**
 * The fields of each region, where the sources of `fine` hold the same variables: of each variable of another role the region's own
 * field, or the only one, which all share.
 *
 * @returns nothing where each fine variable is there once
 * @throws OptionsError where a variable is there neither once nor for each region
 */
export function fieldsOfRegions({ fields, sources }: Pick<OpenedPairs, "fields" | "sources">): readonly PairFields[] {
  const byName = (role: FieldRole) => {
    const all = fields[role] ?? [];
    return new Map(all.map(({ name }) => [name, all.filter((field) => field.name === name)]));
  };
  const count = Math.max(...[...byName("fine").values()].map(({ length }) => length));
  if (count === 1 || sources.fine.length < count) return [];
  const own = fieldRoles.map((role) => {
    const all = [...byName(role)];
    const odd = all.find(([, { length }]) => length !== count && (role === "fine" || length !== 1));
    if (odd === undefined) return [role, all] as const;
    const shared = role === "fine" ? "" : "one that all regions share, or ";
    const text = `train: \`${role}\` has ${odd[1].length} fields named ${odd[0]}; expected ${shared}${count}, one for each region`;
    throw new OptionsError(text, role, odd[0]);
  });
  return Array.from({ length: count }, (_, n) => {
    const [fine, coarse, others, still] = own.map(([, all]) => all.map(([, of]) => of[n] ?? of[0]!));
    return { ...fields, fine: fine!, coarse: coarse!, with: others!, static: still! };
  });
}

/** The fields of boxes of the fine ones, in degrees. @throws OptionsError where a box holds none of their cells */
export const fieldsOfBoxes = (
  fields: PairFields,
  boxes: readonly (readonly [west: number, south: number, east: number, north: number])[],
): readonly PairFields[] =>
  boxes.map(([west, south, east, north]) => {
    const part = (field: LazyField) =>
      field
        .ungroup()
        .mapsLast()
        .sel({ lon: [west, east], lat: [south, north] });
    return { ...fields, fine: named("regions", () => fields.fine.map(part)) };
  });

/** SHA-256 of what a training reads: of each file, then of each field that only the caller has. */
export async function hashSources({ paths, given }: Pick<OpenedPairs, "paths" | "given">): Promise<string[]> {
  const hashes = await fileHashes(paths);
  for (const field of given) hashes.push(await fieldHash(field));
  return hashes;
}

/** SHA-256 of a field: its name, units, sizes and values. */
export async function fieldHash(field: LazyField): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([field.name, field.units, field.dims, field.shape]));
  for await (const { values } of field.slabs()) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
