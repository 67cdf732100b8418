/** Tasks that the pages ask for: what is quick in one process, what takes long in another, one at a time. */
import type { ServerResponse } from "node:http";
import type { FileStore } from "./file-store.ts";
import { HttpError } from "./http-error.ts";
import { type ProcessOptions, TaskProcess } from "./processes.ts";
import type { RefineTasks } from "./tasks/refine-tasks.ts";
import type { SolveTasks } from "./tasks/solve-tasks.ts";
import type { News } from "./tasks/task.ts";

/** Names of tasks that take long, as a message calls them; none of others. */
const known: { readonly [name in keyof (RefineTasks & SolveTasks)]: string } = {
  ...{ methods: "", open: "", map: "", coarsen: "" },
  ...{ refine: "a refinement", verify: "a verification", solve: "a solve", slice: "a picture of a solution" },
};

/** Milliseconds in which a page that begins anew may cancel what it began before. */
const GRACE = 2000;

/** The tasks of one server. */
export class RunningTasks {
  readonly #reader: TaskProcess;
  readonly #worker: TaskProcess;
  #running: { readonly what: string; readonly began: number; readonly ended: Promise<void> } | undefined;

  constructor(store: FileStore, options: ProcessOptions) {
    [this.#reader, this.#worker] = [new TaskProcess(store, options), new TaskProcess(store, options)];
  }

  /**
   * Does a task, and sends its news, a line of JSON each; one that takes long is cancelled where the page goes away.
   *
   * @throws HttpError 404 for an unknown task, 409 while another one runs that takes long
   */
  async answer(name: string, asked: unknown, response: ServerResponse, begin: () => void): Promise<void> {
    if (!Object.hasOwn(known, name)) throw new HttpError(404, `there is no task ${name}`);
    const what = known[name as keyof typeof known];
    if (what !== "") await this.#free();
    if (response.closed) return;
    begin();
    const ended = new Promise<void>((resolve) => {
      const process = what === "" ? this.#reader : this.#worker;
      let isOver = false;
      process.run(name, asked, (news: News) => {
        if (!response.closed) response.write(`${JSON.stringify(news)}\n`);
        if (!("answer" in news || "error" in news)) return;
        isOver = true;
        response.end();
        resolve();
      });
      response.on("close", () => {
        if (!isOver && what !== "") void this.#worker.end("cancelled");
      });
    });
    if (what !== "") this.#running = { what, began: performance.now(), ended };
    void ended.then(() => {
      if (this.#running?.ended === ended) this.#running = undefined;
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#reader, this.#worker].map((process) => process.end("monge serve ends")));
  }

  /** Waits a moment for what runs to be cancelled. @throws HttpError 409 */
  async #free(): Promise<void> {
    const waits = new Promise((resolve) => setTimeout(resolve, GRACE).unref());
    await Promise.race([this.#running?.ended, waits]);
    if (this.#running === undefined) return;
    const { what, began } = this.#running;
    const seconds = Math.round((performance.now() - began) / 1e3);
    throw new HttpError(409, `${what} has run for ${seconds} s; wait for it, or cancel it in its page`);
  }
}
