/** A page or a worker, as the library asks about the machine: one thread, one processor, no variables. */
import { heldRoot } from "./held-files.ts";

export const arch = (): string => "wasm";
export const platform = (): string => "browser";
export const availableParallelism = (): number => 1;
export const cpus = (): readonly { readonly model: string }[] => [{ model: "browser" }];
export const devNull = "/dev/null";
export const endianness = (): "LE" | "BE" => (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? "LE" : "BE");
export const hostname = (): string => "browser";
export const homedir = (): string => heldRoot;
export const tmpdir = (): string => `${heldRoot}/tmp`;
/** Pages do not know the machine's memory. */
export const totalmem = (): number => 4 * 2 ** 30;
export const freemem = totalmem;

/** Waits until what else is ready has run, such as a listener that draws. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

export const process = {
  arch: arch(),
  argv: [] as readonly string[],
  cwd: () => heldRoot,
  env: {} as Record<string, string | undefined>,
  features: {},
  getuid: () => 0,
  kill: (_pid: number, _signal: number) => true,
  off() {},
  on() {},
  pid: 1,
  platform: platform(),
  version: "",
  versions: {} as Record<string, string>,
  /** Microseconds; the time that passed stands for that of the processor, which pages do not know. */
  cpuUsage: () => ({ user: 1000 * performance.now(), system: 0 }),
};
