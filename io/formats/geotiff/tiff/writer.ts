/**
 * Cloud-optimised GeoTIFF, byte by byte (geotiff.js's writer corrupts integers and cannot compress or tile):
 * directories first, then the tiles from the coarsest overview to the image itself, row by row, one plane per band,
 * little-endian. Tiles are compressed on Node's thread pool, a few at a time, and written in order.
 */

import { DomainError } from "../../../../engine/errors.ts";
import { writeFully } from "../../../../engine/files/write-fully.ts";
import { Buffer } from "../../../../engine/platform/bytes.ts";
import { deflate as deflateLater, type ZlibOptions } from "../../../../engine/platform/compression.ts";
import { closeSync, openSync } from "../../../../engine/platform/files.ts";
import { promisify } from "../../../../engine/platform/values.ts";
import { takeDifferences, takeFloatDifferences } from "./predictor.ts";

const deflate = promisify(deflateLater) as (bytes: Uint8Array, options: ZlibOptions) => Promise<Buffer>;

/** One tag with its values in file order. */
export type Tag = readonly [code: number, type: number, count: number, bytes: Buffer];

/** A tag of 16-bit numbers. */
export const short = (code: number, ...values: readonly number[]): Tag => [
  code,
  3,
  values.length,
  Buffer.from(Uint16Array.from(values).buffer),
];
/** A tag of 32-bit numbers. */
export const long = (code: number, values: readonly number[]): Tag => [
  code,
  4,
  values.length,
  Buffer.from(Uint32Array.from(values).buffer),
];
/** A tag of float64 numbers. */
export const double = (code: number, values: readonly number[]): Tag => [
  code,
  12,
  values.length,
  Buffer.from(Float64Array.from(values).buffer),
];
/** A tag of text. */
export const ascii = (code: number, text: string): Tag => {
  const bytes = Buffer.from(`${text}\0`, "utf8");
  return [code, 2, bytes.length, bytes];
};

/** Contents of the file. */
export interface TiffPlan {
  /** For messages. */
  readonly path: string;
  /** The image, then its overviews from fine to coarse. */
  readonly levels: readonly { readonly width: number; readonly height: number }[];
  readonly bands: number;
  readonly bits: 8 | 16 | 32 | 64;
  /** 1 unsigned, 2 signed, 3 floating. */
  readonly format: 1 | 2 | 3;
  /** Edge of a tile, a multiple of 16. */
  readonly tile: number;
  /** 1 none, 2 differences, 3 differences of sorted bytes. */
  readonly predictor: 1 | 2 | 3;
  /** Deflate level; 0 writes plain numbers. */
  readonly compression: number;
  /** True if offsets have 64 bits. */
  readonly big: boolean;
  /** Tags of the image alone, and of the image and its overviews. */
  readonly tags: readonly Tag[];
  readonly sharedTags: readonly Tag[];
}

/** Little-endian samples of one tile, `tile` x `tile`; the buffer is the caller's to change. */
export type TileSource = (tileRow: number, tileColumn: number) => Uint8Array;

/** Tiles in work at once. */
const AT_ONCE = 8;
const CLASSIC_END = 2 ** 32;

/** GDAL's note at the start of the file, from which readers know that they may rely on the order of things. */
function structure(bands: number): string {
  const blocks = "BLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\nBLOCK_TRAILER=LAST_4_BYTES_REPEATED\n";
  // What GDAL says of blocks holds for files with one plane.
  const text = `LAYOUT=IFDS_BEFORE_DATA\n${bands === 1 ? blocks : ""}KNOWN_INCOMPATIBLE_EDITION=NO\n `;
  return `GDAL_STRUCTURAL_METADATA_SIZE=${String(text.length).padStart(6, "0")} bytes\n${text}`;
}

/**
 * Writes the file.
 *
 * @param file - path of a file that does not exist yet.
 * @param tiles - the samples of one band of one level; asked for once each, bands of the coarsest level first.
 * @throws DomainError if the file passes 4 GiB without 64-bit offsets.
 */
export async function writeTiff(
  file: string,
  plan: TiffPlan,
  tiles: (level: number, band: number) => TileSource,
): Promise<void> {
  const { levels, bands, big, tile } = plan;
  const note = structure(bands);
  const head = big ? 16 : 8;
  const grids = levels.map(({ width, height }) => ({
    across: Math.ceil(width / tile),
    down: Math.ceil(height / tile),
  }));
  const places = grids.map(({ across, down }) => ({
    offsets: new Float64Array(across * down * bands),
    counts: new Uint32Array(across * down * bands),
  }));
  const directories = () => layOut(plan, places, even(head + note.length));
  const handle = openSync(file, "wx");
  try {
    let at = directories().end;
    const write = (bytes: Buffer) => {
      const leader = Buffer.alloc(4);
      leader.writeUInt32LE(bytes.length);
      const all = Buffer.concat([leader, bytes, bytes.subarray(-4)]);
      writeFully(handle, all, at);
      const offset = at + 4;
      at += all.length;
      if (!big && at >= CLASSIC_END) {
        const { width, height } = levels[0]!;
        const what = `${plan.path}: GeoTIFF of ${bands} bands of ${height} x ${width} passes 4 GiB`;
        throw new DomainError(`${what}, the end of classic TIFF; pass \`bigTiff: true\``, at);
      }
      return offset;
    };
    const queue: Promise<() => void>[] = [];
    for (let level = levels.length - 1; level >= 0; level--) {
      const { across, down } = grids[level]!;
      for (let band = 0; band < bands; band++) {
        const source = tiles(level, band);
        for (let i = 0; i < across * down; i++) {
          const raw = source(Math.floor(i / across), i % across);
          const index = band * across * down + i;
          const { offsets, counts } = places[level]!;
          const job = encode(plan, raw).then((bytes) => () => {
            offsets[index] = write(bytes);
            counts[index] = bytes.length;
          });
          // A failure is met where the queue is emptied, not as an unhandled rejection.
          job.catch(() => {});
          queue.push(job);
          if (queue.length >= AT_ONCE) (await queue.shift()!)();
        }
      }
    }
    for (const job of queue) (await job)();
    const { bytes, start } = directories();
    writeFully(handle, bytes, start);
    const header = Buffer.alloc(head + note.length);
    if (big) {
      header.set([0x49, 0x49, 43, 0, 8, 0, 0, 0]);
      header.writeBigUInt64LE(BigInt(start), 8);
    } else {
      header.set([0x49, 0x49, 42, 0]);
      header.writeUInt32LE(start, 4);
    }
    header.write(note, head, "latin1");
    writeFully(handle, header, 0);
  } finally {
    closeSync(handle);
  }
}

const even = (n: number) => n + (n % 2);

async function encode({ tile, bits, predictor, compression }: TiffPlan, raw: Uint8Array): Promise<Buffer> {
  let bytes = raw;
  if (predictor === 3) bytes = takeFloatDifferences(raw, tile, 1, bits / 8);
  else if (predictor === 2) takeDifferences(raw, tile, 1, bits);
  if (compression === 0) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return deflate(bytes, { level: compression, chunkSize: Math.max(1024, bytes.length >> 1) });
}

interface Places {
  readonly offsets: Float64Array;
  readonly counts: Uint32Array;
}

/** All directories, chained, as one run of bytes from `start`. */
function layOut(plan: TiffPlan, places: readonly Places[], start: number) {
  const { levels, bands, bits, format, tile, predictor, compression, big } = plan;
  const perBand = (value: number) => Array.from({ length: bands }, () => value);
  const parts: Buffer[] = [];
  let at = start;
  levels.forEach(({ width, height }, level) => {
    const { offsets, counts } = places[level]!;
    const offsetTag: Tag = big
      ? [324, 16, offsets.length, Buffer.from(BigUint64Array.from(offsets, BigInt).buffer)]
      : [324, 4, offsets.length, Buffer.from(Uint32Array.from(offsets).buffer)];
    const tags: Tag[] = [
      ...(level > 0 ? [long(254, [1])] : []),
      long(256, [width]),
      long(257, [height]),
      short(258, ...perBand(bits)),
      short(259, compression === 0 ? 1 : 8),
      short(262, 1),
      short(277, bands),
      short(284, bands > 1 ? 2 : 1),
      ...(predictor === 1 ? [] : [short(317, predictor)]),
      short(322, tile),
      short(323, tile),
      offsetTag,
      [325, 4, counts.length, Buffer.from(Uint32Array.from(counts).buffer)],
      ...(bands > 1 ? [short(338, ...perBand(0).slice(1))] : []),
      short(339, ...perBand(format)),
      ...plan.sharedTags,
      ...(level === 0 ? plan.tags : []),
    ];
    const bytes = directory(tags, at, level + 1 < levels.length, big);
    parts.push(bytes);
    at += bytes.length;
  });
  return { bytes: Buffer.concat(parts), start, end: at };
}

/** One directory at `start` with the values that do not fit into it behind; the next one follows, or none. */
function directory(tags: readonly Tag[], start: number, more: boolean, big: boolean): Buffer {
  const sorted = [...tags].sort((a, b) => a[0] - b[0]);
  const [head, width, inline] = big ? [8, 20, 8] : [2, 12, 4];
  const table = Buffer.alloc(head + width * sorted.length + inline);
  const word = (value: number, position: number) => {
    if (big) table.writeBigUInt64LE(BigInt(value), position);
    else table.writeUInt32LE(value, position);
  };
  if (big) word(sorted.length, 0);
  else table.writeUInt16LE(sorted.length, 0);
  const tail: Buffer[] = [];
  let next = start + table.length;
  sorted.forEach(([code, type, count, bytes], i) => {
    const entry = head + width * i;
    table.writeUInt16LE(code, entry);
    table.writeUInt16LE(type, entry + 2);
    word(count, entry + 4);
    const position = entry + (big ? 12 : 8);
    if (bytes.length <= inline) {
      bytes.copy(table, position);
      return;
    }
    word(next, position);
    const padded = Buffer.alloc(even(bytes.length));
    bytes.copy(padded);
    tail.push(padded);
    next += padded.length;
  });
  if (more) word(next, head + width * sorted.length);
  return Buffer.concat([table, ...tail]);
}
