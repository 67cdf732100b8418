/** PyTorch in a process of its own that stays alive and runs on request, so that both sides can take turns. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Contender } from "./measure.ts";
import type { Prepared } from "./prepared.ts";

/** One array that both sides get. */
export interface SharedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

/** A running peer program. */
export interface Peer {
  readonly variants: readonly string[];
  contender(variant: string): Contender;
  /** The number that the variant's last run returned. */
  value(variant: string): number | undefined;
  /** Resident memory that its runs added to what it had when it greeted, MB; NaN where it does not say. */
  memory(): number;
  close(): Promise<void>;
}

interface Reply {
  readonly version: string;
  readonly variants: readonly string[];
  readonly ms: number[];
  readonly value: number;
  /** Largest resident memory so far, MB. */
  readonly memory?: number;
}

/** Debian's Python, which sees Debian's python3-torch; another one by the variable PYTHON. */
export const python = process.env["PYTHON"] ?? "/usr/bin/python3";

let version: Promise<string | undefined> | undefined;

/** PyTorch's version, or undefined where it is not installed. */
export function torchVersion(): Promise<string | undefined> {
  version ??= promisify(execFile)(python, ["-c", "import torch; print(torch.__version__)"]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  return version;
}

/**
 * Starts `peers/SCRIPT` on the given arrays. Its BLAS library reads the number of threads when it starts, so that each
 * number of threads needs a process of its own.
 *
 * @returns undefined, after saying so, where PyTorch is not installed
 */
export async function startPeer(
  script: string,
  tensors: readonly SharedTensor[],
  options: Readonly<Record<string, unknown>>,
  threads: number,
  say: (line: string) => void,
): Promise<Peer | undefined> {
  if ((await torchVersion()) === undefined) {
    say(`  SKIP  peer: ${python} has no torch (Debian: apt-get install python3-torch)`);
    return undefined;
  }
  const folder = await mkdtemp(join(tmpdir(), "monge-bench-"));
  const data = join(folder, "tensors.bin");
  let offset = 0;
  const manifest = tensors.map(({ name, shape, values }) => {
    const entry = { name, shape, type: values instanceof Float64Array ? "float64" : "float32", offset };
    offset += Math.ceil(values.byteLength / 8) * 8;
    return entry;
  });
  const bytes = Buffer.alloc(offset);
  tensors.forEach(({ values }, i) => {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), manifest[i]!.offset);
  });
  await writeFile(data, bytes);

  const path = fileURLToPath(new URL(`peers/${script}`, import.meta.url));
  // It greets after reading the arrays; the file is then of no use.
  return speakTo(python, [path, JSON.stringify({ ...options, data, tensors: manifest })], threads).finally(() =>
    rm(folder, { recursive: true, force: true }),
  );
}

/** The environment of a peer: settings of the BLAS library made for other programs would slow it down. */
export function peerEnvironment(threads: number): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _core, OPENBLAS_L2_SIZE: _cache, ...environment } = process.env;
  return { ...environment, OMP_NUM_THREADS: `${threads}`, OPENBLAS_NUM_THREADS: `${threads}` };
}

/**
 * Starts a program that speaks as peers/answer.py does.
 *
 * @throws Error where it ends before it answers
 */
export async function speakTo(program: string, args: readonly string[], threads: number): Promise<Peer> {
  const child: ChildProcess = spawn(program, args, {
    env: peerEnvironment(threads),
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const answer = async (): Promise<Reply> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${args[0]} ended before it answered; its error stands above`);
    return JSON.parse(value as string) as Reply;
  };
  const values = new Map<string, number>();
  const { variants, memory: before = Number.NaN } = await answer();
  let peak = Number.NaN;
  return {
    variants,
    value: (variant) => values.get(variant),
    memory: () => peak - before,
    contender: (variant) => ({
      side: "peer",
      label: `torch ${variant}, ${threads} thread${threads > 1 ? "s" : ""}`,
      async time(settle, runs) {
        child.stdin!.write(`${JSON.stringify({ variant, threads, settle, runs })}\n`);
        const { ms, value, memory = Number.NaN } = await answer();
        values.set(variant, value);
        peak = memory;
        return ms;
      },
    }),
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin!.end();
      await ended;
    },
  };
}

/** Lets both sides run once and says how closely their numbers agree; a benchmark of different sums is worth nothing. */
export async function agreement(mine: Prepared, peer: Peer | undefined): Promise<string[]> {
  await mine.run();
  const a = mine.value();
  const notes: string[] = [];
  for (const variant of peer?.variants ?? []) {
    await peer!.contender(variant).time(0, 1);
    const b = peer!.value(variant)!;
    notes.push(
      `value ${a.toPrecision(8)}, torch ${variant} differs by ${(Math.abs(a - b) / Math.abs(b)).toExponential(1)}`,
    );
  }
  return notes;
}
