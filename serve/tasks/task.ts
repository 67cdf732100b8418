/** Tasks of the pages: what is asked of a worker or process, where it finds files, and what it says of them. */

/** A file that was dropped on a page, or that a task made. */
export interface PageFile {
  readonly id: string;
  readonly name: string;
  /** In a page that computes by itself; `monge serve` keeps the bytes of others. */
  readonly content?: Blob;
}

/** Reports of a task while it runs. */
export interface Reports {
  progress(done: number, total: number): void;
  notice(line: string): void;
}

/** Files and threads of tasks. */
export interface Workplace {
  readonly threads: number;
  /** Most bytes that a file may unpack to. @defaultValue that of `openDataset` */
  readonly limit?: number;
  /** Folder of runs of `monge train`, one run or a model, beside the model of the package. */
  readonly runs?: string;
  /** Path of a file. */
  pathOf(file: PageFile): Promise<string>;
  /** Path of a file that is to be made. */
  newPath(name: string): string;
  /** Hands over a file that was made; it has left the path. */
  keep(path: string, name: string): Promise<PageFile>;
}

/** A task: what is asked comes from a page, and is checked by it. */
export type Task = (asked: never, reports: Reports) => Promise<unknown>;

/** A request, by a number of its own. */
export interface Wanted {
  readonly task: number;
  readonly name: string;
  readonly asked: unknown;
}

/** News of a task. */
export type News =
  | { readonly done: number; readonly total: number }
  | { readonly notice: string }
  | { readonly answer: unknown }
  | { readonly error: string };
export type Said = News & { readonly task: number };

/** Answers requests one after the other. */
export function answerer(
  tasks: Readonly<Record<string, Task>>,
  say: (said: Said) => void,
  messageOf = (error: unknown) => (error as Error).message,
): (wanted: Wanted) => void {
  let last = Promise.resolve();
  const answer = async ({ task, name, asked }: Wanted) => {
    try {
      const reports: Reports = {
        progress: (done, total) => say({ task, done, total }),
        notice: (notice) => say({ task, notice }),
      };
      say({ task, answer: await tasks[name]!(asked as never, reports) });
    } catch (error) {
      say({ task, error: messageOf(error) });
    }
  };
  return (wanted) => {
    last = last.then(() => answer(wanted));
  };
}

/** Requests that wait for their answers. */
export class Waiting {
  readonly #waiting = new Map<number, (news: News) => void>();
  #last = 0;

  /** A request, of which `listen` hears all news. */
  add(name: string, asked: unknown, listen: (news: News) => void): Wanted {
    const task = ++this.#last;
    this.#waiting.set(task, listen);
    return { task, name, asked };
  }

  hear({ task, ...news }: Said): void {
    const listen = this.#waiting.get(task);
    if ("answer" in news || "error" in news) this.#waiting.delete(task);
    listen?.(news as News);
  }

  /** No answer comes any more. */
  end(error: string): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const listen of all) listen({ error });
  }
}
