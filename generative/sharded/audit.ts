/** Audit of a store in tasks: completeness, and agreement of chunks and manifest. */

import { callback, checkOptions, flag, type OptionChecks } from "../../engine/checks.ts";
import { FormatError, isMongeError } from "../../engine/errors.ts";
import { explainWriteError } from "../../engine/files/atomic-file.ts";
import { isTemporaryName, tidyFolder } from "../../engine/files/temporary.ts";
import { existsSync, lstatSync, readdirSync, rmSync, statSync } from "../../engine/platform/files.ts";
import { createHash } from "../../engine/platform/hashing.ts";
import { join } from "../../engine/platform/paths.ts";
import type { ProgressOptions } from "../../engine/progress.ts";
import { openDataset } from "../../io/dataset/index.ts";
import { zarrChunkFiles, zarrContradictions, zarrVersion } from "../../io/formats/index.ts";
import { LeadsOut, writeWithin } from "../../io/storage/index.ts";
import { filesTroubles } from "./file-rows.ts";
import { changedInputs } from "./inputs.ts";
import { gridHash, identityHash, readPlan, type UnitPlan, unitCount, unitRegion } from "./unit-plan.ts";
import {
  checksum,
  type FoundRow,
  listRows,
  planPath,
  readRow,
  refuseLinks,
  type UnitRow,
  writtenFolders,
} from "./unit-rows.ts";

/** Options of {@link auditUnits}; its progress is of units. */
export interface AuditOptions extends ProgressOptions {
  /**
   * True if units that are damaged or foreign are made missing, and rows and chunks of no unit are removed. What is named as nothing
   * of a store's is, stays. @defaultValue false
   */
  readonly requeue?: boolean;
  /** True if every chunk is read and its checksum compared; else only names and sizes are looked at. @defaultValue true */
  readonly checksums?: boolean;
}

/** Checks of {@link AuditOptions}. */
export const auditChecks: OptionChecks<AuditOptions> = { requeue: flag, checksums: flag, onProgress: callback };

export interface UnitTrouble {
  /** Number of the unit; undefined for what is none's. */
  readonly unit: number | undefined;
  /** In words, with the file's name. */
  readonly what: string;
}

export interface StoreAudit {
  /** Units that there should be. */
  readonly total: number;
  /** Units that are there and sound. */
  readonly sound: number;
  /** Numbers of the units that nobody has finished, and after a requeue of those that were made missing. */
  readonly missing: readonly number[];
  /**
   * Units whose row cannot be read, or whose chunks are not those of the row; without a number, what is wrong with the shape, the
   * coordinates or the metadata of the store, which no unit draws again.
   */
  readonly damaged: readonly UnitTrouble[];
  /** Units that two workers have finished. */
  readonly duplicate: readonly UnitTrouble[];
  /** Rows of another model, seed or options, and files of no unit. */
  readonly foreign: readonly UnitTrouble[];
  /** Temporary files: of dead processes, which were removed, and of processes that cannot be seen from here, which were not. */
  readonly leftovers: { readonly removed: readonly string[]; readonly unknown: readonly string[] };
  /** Input files whose contents, where they were, are no longer those that units are drawn from; what is drawn stays sound. */
  readonly changed: readonly string[];
  /** Files that were written from the store beside it and are missing or changed, in words; `resume` writes them again. */
  readonly files: readonly string[];
  /** True if all units are there and sound, coordinates and metadata too, and nothing foreign is. */
  readonly complete: boolean;
  /** SHA-256 over the checksums of coordinates and of all chunks, where complete: two stores with the same are bitwise identical. */
  readonly digest: string | undefined;
}

/**
 * Looks through a store that `downscaleUnits` wrote. No model is needed.
 *
 * @param path - folder of the store
 * @throws FormatError where it is no such store, or with `requeue` cannot be written
 */
export async function auditUnits(path: string, options: AuditOptions = {}): Promise<StoreAudit> {
  checkOptions("auditUnits", options, auditChecks);
  const { requeue = false, checksums = true, onProgress } = options;
  const plan = await planOf(path);
  refuseLinks(path);
  const total = unitCount(plan);
  const leftovers = tidied(path, plan, requeue);
  const rows = listRows(path);
  const tables = { damaged: [], duplicate: [], foreign: [] } as Record<
    "damaged" | "duplicate" | "foreign",
    UnitTrouble[]
  >;
  const bad = new Map<number, readonly string[]>();
  const sound = new Map<number, UnitRow>();
  const toRemove: string[] = [];
  for (const [n, found] of rows.entries()) {
    if (found.unit === undefined) {
      tables.foreign.push({ unit: undefined, what: `${found.path}: it is no row; ${notOurs}` });
    } else if (found.unit >= total) {
      tables.foreign.push({ unit: undefined, what: `${found.path}: no task has this name` });
      toRemove.push(found.path);
    } else if (!found.again) {
      const { unit } = found;
      const names = await zarrChunkFiles(path, plan.variable, unitRegion(plan, unit));
      const verdict = await examine(path, plan, found, { names, checksums });
      if ("row" in verdict) sound.set(unit, verdict.row);
      else {
        tables[verdict.kind].push({ unit, what: verdict.what });
        bad.set(unit, verdict.files);
        toRemove.push(found.path);
      }
    }
    onProgress?.({ done: n + 1, total: rows.length });
  }
  for (const found of rows.filter(({ again, unit }) => again && unit !== undefined && unit < total)) {
    const { unit } = found as FoundRow & { unit: number };
    const other = await readRow(found.path).catch(() => undefined);
    const same = other !== undefined && JSON.stringify(other.files) === JSON.stringify(sound.get(unit)?.files);
    tables.duplicate.push({
      unit,
      what: `${found.path}: finished twice, ${same ? "bitwise identical" : "with other bits"}`,
    });
    toRemove.push(found.path);
  }
  for (const what of await layoutTroubles(path, plan)) tables.damaged.push({ unit: undefined, what });
  for (const { file, isChunk } of strangers(path, plan)) {
    tables.foreign.push({ unit: undefined, what: `${file}: a file of no task${isChunk ? "" : `; ${notOurs}`}` });
    if (isChunk) toRemove.push(join(path, file));
  }
  if (requeue) remove(path, [...toRemove, ...[...bad.values()].flat().map((name) => join(path, name))]);
  const all = Array.from({ length: total }, (_, unit) => unit);
  const missing = all.filter((unit) => !sound.has(unit) && (requeue || !bad.has(unit)));
  const laidOut = tables.damaged.every(({ unit }) => unit !== undefined);
  const complete = sound.size === total && laidOut && tables.foreign.length === 0;
  return {
    total,
    sound: sound.size,
    missing,
    ...tables,
    leftovers,
    changed: await changedInputs(path, (plan.options["inputs"] as readonly string[] | undefined) ?? []),
    files: checksums ? await filesTroubles(path) : [],
    complete,
    digest: complete
      ? digestOf(
          plan,
          all.map((unit) => sound.get(unit)!),
        )
      : undefined,
  };
}

/** The plan of a store. @throws FormatError where it is none that `downscaleUnits` wrote */
export async function planOf(path: string): Promise<UnitPlan> {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  if (isFolder && existsSync(planPath(path))) return readPlan(path, planPath(path));
  const isStore = isFolder && zarrVersion(path) !== undefined;
  const what = isStore ? "it was not written in tasks" : "there is no Zarr store";
  throw new FormatError(path, "store of tasks", what, "name a store that `monge downscale -o out.zarr` wrote");
}

type Verdict =
  | { readonly row: UnitRow }
  | { readonly kind: "damaged" | "foreign"; readonly what: string; readonly files: readonly string[] };

async function examine(
  path: string,
  plan: UnitPlan,
  found: FoundRow,
  { names, checksums }: { readonly names: readonly string[]; readonly checksums: boolean },
): Promise<Verdict> {
  let row: UnitRow;
  try {
    row = await readRow(found.path);
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return { kind: "damaged", what: error.message, files: names };
  }
  if (row.unit !== found.unit) {
    return { kind: "foreign", what: `${found.path}: it is the row of unit ${row.unit}`, files: names };
  }
  if (row.identity !== identityHash(plan)) {
    const why =
      row.model !== plan.model ? "model" : row.seed !== plan.seed ? `seed (${row.seed})` : "version, options or grid";
    return { kind: "foreign", what: `${found.path}: it was drawn with another ${why}`, files: names };
  }
  if (String(row.files.map((file) => file.path)) !== String(names)) {
    return { kind: "damaged", what: `${found.path}: it names other chunks than those of the unit`, files: names };
  }
  const wrong = row.files.flatMap((file): readonly (readonly [string, string])[] => {
    if (!checksums) {
      const size = lstatSync(join(path, file.path), { throwIfNoEntry: false })?.size;
      return size === file.bytes
        ? []
        : [[file.path, size === undefined ? "is missing" : `has ${size} bytes, not ${file.bytes}`]];
    }
    const there = checksum(path, file.path);
    if (there?.sha256 === file.sha256) return [];
    return [[file.path, there === undefined ? "is missing" : "has another checksum"]];
  });
  if (wrong.length === 0) return { row };
  const what = wrong.map(([name, how]) => `${name} ${how}`).join(", ");
  return { kind: "damaged", what, files: wrong.map(([name]) => name) };
}

/** Of what monge did not put there. */
const notOurs = "move it away yourself";

/** Files of the variable's metadata, of both versions of Zarr. */
const METADATA = ["zarr.json", ".zarray", ".zattrs"];

/** Files of the variable that no unit has, whether it is finished or not; `isChunk`: it is named as chunks are. */
function strangers(
  path: string,
  { variable, shape, chunk }: UnitPlan,
): readonly { readonly file: string; readonly isChunk: boolean }[] {
  const version = zarrVersion(path);
  /** Numbers of a chunk along each dimension; undefined for names of other things. */
  const chunkAt = (inside: string): readonly number[] | undefined => {
    const rest = inside.split("/");
    const parts = version === 2 ? (rest.length === 1 ? rest[0]!.split(".") : []) : rest[0] === "c" ? rest.slice(1) : [];
    return parts.length === shape.length && parts.every((part) => /^(0|[1-9]\d*)$/.test(part))
      ? parts.map(Number)
      : undefined;
  };
  return readdirSync(join(path, variable), { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !isTemporaryName(entry.name))
    .flatMap((entry) => {
      const file = join(entry.parentPath, entry.name).slice(join(path).length + 1);
      const inside = file.replaceAll("\\", "/").slice(variable.length + 1);
      const at = chunkAt(inside);
      const isOurs = METADATA.includes(inside) || at?.every((k, i) => k * chunk[i]! < shape[i]!);
      return isOurs ? [] : [{ file, isChunk: at !== undefined && entry.isFile() }];
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

function tidied(path: string, plan: UnitPlan, requeue: boolean): StoreAudit["leftovers"] {
  const folders = writtenFolders(path, plan.variable);
  const removed = folders.flatMap((folder) => tidyFolder(folder).removed);
  const unknown = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter(isTemporaryName)
      .map((name) => join(folder, name)),
  );
  if (!requeue) return { removed, unknown };
  remove(path, unknown);
  return { removed: [...removed, ...unknown], unknown: [] };
}

/** Rows first: a unit without one is missing, whatever lies there. Nothing but files is removed, and nothing through a link. */
function remove(store: string, paths: readonly string[]): void {
  try {
    const check = writeWithin(store);
    for (const path of paths) check(path);
    for (const path of paths)
      if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) rmSync(path, { force: true });
  } catch (error) {
    if (!(error instanceof LeadsOut)) throw explainWriteError(store, error);
    const what = `${error.path} is a link out of the store, to ${error.target}, where nothing is removed`;
    const hint = "remove the link, if you trust the store";
    throw new FormatError(store, "store of tasks", what, hint, { cause: error });
  }
}

function digestOf({ grid }: UnitPlan, rows: readonly UnitRow[]): string {
  const hash = createHash("sha256").update(`${grid}\n`);
  for (const { files } of rows) for (const { path, sha256 } of files) hash.update(`${path} ${sha256}\n`);
  return hash.digest("hex");
}

/** Faults of the layout of a store, in words; no chunk of its values is read. */
async function layoutTroubles(path: string, plan: UnitPlan): Promise<readonly string[]> {
  try {
    const own = zarrContradictions(path, path);
    if (own.length > 0) return own;
    const data = await openDataset(path);
    try {
      const field = await data.variable(plan.variable);
      const differs = (["dims", "shape", "chunks"] as const).flatMap((what) => {
        const [there, planned] = [String(field[what]), String(plan[what === "chunks" ? "chunk" : what])];
        return there === planned ? [] : [`${what} of ${plan.variable} are [${there}], in its plan [${planned}]`];
      });
      if (differs.length > 0) return differs;
      const order = data.variables.map(({ name }) => name);
      const coordinates = field.coordinates.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
      const { name, units, dims, shape } = field;
      if (gridHash({ name, units, dims, shape, coordinates }) === plan.grid) return [];
      const names = coordinates.map((c) => (c.bounds ? `${c.name} with its bounds` : c.name)).join(", ");
      return [`its coordinates (${names}), its name or its units are not those that its plan has the checksum of`];
    } finally {
      data.close();
    }
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return [error.message];
  }
}
