/** Windows of a TIFF image: only the blocks that they touch are read, several at a time, and blocks cut by it are kept. */
import { copyBox, stridesOf } from "../../../storage/box.ts";
import { ChunkCache } from "../../../storage/chunk-cache.ts";
import { type ChunkedArray, readChunks } from "../../../storage/chunked.ts";
import { elementSize, rawArray } from "../../../storage/number-types.ts";
import { type RawArray, sizeOf } from "../../../storage/source.ts";
import { decodeBlock } from "./codec.ts";
import type { TiffImage } from "./image.ts";

/** Decoded blocks that are kept for the next window, in bytes. */
const KEPT_BYTES = 2 ** 26;

/** A part of an image: `[sample, row, column]`. */
export interface Window {
  readonly start: readonly [sample: number, row: number, column: number];
  readonly count: readonly [samples: number, rows: number, columns: number];
}

/**
 * A reader of windows, which gives samples as stored, `[samples, rows, columns]`.
 * @returns a function that takes a window and the value of blocks that the file leaves out (sparse), and throws
 * FormatError
 *   if a block is damaged
 */
export function windowReader(image: TiffImage): (window: Window, fill: number, into?: Uint8Array) => Promise<RawArray> {
  const { width, height, samples, planar, tiled, blockWidth, blockHeight, counts, offsets, file } = image;
  const { dtype } = image.type;
  const cache = new ChunkCache(KEPT_BYTES);
  // Of images that are not planar the samples of a pixel lie side by side.
  const ordered = <T>([sample, row, column]: readonly [T, T, T]): [T, T, T] =>
    planar ? [sample, row, column] : [row, column, sample];
  const array: Omit<ChunkedArray, "fill"> = {
    key: "",
    shape: ordered([samples, height, width]),
    chunks: ordered([planar ? 1 : samples, blockHeight, blockWidth]),
    size: elementSize(dtype),
    async fetch(position, index, _target, lend) {
      if (counts[index] === 0) return undefined;
      const top = position[planar ? 1 : 0]! * blockHeight;
      const rows = tiled ? blockHeight : Math.min(blockHeight, height - top);
      const packed = file.bytes(offsets[index]!, counts[index]!);
      const samples = await decodeBlock(image, packed, { rows, index }, lend && ((lent) => lend(bytesOf(lent))));
      return samples && bytesOf(samples);
    },
  };
  return async ({ start, count }, fill, into) => {
    const inPlace = planar || count[0] === 1;
    const out = rawArray(dtype, sizeOf(count), inPlace ? into : undefined);
    const one = bytesOf(rawArray(dtype, 1).fill(fill));
    await readChunks({ ...array, fill: one }, cache, ordered(start), ordered(count), bytesOf(out));
    if (inPlace) return out;
    const [several, rows, columns] = count;
    const apart = rawArray(dtype, out.length);
    const from = { words: out, offset: 0, strides: [1, columns * several, several] };
    copyBox(from, { words: apart, offset: 0, strides: stridesOf([several, rows, columns]) }, count, 1);
    return apart;
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: RawArray) => new Uint8Array(buffer, byteOffset, byteLength);
