/** Images that are larger than memory: all that could be taken are cut once, kept in one file, and chosen anew by each training. */

import { beginRecords, openRecords } from "../../../engine/files/record-store.ts";
import { existsSync } from "../../../engine/platform/files.ts";
import { createHash } from "../../../engine/platform/hashing.ts";
import { basename } from "../../../engine/platform/paths.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import {
  type ChosenImages,
  chooseImages,
  type FoundImages,
  findImages,
  type ImageShares,
  type ImageSource,
} from "./choose.ts";
import type { Image } from "./images.ts";

/** Name of the file of a store: of the data, without their folders, and of all that decides what is in it. */
export function storeName(sources: readonly string[], decides: readonly unknown[]): string {
  const text = JSON.stringify([2, sources.map((path) => basename(path)), ...decides]);
  return `${createHash("sha256").update(text).digest("hex").slice(0, 20)}.safetensors`;
}

type About<Notes> = Omit<FoundImages, "images"> & { readonly notes: Notes | undefined };

/**
 * Images in a file, the same as in memory. A file that is there is not made again: it must be of the same data and options, so its name
 * should say them.
 *
 * @param path - of the file; its folder must exist
 * @throws FormatError where the file was damaged, or cannot be written; else as choosing images
 */
export async function storedImages<Notes>(
  path: string,
  source: ImageSource,
  o: { readonly shares: ImageShares; readonly rng: Rng; readonly notes?: () => Notes },
): Promise<{ readonly images: ChosenImages; readonly notes: Notes | undefined }> {
  const { height, width, channels, outputs, masked } = source;
  const plane = height * width;
  if (!existsSync(path)) {
    const writer = await beginRecords(path, [plane * (channels + outputs)]);
    try {
      const { images, ...found } = await findImages(source, o.shares, (image) => writer.append(recordOf(image)));
      const places = Int32Array.from(
        images.flatMap(({ frame, row, column, wet }) => [frame, row, column, wet ? 1 : 0]),
      );
      await writer.finish({ places, about: { ...found, notes: o.notes?.() } satisfies About<Notes> });
    } finally {
      await writer.discard();
    }
  }
  const store = await openRecords(path);
  try {
    const { notes, ...found } = store.about as About<Notes>;
    const images = Array.from({ length: store.count }, (_, image) => {
      const [frame, row, column, wet] = store.places.subarray(4 * image, 4 * image + 4);
      return { frame: frame!, row: row!, column: column!, wet: wet === 1 };
    });
    const { events, dropped, order } = chooseImages({ ...found, images }, source, o.shares, o.rng);
    const read = (image: number): Image => {
      const record = store.read(order[image]!);
      const [condition, clean] = [record.subarray(0, plane * channels), record.subarray(plane * channels)];
      if (!masked) return { condition, clean };
      const valid = Uint8Array.from(clean, (value) => (Number.isNaN(value) ? 0 : 1));
      for (let i = 0; i < clean.length; i++) if (valid[i] === 0) clean[i] = 0;
      return { condition, clean, valid };
    };
    const sizes = { height, width, channels, outputs, masked, count: order.length };
    return { images: { ...sizes, events, dropped, read, close: () => store.close() }, notes };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** The conditions, and behind them the targets: NaN where there is none. */
function recordOf({ condition, clean, valid }: Image): Float32Array {
  const record = new Float32Array(condition.length + clean.length);
  record.set(condition);
  record.set(valid ? clean.map((value, i) => (valid[i] === 0 ? Number.NaN : value)) : clean, condition.length);
  return record;
}
