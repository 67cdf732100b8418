/**
 * Threads that compute parts of a task, whoever is free the next one. A part is computed by one function from what all share, so that
 * results depend neither on how many threads there are nor on which one computes what.
 */
import { parentPort, type Worker } from "../platform/threads.ts";
import { startThread } from "./thread.ts";

/** Makes the function that computes a part of a task. */
export type PartsOf<T> = (task: T) => (part: number) => void;

/** A task with what its threads note: the next part that is free, and those that are done. */
interface Errand<T> {
  readonly task: T;
  readonly next: Int32Array;
  readonly done: Uint8Array;
}

const shared = (bytes: number): ArrayBufferLike => new SharedArrayBuffer(bytes);

/** Zeros in memory that threads share, where there are several. */
export const sharedFloats = (length: number, threads: number): Float32Array =>
  threads > 1 ? new Float32Array(shared(4 * length)) : new Float32Array(length);

/** The same in double precision. */
export const sharedDoubles = (length: number, threads: number): Float64Array =>
  threads > 1 ? new Float64Array(shared(8 * length)) : new Float64Array(length);

/** Takes parts until none is free. */
function takeParts(work: (part: number) => void, { next, done }: Errand<unknown>): void {
  for (let k = Atomics.add(next, 0, 1); k < done.length; k = Atomics.add(next, 0, 1)) {
    work(k);
    Atomics.store(done, k, 1);
  }
}

/** A thread, and what is to be called when it answers its errands, in their order. */
interface Member {
  readonly worker: Worker;
  readonly waiting: (() => void)[];
}

/** This thread with others of one module, which are started when they are first needed, and end with the process. */
export class Crew<T> {
  readonly #base: string;
  readonly #name: string;
  readonly #partsOf: PartsOf<T>;
  readonly #others: Member[] = [];
  /** True once one has ended by itself, as where a bundle lacks its module: no other is started. */
  #isLost = false;

  /**
   * @param base - `import.meta.url` of the module that starts them
   * @param name - of the threads' module beside that one, without its extension; it calls {@link inCrew} with `partsOf`
   */
  constructor(base: string, name: string, partsOf: PartsOf<T>) {
    [this.#base, this.#name, this.#partsOf] = [base, name, partsOf];
  }

  /**
   * Computes all parts of a task.
   *
   * @param task - plain data; arrays that parts are written to lie in shared memory (`sharedFloats`) where there are several threads
   * @param threads - this one included
   * @throws what a part throws
   */
  async share(task: T, parts: number, threads: number): Promise<void> {
    const work = this.#partsOf(task);
    const count = Math.min(threads, parts);
    if (count < 2) {
      for (let k = 0; k < parts; k++) work(k);
      return;
    }
    const errand = { task, next: new Int32Array(shared(4)), done: new Uint8Array(shared(parts)) };
    const answers = this.#atLeast(count - 1).map((member) => sent(member, errand));
    try {
      takeParts(work, errand);
    } finally {
      // What others have begun is waited for; where a part failed they begin no more.
      Atomics.store(errand.next, 0, parts);
      if (errand.done.includes(0)) await Promise.all(answers.map((wait) => wait()));
    }
    // Those of a thread that failed: here they throw as they should.
    for (let k = 0; k < parts; k++) if (errand.done[k] === 0) work(k);
  }

  #atLeast(count: number): readonly Member[] {
    while (this.#others.length < count && !this.#isLost) this.#others.push(this.#started());
    return this.#others.slice(0, count);
  }

  #started(): Member {
    const member: Member = { worker: startThread(this.#base, this.#name, {}), waiting: [] };
    const lose = () => {
      this.#isLost = true;
      const at = this.#others.indexOf(member);
      if (at >= 0) this.#others.splice(at, 1);
      for (const answer of member.waiting.splice(0)) answer();
    };
    member.worker.on("message", () => member.waiting.shift()!());
    member.worker.on("error", lose).on("exit", lose).unref();
    return member;
  }
}

/** Sends a thread its errand. @returns waits until it has nothing more to do with it */
function sent({ worker, waiting }: Member, errand: Errand<unknown>): () => Promise<void> {
  const answer = new Promise<void>((resolve) => waiting.push(resolve));
  worker.postMessage(errand);
  return async () => {
    // A thread keeps the process alive while it is waited for.
    worker.ref();
    await answer;
    if (waiting.length === 0) worker.unref();
  };
}

/** The program of a thread: takes parts of every task that it is sent. */
export function inCrew<T>(partsOf: PartsOf<T>): void {
  parentPort!.on("message", (errand: Errand<T>) => {
    try {
      takeParts(partsOf(errand.task), errand);
    } catch {
      // Who sent it computes the part again, and throws its error.
    }
    parentPort!.postMessage(undefined);
  });
}
