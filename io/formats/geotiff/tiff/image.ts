/** One image of a TIFF file: how its samples are stored and cut into blocks, checked before anything is decoded. */
import type { BinaryFile } from "../../../storage/binary-file.ts";
import { isNumberType, type NumberType } from "../../../storage/source.ts";
import { refuseTiff, type TiffDirectory } from "./directory.ts";

/** No compressor in use shrinks real grids by more than this; a constant map under deflate reaches about 1000. */
const MOST_SHRUNK = 20_000;
/** Larger blocks than this are not decoded: a strip of the whole image counts as one block. */
const MOST_BLOCK_BYTES = 2 ** 31;

/** Compressions that are decoded, by the number of the TIFF tag. */
export const COMPRESSIONS: ReadonlyMap<number, string> = new Map([
  [1, "none"],
  [5, "LZW"],
  [8, "deflate"],
  [32946, "deflate"],
  [32773, "PackBits"],
  [34887, "LERC"],
  [50000, "ZSTD"],
]);

/** Compressions that are refused by name. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [2, "CCITT fax"],
  [3, "CCITT fax"],
  [4, "CCITT fax"],
  [6, "JPEG"],
  [7, "JPEG"],
  [34712, "JPEG 2000"],
  [34925, "LZMA"],
  [50001, "WebP"],
  [50002, "JPEG XL"],
  [52546, "JPEG XL"],
]);

/** Storage of samples, and the type in which they are handed out. */
export interface SampleType {
  readonly dtype: NumberType;
  /** Bits of a stored sample. */
  readonly bits: number;
  /** 1 unsigned, 2 signed, 3 floating. */
  readonly format: number;
}

/** One image: its size, samples and blocks (tiles or strips). */
export interface TiffImage {
  readonly file: BinaryFile;
  readonly directory: TiffDirectory;
  readonly width: number;
  readonly height: number;
  /** Samples of a pixel: the bands, and alpha where it has one. */
  readonly samples: number;
  readonly type: SampleType;
  readonly compression: number;
  readonly predictor: number;
  /** True if each sample has blocks of its own. */
  readonly planar: boolean;
  readonly tiled: boolean;
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Place of each block in the file, and its bytes. */
  readonly offsets: Float64Array;
  readonly counts: Float64Array;
}

function sampleType(path: string, directory: TiffDirectory, samples: number): SampleType {
  const all = directory.numbers(258);
  const formats = directory.numbers(339);
  const bits = all[0] ?? 1;
  // Format 4 is "undefined", which libtiff takes for unsigned.
  const format = (formats[0] ?? 1) === 4 ? 1 : (formats[0] ?? 1);
  if (all.some((b) => b !== bits) || (formats.length === samples && formats.some((f) => f !== formats[0])))
    throw refuseTiff(path, `its samples have different types (${all.join(", ")} bits)`);
  const name = `${{ 1: "uint", 2: "int", 3: "float" }[format] ?? "other"}${bits}`;
  let dtype = isNumberType(name) ? name : undefined;
  if (format === 3 && bits === 16) dtype = "float32";
  if (format === 1 && bits >= 1 && bits < 32) dtype ??= bits < 8 ? "uint8" : bits < 16 ? "uint16" : "uint32";
  if (!dtype) throw refuseTiff(path, `samples of ${bits} bits in format ${format} are not numbers that monge reads`);
  return { dtype, bits, format };
}

function refusePictures(path: string, directory: TiffDirectory, compression: number): void {
  const refused = REFUSED.get(compression);
  if (refused) throw refuseTiff(path, `it is compressed as ${refused}; expected lossless numbers`);
  if (!COMPRESSIONS.has(compression))
    throw refuseTiff(
      path,
      `its compression has the number ${compression}; expected ${[...new Set(COMPRESSIONS.values())].join(", ")}`,
    );
  if (directory.number(262, 1) === 6) throw refuseTiff(path, "it holds YCbCr colours; expected numbers");
  if (directory.number(266, 1) === 2) throw refuseTiff(path, "its bits run backwards (FillOrder 2)");
}

/** Byte counts of blocks; an old uncompressed file with a single strip may leave them out. */
function countsOf(file: BinaryFile, directory: TiffDirectory, tiled: boolean, offsets: Float64Array, bytes: number) {
  const counts = directory.numbers(tiled ? 325 : 279);
  if (counts.length >= offsets.length) return counts;
  if (offsets.length === 1 && directory.number(259, 1) === 1) return Float64Array.of(bytes);
  throw refuseTiff(file.path, `it states the sizes of ${counts.length} of its ${offsets.length} blocks: it is damaged`);
}

/**
 * The image of a directory.
 * @throws FormatError if it is damaged, or holds what are not lossless numbers.
 */
export function imageOf(file: BinaryFile, directory: TiffDirectory): TiffImage {
  const { path } = file;
  const one = (tag: number, fallback: number) => directory.number(tag, fallback);
  const [width, height, samples] = [one(256, 0), one(257, 0), one(277, 1)];
  if (![width, height, samples].every((n) => Number.isSafeInteger(n) && n > 0))
    throw refuseTiff(path, "it has no image: it is truncated or damaged");
  const compression = one(259, 1);
  refusePictures(path, directory, compression);
  const type = sampleType(path, directory, samples);
  const predictor = one(317, 1);
  const floating = predictor === 3 && (type.format !== 3 || type.bits < 16);
  const packed = predictor === 2 && ![8, 16, 32, 64].includes(type.bits);
  if (![1, 2, 3].includes(predictor) || floating || packed)
    throw refuseTiff(path, `its predictor is ${predictor} for samples of ${type.bits} bits: it is damaged`);
  const tiled = directory.has(322) || directory.has(324);
  const blockWidth = tiled ? one(322, 0) : width;
  const blockHeight = tiled ? one(323, 0) : Math.min(height, one(278, height));
  if (![blockWidth, blockHeight].every((n) => Number.isSafeInteger(n) && n > 0))
    throw refuseTiff(path, "its blocks have no size: it is damaged");
  const arrangement = one(284, 1);
  if (arrangement !== 1 && arrangement !== 2)
    throw refuseTiff(path, `its planar configuration is ${arrangement}; expected 1 or 2: it is damaged`);
  const planar = arrangement === 2 && samples > 1;
  const [across, down] = [Math.ceil(width / blockWidth), Math.ceil(height / blockHeight)];
  const needed = across * down * (planar ? samples : 1);
  const offsets = directory.numbers(tiled ? 324 : 273);
  if (offsets.length < needed) {
    const text = `it has ${offsets.length} blocks where an image of ${height} x ${width} needs ${needed}: it is damaged`;
    throw refuseTiff(path, text);
  }
  const block = blockWidth * blockHeight * (planar ? 1 : samples);
  const cells = Math.max(width * height * samples, needed * block);
  if (cells > file.size * MOST_SHRUNK || (block * type.bits) / 8 > MOST_BLOCK_BYTES)
    throw refuseTiff(path, `its ${file.size} bytes cannot hold an image of ${height} x ${width}: it is damaged`);
  const counts = countsOf(file, directory, tiled, offsets, Math.ceil((width * samples * type.bits) / 8) * height);
  for (let i = 0; i < needed; i++) {
    const [offset, count] = [offsets[i]!, counts[i]!];
    const whole = Number.isSafeInteger(offset) && Number.isSafeInteger(count) && offset >= 0 && count >= 0;
    if (!whole || offset + count > file.size)
      throw refuseTiff(path, `its block ${i} of ${needed} lies beyond its end: it is truncated`);
    // Left out on purpose (sparse) are only those without a place.
    if (count === 0 && offset !== 0) throw refuseTiff(path, `its block ${i} of ${needed} has no bytes: it is damaged`);
  }
  return {
    file,
    directory,
    width,
    height,
    samples,
    type,
    compression,
    predictor,
    planar,
    tiled,
    blockWidth,
    blockHeight,
    offsets,
    counts,
  };
}
