/**
 * Run records: every experiment has a folder of its own, `runs/00003-name/`, with `options.json` (all that is needed to
 * repeat it), `metrics.jsonl` (one JSON object a line), `checkpoints/` and, once it has ended, `result.json`. Nothing
 * that a run has written is ever deleted or overwritten, save a checkpoint by one of the same step.
 */

import { DomainError, FormatError, OptionsError } from "../errors.ts";
import { appendFileSync, existsSync, mkdir, readdir, readFile, readFileSync, rm, rmdir } from "../platform/files.ts";
import { arch, cpus, platform, process } from "../platform/machine.ts";
import { join } from "../platform/paths.ts";
import { writeAtomically } from "./atomic-file.ts";
import { saveCheckpoint } from "./checkpoint.ts";
import { isUnbegun } from "./find-run.ts";
import { commitAround } from "./git-commit.ts";
import { recordToJson } from "./json.ts";
import { type Lock, lockFolder } from "./run-lock.ts";
import { readSealedJson, sealedJson } from "./sealed-json.ts";
import { version } from "./version.ts";

/** A clock; tests pass their own. */
export type Clock = () => Date;

/** Options of {@link createRun}. */
export interface RunOptions {
  /** Folder of all runs; created if missing. */
  readonly root: string;
  /** Letters, digits, `.`, `_`, `-`; at most 100, beginning with a letter or digit. */
  readonly name: string;
  /** The experiment's options, resolved: defaults filled in. Stored by `recordToJson`. */
  readonly options: unknown;
  /** Root of all randomness. */
  readonly seed: number;
  /** Device that computes. */
  readonly device: string;
  /** Precision of the computation. */
  readonly precision: string;
}

const systemClock: Clock = () => new Date();

const RECORD = "options.json";
const METRICS = "metrics.jsonl";
const RESULT = "result.json";
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const NUMBERED = /^(\d{5,})-/;

/** An experiment that is being recorded; from {@link createRun} or {@link openRun}. */
export class Run {
  /** The run's folder. */
  readonly directory: string;
  readonly #now: Clock;
  readonly #lock: Lock;

  /** Prefer {@link createRun} and {@link openRun}. */
  constructor(directory: string, now: Clock, lock: Lock) {
    this.directory = directory;
    this.#now = now;
    this.#lock = lock;
  }

  /** Lets other processes, or {@link openRun}, go on with the run; also done by {@link finish} and at the process's end. */
  close(): void {
    this.#lock.release();
  }

  /**
   * Append one line to `metrics.jsonl`: the record, and the time as `loggedAt` (ISO 8601, UTC). The line is in the file
   * when this returns.
   *
   * @throws DomainError if the run is finished; FormatError if its folder was removed meanwhile
   */
  log(record: Readonly<Record<string, unknown>>): void {
    this.#requireOpen("Run.log");
    appendFileSync(join(this.directory, METRICS), `${recordToJson({ ...record, loggedAt: this.#now() })}\n`);
  }

  /**
   * Fails where the folder was removed or renamed while the run is written: nothing is made in its place.
   *
   * @throws FormatError if the folder is gone
   */
  requireFolder(): void {
    if (existsSync(join(this.directory, RECORD))) return;
    const hint = "leave it where it is while a run writes; start another run";
    throw new FormatError(this.directory, "run", "the run's folder is gone", hint);
  }

  /**
   * Save a checkpoint in the run's folder; see {@link saveCheckpoint}.
   *
   * @returns its path
   * @throws FormatError if the folder was removed meanwhile
   */
  async checkpoint(checkpoint: Parameters<typeof saveCheckpoint>[1]): Promise<string> {
    this.requireFolder();
    return saveCheckpoint(this.directory, checkpoint);
  }

  /**
   * Write `result.json`, `{ finishedAt, result }`, and so end the run.
   *
   * @throws DomainError if the run is finished already; FormatError if its folder was removed meanwhile
   */
  async finish(result: unknown): Promise<void> {
    this.#requireOpen("Run.finish");
    await writeAtomically(join(this.directory, RESULT), sealedJson({ finishedAt: this.#now(), result }));
    this.close();
  }

  #requireOpen(caller: string): void {
    this.requireFolder();
    if (existsSync(join(this.directory, RESULT))) {
      throw new DomainError(`${caller}: ${this.directory} is finished; create another run`, this.directory);
    }
  }
}

/**
 * Start a record: a new folder with the next free number, and `options.json` in it. Safe against other processes that
 * create runs under the same root at the same time.
 *
 * @param now - gives the times of the record
 * @throws OptionsError if `name` is not fit for a folder
 */
export async function createRun(options: RunOptions, now = systemClock): Promise<Run> {
  const { root, name, seed, device, precision } = options;
  if (!NAME.test(name)) {
    throw new OptionsError(
      `createRun: name is ${JSON.stringify(name)}; use 1 to 100 letters, digits, ".", "_", "-", a letter or digit first`,
      "name",
      name,
    );
  }
  const commit = commitAround(process.cwd());
  const record = {
    name,
    startedAt: now(),
    seed,
    device,
    precision,
    options: options.options,
    versions: { monge: version(), node: process.versions.node },
    machine: { platform: platform(), arch: arch(), cpu: cpus()[0]?.model ?? null, cores: cpus().length },
    git: commit === null ? null : { commit },
    command: process.argv,
  };
  const text = sealedJson(record);
  await mkdir(root, { recursive: true });
  await removeUnbegun(root);
  const directory = await claimDirectory(root, name);
  const lock = lockFolder(directory, `the run ${directory}`);
  await writeAtomically(join(directory, RECORD), text);
  return new Run(directory, now, lock);
}

/**
 * Go on with a run that was interrupted. Its metrics are appended to, after a line `{ resumedAt }`.
 *
 * @param directory - the run's folder
 * @param now - gives the times of the record
 * @throws FormatError if the folder holds no run
 * @throws DomainError if the run is finished, or open in another process or in this one
 */
export async function openRun(directory: string, now = systemClock): Promise<Run> {
  if (!existsSync(join(directory, RECORD))) {
    throw new FormatError(directory, "run", "no options.json in it", "give a folder that createRun made");
  }
  const lock = lockFolder(directory, `the run ${directory}`);
  // Looked for under the lock: another process may just have ended it.
  if (existsSync(join(directory, RESULT))) {
    lock.release();
    throw new DomainError(`openRun: ${directory} is finished; create another run from its checkpoint`, directory);
  }
  const path = join(directory, METRICS);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const separator = text === "" || text.endsWith("\n") ? "" : "\n";
  appendFileSync(path, `${separator}${recordToJson({ resumedAt: now() })}\n`);
  return new Run(directory, now, lock);
}

/**
 * The options that a run began with, as {@link createRun} stored them.
 *
 * @param directory - the run's folder
 * @throws FormatError if the record is missing, damaged or was changed
 */
export async function readRunOptions(directory: string): Promise<unknown> {
  const path = join(directory, RECORD);
  const hint = "it is damaged, or no record of a run: start another run, or put a copy of the file back";
  const record = await readSealedJson(path, {
    format: "run",
    hint,
    fields: ["name", "startedAt", "seed", "device", "precision", "options", "versions", "machine", "git", "command"],
  });
  if (!Object.hasOwn(record, "options")) throw new FormatError(path, "run", 'its field "options" is missing', hint);
  return record["options"];
}

/**
 * The records that `Run.log` wrote, in order, without the marks of resumption. A line cut off by a crash (the last one,
 * or one before a resumption) is left out.
 *
 * @param directory - the run's folder
 * @throws FormatError naming the line if any other line is no JSON object
 */
export async function readMetrics(directory: string): Promise<Readonly<Record<string, unknown>>[]> {
  const path = join(directory, METRICS);
  if (!existsSync(path)) return [];
  const lines = (await readFile(path, "utf8")).split("\n");
  const parsed = lines.map(parseRecord);
  const last = lines.length - 1;
  return parsed.flatMap((record, i) => {
    const cut = i === last || parsed[i + 1]?.resumedAt !== undefined;
    if (record === undefined && !cut) {
      throw new FormatError(path, "metrics", `line ${i + 1} is no JSON object`, "repair or remove that line");
    }
    return record === undefined || "resumedAt" in record ? [] : [record];
  });
}

function parseRecord(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Removes folders of runs that were killed before they had options: nothing but a lock, whose process has gone. */
async function removeUnbegun(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    const folder = join(root, name);
    if (!NUMBERED.test(name) || !isUnbegun(folder)) continue;
    try {
      const lock = lockFolder(folder);
      // Looked at again under the lock: its process may have begun, and even ended, meanwhile.
      if (isUnbegun(folder)) await rm(folder, { recursive: true, force: true });
      lock.release();
    } catch (error) {
      // It begins just now, or another process removes it.
      const { code = "" } = error as NodeJS.ErrnoException;
      if (!(error instanceof DomainError) && !["ENOENT", "ENOTEMPTY"].includes(code)) throw error;
    }
  }
}

/** Make `root/NNNNN-name` with a number that nobody else has or gets; a claim folder keeps others off it meanwhile. */
async function claimDirectory(root: string, name: string): Promise<string> {
  for (let number = highest(await readdir(root)) + 1; ; number++) {
    const label = String(number).padStart(5, "0");
    const claim = join(root, `.claim-${label}`);
    if (!(await makeExclusively(claim))) continue;
    try {
      if (highest(await readdir(root)) >= number) continue;
      const directory = join(root, `${label}-${name}`);
      await mkdir(directory);
      return directory;
    } finally {
      await rmdir(claim);
    }
  }
}

function highest(names: readonly string[]): number {
  return names.reduce((most, entry) => Math.max(most, Number(NUMBERED.exec(entry)?.[1] ?? 0)), 0);
}

async function makeExclusively(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}
