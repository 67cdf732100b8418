/** Independent programs for the tests of io: the system's Python with netCDF4, xarray and GDAL, and command-line tools. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PYTHON = "/usr/bin/python3";

/** Runs a command; undefined where it is not installed. */
export function tool(command: string, ...args: readonly string[]): string | undefined {
  const done = spawnSync(command, args, { encoding: "utf8", maxBuffer: 2 ** 28 });
  if (done.error) return undefined;
  if (done.status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${done.stderr}${done.stdout}`);
  return done.stdout;
}

const known = new Map<string, boolean>();

const PROBE = `
import json, sys
from importlib.util import find_spec
def has(name):
    try:
        return find_spec(name) is not None
    except ImportError:
        return False
print(json.dumps([has(name) for name in sys.argv[1:]]))
`;

/** True where the system's Python has these modules; each is looked for once in a process, and not loaded. */
export function hasPython(...modules: readonly string[]): boolean {
  const asked = modules.filter((name) => !known.has(name));
  if (asked.length > 0) {
    const { status, stdout } = spawnSync(PYTHON, ["-c", PROBE, ...asked], { encoding: "utf8" });
    const found = status === 0 ? (JSON.parse(stdout) as boolean[]) : [];
    for (const [i, name] of asked.entries()) known.set(name, found[i] ?? false);
  }
  return modules.every((name) => known.get(name));
}

/** Pipes to the one Python process of this one, which has loaded what earlier programs imported. */
interface Server {
  readonly folder: string;
  readonly requests: number;
  readonly answers: number;
}

let server: Server | undefined;

function startServer(): Server {
  const folder = mkdtempSync(join(tmpdir(), "monge-python-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const pipes = ["requests", "answers"].map((name) => join(folder, name)) as [string, string];
  execFileSync("mkfifo", pipes);
  const script = fileURLToPath(new URL("../oracles/server.py", import.meta.url));
  spawn(PYTHON, ["-W", "ignore", script, ...pipes], { stdio: "ignore" }).unref();
  return { folder, requests: openSync(pipes[0], "w"), answers: openSync(pipes[1], "r") };
}

function run(code: string, args: readonly string[], input?: string): unknown {
  server ??= startServer();
  const { folder, requests, answers } = server;
  writeFileSync(requests, `${JSON.stringify({ code, args, input, folder, cwd: process.cwd() })}\n`);
  const answer = Buffer.alloc(16);
  const status = answer.toString("utf8", 0, readSync(answers, answer)).trim();
  const [out, err] = ["out", "err"].map((name) => readFileSync(join(folder, name), "utf8"));
  if (status !== "0") throw new Error(`python failed (${status}): ${err}`);
  return JSON.parse(out!);
}

/** Runs a Python program with arguments and parses the JSON that it prints. */
export const python = (code: string, ...args: readonly string[]): unknown => run(code, args);

/** Runs a Python program with a value as JSON on its standard input, of any size, and parses the JSON that it prints. */
export const pythonOn = (code: string, input: unknown): unknown => run(code, [], JSON.stringify(input));

/** Says on the console that a test did not run, and why. */
export function skip(reason: string): void {
  console.log(`SKIP ${reason}`);
}

/** What is compared of a variable's decoded values. */
export interface Digest {
  readonly shape: readonly number[];
  readonly missing: number;
  readonly sum: number;
  readonly low: number;
  readonly high: number;
  readonly samples: readonly (number | null)[];
}

/** Sum, extremes, missing count and seven evenly placed values. */
export function digest(values: Float32Array | Float64Array, shape: readonly number[]): Digest {
  let [missing, sum, low, high] = [0, 0, Infinity, -Infinity];
  for (const v of values) {
    if (Number.isNaN(v)) missing++;
    else {
      sum += v;
      if (v < low) low = v;
      if (v > high) high = v;
    }
  }
  const n = values.length;
  const samples = Array.from({ length: n === 0 ? 0 : 7 }, (_, i) => {
    const v = values[Math.floor((i * (n - 1)) / 6)]!;
    return Number.isNaN(v) ? null : v;
  });
  return { shape, missing, sum, low: missing === n ? 0 : low, high: missing === n ? 0 : high, samples };
}

/** Bytes that repeat only after a long way, so that a misplaced one shows. */
export function fillBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 0x9e3779b1) >>> 24);
}
