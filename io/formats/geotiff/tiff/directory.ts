/**
 * The skeleton of a TIFF file: byte order, BigTIFF or classic, and its directories of tags, every value of which must
 * lie inside the file (TIFF 6.0, section 2; BigTIFF). Without that check a damaged count asks for gigabytes.
 */
import { FormatError } from "../../../../engine/errors.ts";
import type { BinaryFile } from "../../../storage/binary-file.ts";

const TYPE_SIZE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];
/** More directories than any real file has; a chain that turns back on itself ends earlier. */
const MOST_DIRECTORIES = 10_000;
/** Values of a tag: the places of that many blocks, 512 MB of them. */
const MOST_VALUES = 2 ** 26;
const HINT = "check it with `gdalinfo`, or rewrite it with `gdal_translate IN OUT`";
/** The error for a TIFF file that cannot be read: `what` completes "PATH: …". */
export function refuseTiff(path: string, what: string, cause?: unknown): FormatError {
  return new FormatError(path, "geotiff", what, HINT, cause === undefined ? {} : { cause });
}

interface Entry {
  readonly type: number;
  readonly count: number;
  readonly offset: number;
}

/** Types of whole numbers: bytes, shorts, longs, IFD, long8, IFD8. */
const WHOLE_TYPES = new Set([1, 3, 4, 13, 16, 18]);
/** Tags that say how pixels are laid out and stored (TIFF 6.0, sections 8 to 15). */
const FIRST_OF_LAYOUT = 254;
const LAST_OF_LAYOUT = 339;

/** The tags of one image of a TIFF file. */
export class TiffDirectory {
  private readonly file: BinaryFile;
  private readonly entries: ReadonlyMap<number, Entry>;
  /** Byte order of the whole file. */
  readonly little: boolean;

  constructor(file: BinaryFile, little: boolean, entries: ReadonlyMap<number, Entry>) {
    this.file = file;
    this.little = little;
    this.entries = entries;
  }

  has(tag: number): boolean {
    return this.entries.has(tag);
  }

  /** All values of a numeric tag; empty where it is absent. */
  numbers(tag: number): Float64Array {
    const entry = this.entries.get(tag);
    if (!entry) return new Float64Array(0);
    if (entry.count > MOST_VALUES) {
      throw refuseTiff(this.file.path, `its tag ${tag} has ${entry.count} values; at most ${MOST_VALUES} are read`);
    }
    const bytes = this.file.bytes(entry.offset, entry.count * TYPE_SIZE[entry.type]!);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const get = reader(view, entry.type, this.little);
    return Float64Array.from({ length: entry.count }, (_, i) => get(i));
  }

  /** The single whole number of a tag, or `fallback` where it is absent. @throws FormatError if it holds anything else. */
  number(tag: number, fallback: number): number {
    const entry = this.entries.get(tag);
    if (!entry) return fallback;
    if (entry.count !== 1 || !WHOLE_TYPES.has(entry.type)) {
      const found = `${entry.count} values of type ${entry.type}`;
      throw refuseTiff(this.file.path, `its tag ${tag} has ${found}; expected one whole number: it is damaged`);
    }
    return this.numbers(tag)[0]!;
  }

  /** The text of a tag without its closing zeros; undefined where it is absent. */
  text(tag: number): string | undefined {
    const entry = this.entries.get(tag);
    if (!entry) return undefined;
    const bytes = this.file.bytes(entry.offset, entry.count * TYPE_SIZE[entry.type]!);
    return bytes.toString("utf8").replace(/(?<!\0)\0+$/, "");
  }
}

function reader(view: DataView, type: number, little: boolean): (i: number) => number {
  switch (type) {
    case 3:
      return (i) => view.getUint16(2 * i, little);
    case 4:
    case 13:
      return (i) => view.getUint32(4 * i, little);
    case 5:
      return (i) => view.getUint32(8 * i, little) / view.getUint32(8 * i + 4, little);
    case 6:
      return (i) => view.getInt8(i);
    case 8:
      return (i) => view.getInt16(2 * i, little);
    case 9:
      return (i) => view.getInt32(4 * i, little);
    case 10:
      return (i) => view.getInt32(8 * i, little) / view.getInt32(8 * i + 4, little);
    case 11:
      return (i) => view.getFloat32(4 * i, little);
    case 12:
      return (i) => view.getFloat64(8 * i, little);
    case 16:
    case 18:
      return (i) => Number(view.getBigUint64(8 * i, little));
    case 17:
      return (i) => Number(view.getBigInt64(8 * i, little));
    default:
      return (i) => view.getUint8(i);
  }
}

/**
 * All directories of a TIFF file, in file order.
 * @throws FormatError if one of them, or a value of one, lies beyond the file's end, if they run in a circle or lie
 * over one
 *   another, or are more than 10 000.
 */
export function readDirectories(file: BinaryFile): TiffDirectory[] {
  const head = file.bytes(0, Math.min(16, Math.max(8, file.size)));
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const little = head[0] === 0x49;
  const big = view.getUint16(2, little) === 43;
  if (big && (head.length < 16 || view.getUint16(4, little) !== 8)) throw file.truncated(16);
  const found: TiffDirectory[] = [];
  const seen = new Set<number>();
  let next = big ? Number(view.getBigUint64(8, little)) : view.getUint32(4, little);
  let bytes = 0;
  while (next !== 0) {
    if (seen.has(next)) throw refuseTiff(file.path, "its directories run in a circle: it is damaged");
    if (found.length >= MOST_DIRECTORIES) {
      throw refuseTiff(file.path, `it has more than ${MOST_DIRECTORIES} directories, which are not read`);
    }
    seen.add(next);
    const { entries, after, length } = readEntries(file, next, little, big);
    bytes += length;
    if (bytes > file.size) throw refuseTiff(file.path, "its directories lie over one another: it is damaged");
    found.push(new TiffDirectory(file, little, entries));
    next = after;
  }
  if (found.length === 0) throw refuseTiff(file.path, "it has no directory: it is truncated or damaged");
  return found;
}

function readEntries(file: BinaryFile, start: number, little: boolean, big: boolean) {
  const [head, width, inline, pointer] = big ? [8, 20, 8, 8] : [2, 12, 4, 4];
  const view = (offset: number, length: number) => {
    const bytes = file.bytes(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  };
  const word = (from: DataView, at: number) =>
    big ? Number(from.getBigUint64(at, little)) : from.getUint32(at, little);
  const counted = view(start, head);
  const length = big ? word(counted, 0) : counted.getUint16(0, little);
  if (length * width > file.size) throw file.truncated(start + head + length * width);
  const table = view(start + head, length * width + pointer);
  const entries = new Map<number, Entry>();
  for (let at = 0; at < length * width; at += width) {
    const tag = table.getUint16(at, little);
    const type = table.getUint16(at + 2, little);
    const count = word(table, at + 4);
    const bytes = count * (TYPE_SIZE[type] ?? 0);
    // A type that is not known here is skipped, as readers shall (TIFF 6.0, section 2), but not where pixels depend on
    // it.
    const known = TYPE_SIZE[type]! > 0;
    if ((!known && tag >= FIRST_OF_LAYOUT && tag <= LAST_OF_LAYOUT) || entries.has(tag)) {
      const why = known ? "stands twice" : `is of the unknown type ${type}`;
      throw refuseTiff(file.path, `its tag ${tag} ${why}: it is damaged`);
    }
    if (!known) continue;
    const position = at + (big ? 12 : 8);
    const offset = bytes > inline ? word(table, position) : start + head + position;
    if (offset + bytes > file.size) {
      throw refuseTiff(file.path, `the values of its tag ${tag} lie beyond its end: it is truncated or damaged`);
    }
    entries.set(tag, { type, count, offset });
  }
  return { entries, after: word(table, length * width), length: head + length * width + pointer };
}
