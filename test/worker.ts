/**
 * A process that runs test files one after the other, as `test/run.ts` names them, so that tsx and the libraries load once.
 * A file has ended when nothing keeps the event loop alive, as in a process of its own. Then environment and working
 * directory are put back, a mark goes to both outputs, and the exit status that the file would have had to the parent.
 */
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Ends the output of a file. */
export const mark = "\u0001end of file\n";

/** Sent instead of a file's name when there are no more. */
export const endOfWork = "";

/** Outcome of a file, for the parent. */
export interface Report {
  readonly code: number;
  /** Of the process, and on Linux of the children that have ended. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** uvu's list of runs: `[null, run, …]` once for all files. */
declare global {
  var UVU_QUEUE: unknown[][];
}

if (process.send !== undefined) serve();

function serve(): void {
  const [environment, folder] = [{ ...process.env }, process.cwd()];
  let before: number | undefined;
  process.setMaxListeners(0);
  process.on("message", async (file: string) => {
    if (file === endOfWork) return process.disconnect();
    before = cpuSeconds();
    globalThis.UVU_QUEUE = [[null]];
    process.exitCode = undefined;
    process.channel?.unref();
    try {
      await import(pathToFileURL(file).href);
    } catch (error) {
      console.error(error);
      process.exitCode = 1;
    }
  });
  process.on("beforeExit", () => {
    if (before === undefined) return;
    // A run that began sets the exit status at its end; without one a promise never settled.
    const hasRun = globalThis.UVU_QUEUE.flat().some((run) => typeof run === "function");
    const code = Number(process.exitCode ?? (hasRun ? 1 : 0));
    const seconds = cpuSeconds() - before;
    before = undefined;
    process.exitCode = undefined;
    for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
    Object.assign(process.env, environment);
    process.chdir(folder);
    process.channel?.ref();
    process.stderr.write(mark);
    process.stdout.write(mark);
    const report: Report = { code, cpuSeconds: seconds, residentBytes: process.memoryUsage().rss };
    process.send?.(report);
  });
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  const status = "/proc/self/stat";
  // Behind the name in brackets: fields 3 and on, of which 16 and 17 are hundredths of a second of children.
  const fields = existsSync(status) ? readFileSync(status, "utf8").split(") ").at(-1)!.split(" ") : [];
  return (user + system) / 1e6 + (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / 100;
}
