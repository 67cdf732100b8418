/** Manifest of a store: a small file for each task that is finished, with the checksums of its chunks. */

import { FormatError } from "../../engine/errors.ts";
import { explainWriteError, placeNew } from "../../engine/files/atomic-file.ts";
import { readSealedJson, sealedJson } from "../../engine/files/sealed-json.ts";
import { isTemporaryName, temporaryNames } from "../../engine/files/temporary.ts";
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "../../engine/platform/files.ts";
import { createHash } from "../../engine/platform/hashing.ts";
import { process } from "../../engine/platform/machine.ts";
import { basename, dirname, join, resolve } from "../../engine/platform/paths.ts";
import { notAStore } from "../../io/formats/index.ts";

/** A finished unit. */
export interface UnitRow {
  readonly unit: number;
  /** SHA-256 of all that its numbers are a function of. */
  readonly identity: string;
  /** Root of all randomness. */
  readonly seed: number;
  /** SHA-256 of the model. */
  readonly model: string;
  /** Its chunks, in the order of the chunk grid: paths relative to the store, sizes on the disk, and checksums in hexadecimal. */
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
  /** Least value that is not missing; null where all are. */
  readonly min: number | null;
  /** Largest value; null where all are missing. */
  readonly max: number | null;
  /** Share of values above 0 among those that are not missing. */
  readonly wet: number | null;
  /** Share of missing values. */
  readonly missing: number;
  /** That it took, of the clock on the wall. */
  readonly seconds: number;
}

type UnitFile = UnitRow["files"][number];

const rowFields = ["unit", "identity", "seed", "model", "files", "min", "max", "wet", "missing", "seconds"] as const;

/** Folder of a store's plan and rows; no reader of Zarr looks into it. */
export const unitFolder = (store: string): string => join(store, ".monge");
export const planPath = (store: string): string => join(unitFolder(store), "plan.json");
export const isUnitStore = (store: string): boolean => existsSync(planPath(store));
export const rowFolder = (store: string): string => join(unitFolder(store), "units");

const rowName = (unit: number) => `${String(unit).padStart(8, "0")}.json`;
export const rowPath = (store: string, unit: number): string => join(rowFolder(store), rowName(unit));
const ROW = /^(\d{8,})(\.again-[0-9a-f]+)?\.json$/;

/** Folders in that of the plan, and names of the files in them. */
const folders: Readonly<Record<string, RegExp>> = { units: ROW, inputs: /^[0-9a-f]{24}\.json$/, files: /\.json$/ };
const ownFile = /^(plan|checked)\.json$/;

/** Why what is at a path may not be replaced by a store of units; undefined if it may: all that lies there is a Zarr store's, or rows. */
export function notAUnitStore(path: string): string | undefined {
  const why = notAStore(path, basename(unitFolder(path)));
  if (why !== undefined || !existsSync(unitFolder(path))) return why;
  const foreign = [...inUnitFolder(path)].find(({ isOwn }) => !isOwn);
  return foreign && `${foreign.path} is no part of a store of tasks, and would be lost, so it is not replaced`;
}

/** Refuses links among the rows: what is done to rows must not be done to what lies elsewhere. @throws FormatError */
export function refuseLinks(store: string): void {
  const link = [...inUnitFolder(store)].find(({ isLink }) => isLink);
  if (link === undefined) return;
  const hint = "remove the link if you trust the store, and put what it leads to in its place";
  throw new FormatError(store, "store of tasks", `${link.path} is a link, and is not followed`, hint);
}

interface Entry {
  readonly path: string;
  readonly isLink: boolean;
  /** True if it is a file or folder of a name that stores of units have. */
  readonly isOwn: boolean;
}

/** All that lies in the folder of the plan and those in it, and the folder itself where it is none. */
function* inUnitFolder(store: string): Generator<Entry> {
  const top = unitFolder(store);
  const status = lstatSync(top, { throwIfNoEntry: false });
  if (!status?.isDirectory()) {
    if (status) yield { path: top, isLink: status.isSymbolicLink(), isOwn: false };
    return;
  }
  for (const entry of readdirSync(top, { withFileTypes: true })) {
    const path = join(top, entry.name);
    const names = Object.hasOwn(folders, entry.name) ? folders[entry.name] : undefined;
    const isOwn = names
      ? entry.isDirectory()
      : entry.isFile() && (ownFile.test(entry.name) || isTemporaryName(entry.name));
    yield { path, isLink: entry.isSymbolicLink(), isOwn };
    if (names === undefined || !entry.isDirectory()) continue;
    for (const one of readdirSync(path, { withFileTypes: true })) {
      const own = one.isFile() && (names.test(one.name) || isTemporaryName(one.name));
      yield { path: join(path, one.name), isLink: one.isSymbolicLink(), isOwn: own };
    }
  }
}

/** Folders that workers write files into; chunks of killed ones lie beside the first level of the variable's folders. */
export const writtenFolders = (store: string, variable: string): readonly string[] =>
  [
    unitFolder(store),
    ...["units", "inputs", "files"].map((name) => join(unitFolder(store), name)),
    join(store, variable),
  ].filter((folder) => existsSync(folder));

/** A file among the rows. */
export interface FoundRow {
  readonly path: string;
  /** Number in its name; undefined where that is no entry's. */
  readonly unit: number | undefined;
  /** True if another worker had finished the unit before. */
  readonly again: boolean;
}

/** All files among the rows, without temporary ones. */
export function listRows(store: string): readonly FoundRow[] {
  return readdirSync(rowFolder(store))
    .filter((name) => !isTemporaryName(name))
    .sort()
    .map((name) => {
      const match = ROW.exec(name);
      const path = join(rowFolder(store), name);
      return { path, unit: match ? Number(match[1]) : undefined, again: match?.[2] !== undefined };
    });
}

/** Numbers of the units that have a row. */
export const finishedUnits = (store: string): ReadonlySet<number> =>
  new Set(listRows(store).flatMap(({ unit, again }) => (unit === undefined || again ? [] : [unit])));

/** @throws FormatError where it is damaged or no row */
export async function readRow(path: string): Promise<UnitRow> {
  const hint = "`monge audit --requeue` makes the unit missing again";
  const found = await readSealedJson(path, { format: "row of a unit", hint, fields: rowFields });
  const { unit, identity, files } = found;
  const isFile = (one: unknown) =>
    typeof (one as UnitFile).path === "string" && typeof (one as UnitFile).sha256 === "string";
  if (Number.isSafeInteger(unit) && typeof identity === "string" && Array.isArray(files) && files.every(isFile)) {
    return found as unknown as UnitRow;
  }
  throw new FormatError(path, "row of a unit", "it does not describe one", hint);
}

/** Checksum of a chunk file as it lies there; undefined where there is none. */
export function checksum(store: string, path: string): UnitFile | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(join(store, path));
  } catch (error) {
    // Of folders where files should be, and the other way round, there is no chunk either.
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
  return { path, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** Flushes chunk files and their folders up to the store to the disk, so that a row never outlives them in a power cut. */
export function flushFiles(store: string, paths: readonly string[]): void {
  const folders = new Set<string>();
  const top = resolve(store);
  for (const path of paths) {
    flush(join(store, path), "r+");
    for (let at = dirname(resolve(store, path)); at.length >= top.length; at = dirname(at)) folders.add(at);
  }
  // Windows cannot open a folder.
  if (process.platform !== "win32") for (const folder of folders) flush(folder, "r");
}

function flush(path: string, flags: string): void {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Puts a row in its place, once its chunks are on the disk.
 *
 * @returns whether it is the first: where another worker was faster its row stays, and this one lies beside it
 * @throws FormatError where it cannot be written
 */
export function writeRow(store: string, row: UnitRow): boolean {
  const folder = rowFolder(store);
  const path = rowPath(store, row.unit);
  const { fresh } = temporaryNames(rowName(row.unit));
  const temporary = join(folder, fresh);
  try {
    writeFileSync(temporary, sealedJson(row));
    flush(temporary, "r+");
    const isFirst = placeNew(temporary, path);
    if (!isFirst) {
      const token = createHash("sha256").update(fresh).digest("hex").slice(0, 12);
      renameSync(temporary, path.replace(/json$/, `again-${token}.json`));
    }
    if (process.platform !== "win32") flush(folder, "r");
    return isFirst;
  } catch (error) {
    throw explainWriteError(store, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}
