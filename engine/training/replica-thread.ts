/** A thread that holds one copy of a program, and runs it whenever it is sent a part of a batch. */
import { parentPort, workerData } from "../platform/threads.ts";
import { openSession, type TypedArray } from "../tensors/session.ts";
import type { Errand, ReplicaThread } from "./replicas.ts";

const { model, inPorts, outPorts, threads, cache, shared } = workerData as ReplicaThread;
const own = shared.map((array) => new (array.constructor as new (length: number) => TypedArray)(array.length));

try {
  const session = await openSession(model, inPorts, outPorts, { device: "cpu", threads, cache });
  let last: Promise<void> = Promise.resolve();
  parentPort!.on("message", ({ part, into }: Errand) => {
    last = last.then(async () => {
      try {
        // The runtime takes no shared memory.
        for (const [i, array] of own.entries()) array.set(shared[i] as Float32Array);
        await session.run([...own, ...part], into);
        parentPort!.postMessage(
          { into },
          into.map((array) => array.buffer as ArrayBuffer),
        );
      } catch (failure) {
        parentPort!.postMessage({ failure: String(failure) });
      }
    });
  });
  parentPort!.postMessage({ into: [] });
} catch (failure) {
  parentPort!.postMessage({ failure: String(failure) });
}
