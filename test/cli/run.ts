/** Runs the `monge` command from its sources: in a process of its own as a user would, or, faster, in this one. */
import { type ChildProcess, type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../../cli/program.ts";
import { assert } from "../harness.ts";

/** Path of the command's script. */
export const cli: string = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** The command bundled by `test/run.ts` starts in a third of the time that its sources take. */
const built = process.env["MONGE_CLI"];

/** Node's arguments that start the command. */
export const commandLine: readonly string[] =
  built === undefined ? ["--import", import.meta.resolve("tsx"), cli] : [built];

/** Runs to the end. */
export function monge(...args: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [...commandLine, ...args], { encoding: "utf8", maxBuffer: 64 << 20 });
}

/** Arguments as one types them. */
export const words = (line: string): string[] => line.split(" ");

/** The same with values among them: each is one word, or part of one, or a list of words. */
export function line(texts: TemplateStringsArray, ...values: readonly (string | readonly string[])[]): string[] {
  const found: string[] = [];
  const add = (text: string, joined: boolean) => {
    if (joined && found.length > 0) found.push(`${found.pop()}${text}`);
    else found.push(text);
  };
  for (const [i, text] of texts.entries()) {
    const before = i > 0 && /^\S/.test(text);
    for (const [k, word] of text.trim().split(/\s+/).filter(Boolean).entries()) add(word, before && k === 0);
    const value = values[i];
    if (typeof value === "string") add(value, /\S$/.test(text));
    else if (value !== undefined) found.push(...value);
  }
  return found;
}

/** What a command said and how it ended. */
export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs in this process. */
export async function mongeHere(...args: readonly string[]): Promise<Said> {
  const said = { stdout: "", stderr: "" };
  const { stdout, stderr } = process;
  const writes = [stdout.write, stderr.write] as const;
  const capture = (name: "stdout" | "stderr") => (text: string | Uint8Array) => {
    said[name] += String(text);
    return true;
  };
  stdout.write = capture("stdout");
  stderr.write = capture("stderr");
  try {
    const status = await run(args);
    return { status, ...said };
  } finally {
    [stdout.write, stderr.write] = writes;
  }
}

/** Runs in this process, to status 0. */
export async function mongeDone(...args: readonly string[]): Promise<Said> {
  const said = await mongeHere(...args);
  assert.is(said.status, 0, `${args.join(" ")}\n${said.stderr}`);
  return said;
}

/** Runs in this process and is refused: status 2, and an error that matches where it is in one line. */
export async function mongeRefused(pattern: RegExp | string, ...args: readonly string[]): Promise<void> {
  const { status, stderr } = await mongeHere(...args);
  assert.is(status, 2, `${args.join(" ")}\n${stderr}`);
  assert.match(oneLine(stderr), pattern);
}

/** Starts, to be interrupted; `ended` tells the exit status or the signal, and what was said. */
export function startMonge(...args: readonly string[]): {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly stderr: string }>;
} {
  const child = spawn(process.execPath, [...commandLine, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, stderr }));
  });
  return { child, ended };
}

/** Errors on standard error in one line again, `where: what; what to do`, so that a pattern can follow their order in the library. */
export function oneLine(stderr: string): string {
  return stderr.replace(
    /^monge: (.*)\n {2}where {2}(.*(?:\n {9}.*)*)\n {2}to do {2}(.*)$/gm,
    (_, what, where, way) => `monge: ${where.replaceAll("\n         ", "\n")}: ${what}; ${way}`,
  );
}

/** All files below, with what they hold. */
export function contents(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  if (!statSync(path).isDirectory()) return { [path]: readFileSync(path, "base64") };
  return Object.assign({}, ...readdirSync(path).map((name) => contents(join(path, name))));
}
