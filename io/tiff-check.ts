/**
 * A look at the first directory of a TIFF before a library trusts it: every value must lie inside the file, and the
 * image must have as many blocks as it says. Without this a damaged count asks for gigabytes (TIFF 6.0; BigTIFF).
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const TYPE_SIZE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** No compressor in use shrinks real grids by more than this; a constant map under deflate reaches about 1000. */
const MOST_SHRUNK = 20_000;

interface Entry {
  readonly count: number;
  /** The value itself where it is a single whole number. */
  readonly value: number | undefined;
}

/** What is wrong with the first directory of a TIFF file, or undefined. */
export function findTiffFault(path: string): string | undefined {
  const file = openSync(path, "r");
  try {
    const size = fstatSync(file).size;
    const entries = readEntries(size, (offset, length) => {
      if (offset + length > size) throw new RangeError("its directory lies beyond its end: it is truncated");
      const bytes = new DataView(new ArrayBuffer(length));
      readSync(file, bytes, 0, length, offset);
      return bytes;
    });
    return findImageFault(entries, size);
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  } finally {
    closeSync(file);
  }
}

function readEntries(size: number, read: (offset: number, length: number) => DataView): Map<number, Entry> {
  const head = read(0, 8);
  const little = head.getUint8(0) === 0x49;
  const big = head.getUint16(2, little) === 43;
  const word = (view: DataView, at: number) =>
    big ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little);
  const start = big ? word(read(8, 8), 0) : head.getUint32(4, little);
  const [head2, width, inline] = big ? [8, 20, 8] : [2, 12, 4];
  const counted = read(start, head2);
  const length = big ? word(counted, 0) : counted.getUint16(0, little);
  if (length * width > size) throw new RangeError("its directory lies beyond its end: it is truncated");
  const table = read(start + head2, length * width);
  const entries = new Map<number, Entry>();
  for (let at = 0; at < length * width; at += width) {
    const tag = table.getUint16(at, little);
    const type = table.getUint16(at + 2, little);
    const count = word(table, at + 4);
    const bytes = count * (TYPE_SIZE[type] ?? 0);
    const position = at + (big ? 12 : 8);
    if (bytes > inline && word(table, position) + bytes > size) {
      throw new RangeError(`the values of its tag ${tag} lie beyond its end: it is truncated or damaged`);
    }
    const whole =
      type === 3 ? table.getUint16(position, little) : type === 4 ? table.getUint32(position, little) : undefined;
    entries.set(tag, { count, value: count === 1 ? whole : undefined });
  }
  return entries;
}

function findImageFault(entries: ReadonlyMap<number, Entry>, size: number): string | undefined {
  const value = (tag: number, fallback: number) => entries.get(tag)?.value ?? fallback;
  const [width, height, samples] = [value(256, 0), value(257, 0), value(277, 1)];
  if (!(width > 0 && height > 0 && samples > 0)) return "it has no image: it is truncated or damaged";
  const [tileWidth, tileHeight] = [value(322, width), value(323, Math.min(height, value(278, height)))];
  if (!(tileWidth > 0 && tileHeight > 0)) return "its blocks have no size: it is damaged";
  const planes = value(284, 1) === 2 ? samples : 1;
  const needed = Math.ceil(width / tileWidth) * Math.ceil(height / tileHeight) * planes;
  const blocks = (entries.get(324) ?? entries.get(273))?.count ?? 0;
  if (blocks < needed)
    return `it has ${blocks} blocks where an image of ${height} x ${width} needs ${needed}: it is damaged`;
  const block = tileWidth * tileHeight * (planes === 1 ? samples : 1);
  const cells = Math.max(width * height * samples, needed * block);
  if (cells > size * MOST_SHRUNK)
    return `its ${size} bytes cannot hold an image of ${height} x ${width}: it is damaged`;
  return undefined;
}
