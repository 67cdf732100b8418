/** Images of pairs that are larger than memory: cut once, kept in one file, read one at a time. */
import { existsSync } from "node:fs";
import { beginRecords, openRecords } from "../../../engine/files/record-store.ts";
import type { ChosenPairs, CutOf } from "./choose.ts";
import type { PairImage, PairImages, StoredPairs } from "./images.ts";

/** Metadata of a store of images. */
interface About extends PairImages {
  readonly dropped: CutOf["dropped"];
}

/**
 * Images in a file. One that is there is not made again: it must be of the same pairs, description and options, so its name should say them.
 *
 * @param path - of the file; its folder must exist
 * @param choose - chooses them; asked only where there is no file
 * @throws FormatError where the file was damaged, or cannot be written
 */
export async function storePairs(path: string, choose: () => Promise<ChosenPairs>): Promise<StoredPairs & CutOf> {
  if (!existsSync(path)) await fill(path, await choose());
  const store = await openRecords(path);
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

/** A record is the conditions, and behind them the residuals: NaN where there is none. */
async function fill(path: string, { images, places, bytes: _b, limit: _l, ...about }: ChosenPairs): Promise<void> {
  const { height, width, channels, outputs } = about;
  const length = height * width * (channels + outputs);
  const writer = await beginRecords(path, [length]);
  try {
    for await (const image of images()) await writer.append(recordOf(image, length));
    const where = Int32Array.from(places.flatMap(({ time, row, column }) => [time, row, column]));
    await writer.finish({ places: where, about: about satisfies About });
  } finally {
    await writer.discard();
  }
}

function recordOf({ condition, clean, valid }: PairImage, length: number): Float32Array {
  const record = new Float32Array(length);
  record.set(condition);
  record.set(
    clean.map((value, i) => (valid[i] === 0 ? Number.NaN : value)),
    condition.length,
  );
  return record;
}
