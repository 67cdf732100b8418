/** Windows of a TIFF image: only the blocks that they touch are read, several at a time, and blocks cut by it are kept. */
import type { RawArray } from "../../../storage/source.ts";
import { decodeBlock } from "./codec.ts";
import type { TiffImage } from "./image.ts";

/** Blocks in work at once: enough to keep Node's thread pool busy while the last ones are copied. */
const AT_ONCE = 8;
/** Neighbouring blocks are read from the disk together up to this many bytes. */
const READ_BYTES = 2 ** 22;
/** Gap between blocks that is read over: leaders and trailers of a COG are 8 bytes. */
const GAP = 64;
/** Decoded blocks that are kept for the next window, in bytes. */
const KEPT_BYTES = 2 ** 26;

/** A part of an image: `[sample, row, column]`. */
export interface Window {
  readonly start: readonly [sample: number, row: number, column: number];
  readonly count: readonly [samples: number, rows: number, columns: number];
}

/** Reads windows of one image. */
export interface WindowReader {
  /**
   * Samples as stored, `[samples, rows, columns]`; blocks that the file leaves out (sparse) are `fill`.
   * @throws FormatError if a block is damaged.
   */
  read(window: Window, fill: number): Promise<RawArray>;
}

interface Block {
  readonly index: number;
  /** First sample that it holds, its row and column of blocks. */
  readonly sample: number;
  readonly down: number;
  readonly across: number;
}

/** A reader that remembers the blocks it cut, up to 64 MB. */
export function windowReader(image: TiffImage): WindowReader {
  const kept = new Map<number, RawArray>();
  let keptBytes = 0;
  const remember = (index: number, values: RawArray) => {
    if (values.byteLength > KEPT_BYTES / 2) return;
    // A view would hold on to all that was read from the disk with it.
    kept.set(index, values.buffer.byteLength > values.byteLength + 1024 ? values.slice() : values);
    keptBytes += values.byteLength;
    for (const [oldest, old] of kept) {
      if (keptBytes <= KEPT_BYTES) break;
      kept.delete(oldest);
      keptBytes -= old.byteLength;
    }
  };
  return {
    async read(window, fill) {
      const [samples, rows, columns] = window.count;
      const out = image.type.create(samples * rows * columns);
      if (out.length === 0) return out;
      const blocks = blocksOf(image, window);
      const missing: Block[] = [];
      for (const block of blocks) {
        const values = kept.get(block.index);
        if (values) {
          kept.delete(block.index);
          kept.set(block.index, values);
          copy(image, window, block, values, out);
        } else if (image.counts[block.index] === 0) copy(image, window, block, fill, out);
        else missing.push(block);
      }
      const queue = groups(image, missing);
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < queue.length) {
          const { block, bytes } = queue[next++]!;
          const rowsThere = image.tiled
            ? image.blockHeight
            : Math.min(image.blockHeight, image.height - block.down * image.blockHeight);
          const values = await decodeBlock(image, bytes(), rowsThere, block.index);
          copy(image, window, block, values, out);
          if (isCut(image, window, block)) remember(block.index, values);
        }
      };
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, queue.length) }, work));
      return out;
    },
  };
}

function blocksOf(image: TiffImage, { start, count }: Window): Block[] {
  const { blockWidth, blockHeight, across, down, planar } = image;
  const blocks: Block[] = [];
  const [first, last] = planar ? [start[0], start[0] + count[0]] : [0, 1];
  for (let sample = first; sample < last; sample++) {
    for (let y = Math.floor(start[1] / blockHeight); y * blockHeight < start[1] + count[1]; y++) {
      for (let x = Math.floor(start[2] / blockWidth); x * blockWidth < start[2] + count[2]; x++)
        blocks.push({ index: (sample * down + y) * across + x, sample, down: y, across: x });
    }
  }
  return blocks;
}

/** True if a window leaves a part of a block unused. */
function isCut({ width, height, samples, planar, blockWidth, blockHeight }: TiffImage, window: Window, block: Block) {
  const { start, count } = window;
  const [top, left] = [block.down * blockHeight, block.across * blockWidth];
  const whole =
    start[1] <= top &&
    start[2] <= left &&
    start[1] + count[1] >= Math.min(height, top + blockHeight) &&
    start[2] + count[2] >= Math.min(width, left + blockWidth);
  return !(whole && (planar || count[0] === samples));
}

/** Blocks with their bytes; those that lie side by side in the file are read together, when the first one is asked for. */
function groups(image: TiffImage, blocks: readonly Block[]) {
  const { offsets, counts, file } = image;
  const result: { block: Block; bytes: () => Uint8Array }[] = [];
  for (let from = 0; from < blocks.length; ) {
    const begin = offsets[blocks[from]!.index]!;
    let end = begin + counts[blocks[from]!.index]!;
    let to = from + 1;
    for (; to < blocks.length; to++) {
      const { index } = blocks[to]!;
      const [offset, size] = [offsets[index]!, counts[index]!];
      if (offset < end || offset > end + GAP || offset + size - begin > READ_BYTES) break;
      end = offset + size;
    }
    let shared: Buffer | undefined;
    let users = to - from;
    const length = end - begin;
    for (const block of blocks.slice(from, to)) {
      const offset = offsets[block.index]! - begin;
      const bytes = () => {
        shared ??= file.read(begin, length);
        const part = shared.subarray(offset, offset + counts[block.index]!);
        if (--users === 0) shared = undefined;
        return part;
      };
      result.push({ block, bytes });
    }
    from = to;
  }
  return result;
}

/** Copies what a block and a window share; a number fills it. */
function copy(image: TiffImage, window: Window, block: Block, values: RawArray | number, out: RawArray): void {
  const { start, count } = window;
  const { blockWidth, blockHeight } = image;
  const [top, left] = [block.down * blockHeight, block.across * blockWidth];
  const [rowFrom, rowTo] = [Math.max(start[1], top), Math.min(start[1] + count[1], top + blockHeight)];
  const [from, to] = [Math.max(start[2], left), Math.min(start[2] + count[2], left + blockWidth)];
  const stride = image.planar ? 1 : image.samples;
  const [first, last] = image.planar ? [block.sample, block.sample + 1] : [start[0], start[0] + count[0]];
  for (let sample = first; sample < last; sample++) {
    for (let row = rowFrom; row < rowTo; row++) {
      let target = ((sample - start[0]) * count[1] + row - start[1]) * count[2] + from - start[2];
      if (typeof values === "number") out.fill(values, target, target + to - from);
      else if (stride === 1) {
        const source = (row - top) * blockWidth - left;
        out.set(values.subarray(source + from, source + to), target);
      } else {
        let source = ((row - top) * blockWidth + from - left) * stride + sample;
        for (let column = from; column < to; column++, source += stride) out[target++] = values[source]!;
      }
    }
  }
}
