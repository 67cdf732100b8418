/** Tiles of events, read and cut by this thread or by several, in the same order and bitwise identical. */
import type { WorkerOptions } from "node:worker_threads";
import { DomainError } from "../../../engine/errors.ts";
import { startThread } from "../../../engine/system/thread.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import { type FoundPiece, findIn } from "../../data/tiles/find-tiles.ts";
import type { TileOptions } from "../../data/tiles/tiles.ts";
import {
  type EventReader,
  type EventsAsked,
  eventReader,
  eventsOf,
  type PieceNumber,
  type ReadPiece,
  type SeenEvent,
} from "./training-data.ts";

/** Events and tiles to prepare. */
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

/** Execution of a preparation; changes nothing of its result. */
export interface PreparationRun {
  /** The events, where they are not in files: these are read by this thread. */
  readonly fields: readonly LazyField[] | undefined;
  /** Threads that read beside each other, ≥ 1; this one is among them. */
  readonly readers: number;
  /** Ends the reading after the piece in progress. */
  readonly signal: AbortSignal | undefined;
  /** Filled as events are read. */
  readonly seen: SeenEvent[];
  /** Called when all is read. @throws FormatError where a file changed meanwhile */
  readonly unchanged?: () => void;
  /** Options of the threads. @defaultValue those of this one */
  readonly threadOptions?: Omit<WorkerOptions, "workerData">;
  /** Called for each piece: whether a thread prepared it. */
  readonly onPiece?: (byThread: boolean) => void;
}

/**
 * The tiles of all pieces of all events, in order.
 *
 * @throws DomainError where an event has only missing values; else as reading does
 */
export async function* preparedPieces(
  what: Preparation,
  { fields, readers, signal, seen, unchanged, threadOptions, onPiece }: PreparationRun,
): AsyncGenerator<FoundPiece> {
  signal?.throwIfAborted();
  const own = eventReader(what, fields);
  const threads = fields === undefined && readers > 1 ? readingThreads(what, readers - 1, threadOptions) : undefined;
  const left: PieceInProgress[] = eventsOf(what).map((event) => ({ which: { event, piece: 0 } }));
  try {
    for (let empty = true; left.length > 0; ) {
      if (threads) await workAhead(left, threads, readers, (which) => preparePiece(own, which, what.tile));
      const { which, begun } = left.shift()!;
      const done = await begun;
      // What a thread did not do is done here, so that errors are those of reading without threads.
      const prepared = done?.prepared ?? (await preparePiece(own, which, what.tile));
      onPiece?.(done?.byThread === true);
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
    unchanged?.();
  } finally {
    own.close();
    await threads?.end();
  }
}

interface PieceInProgress {
  readonly which: PieceNumber;
  begun?: Promise<{ readonly prepared: PreparedPiece | undefined; readonly byThread: boolean }>;
  done?: boolean;
}

/** Gives threads what comes next, and does some of it here until the first is done. */
async function workAhead(
  left: readonly PieceInProgress[],
  threads: ReturnType<typeof readingThreads>,
  readers: number,
  prepare: (which: PieceNumber) => Promise<PreparedPiece>,
): Promise<void> {
  const first = left[0]!;
  for (;;) {
    const near = left.slice(0, 2 * readers);
    for (const one of near.slice(1)) {
      if (one.begun) continue;
      const begun = threads.prepare(one.which);
      if (begun === undefined) break;
      one.begun = begun.then((prepared) => {
        one.done = true;
        return { prepared, byThread: prepared !== undefined };
      });
    }
    // Lets threads report.
    await new Promise((resolve) => setImmediate(resolve));
    if (first.begun === undefined || first.done) return;
    const next = near.find(({ begun }) => begun === undefined);
    if (next === undefined) return;
    // An error is met where the piece is asked for again, in its turn.
    const prepared = await prepare(next.which).catch(() => undefined);
    next.begun = Promise.resolve({ prepared, byThread: false });
    next.done = true;
  }
}

/** Threads that prepare pieces; undefined is what one could not do, or did not live to do. */
function readingThreads(what: Preparation, count: number, options: WorkerOptions = {}) {
  const threads = Array.from({ length: count }, () => {
    const worker = startThread(import.meta.url, "reading-thread", { ...options, workerData: what });
    const waiting: ((prepared: PreparedPiece | undefined) => void)[] = [];
    let alive = true;
    const reply = (prepared: PreparedPiece | undefined) => waiting.shift()?.(prepared);
    const dead = () => {
      alive = false;
      while (waiting.length > 0) reply(undefined);
    };
    worker.on("message", reply);
    worker.on("messageerror", dead);
    worker.on("error", dead);
    worker.on("exit", dead);
    return {
      prepare(which: PieceNumber): Promise<PreparedPiece | undefined> | undefined {
        // One that it works on, and one that it finds when that is done.
        if (!alive || waiting.length === 2) return undefined;
        worker.postMessage(which);
        return new Promise((resolve) => waiting.push(resolve));
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
