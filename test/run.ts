/**
 * The test runner, with what uvu itself leaves out. uvu exits 0 when a file forgets `test.run()`, when no file matches,
 * and when a `before` hook throws; it has no timeout. Here a file counts as passed only if it printed totals, ran at
 * least one test, passed all of them and ended with 0 in time.
 *
 * Files share processes (`test/worker.ts`), one file at a time. A file with a line `// Own process: reason` has one to
 * itself; after a failure, many files or much memory a new one starts.
 *
 *     node --import tsx test/run.ts [NAME …] [--jobs N] [--timeout SECONDS] [--slow] [--webgpu] [--dist] [--verbose]
 *
 * As many files run at once as `--jobs` says, by default two where there are two cores. NAME selects a folder of tests
 * (`io`, `io/field`), or else files whose path below `test/` contains it. Files named `*.slow.test.ts`, those of examples
 * and benchmarks, and `*.webgpu.test.ts` are skipped, visibly, unless asked for; how many wait is said before the totals.
 * A line that a test prints as `SKIP reason` is repeated and counted. The last line is `N passed, N failed` or
 * `N passed, N failed, N skipped`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { globSync } from "tinyglobby";
import { bundle, canBundle } from "./bundler.ts";
import { endOfWork, mark, type Report } from "./worker.ts";

interface RunOptions {
  readonly names: readonly string[];
  readonly directory: string;
  readonly jobs: number;
  readonly timeoutSeconds: number;
  readonly slow: boolean;
  readonly webgpu: boolean;
  readonly dist: boolean;
  readonly verbose: boolean;
}

interface Ended {
  readonly output: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly seconds: number;
  readonly cpuSeconds: number | undefined;
  /** Another file may run in the process. */
  readonly reusable: boolean;
}

interface Verdict {
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly string[];
  readonly skipped: number;
  readonly reason?: string;
}

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const keptBytes = 8 << 20;
const [mostFiles, mostBytes] = [120, 1.5e9];
/** Files that wait for a nightly run: trainings, long pages, and what is no part of the library. */
const isSlow = (name: string): boolean => /^(?:examples|bench)\/|\.slow\.test\./.test(name.replaceAll("\\", "/"));
const needsOwnProcess = /^\/\/ Own process: \S/m;
const running = new Set<number>();

function readOptions(argv: readonly string[]): RunOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      directory: { type: "string", default: here },
      jobs: { type: "string", default: String(Math.min(2, availableParallelism())) },
      timeout: { type: "string", default: "300" },
      slow: { type: "boolean", default: false },
      webgpu: { type: "boolean", default: false },
      dist: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
    },
  });
  const jobs = Number(values.jobs);
  if (!Number.isInteger(jobs) || jobs < 1)
    throw new Error(`--jobs: expected a whole number from 1 up, got ${values.jobs}`);
  const timeoutSeconds = Number(values.timeout);
  if (!(timeoutSeconds > 0)) throw new Error(`--timeout: expected seconds above 0, got ${values.timeout}`);
  const { slow, webgpu, dist, verbose } = values;
  return {
    names: positionals,
    directory: resolve(values.directory),
    jobs,
    timeoutSeconds,
    slow,
    webgpu,
    dist,
    verbose,
  };
}

/** All test files under the folder, sorted, and those that the names select; a name that selects none is an error. */
function findFiles(options: RunOptions): string[] {
  if (!existsSync(options.directory)) throw new Error(`no test file: ${options.directory} does not exist`);
  const all = readdirSync(options.directory, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.test\.[mc]?[tj]s$/.test(name) && !name.includes("node_modules"))
    .map((name) => join(options.directory, name))
    .sort();
  if (all.length === 0) throw new Error(`no test file in ${options.directory}`);
  if (options.names.length === 0) return all;
  const selected = new Set(options.names.flatMap((name) => selection(name, all, options.directory)));
  return all.filter((file) => selected.has(file));
}

/** The files of a folder of tests, or the file, of that name; where no test is there, those whose paths contain it. */
function selection(name: string, all: readonly string[], directory: string): readonly string[] {
  const wanted = name
    .replaceAll("\\", "/")
    .replace(/^.*\btest\//, "")
    .replace(/\/$/, "");
  const below = (file: string) => relative(directory, file).replaceAll("\\", "/");
  const inside = all.filter((file) => below(file) === wanted || below(file).startsWith(`${wanted}/`));
  const found = inside.length > 0 ? inside : all.filter((file) => below(file).includes(wanted));
  if (found.length === 0) throw new Error(`no test file has "${name}" in its name`);
  return found;
}

function whySkipped(file: string, options: RunOptions): string | undefined {
  if (isSlow(relative(options.directory, file)) && !options.slow) return "slow; run with --slow";
  if (/\.webgpu\.test\./.test(file) && !options.webgpu) return "needs a GPU; run with --webgpu";
  return undefined;
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** A process for test files, in a group of its own, which is killed at a file's time limit and swept at the end. */
class Worker {
  readonly #child: ChildProcess;
  readonly #closed: Promise<number | null>;
  readonly files: string[] = [];
  #output = "";
  #marks = 0;
  #report: Report | undefined;
  #onChange = (): void => {};

  constructor(options: RunOptions, environment: NodeJS.ProcessEnv) {
    const loaders = ["--import", "tsx", "--import", pathToFileURL(join(here, "transpile.js")).href];
    const flags = [...loaders, ...(options.dist ? [] : ["--conditions=source"])];
    this.#child = spawn(process.execPath, [...flags, join(here, "worker.ts")], {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: environment,
    });
    const child = this.#child;
    if (child.pid !== undefined) running.add(child.pid);
    const keep = (text: string): void => {
      const parts = text.split(mark);
      this.#marks += parts.length - 1;
      this.#output = (this.#output + parts.join("")).slice(-keptBytes);
      if (options.verbose) process.stdout.write(parts.join(""));
      this.#onChange();
    };
    for (const stream of [child.stdout!, child.stderr!]) markedLines(stream.setEncoding("utf8"), keep);
    child.on("message", (report) => {
      this.#report = report as Report;
      this.#onChange();
    });
    this.#closed = new Promise((ended, reject) => {
      child.on("error", reject);
      // A grandchild may outlive the process and hold the pipes open; sweep the group so that "close" comes.
      child.on("exit", () => child.pid !== undefined && killGroup(child.pid));
      child.on("close", (code) => {
        if (child.pid !== undefined) running.delete(child.pid);
        ended(code);
      });
    });
  }

  /** Runs one file to its end, or to the time limit. */
  async run(file: string, options: RunOptions): Promise<Ended> {
    const started = performance.now();
    const { pid } = this.#child;
    [this.#output, this.#marks, this.#report] = ["", 0, undefined];
    this.files.push(file);
    this.#child.send(file);
    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      if (pid !== undefined) killGroup(pid);
    }, options.timeoutSeconds * 1000);
    const reported = new Promise<Report>((settle) => {
      this.#onChange = () => this.#report && this.#marks === 2 && settle(this.#report);
    });
    const report = await Promise.race([reported, this.#closed]);
    clearTimeout(limit);
    const [seconds, output] = [(performance.now() - started) / 1000, this.#output];
    if (report === null || typeof report === "number") {
      const signal = this.#child.signalCode;
      return { output, code: report, signal, timedOut, seconds, cpuSeconds: undefined, reusable: false };
    }
    const { code, cpuSeconds, residentBytes } = report;
    const reusable = this.files.length < mostFiles && residentBytes < mostBytes;
    return { output, code, signal: null, timedOut, seconds, cpuSeconds, reusable };
  }

  /** Lets the process end; what handlers of `exit` made of its status. */
  async end(): Promise<number | null> {
    // Where the parent disconnects, Node emits no "close".
    if (this.#child.connected) this.#child.send(endOfWork);
    const limit = setTimeout(() => this.#child.pid !== undefined && killGroup(this.#child.pid), 10_000);
    const code = await this.#closed;
    clearTimeout(limit);
    return code;
  }
}

/** Hands on what comes, never half of a mark. */
function markedLines(stream: NodeJS.ReadableStream, keep: (text: string) => void): void {
  let rest = "";
  stream.on("data", (text: string) => {
    rest += text;
    const open = rest.lastIndexOf(mark[0]!);
    const isPart = open >= 0 && mark.startsWith(rest.slice(open)) && rest.length - open < mark.length;
    keep(isPart ? rest.slice(0, open) : rest);
    rest = isPart ? rest.slice(open) : "";
  });
}

function lastCount(output: string, label: string): number | undefined {
  const found = [...output.matchAll(new RegExp(`^ {2}${label}: +(\\d+) *$`, "gm"))].at(-1);
  return found ? Number(found[1]) : undefined;
}

/** What the printed totals and the way the process ended say together. */
function judge(ended: Ended, options: RunOptions): Verdict {
  const skips = [...ended.output.matchAll(/(?:^|[•✘] )SKIP\b(.*)$/gm)].map((match) => (match[1] ?? "").trim());
  const total = lastCount(ended.output, "Total");
  const passed = lastCount(ended.output, "Passed") ?? 0;
  const skipped = skips.length + (lastCount(ended.output, "Skipped") ?? 0);
  const verdict = { passed, skips, skipped };
  const fail = (count: number, reason: string): Verdict => ({ ...verdict, failed: Math.max(1, count), reason });
  const missed = (total ?? 0) - passed;
  if (ended.timedOut) return fail(missed, `stopped after ${options.timeoutSeconds} s, the time limit`);
  if (ended.signal) return fail(missed, `ended by ${ended.signal}`);
  if (total === undefined && ended.code !== 0)
    return fail(
      1,
      `exited with ${ended.code} before its tests had finished (a throw, or a promise that never settles?)`,
    );
  if (total === undefined) return fail(1, "ran no test: is `test.run()` missing?");
  if (total === 0 && skipped === 0) return fail(1, "ran no test: the file holds none");
  if (missed > 0) return fail(missed, `${missed} of ${total} did not pass`);
  if (ended.code !== 0) return fail(1, `all tests passed but the process exited with ${ended.code}`);
  return { ...verdict, failed: 0 };
}

/** The environment of tests; command and library, bundled once, start in a third of the time that their sources take. */
function environmentOf(options: RunOptions): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, ...environment } = process.env;
  return { MONGE_CACHE: "off", ...bundlesOf(options), ...environment, NO_COLOR: "1" };
}

function bundlesOf({ directory }: RunOptions): NodeJS.ProcessEnv {
  if (directory !== here || !canBundle) return {};
  const cache = join(root, "node_modules/.cache");
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "monge-test-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  // Threads lie beside the pieces that start them.
  const threads = globSync(["engine/**/*-thread.ts", "generative/**/*-thread.ts", "serve/task-process.ts"], {
    cwd: root,
  }).sort();
  const library = ["engine", "io", "io/formats"].map((name) => `${name.replace("/", "-")}=${name}/index.ts`);
  bundle(folder, ["cli/main.ts", ...library, ...threads]);
  // Graphs that ONNX Runtime optimised for one test serve the others of this run, to the same bits, and go with it.
  return { MONGE_CLI: join(folder, "main.js"), MONGE_PIECES: folder, MONGE_CACHE: join(folder, "graphs") };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const files = findFiles(options);
  const sum = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  const queue: string[] = [];
  for (const file of files) {
    const why = whySkipped(file, options);
    if (why === undefined) queue.push(file);
    else {
      sum.skipped += 1;
      console.log(`skip  ${relative(options.directory, file)}  (${why})`);
    }
  }
  const waiting = files.length - queue.length;
  const nothingStarted = waiting === files.length;
  const close = async (worker: Worker | undefined): Promise<void> => {
    if (worker === undefined || (await worker.end()) === 0) return;
    const names = worker.files.map((file) => relative(options.directory, file)).join(", ");
    sum.failed += 1;
    failures.push(`the process of ${names}: all tests passed but it exited with a failure`);
  };
  const environment = environmentOf(options);
  const work = async (): Promise<void> => {
    let shared: Worker | undefined;
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const isAlone = needsOwnProcess.test(readFileSync(file, "utf8"));
      const worker: Worker = (isAlone ? undefined : shared) ?? new Worker(options, environment);
      if (!isAlone) shared = worker;
      const ended = await worker.run(file, options);
      const verdict = judge(ended, options);
      report(file, ended, verdict);
      const isSpent = isAlone || !ended.reusable || verdict.failed > 0;
      if (isSpent && verdict.failed > 0) await worker.end();
      else if (isSpent) await close(worker);
      if (isSpent && !isAlone) shared = undefined;
    }
    await close(shared);
  };
  const report = (file: string, ended: Ended, verdict: Verdict): void => {
    const name = relative(options.directory, file);
    sum.passed += verdict.passed;
    sum.failed += verdict.failed;
    sum.skipped += verdict.skipped;
    const counts = `${verdict.passed} passed${verdict.failed > 0 ? `, ${verdict.failed} failed` : ""}`;
    const cpu = ended.cpuSeconds === undefined ? "" : ` (${ended.cpuSeconds.toFixed(1)} s CPU)`;
    console.log(`${verdict.failed > 0 ? "FAIL" : "ok  "}  ${name}  ${counts}  ${ended.seconds.toFixed(1)} s${cpu}`);
    for (const skip of verdict.skips) console.log(`      SKIP ${skip}`);
    if (verdict.reason === undefined) return;
    failures.push(`${name}: ${verdict.reason}`);
    console.log(`      ${verdict.reason}`);
    if (!options.verbose) console.log(ended.output.trimEnd().replace(/^/gm, "      | "));
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  if (nothingStarted) {
    failures.push("every selected file was skipped, so nothing was tested");
    sum.failed += 1;
  }
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((failure) => `  ${failure}`).join("\n")}`);
  if (waiting > 0)
    console.log(`\n${waiting} of ${files.length} files wait for \`npm run test:slow\` or \`test:webgpu\``);
  closeWith(sum);
}

function closeWith(sum: { passed: number; failed: number; skipped: number }): void {
  console.log(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ""}`);
  process.exitCode = sum.failed > 0 ? 1 : 0;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    for (const pid of running) killGroup(pid);
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

try {
  await main();
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
  closeWith({ passed: 0, failed: 1, skipped: 0 });
}
