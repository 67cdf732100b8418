/**
 * Equal records of float32 that are appended once and then read in any order, one at a time: data that do not fit in
 * memory. The file is a safetensors file (Python's `safetensors` opens it) whose first tensor is the records; the
 * system's page cache holds of it what fits.
 */

import { isPlainObject } from "../checks.ts";
import { FormatError } from "../errors.ts";
import { closeSync, createReadStream, type FileHandle, open, openSync, readSync } from "../platform/files.ts";
import { createHash } from "../platform/hashing.ts";
import { basename } from "../platform/paths.ts";
import { pipeline } from "../platform/streams.ts";
import { beginAtomically, explainWriteError } from "./atomic-file.ts";
import { headerLength, METADATA, parseEntry, parseHeader } from "./safetensors.ts";
import { writeFully } from "./write-fully.ts";

/** Metadata beside the records. */
export interface RecordNotes {
  /** Whole numbers that belong to the records, [count, columns]. */
  readonly places: Int32Array;
  /** Anything that JSON can say. */
  readonly about: unknown;
}

/** A store on its way. */
export interface RecordWriter {
  /** Records so far. */
  readonly count: number;
  /** @throws FormatError where the disk is full or refuses; nothing is left then */
  append(record: Float32Array): Promise<void>;
  /** Puts the file in its place. */
  finish(notes: RecordNotes): Promise<void>;
  /** Removes what was written; does nothing after `finish`. */
  discard(): Promise<void>;
}

/** Records of a file. */
export interface RecordStore extends RecordNotes {
  readonly path: string;
  /** Number of records. */
  readonly count: number;
  /** Lengths of the dimensions of one. */
  readonly shape: readonly number[];
  /** A copy of one. */
  read(index: number): Float32Array<ArrayBuffer>;
  /** Ends reading; a second time does nothing. */
  close(): void;
}

/** Bytes for the header, which is written last: it says how many records there are. */
const HEADER = 4096;
/** Bytes that are gathered before they are written. */
const BUFFER = 4 << 20;
const FORMAT = "record store";
const AGAIN = "remove it, and it is made again";
const DIGEST = "data-sha256";

/**
 * Begins a store.
 *
 * @param path - the file; its folder must exist
 * @param shape - lengths of the dimensions of one record
 * @throws FormatError where it cannot be written
 */
export async function beginRecords(path: string, shape: readonly number[]): Promise<RecordWriter> {
  const pending = await beginAtomically(path);
  const handle = await open(pending.temporary, "r+");
  const hash = createHash("sha256");
  const size = 4 * shape.reduce((a, b) => a * b, 1);
  const buffer = new Uint8Array(Math.max(size, BUFFER - (BUFFER % size)));
  let [count, filled, at] = [0, 0, HEADER];
  const discard = async (): Promise<void> => {
    await handle.close().catch(() => {});
    await pending.discard();
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      await discard();
      throw explainWriteError(path, error);
    }
  };
  const put = async (bytes: Uint8Array): Promise<void> => {
    hash.update(bytes);
    writeFully(handle.fd, bytes, at);
    at += bytes.length;
  };
  const flush = async (): Promise<void> => {
    await put(buffer.subarray(0, filled));
    filled = 0;
  };
  return {
    get count() {
      return count;
    },
    discard,
    async append(record) {
      buffer.set(new Uint8Array(record.buffer, record.byteOffset, size), filled);
      filled += size;
      count++;
      if (filled === buffer.length) await guarded(flush);
    },
    finish: ({ places, about }) =>
      guarded(async () => {
        await flush();
        const text = new TextEncoder().encode(JSON.stringify(about));
        const [first, second] = [at - HEADER, at - HEADER + places.byteLength];
        await put(new Uint8Array(places.buffer, places.byteOffset, places.byteLength));
        await put(text);
        const columns = count === 0 ? 0 : places.length / count;
        const header = {
          [METADATA]: { [DIGEST]: hash.digest("hex") },
          records: { dtype: "F32", shape: [count, ...shape], data_offsets: [0, first] },
          places: { dtype: "I32", shape: [count, columns], data_offsets: [first, second] },
          about: { dtype: "U8", shape: [text.length], data_offsets: [second, second + text.length] },
        };
        const head = new Uint8Array(HEADER).fill(0x20);
        new DataView(head.buffer).setBigUint64(0, BigInt(HEADER - 8), true);
        head.set(new TextEncoder().encode(JSON.stringify(header)), 8);
        writeFully(handle.fd, head, 0);
        await handle.close();
        await pending.commit();
      }),
  };
}

/**
 * Opens a store, and compares its checksum: one pass over the file.
 *
 * @throws FormatError where it is no such file, or was damaged
 */
export async function openRecords(path: string): Promise<RecordStore> {
  const fail = (message: string): never => {
    throw new FormatError(path, FORMAT, message, AGAIN);
  };
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    const start = await readAt(handle, 0, Math.min(8, size));
    const head = await readAt(handle, 0, 8 + headerLength(start, size, path));
    const { header, dataStart } = parseHeader(head, path, size);
    const { records, places, about, [METADATA]: metadata } = header as Readonly<Record<string, unknown>>;
    const entryOf = (name: string, entry: unknown) => parseEntry(path, name, entry, size - dataStart);
    const [all, where, text] = [entryOf("records", records), entryOf("places", places), entryOf("about", about)];
    const [count = 0, ...shape] = all.shape;
    const digits = isPlainObject(metadata) ? metadata[DIGEST] : undefined;
    const hash = createHash("sha256");
    await pipeline(createReadStream(path, { start: dataStart, highWaterMark: BUFFER }), hash);
    if (hash.digest("hex") !== digits) fail("its checksum is not that of its content: it was damaged");
    const at = (entry: typeof all) => readAt(handle, dataStart + entry.begin, entry.end - entry.begin);
    const notes = {
      places: new Int32Array((await at(where)).buffer),
      about: JSON.parse(new TextDecoder().decode(await at(text))) as unknown,
    };
    const length = shape.reduce((a, b) => a * b, 1);
    const descriptor = openSync(path, "r");
    let closed = false;
    return {
      ...{ path, count, shape, ...notes },
      read(index) {
        if (closed || !(index >= 0 && index < count))
          throw new RangeError(`${basename(path)}: there is no record ${index}`);
        const record = new Float32Array(length);
        const bytes = new Uint8Array(record.buffer);
        const read = readSync(descriptor, bytes, 0, bytes.length, dataStart + all.begin + index * bytes.length);
        if (read !== bytes.length) fail(`record ${index} is cut short: the file changed while it was read`);
        return record;
      },
      close() {
        if (!closed) closeSync(descriptor);
        closed = true;
      },
    };
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes;
}
