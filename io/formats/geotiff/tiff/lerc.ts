/**
 * LERC blocks: numbers beside a mask of valid pixels, as libtiff writes them (`tif_lerc.c`). The package lerc, Esri's
 * own decoder, unpacks them; this file is its only importer. A block whose header says another size or type than the
 * image is not decoded.
 */
import type { LercHeaderInfo } from "lerc";
import { requireMemory } from "../../../../engine/numerics/wasm-code.ts";
import { elementSize } from "../../../storage/number-types.ts";
import type { NumberType } from "../../../storage/source.ts";
import type { TiffImage } from "./image.ts";

/** Types by their number in the header. */
const TYPES: readonly NumberType[] = ["int8", "uint8", "int16", "uint16", "int32", "uint32", "float32", "float64"];

/** Bytes that a blob and its numbers may take together in the memory of WebAssembly. */
const MOST_IN_WASM = 2 ** 30;

/** Kind of an extra sample (tag 338) that libtiff packs as the mask of bytes. */
const UNASSOCIATED_ALPHA = 2;

/**
 * Samples of a block in the file's byte order, those of a pixel side by side. Floats of masked pixels are NaN. A mask
 * that stands for the alpha of bytes becomes 0 and 255. Other masked numbers are 0, as libtiff has them.
 *
 * @param blob - without a compression around it
 * @param rows - of the block that lie in the image
 * @throws Error where the blob is damaged, or is not of the image's size and type
 */
export async function decodeLerc(image: TiffImage, blob: Uint8Array, rows: number): Promise<Uint8Array> {
  requireMemory("LERC");
  const { decode, getBlobInfo, load } = await import("lerc");
  await load();
  if (String.fromCharCode(...blob.subarray(0, 6)) !== "Lerc2 ") throw new RangeError("it does not begin as LERC 2");
  const info = getBlobInfo(blob);
  const samples = image.planar ? 1 : image.samples;
  const bands = packsAlpha(image) && info.depthCount === samples - 1 ? samples - 1 : samples;
  const cells = info.width * info.height;
  const size = image.type.bits / 8;
  checkHeader(image, info, { rows, bands });
  if (blob.length + cells * samples * size > MOST_IN_WASM) throw new RangeError("its block is too large");
  const { pixels, mask, bandMasks } = decode(blob, { returnInterleaved: true });
  const lists = pixels.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  if (mask === null && lists.length === 1 && bands === samples) return lists[0]!;
  const out = new Uint8Array(cells * samples * size);
  const nan = new Uint8Array((size === 8 ? Float64Array : Float32Array).of(Number.NaN).buffer);
  for (let band = 0; band < bands; band++) {
    // Either the numbers of a pixel are side by side, or each band has a list of its own.
    const list = lists[band] ?? lists[0]!;
    const [first, step] = lists.length === 1 ? [band, bands] : [0, 1];
    const valid = image.type.format === 3 ? (bandMasks?.[band] ?? mask) : null;
    for (let i = 0; i < cells; i++) {
      const at = (first + i * step) * size;
      // As bytes: a number of the other byte order may look like a NaN, whose bits a copy would change.
      out.set(valid?.[i] === 0 ? nan : list.subarray(at, at + size), (i * samples + band) * size);
    }
  }
  if (bands < samples) for (let i = 0; i < cells; i++) out[i * samples + bands] = mask?.[i] === 0 ? 0 : 255;
  return out;
}

function packsAlpha({ planar, type, directory }: TiffImage): boolean {
  return !planar && type.dtype === "uint8" && directory.numbers(338).at(-1) === UNASSOCIATED_ALPHA;
}

function checkHeader(
  { type, blockWidth, blockHeight }: TiffImage,
  { width, height, depthCount, bandCount, dataType }: LercHeaderInfo,
  { rows, bands }: { readonly rows: number; readonly bands: number },
): void {
  if (width !== blockWidth || height < rows || height > blockHeight)
    throw new RangeError(`it is ${height} x ${width} where a block is ${blockHeight} x ${blockWidth}`);
  if (depthCount * bandCount !== bands || Math.min(depthCount, bandCount) !== 1)
    throw new RangeError(`it holds ${depthCount * bandCount} numbers a pixel instead of ${bands}`);
  if (TYPES[dataType] !== type.dtype || type.bits !== 8 * elementSize(type.dtype))
    throw new RangeError(`it holds numbers of type ${TYPES[dataType]}, and the file has ${type.dtype}`);
}
