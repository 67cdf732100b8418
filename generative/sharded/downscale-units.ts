/**
 * An ensemble into a Zarr store unit by unit, by any number of workers: every unit is a function of model, options, seed and its
 * number, so that order and number of workers change nothing, and what is missing can be done later.
 */

import {
  among,
  anything,
  callback,
  fields,
  flag,
  list,
  type OptionChecks,
  optional,
  record,
  text,
  whole,
} from "../../engine/checks.ts";
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { checkFolder, checkOutputs, checkRoom } from "../../engine/files/output-check.ts";
import { sealedJson } from "../../engine/files/sealed-json.ts";
import { tidyFolder } from "../../engine/files/temporary.ts";
import { contentStamp } from "../../engine/files/watch.ts";
import { existsSync, mkdirSync } from "../../engine/platform/files.ts";
import { resolve } from "../../engine/platform/paths.ts";
import type { WorkProgress } from "../../engine/progress.ts";
import { type LazyField, lazyField, type WriteFieldOptions } from "../../io/dataset/index.ts";
import { type Field, type Provenance, provenanceChecks } from "../../io/field/index.ts";
import {
  beginStore,
  createZarr,
  type PendingStore,
  writeZarrRegion,
  type ZarrVersion,
  zarrChunkFiles,
  zarrVersion,
} from "../../io/formats/index.ts";
import { fieldHash } from "../data/sources.ts";
import { aboutFile, filesRead, filesToKeep, leastBytes, unlikeOf } from "../ensemble/about.ts";
import type { EnsembleOptions } from "../ensemble/ensemble.ts";
import {
  type DownscaledFile,
  type DownscaleOptions,
  type DownscaleToOptions,
  downscaleChecks,
} from "../sampling/downscale.ts";
import type { Method } from "../sampling/method.ts";
import { identityOf } from "./identity.ts";
import { checkedBefore, identityOfInputs, inputsUnchanged, keepChecked, keepInputs, lookAtInputs } from "./inputs.ts";
import type { MergedFile } from "./merge.ts";
import {
  allFrames,
  evaluationCounter,
  identityHash,
  planDifferences,
  planUnits,
  readPlan,
  type Shard,
  type UnitPlan,
  type UnitSize,
  unitCount,
  unitFrames,
  unitRegion,
  unitsOfShard,
} from "./unit-plan.ts";
import {
  checksum,
  finishedUnits,
  flushFiles,
  isUnitStore,
  notAUnitStore,
  planPath,
  readRow,
  refuseLinks,
  rowFolder,
  rowPath,
  type UnitRow,
  writeRow,
  writtenFolders,
} from "./unit-rows.ts";

/** Options of `downscaleUnits`. */
export interface DownscaleUnitsOptions
  extends DownscaleOptions,
    Provenance,
    Pick<DownscaleToOptions, "inputs" | "overwrite">,
    Pick<WriteFieldOptions, "version"> {
  /** Size of a task; fixed when the store is laid out. @defaultValue all members of a time or as many as make 64 MB, and times up to 64 MB, at most 32 */
  readonly unit?: UnitSize;
  /** The part of the units to do. @defaultValue all of them */
  readonly shard?: Shard;
  /** True if a store that is there is gone on with, whose version it keeps. @defaultValue true with `shard`, else false */
  readonly resume?: boolean;
  /** Further things that the numbers depend on, such as the device; workers with another one are refused. @defaultValue nothing */
  readonly also?: Readonly<Record<string, unknown>>;
  /** Order in which units are done, by their numbers; those that it does not name are left out. @defaultValue rising */
  readonly order?: readonly number[];
  /** Called with every unit that is finished. */
  readonly onUnit?: (row: UnitRow) => void;
}

/** Checks of {@link DownscaleUnitsOptions}. */
export const unitChecks: OptionChecks<DownscaleUnitsOptions> = {
  ...{ ...downscaleChecks, ...provenanceChecks, inputs: list(text), overwrite: flag, version: among(2, 3) },
  ...{ resume: flag, also: fields(anything), order: list(whole(0)), onUnit: callback },
  unit: record({ times: optional(whole()), members: optional(whole()) }),
  shard: record({ index: whole(0), count: whole() }),
};

/** Result of `downscaleUnits`. */
export interface UnitsDone extends Pick<Field, "dims" | "shape" | "units">, Pick<DownscaledFile, "unlike"> {
  /** As it was given. */
  readonly path: string;
  /** Differences of the input from the training; empty unless `force` was needed. */
  readonly forced: readonly string[];
  /** Units of the whole store. */
  readonly total: number;
  /** Units that were finished by this call. */
  readonly done: number;
  /** Units of the store that nobody has finished yet, when this call ends. */
  readonly missing: number;
  /** Of the units, where `path` is a pattern of files. */
  readonly store?: string;
  /** Files that this call has written, where `path` is a pattern of files: all that are not there when no unit is missing. */
  readonly files?: readonly MergedFile[];
}

/**
 * Draws the units that are missing into a store.
 *
 * @param furnish - adds to a store that is laid out, before it takes its place
 */
export async function fillStore(
  path: string,
  method: Method,
  input: Field | LazyField,
  options: DownscaleUnitsOptions = {},
  furnish: (store: string) => Promise<void> = async () => {},
): Promise<UnitsDone> {
  const { shard = { index: 0, count: 1 }, resume = options.shard !== undefined, overwrite = false } = options;
  if (overwrite && resume) {
    const text = "downscaleUnits: overwrite begins the store anew, resume and shard go on with it; leave one out";
    throw new OptionsError(text, "overwrite", true);
  }
  const goesOn = resume && existsSync(path);
  const inputs = filesRead(method, input, options);
  checkStore(path, { inputs: filesToKeep(method, input, options), overwrite, goesOn });
  checkVersion(path, goesOn, options.version);
  const counter = progressOf(options);
  const read = await lookAtInputs(inputs, path);
  const inFiles = (options.inputs ?? [input.source ?? ""]).some((one) => existsSync(one));
  const values = async () => `the field ${await fieldHash(lazyField(input))}`;
  const contents = [...identityOfInputs(read), ...(inFiles ? [] : [await values()])];
  const known = identityOf(method, options, contents, options.also ?? {});
  const before = goesOn ? await checkedBefore(path, known) : undefined;
  const drawn = await method.ensemble(input, { ...options, onProgress: counter.count }, before);
  const { field, forced, fitted } = drawn;
  const bytes = leastBytes(drawn, options.onNotice);
  if (!goesOn) checkRoom([{ path, bytes }]);
  const also = { ...options.also, ...(fitted !== undefined && { fitted }) };
  const asked = planUnits(field, options.unit ?? {}, identityOf(method, options, contents, also));
  unitsOfShard(asked, shard);
  const about = aboutFile(method, drawn, options);
  const stands =
    goesOn ||
    !(await layOut(path, field, asked, {
      ...{ ...about, ...(options.now && { now: options.now }) },
      ...(options.version && { version: options.version }),
      ...{ overwrite, resume, furnish },
    }));
  const plan = stands ? await planThere(path, asked, options.unit) : asked;
  for (const folder of writtenFolders(path, plan.variable)) tidyFolder(folder);
  await keepInputs(path, read);
  if (drawn.checked) await keepChecked(path, identityHash(plan), drawn.checked);
  const mine = new Set(unitsOfShard(plan, shard));
  const finished = finishedUnits(path);
  const todo = (options.order ?? [...Array(unitCount(plan)).keys()]).filter((n) => mine.has(n) && !finished.has(n));
  counter.begin(plan, todo);
  // The model is in memory; its file may go on to be trained.
  const own = method.model?.file && resolve(method.model.file.path);
  const unchanged = inputsUnchanged(read.filter((one) => one.path !== own));
  for (const unit of todo) {
    options.signal?.throwIfAborted();
    await checkStillOurs(path, plan);
    const row = await doUnit(path, { field, plan, unchanged }, unit, options);
    options.onUnit?.(row);
  }
  const { dims, shape, units } = field;
  const total = unitCount(plan);
  await checkStillOurs(path, plan);
  const after = finishedUnits(path);
  const missing = total - [...after].filter((n) => n < total).length;
  return { path, dims, shape, units, forced, ...unlikeOf(drawn), total, done: todo.length, missing };
}

function checkStore(
  path: string,
  {
    inputs,
    overwrite,
    goesOn,
  }: { readonly inputs: readonly string[]; readonly overwrite: boolean; readonly goesOn: boolean },
): void {
  if (existsSync(path) && !goesOn && !overwrite && existsSync(planPath(path))) {
    const way = "`resume: true` goes on with it, `overwrite: true` replaces it";
    throw new OptionsError(`${path}: there is a store of tasks already; ${way}`, "output", path);
  }
  const refuse = (there: string) => (goesOn && isUnitStore(there) ? undefined : notAUnitStore(there));
  checkOutputs([{ path, kind: "folder", refuse, overwrite: overwrite || goesOn, option: "output" }], inputs);
  if (goesOn) refuseLinks(path);
  if (goesOn) checkFolder(rowFolder(path));
}

/** @throws OptionsError for another version of Zarr than that of the store that is gone on with, or none */
function checkVersion(path: string, goesOn: boolean, version: ZarrVersion | undefined): void {
  if (version === undefined) return;
  const there = goesOn ? zarrVersion(path) : undefined;
  if ((version === 2 || version === 3) && (there ?? version) === version) return;
  const expected = there === undefined ? "2 or 3" : `${there}, as the store has that is there`;
  throw new OptionsError(`downscaleUnits: version is ${version}; expected ${expected}`, "version", version);
}

/** Makes the store without values. @returns false where another worker was faster */
async function layOut(
  path: string,
  field: LazyField,
  plan: UnitPlan,
  {
    overwrite,
    resume,
    furnish,
    ...about
  }: Provenance &
    Pick<DownscaleUnitsOptions, "version"> & {
      readonly overwrite: boolean;
      readonly resume: boolean;
      readonly furnish: (store: string) => Promise<void>;
    },
): Promise<boolean> {
  let pending: PendingStore | undefined;
  try {
    pending = beginStore(path, overwrite, notAUnitStore);
    const chunks = Object.fromEntries(plan.dims.map((dim, i) => [dim, plan.chunk[i]!]));
    const hint = "tasks that .monge/units has no entry for are not drawn yet, and missing (NaN)";
    const { name, dims, shape, units, coordinates, gridMapping, attributes } = field;
    await createZarr(
      pending.temporary,
      { name, dims, shape, units, coordinates, gridMapping, attributes },
      { ...about, attributes: { ...about.attributes, monge_units: `${unitCount(plan)} tasks; ${hint}` }, chunks },
    );
    mkdirSync(rowFolder(pending.temporary), { recursive: true });
    await writeAtomically(planPath(pending.temporary), sealedJson(plan));
    await furnish(pending.temporary);
    pending.commit();
    return true;
  } catch (error) {
    if (resume && existsSync(planPath(path))) return false;
    throw error;
  } finally {
    pending?.discard();
  }
}

/** The plan of the store, where it is that of the work that is asked for. @throws OptionsError where it is another's */
async function planThere(path: string, asked: UnitPlan, size: UnitSize | undefined): Promise<UnitPlan> {
  if (!existsSync(planPath(path))) {
    const way = "name another store, or replace it (`overwrite: true`)";
    throw new OptionsError(`${path}: it was not written in tasks, so none is missing; ${way}`, "output", path);
  }
  const there = await readPlan(path, planPath(path));
  // The size of units is the store's, unless another one is asked for.
  const unit = size?.times === undefined && size?.members === undefined ? there.unit : asked.unit;
  const different = planDifferences(there, { ...asked, unit });
  if (different.length === 0) return there;
  const way = "give what the store was begun with, or name another store";
  throw new OptionsError(`${path}: it was begun with ${different.join("; ")}; ${way}`, "resume", different);
}

/** Ensemble and plan of tasks. */
interface Work {
  readonly field: LazyField;
  readonly plan: UnitPlan;
  /** @throws FormatError where an input no longer is what the plan names */
  readonly unchanged: () => Promise<void>;
}

/**
 * Another command may have laid another store out in the place of the one that units are drawn into.
 * @throws DomainError
 */
async function checkStillOurs(path: string, plan: UnitPlan): Promise<void> {
  const stamp = contentStamp(planPath(path));
  const there = existsSync(planPath(path)) ? await readPlan(path, planPath(path)) : undefined;
  // It may have been replaced while it was read.
  const stands = contentStamp(planPath(path)) === stamp;
  const isOurs = stands && there !== undefined && planDifferences(there, plan).length === 0;
  if (isOurs) return;
  const way = "name another store, or wait for the other command";
  throw new DomainError(`${path}: it was removed or replaced while tasks were drawn into it; ${way}`, path);
}

/** Draws a unit, writes its chunks, and then its row. */
async function doUnit(
  path: string,
  { field, plan, unchanged }: Work,
  unit: number,
  { now: _, ...options }: DownscaleUnitsOptions,
): Promise<UnitRow> {
  const began = performance.now();
  const region = unitRegion(plan, unit);
  const part = await field.isel(region).load();
  options.signal?.throwIfAborted();
  await unchanged();
  await checkStillOurs(path, plan);
  await writeZarrRegion(path, part, { region });
  const names = await zarrChunkFiles(path, plan.variable, region);
  flushFiles(path, names);
  const files = names.map((name) => checksum(path, name)!);
  const { model, seed } = plan;
  const what = { unit, identity: identityHash(plan), seed, model, files, ...summary(part.values) };
  await checkStillOurs(path, plan);
  const row = { ...what, seconds: Math.round(performance.now() - began) / 1000 };
  if (!writeRow(path, row)) await checkAgain(path, row, options);
  return row;
}

/** Another worker finished the same unit meanwhile: the bits must be the same. */
async function checkAgain(path: string, row: UnitRow, { onNotice }: DownscaleUnitsOptions): Promise<void> {
  const first = await readRow(rowPath(path, row.unit));
  const same = JSON.stringify(first.files) === JSON.stringify(row.files);
  const what = `unit ${row.unit} was finished by another worker too`;
  onNotice?.(
    same
      ? `${what}, bitwise identical`
      : `${what}, with other bits: machines or libraries differ; \`monge audit --requeue\` reports and clears`,
  );
}

function summary(values: ArrayLike<number>): Pick<UnitRow, "min" | "max" | "wet" | "missing"> {
  let [min, max, wet, known] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (Number.isNaN(v)) continue;
    known++;
    if (v < min) min = v;
    if (v > max) max = v;
    if (v > 0) wet++;
  }
  const missing = 1 - known / values.length;
  return known === 0 ? { min: null, max: null, wet: null, missing } : { min, max, wet: wet / known, missing };
}

/** Evaluations of all units that are to be done, from the counts of each frame. */
function progressOf({ onProgress }: EnsembleOptions) {
  const counter = evaluationCounter();
  let frames = 0;
  return {
    begin(plan: UnitPlan, todo: readonly number[]): void {
      frames = todo.reduce((sum, unit) => sum + unitFrames(plan, unit), 0) / allFrames(plan);
    },
    count: ({ done, total }: WorkProgress): void =>
      onProgress?.({ done: counter.count(done, total), total: Math.round(frames * total) }),
  };
}
