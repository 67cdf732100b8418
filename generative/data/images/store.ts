/** Images that are larger than memory: cut once, kept in one file, read one at a time. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { beginRecords, openRecords, type RecordNotes, type RecordStore } from "../../../engine/files/record-store.ts";
import type { ChosenImages, ImageOrigin } from "./choose.ts";
import type { Image, Images } from "./images.ts";

/**
 * Opens a store of records, which is filled where it is not there yet: a file must be of the same data and options as before, so its
 * name should say them.
 *
 * @param path - of the file; its folder must exist
 * @param shape - of a record
 * @param fill - appends all records; called only where there is no file
 * @throws FormatError where the file was damaged, or cannot be written
 */
export async function openStore(
  path: string,
  fill: () => Promise<{
    readonly shape: readonly number[];
    readonly records: (append: (record: Float32Array) => Promise<void>) => Promise<RecordNotes>;
  }>,
): Promise<RecordStore> {
  if (!existsSync(path)) {
    const { shape, records } = await fill();
    const writer = await beginRecords(path, shape);
    try {
      await writer.finish(await records((record) => writer.append(record)));
    } finally {
      await writer.discard();
    }
  }
  return openRecords(path);
}

/** Name of the file of a store: of the data, without their folders, and of all that decides what is in it. */
export function storeName(sources: readonly string[], decides: readonly unknown[]): string {
  const text = JSON.stringify([1, sources.map((path) => basename(path)), ...decides]);
  return `${createHash("sha256").update(text).digest("hex").slice(0, 20)}.safetensors`;
}

/** Metadata of a store of images. */
type About = Pick<Images, "height" | "width" | "count" | "channels" | "outputs"> & Pick<ImageOrigin, "dropped">;

/** Images in a file. @param choose - chooses them; asked only where there is no file */
export async function storedImages(path: string, choose: () => Promise<ChosenImages>): Promise<Images & ImageOrigin> {
  const store = await openStore(path, async () => {
    const { images, places, bytes: _b, limit: _l, ...about } = await choose();
    const { height, width, channels, outputs } = about;
    const length = height * width * (channels + outputs);
    return {
      shape: [length],
      async records(append) {
        for await (const image of images()) await append(recordOf(image, length));
        const where = Int32Array.from(places.flatMap(({ time, row, column }) => [time, row, column]));
        return { places: where, about: about satisfies About };
      },
    };
  });
  const about = store.about as About;
  const { height, width, channels, outputs } = about;
  const places = Array.from({ length: store.count }, (_, image) => {
    const [time, row, column] = store.places.subarray(3 * image, 3 * image + 3);
    return { time: time!, row: row!, column: column! };
  });
  const plane = height * width;
  return {
    ...about,
    places,
    masked: true,
    read(image) {
      const record = store.read(image);
      const clean = record.subarray(plane * channels, plane * (channels + outputs));
      const valid = Uint8Array.from(clean, (value) => (Number.isNaN(value) ? 0 : 1));
      for (let i = 0; i < clean.length; i++) if (valid[i] === 0) clean[i] = 0;
      return { condition: record.subarray(0, plane * channels), clean, valid };
    },
    close: () => store.close(),
  };
}

/** The conditions, and behind them the residuals: NaN where there is none. */
function recordOf({ condition, clean, valid }: Required<Image>, length: number): Float32Array {
  const record = new Float32Array(length);
  record.set(condition);
  record.set(
    clean.map((value, i) => (valid[i] === 0 ? Number.NaN : value)),
    condition.length,
  );
  return record;
}
