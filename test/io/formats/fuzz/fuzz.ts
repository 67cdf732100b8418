/** Runs mutants in a child process that is watched: time of each case, memory, the end of the process. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What became of one mutant. */
export interface Case {
  readonly number: number;
  readonly seed: string;
  readonly family: string;
  readonly what: string;
  /** read: all; partly: some variables refused; none: all of them; refused at opening. The last four must not be. */
  readonly outcome: "read" | "partly" | "none" | "refused" | "untyped" | "hang" | "memory" | "crash";
  readonly ms: number;
  /** Resident megabytes after it. */
  readonly memory: number;
  readonly message?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

/** Limits and extent of a run. */
export interface FuzzOptions {
  readonly from: number;
  readonly to: number;
  readonly step?: number;
  /** Seconds that one case may take. */
  readonly seconds: number;
  /** Resident megabytes that the child may take. */
  readonly megabytes: number;
  /** Folder of TIFF files to damage. @defaultValue small files of every format */
  readonly seeds?: string;
  /** Where to keep the mutants that open. */
  readonly kept?: string;
  readonly onCase?: (one: Case) => void;
  /** Program that reads the mutants. @defaultValue `fuzz-child.ts` */
  readonly child?: string;
}

const CHILD = fileURLToPath(new URL("fuzz-child.ts", import.meta.url));

function residentMegabytes(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * 4096) / 2 ** 20;
  } catch {
    return 0;
  }
}

interface Begun {
  readonly number: number;
  readonly seed: string;
  readonly family: string;
  readonly what: string;
  readonly at: number;
}

/** One child from a number on; resolves to the number to go on with. */
function runChild(folder: string, from: number, options: FuzzOptions, add: (one: Case) => void): Promise<number> {
  const { to, step = 1, seconds, megabytes, kept = "", seeds = "", child: program = CHILD } = options;
  const args = ["--max-old-space-size=512", "--import", import.meta.resolve("tsx"), "--conditions=source", program];
  const numbers = [from, to, step].map(String);
  const child = spawn(process.execPath, [...args, folder, ...numbers, kept, seeds], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve) => {
    let next = from;
    let begun: Begun | undefined;
    let stopped: "hang" | "memory" | undefined;
    let errors = "";
    child.stderr.on("data", (bytes: Buffer) => {
      errors = (errors + bytes.toString()).slice(-2000);
    });
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      // The libraries print to the same stream.
      if (!line.startsWith('{"begin"') && !line.startsWith('{"end"')) return;
      const { begin, end, ...rest } = JSON.parse(line);
      if (begin !== undefined) begun = { number: begin, at: performance.now(), ...rest };
      else if (begun?.number === end) {
        const { at: _, ...known } = begun!;
        add({ ...known, ...rest });
        next = end + step;
        begun = undefined;
      }
    });
    const watch = setInterval(() => {
      const late = begun !== undefined && performance.now() - begun.at > seconds * 1000;
      const large = residentMegabytes(child.pid ?? 0) > megabytes;
      if (!late && !large) return;
      stopped = late ? "hang" : "memory";
      child.kill("SIGKILL");
    }, 100);
    child.on("close", (code) => {
      clearInterval(watch);
      if (begun !== undefined) {
        const { at, ...known } = begun;
        const ms = Math.round(performance.now() - at);
        add({ ...known, outcome: stopped ?? "crash", ms, memory: 0, message: `exit ${code} ${errors}` });
        next = begun.number + step;
      } else if (code !== 0 && next === from) throw new Error(`the child did not begin: ${errors}`);
      resolve(next);
    });
  });
}

/** Runs all mutants of a range of numbers. */
export async function fuzz(options: FuzzOptions): Promise<Case[]> {
  const folder = mkdtempSync(join(tmpdir(), "monge-fuzz-"));
  const cases: Case[] = [];
  const add = (one: Case) => {
    cases.push(one);
    options.onCase?.(one);
  };
  try {
    for (let next = options.from; next < options.to; ) next = await runChild(folder, next, options, add);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return cases;
}

/** Outcomes that must not be. */
export const bad = ({ outcome }: Case) => ["untyped", "hang", "memory", "crash"].includes(outcome);
