/** Deflate, gzip and checksums. */
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
