/** Processes in which the server does the tasks of its pages: one can be ended at any moment, in native code as well. */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { FileStore, StoredFile } from "./file-store.ts";
import { type News, type Said, Waiting, type Wanted } from "./tasks/task.ts";

/** Data of a process. */
export interface ProcessOptions {
  /** Of all files. */
  readonly folder: string;
  readonly threads: number;
  readonly limit: number;
  readonly runs?: string;
}

export interface ToProcess {
  readonly files: readonly StoredFile[];
  readonly wanted: Wanted;
}
export type FromProcess = Said | { readonly kept: StoredFile };

/** A process that begins with its first task, and again after it was ended. */
export class TaskProcess {
  readonly #store: FileStore;
  readonly #options: ProcessOptions;
  readonly #waiting = new Waiting();
  #child: ChildProcess | undefined;

  constructor(store: FileStore, options: ProcessOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Does a task, of which `listen` hears all news. */
  run(name: string, asked: unknown, listen: (news: News) => void): void {
    this.#child ??= this.#begin();
    const wanted = this.#waiting.add(name, asked, listen);
    this.#child.send({ files: this.#store.files, wanted } satisfies ToProcess);
  }

  /** Ends it in the midst of its work. */
  async end(why: string): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#waiting.end(why);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await gone;
  }

  #begin(): ChildProcess {
    const path = fileURLToPath(new URL(`./task-process${import.meta.url.slice(-3)}`, import.meta.url));
    const child = fork(path, [JSON.stringify(this.#options)], {
      // What its work leaves when it is ended goes with the folder.
      env: { ...process.env, TMPDIR: this.#options.folder },
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.on("message", (message: FromProcess) => {
      if ("kept" in message) this.#store.adopt(message.kept);
      else this.#waiting.hear(message);
    });
    const lost = (why: string) => {
      if (this.#child === child) void this.end(`the process of this work ended (${why})`);
    };
    child.on("exit", (code, signal) => lost(signal ?? `code ${code}`));
    child.on("error", ({ message }) => lost(message));
    return child;
  }
}
