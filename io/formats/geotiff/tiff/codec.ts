/**
 * From the bytes of a block to its samples. Deflate runs on Node's thread pool, LZW and PackBits are decoded here, ZSTD
 * as of Zarr. No decoder is let write more than its block.
 */

import { BackendError, FormatError } from "../../../../engine/errors.ts";
import { halfToNumber } from "../../../../engine/numerics/half-float.ts";
import { inflate, inflateLent, inflateSync } from "../../../../engine/platform/compression.ts";
import { unpackBits } from "../../../storage/bits.ts";
import { rawArray, swapBytes, toNumbers } from "../../../storage/number-types.ts";
import type { RawArray } from "../../../storage/source.ts";
import { unzstd } from "../../../storage/zstd.ts";
import { refuseTiff } from "./directory.ts";
import { COMPRESSIONS, type TiffImage } from "./image.ts";
import { decodeLerc } from "./lerc.ts";
import { decodeLzw, decodePackBits } from "./lzw.ts";
import { undoDifferences, undoFloatDifferences } from "./predictor.ts";

/** Blocks smaller than this are inflated at once: handing them to another thread costs more. */
const SMALL = 2 ** 16;

/** The place of a block in its image. */
interface BlockPlace {
  readonly rows: number;
  /** Its number, for messages. */
  readonly index: number;
}

/**
 * Samples of one block, rows of `blockWidth` pixels, those of a pixel side by side unless the image is planar.
 *
 * @param lend - may get the samples in place of a result, in memory that is used again when it returns
 * @throws FormatError if the bytes are damaged or end early.
 */
export async function decodeBlock(
  image: TiffImage,
  bytes: Uint8Array,
  { rows, index }: BlockPlace,
  lend?: (samples: RawArray) => void,
): Promise<RawArray | undefined> {
  const rowValues = image.blockWidth * (image.planar ? 1 : image.samples);
  const rowBytes = Math.ceil((rowValues * image.type.bits) / 8);
  const [size, most] = [rowBytes * rows, rowBytes * image.blockHeight];
  const samples = (plain: Uint8Array): RawArray => {
    if (plain.length < size) {
      const text = `its block ${index} holds ${plain.length} bytes instead of ${size}: it is truncated or damaged`;
      throw refuseTiff(image.file.path, text);
    }
    return samplesOf(image, plain.subarray(0, size), rowValues, rows);
  };
  let plain: Uint8Array;
  try {
    const isDeflate = image.compression === 8 || image.compression === 32946;
    if (isDeflate && size >= SMALL && lend) return await inflateLent(bytes, most, (lent) => void lend(samples(lent)));
    plain = await decompress(image, bytes, { size, most, rows });
  } catch (cause) {
    if (cause instanceof BackendError || cause instanceof FormatError) throw cause;
    const name = COMPRESSIONS.get(image.compression);
    const why = (cause as Error).message;
    throw refuseTiff(image.file.path, `its block ${index} cannot be decoded as ${name} (${why})`, cause);
  }
  return samples(plain);
}

/** Deflate may hold up to a whole block's bytes where the last strip of the image is shorter. */
async function decompress(
  image: TiffImage,
  bytes: Uint8Array,
  { size, most, rows }: { readonly size: number; readonly most: number; readonly rows: number },
): Promise<Uint8Array> {
  switch (image.compression) {
    case 1:
      return bytes;
    case 5:
      return decodeLzw(bytes, size);
    case 32773:
      return decodePackBits(bytes, size);
    case 8:
    case 32946: {
      // One chunk for the whole result: growing it piece by piece costs more than inflating.
      const options = { maxOutputLength: Math.max(most, 64), chunkSize: Math.max(size + 64, 64) };
      if (size < SMALL) return inflateSync(bytes, options);
      return new Promise((resolve, reject) => {
        inflate(bytes, options, (error, result) => (error ? reject(error) : resolve(result)));
      });
    }
    case 50000:
      return unzstd(bytes, most);
    default:
      return decodeLerc(image, await unpackedLerc(image, bytes, most), rows);
  }
}

/** LERC without the deflate (1) or Zstandard (2) that may be around it. */
async function unpackedLerc(image: TiffImage, bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const [, packed = 0] = image.directory.numbers(50674);
  // At its largest a blob is the samples as they are, a bit for each pixel, and its headers.
  const room = 2 * most + 4096;
  if (packed === 0) return bytes;
  if (packed === 1) return inflateSync(bytes, { maxOutputLength: room });
  if (packed === 2) return unzstd(bytes, room);
  throw new RangeError(`its LERC is packed by the method ${packed}; expected 0, 1 or 2`);
}

/** Undoes byte order and predictor, and widens what has no typed array of its own. */
function samplesOf(image: TiffImage, plain: Uint8Array, rowValues: number, rows: number): RawArray {
  const { bits, dtype } = image.type;
  const stride = image.planar ? 1 : image.samples;
  if (![8, 16, 32, 64].includes(bits)) {
    const out = rawArray(dtype, rowValues * rows);
    const rowBytes = Math.ceil((rowValues * bits) / 8);
    for (let row = 0; row < rows; row++) {
      out.set(unpackBits(plain, 8 * row * rowBytes, rowValues, bits), row * rowValues);
    }
    return out;
  }
  // Typed arrays need their bytes aligned.
  let bytes = plain.byteOffset % 8 === 0 ? plain : Uint8Array.from(plain);
  if (image.predictor === 3) bytes = undoFloatDifferences(bytes, rowValues, stride, bits / 8);
  // Those of LERC as well: libtiff turns numbers into the file's byte order before it packs them.
  else if (!image.directory.little) swapBytes(bytes, bits / 8);
  if (image.predictor === 2) undoDifferences(bytes, rowValues, stride, bits);
  if (bits === 16 && dtype === "float32") {
    return Float32Array.from(new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2), halfToNumber);
  }
  return toNumbers(bytes, dtype, true);
}
