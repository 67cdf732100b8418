/** Deflate, gzip and their checksums: fflate, of which this file is the only importer, with the checks and limits of zlib. */
import { Gunzip, Inflate, gzipSync as packGzip, zlibSync } from "fflate";
import { Buffer } from "./bytes.browser.ts";
import { adler32, crc32 } from "./checksums.ts";

export { crc32 };

export interface ZlibOptions {
  readonly level?: number;
  readonly maxOutputLength?: number;
  readonly chunkSize?: number;
  readonly memLevel?: number;
  readonly windowBits?: number;
}

/** Bytes handed over at once, so that what unpacks to too much is noticed soon. */
const PIECE = 1 << 16;

type Piece = Uint8Array<ArrayBuffer>;
type Unpacker = (take: (piece: Piece) => void) => { push(bytes: Piece, last: boolean): void };

/** Bytes that come out of a stream, gathered. */
function gather(
  unpacker: Unpacker,
  packed: Piece,
  { maxOutputLength = Number.POSITIVE_INFINITY }: ZlibOptions,
): Buffer {
  const pieces: Piece[] = [];
  let length = 0;
  const stream = unpacker((piece) => {
    length += piece.length;
    if (length > maxOutputLength) {
      const error = new RangeError(`Cannot create a Buffer larger than ${maxOutputLength} bytes`);
      throw Object.assign(error, { code: "ERR_BUFFER_TOO_LARGE" });
    }
    pieces.push(piece);
  });
  for (let at = 0; at === 0 || at < packed.length; at += PIECE)
    stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length);
  return Buffer.concat(pieces);
}

const inflater: Unpacker = (take) => new Inflate(take);

function damaged(what: string): Error {
  return Object.assign(new Error(what), { code: "Z_DATA_ERROR" });
}

/** The packed bytes end with a number somewhere: behind it others may lie, as zlib allows. */
function holds(packed: Piece, sum: number, little: boolean): boolean {
  const sought = new Uint8Array(4);
  new DataView(sought.buffer).setUint32(0, sum, little);
  return Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength).indexOf(sought) >= 0;
}

export function inflateSync(packed: Piece, options: ZlibOptions = {}): Buffer {
  const [method = 0, flags = 0] = packed;
  if ((method & 15) !== 8 || (256 * method + flags) % 31 !== 0) throw damaged("incorrect header check");
  const bytes = gather(inflater, packed.subarray(2), options);
  if (!holds(packed.subarray(2), adler32(bytes), false)) throw damaged("incorrect data check");
  return bytes;
}

export function inflate(packed: Piece, options: ZlibOptions, then: (error: Error | null, bytes: Buffer) => void): void {
  later(() => inflateSync(packed, options), then);
}

/** @param take - gets what it unpacks to; elsewhere in memory that is used again */
export async function inflateLent<T>(packed: Piece, most: number, take: (plain: Buffer) => T): Promise<T> {
  return take(await Promise.resolve().then(() => inflateSync(packed, { maxOutputLength: most })));
}

/** Members of a gzip file one by one, each with its checksum compared. */
function gunzipped(packed: Piece, options: ZlibOptions): Buffer {
  const [starts, ends] = [[0], [0]];
  let length = 0;
  const members: Unpacker = (take) => {
    const stream = new Gunzip((piece) => {
      length += piece.length;
      take(piece);
    });
    stream.onmember = (at) => {
      starts.push(at);
      ends.push(length);
    };
    return stream;
  };
  const bytes = gather(members, packed, options);
  ends.push(length);
  starts.forEach((start, i) => {
    const sum = crc32(bytes.subarray(ends[i], ends[i + 1]));
    if (!holds(packed.subarray(start, starts[i + 1]), sum, true)) throw damaged("incorrect data check");
  });
  return bytes;
}

export const gunzipSync = (packed: Piece, options: ZlibOptions = {}): Buffer => gunzipped(packed, options);

type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
const levelOf = ({ level = -1 }: ZlibOptions): { readonly level: Level } => ({
  level: (level < 0 ? 6 : level) as Level,
});
const buffer = (bytes: Piece): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

export const deflateSync = (bytes: Uint8Array, options: ZlibOptions = {}): Buffer =>
  buffer(zlibSync(bytes, levelOf(options)));
export const gzipSync = (bytes: Uint8Array, options: ZlibOptions = {}): Buffer =>
  buffer(packGzip(bytes, { ...levelOf(options), mtime: 0 }));
export function deflate(
  bytes: Uint8Array,
  options: ZlibOptions,
  then: (error: Error | null, bytes: Buffer) => void,
): void {
  later(() => deflateSync(bytes, options), then);
}

/** Lets what was begun before go on first. */
function later(work: () => Buffer, then: (error: Error | null, bytes: Buffer) => void): void {
  Promise.resolve()
    .then(work)
    .then(
      (bytes) => then(null, bytes),
      (error: Error) => then(error, Buffer.alloc(0)),
    );
}

/** A step of `pipeline` that waits for all pieces. */
function whole(unpack: (packed: Piece) => Uint8Array) {
  const pieces: Uint8Array[] = [];
  return {
    pass(piece: Uint8Array): readonly Uint8Array[] {
      pieces.push(piece);
      return [];
    },
    rest: () => [unpack(Buffer.concat(pieces))],
  };
}
export const createGunzip = () => whole((packed) => gunzipped(packed, {}));
export const createInflateRaw = () => whole((packed) => gather(inflater, packed, {}));

export const zstdDecompressSync = undefined;
export const zstdCompressSync = undefined;
