/** Tiles of events, read and cut by this thread or by several, in the same order and to the same bits. */
import type { WorkerOptions } from "node:worker_threads";
import { DomainError } from "../../../engine/errors.ts";
import { startThread } from "../../../engine/thread.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import { type FoundPiece, findIn, type TileOptions } from "../archive/index.ts";
import {
  type EventReader,
  type EventsAsked,
  eventReader,
  eventsOf,
  type PieceNumber,
  type ReadPiece,
  type SeenEvent,
} from "./training-data.ts";

/** What is prepared. */
export interface Preparation extends EventsAsked {
  readonly tile: Required<TileOptions>;
}

/** A piece whose tiles were cut. */
export interface PreparedPiece extends Omit<ReadPiece, "frames"> {
  /** @defaultValue none of its frames are wanted */
  readonly found?: FoundPiece;
}

/** Reads a piece, and cuts its tiles. */
export async function preparePiece(
  reader: EventReader,
  which: PieceNumber,
  tile: Required<TileOptions>,
): Promise<PreparedPiece> {
  const { frames, ...about } = await reader.read(which);
  return frames === undefined ? about : { ...about, found: findIn(frames, tile) };
}

/** How a preparation runs; changes nothing of its result. */
export interface PreparationRun {
  /** The events, where they are not in files: these are read by this thread. */
  readonly fields: readonly LazyField[] | undefined;
  /** Threads that read beside each other, ≥ 1; this one is among them. */
  readonly readers: number;
  /** Ends the reading after the piece in progress. */
  readonly signal: AbortSignal | undefined;
  /** Filled as events are read. */
  readonly seen: SeenEvent[];
  /** How threads run. @defaultValue as this one */
  readonly threadOptions?: Omit<WorkerOptions, "workerData">;
  /** Told of each piece whether a thread prepared it. */
  readonly onPiece?: (byThread: boolean) => void;
}

/**
 * The tiles of all pieces of all events, in order.
 *
 * @throws DomainError where an event has only missing values; else as reading does
 */
export async function* preparedPieces(
  what: Preparation,
  { fields, readers, signal, seen, threadOptions, onPiece }: PreparationRun,
): AsyncGenerator<FoundPiece> {
  signal?.throwIfAborted();
  const own = eventReader(what, fields);
  const threads = fields === undefined && readers > 1 ? readingThreads(what, readers - 1, threadOptions) : undefined;
  const left: { which: PieceNumber; begun?: Promise<PreparedPiece | undefined> | undefined }[] = eventsOf(what).map(
    (event) => ({
      which: { event, piece: 0 },
    }),
  );
  try {
    for (let empty = true; left.length > 0; ) {
      // The first is for this thread, unless another has begun it.
      for (const one of left.slice(1, readers)) one.begun ??= threads?.prepare(one.which);
      const { which, begun } = left.shift()!;
      // What a thread did not do is done here, so that errors are those of reading without threads.
      const done = await begun;
      const prepared = done ?? (await preparePiece(own, which, what.tile));
      onPiece?.(done !== undefined);
      const { pieces, found } = prepared;
      const { event, piece } = which;
      if (piece === 0) for (let n = pieces; --n > 0; ) left.unshift({ which: { event, piece: n } });
      empty = prepared.empty && (piece === 0 || empty);
      signal?.throwIfAborted();
      if (prepared.seen) seen.push(prepared.seen);
      if (found) yield found;
      if (empty && piece === pieces - 1) {
        throw new DomainError(`${prepared.where} has only missing values; choose another time or variable`);
      }
    }
  } finally {
    own.close();
    await threads?.end();
  }
}

/** Threads that prepare pieces; undefined is what one could not do, or did not live to do. */
function readingThreads(what: Preparation, count: number, options: WorkerOptions = {}) {
  const threads = Array.from({ length: count }, () => {
    const worker = startThread(import.meta.url, "reading-thread", { ...options, workerData: what });
    let waiting: ((prepared: PreparedPiece | undefined) => void) | undefined;
    let alive = true;
    const tell = (prepared: PreparedPiece | undefined) => {
      const told = waiting;
      waiting = undefined;
      told?.(prepared);
    };
    const dead = () => {
      alive = false;
      tell(undefined);
    };
    worker.on("message", tell);
    worker.on("messageerror", dead);
    worker.on("error", dead);
    worker.on("exit", dead);
    return {
      prepare(which: PieceNumber): Promise<PreparedPiece | undefined> | undefined {
        if (!alive || waiting !== undefined) return undefined;
        worker.postMessage(which);
        return new Promise((told) => {
          waiting = told;
        });
      },
      end: () => worker.terminate(),
    };
  });
  return {
    /** @returns undefined where no thread is free */
    prepare(which: PieceNumber): Promise<PreparedPiece | undefined> | undefined {
      for (const thread of threads) {
        const begun = thread.prepare(which);
        if (begun) return begun;
      }
      return undefined;
    },
    end: () => Promise.all(threads.map((thread) => thread.end())),
  };
}
