/** Threads in which the server does the tasks of its pages. */
import type { Worker } from "node:worker_threads";
import { startThread } from "../engine/system/thread.ts";
import type { FileStore, StoredFile } from "./file-store.ts";
import { type News, type Said, Waiting, type Wanted } from "./tasks/task.ts";

/** Data of a thread. */
export interface ThreadOptions {
  /** Of all files. */
  readonly folder: string;
  readonly threads: number;
  readonly limit: number;
  readonly runs?: string;
}

export interface ToThread {
  readonly files: readonly StoredFile[];
  readonly wanted: Wanted;
}
export type FromThread = Said | { readonly kept: StoredFile };

/** A thread that begins with its first task, and again after it was ended. */
export class TaskThread {
  readonly #store: FileStore;
  readonly #options: ThreadOptions;
  readonly #waiting = new Waiting();
  #worker: Worker | undefined;

  constructor(store: FileStore, options: ThreadOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Does a task, of which `listen` hears all news. */
  run(name: string, asked: unknown, listen: (news: News) => void): void {
    this.#worker ??= this.#begin();
    const wanted = this.#waiting.add(name, asked, listen);
    this.#worker.postMessage({ files: this.#store.files, wanted } satisfies ToThread);
  }

  /** Ends it in the midst of its work. */
  async end(why: string): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#waiting.end(why);
    await worker?.terminate();
  }

  #begin(): Worker {
    // What its work leaves when it is ended goes with the folder.
    const env = { ...process.env, TMPDIR: this.#options.folder };
    const worker = startThread(import.meta.url, "task-thread", { workerData: this.#options, env });
    worker.on("message", (message: FromThread) => {
      if ("kept" in message) this.#store.adopt(message.kept);
      else this.#waiting.hear(message);
    });
    worker.on("error", ({ message }) => {
      if (this.#worker === worker) void this.end(`the thread of this work ended: ${message}`);
    });
    return worker;
  }
}
