/** Deflate, gzip and checksums. */
import { Buffer } from "node:buffer";
import * as zlib from "node:zlib";

export {
  crc32,
  createGunzip,
  createInflateRaw,
  deflate,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflate,
  inflateSync,
  type ZlibOptions,
} from "node:zlib";

/** Bytes that Zstandard unpacks to, at most `maxOutputLength`; undefined before Node 22.15. */
export const zstdDecompressSync =
  "zstdDecompressSync" in zlib ? (zlib.zstdDecompressSync as typeof zlib.inflateSync) : undefined;

/** Bytes packed as a frame of Zstandard, with parameters of libzstd by their numbers; undefined before Node 22.15. */
export const zstdCompressSync =
  "zstdCompressSync" in zlib
    ? (zlib.zstdCompressSync as (
        bytes: Uint8Array,
        options: { readonly params: Readonly<Record<number, number>> },
      ) => Uint8Array)
    : undefined;

/** Streams that wait for work: of each one the memory that it unpacks into is used again. */
const idle: LendingStream[] = [];
/** As many as are at work at once. */
const MOST_IDLE = 6;
/** Memory larger than this is given back. */
const MOST_KEPT = 2 ** 21;

/**
 * Inflates on another thread into memory that is lent: `take` must be done with it when it returns. A stream and a buffer
 * of each piece's own would cost as much as inflating, collections included.
 *
 * @param most - bytes that it may unpack to
 * @returns what `take` returns
 * @throws the error of `inflate`
 */
export async function inflateLent<T>(bytes: Uint8Array, most: number, take: (plain: Buffer) => T): Promise<T> {
  // Memory that is never full: full memory would be followed by more. Deflate packs 1032 times at most.
  const space = (most <= MOST_KEPT ? most : Math.min(most, 1032 * bytes.length)) + 64;
  const at = idle.findIndex((one) => one.space >= space);
  const stream = at < 0 ? new LendingStream(space) : idle.splice(at, 1)[0]!;
  const plain = await stream.inflate(bytes, most);
  if (plain === undefined) {
    // Whatever was wrong is said by the function whose errors are known.
    const options = { chunkSize: space, maxOutputLength: Math.max(1, most) };
    return take(
      await new Promise<Buffer>((resolve, reject) => {
        zlib.inflate(bytes, options, (error, result) => (error ? reject(error) : resolve(result)));
      }),
    );
  }
  const taken = take(plain);
  if (stream.space <= MOST_KEPT + 64) {
    idle.push(stream);
    if (idle.length > MOST_IDLE) idle.shift();
  }
  return taken;
}

/** A stream that inflates one piece after another. */
class LendingStream {
  /** Bytes of its memory. */
  readonly space: number;
  readonly #stream: zlib.Inflate;
  #pieces: Buffer[] = [];
  #length = 0;
  #most = 0;
  #fail: () => void = () => {};

  constructor(space: number) {
    this.space = space;
    // With what finishes a stream, a piece that ends early is an error.
    this.#stream = zlib.createInflate({ chunkSize: space, flush: zlib.constants.Z_FINISH });
    this.#stream.on("data", (piece: Buffer) => {
      this.#pieces.push(piece);
      this.#length += piece.length;
      if (this.#length > this.#most) this.#stream.destroy(new RangeError("longer than it may be"));
    });
    this.#stream.on("error", () => this.#fail());
  }

  /** @returns its own memory, or undefined where the stream failed and is of no more use */
  async inflate(bytes: Uint8Array, most: number): Promise<Buffer | undefined> {
    [this.#pieces, this.#length, this.#most] = [[], 0, most];
    this.#stream.reset();
    // From the start of its memory again; where Node calls it otherwise, it takes more memory.
    Object.assign(this.#stream, { _outOffset: 0 });
    const done = await new Promise<boolean>((resolve) => {
      this.#fail = () => resolve(false);
      this.#stream.write(bytes, (error) => resolve(!error));
    });
    if (!done || this.#length > most) return undefined;
    return this.#pieces.length === 1 ? this.#pieces[0] : Buffer.concat(this.#pieces);
  }
}
