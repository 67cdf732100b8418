/**
 * One program on several parts of a batch at once: this thread runs the first part, threads of their own run the
 * others. Between small operators nobody waits for anybody, as the threads inside an operator do.
 */

import { BackendError } from "../errors.ts";
import type { Cache } from "../files/cache.ts";
import type { Worker } from "../platform/threads.ts";
import { startThread } from "../system/thread.ts";
import { arrayOf } from "../tensors/array-of.ts";
import type { Recorded } from "../tensors/compile.ts";
import { sizeOf } from "../tensors/graph.ts";
import { openSession, type Port, type TypedArray } from "../tensors/session.ts";

/** Initial data of a thread. */
export interface ReplicaThread extends Omit<Recorded, "nodeCount"> {
  readonly threads: number;
  readonly cache: Cache | undefined;
  /** The first inputs of the program, in shared memory. */
  readonly shared: readonly TypedArray[];
}

/** Message to a thread: the further inputs, and where outputs go. Both change hands. */
export interface Errand {
  readonly part: readonly TypedArray[];
  readonly into: readonly TypedArray[];
}

/** A program that is open several times. */
export interface Replicas {
  /**
   * Runs all parts.
   *
   * @param shared - the first inputs, equal for all
   * @param parts - the further inputs of each part; they are given away
   * @returns the outputs of each part, overwritten by the next run
   */
  run(shared: readonly TypedArray[], parts: readonly (readonly TypedArray[])[]): Promise<readonly TypedArray[][]>;
  dispose(): Promise<void>;
}

/**
 * Opens a recorded program `count` times on the CPU, each with `threads` threads inside an operator.
 *
 * @param sharedInputs - how many of the first inputs are equal for all
 * @throws BackendError where a thread cannot open it, or ends
 */
export async function openReplicas(
  { model, inPorts, outPorts }: Recorded,
  sharedInputs: number,
  options: { count: number; threads: number; cache?: Cache | undefined; name: string },
): Promise<Replicas> {
  const { count, threads, cache, name } = options;
  const allocate = (ports: readonly Port[]) => ports.map((p) => arrayOf(p.type, sizeOf(p.shape)));
  const shared = inPorts.slice(0, sharedInputs).map(({ type, shape }) => inSharedMemory(arrayOf(type, sizeOf(shape))));
  const workerData: ReplicaThread = { model, inPorts, outPorts, threads, cache, shared };
  const others = Array.from({ length: count - 1 }, () =>
    replicaThread(startThread(import.meta.url, "replica-thread", { workerData }), name),
  );
  const outputs = Array.from({ length: count }, () => allocate(outPorts));
  const end = async () => {
    await Promise.all(others.map((other) => other.end()));
  };
  try {
    const [session] = await Promise.all([
      openSession(model, inPorts, outPorts, { device: "cpu", threads, cache }),
      ...others.map((other) => other.begun),
    ]);
    return {
      async run(equal, parts) {
        shared.forEach((array, i) => {
          array.set(equal[i] as Float32Array);
        });
        const runs = others.map((other, i) => other.run({ part: parts[i + 1]!, into: outputs[i + 1]! }));
        const own = session.run([...equal, ...parts[0]!], outputs[0]!);
        // All are waited for, so that nobody writes any more where one fails.
        const ended = await Promise.allSettled([own, ...runs]);
        for (const one of ended) if (one.status === "rejected") throw one.reason;
        for (const [i, run] of runs.entries()) outputs[i + 1] = [...(await run)];
        return outputs;
      },
      async dispose() {
        await Promise.all([session.dispose(), end()]);
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** One errand at a time: what is sent comes back. */
function replicaThread(worker: Worker, name: string) {
  let answer: { resolve: (into: readonly TypedArray[]) => void; reject: (reason: unknown) => void } | undefined;
  let ended: unknown;
  const waiting = (): Promise<readonly TypedArray[]> =>
    new Promise((resolve, reject) => {
      if (ended !== undefined) return reject(ended);
      // Only who waits for a thread keeps the process for it.
      worker.ref();
      answer = { resolve, reject };
    });
  const answerWith = (how: (waiter: NonNullable<typeof answer>) => void) => {
    worker.unref();
    const waiter = answer;
    answer = undefined;
    if (waiter) how(waiter);
  };
  const fail = (reason: unknown) => {
    ended ??= reason;
    answerWith(({ reject }) => reject(reason));
  };
  worker.on("message", ({ into, failure }: { into?: readonly TypedArray[]; failure?: string }) => {
    if (into) answerWith(({ resolve }) => resolve(into));
    else fail(new BackendError(failure!, "cpu"));
  });
  worker.on("error", (cause) => {
    fail(new BackendError(`${name}: a thread ended (${cause.message}); ask for one thread`, "cpu", { cause }));
  });
  worker.on("exit", (code) => {
    fail(new BackendError(`${name}: a thread ended with status ${code}; ask for one thread`, "cpu"));
  });
  return {
    begun: waiting(),
    run(errand: Errand) {
      const back = waiting();
      worker.postMessage(
        errand,
        [...errand.part, ...errand.into].map((array) => array.buffer as ArrayBuffer),
      );
      return back;
    },
    async end() {
      ended ??= new BackendError(`${name}: was disposed`, "cpu");
      await worker.terminate();
    },
  };
}

function inSharedMemory(array: TypedArray): TypedArray {
  const build = array.constructor as new (buffer: SharedArrayBuffer) => TypedArray;
  return new build(new SharedArrayBuffer(array.byteLength));
}
