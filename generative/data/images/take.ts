/** Images of a source, chosen and cut: into memory, or through a store on the disk. The same ones either way. */

import { OptionsError } from "../../../engine/errors.ts";
import { checkFolder } from "../../../engine/files/output-check.ts";
import { existsSync, mkdirSync } from "../../../engine/platform/files.ts";
import { join, resolve } from "../../../engine/platform/paths.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import { bytesText } from "../../../engine/text/number.ts";
import {
  type Choice,
  type ChosenImages,
  chooseImages,
  findImages,
  type ImageShares,
  type ImageSource,
} from "./choose.ts";
import { ImagesInMemory } from "./images.ts";
import { storedImages } from "./store.ts";

/** Bytes of images above which they go to the disk, where a run is recorded; and above which they are not held in memory. */
const [LARGE, MOST] = [256e6, 8e9];

export interface TakeOptions<Notes> {
  readonly shares: ImageShares;
  readonly rng: Rng;
  /** Folder of the store; null: memory. @defaultValue `OUT/tiles` for more than 256 MB of images, else memory */
  readonly store: string | null | undefined;
  /** Folder of the runs. */
  readonly out: string | undefined;
  /** Of the file of the store: says the data and all that decides what is found in them. */
  readonly name: string;
  /** Whatever must be known where the data are not read again; asked for when all are. JSON. */
  readonly notes?: () => Notes;
}

/** Images of a training. @throws DomainError where none is left; FormatError where the store is damaged or cannot be written */
export async function takeImages<Notes>(
  source: ImageSource,
  { shares, rng, store, out, name, notes }: TakeOptions<Notes>,
): Promise<{ readonly images: ChosenImages; readonly notes: Notes | undefined }> {
  const folder = store === null ? undefined : store === undefined ? out && join(out, "tiles") : resolve(store);
  if (folder === undefined) return { images: await imagesInMemory(source, shares, rng), notes: notes?.() };
  const path = join(folder, name);
  if (store === undefined && !existsSync(path)) {
    const found = await findImages(source, shares);
    const choice = chooseImages(found, source, shares, rng);
    if (bytesOf(source, choice) <= LARGE) return { images: await cut(source, choice), notes: notes?.() };
  }
  checkFolder(folder);
  mkdirSync(folder, { recursive: true });
  return storedImages(path, source, { shares, rng, ...(notes && { notes }) });
}

/** Chosen images in memory. @throws OptionsError where they take more than 8 GB */
export async function imagesInMemory(
  source: ImageSource,
  shares: ImageShares,
  rng: Rng,
): Promise<ImagesInMemory & ChosenImages> {
  return cut(source, chooseImages(await findImages(source, shares), source, shares, rng));
}

const bytesOf = ({ height, width, channels, outputs, masked }: ImageSource, { order }: Choice): number =>
  order.length * height * width * (4 * channels + (masked ? 5 : 4) * outputs);

async function cut(source: ImageSource, choice: Choice): Promise<ImagesInMemory & ChosenImages> {
  const { height, width, channels, outputs, masked } = source;
  const { events, dropped } = choice;
  const [count, bytes] = [choice.order.length, bytesOf(source, choice)];
  if (bytes > MOST) {
    const what = `${count} images of ${height} x ${width} with ${channels} channels take ${bytesText(bytes)}`;
    throw new OptionsError(`train: ${what}; give a \`cap\`, or \`out\`, which keeps them on the disk`, "cap", count);
  }
  const plane = height * width;
  const arrays = {
    condition: new Float32Array(count * plane * channels),
    clean: new Float32Array(count * plane * outputs),
    ...(masked && { valid: new Uint8Array(count * plane * outputs) }),
  };
  const wanted = events.map(({ begin, places }) => {
    const frames = new Map<number, (readonly [n: number, row: number, column: number])[]>();
    for (const [n, { frame, row, column }] of places.entries()) {
      const own = frames.get(frame) ?? [];
      frames.set(frame, own);
      own.push([begin + n, row, column]);
    }
    return frames;
  });
  let [event, at]: [object | undefined, number] = [undefined, -1];
  for await (const one of source.frames()) {
    if (one.event !== event) at++;
    event = one.event;
    for (const [n, row, column] of wanted[at]?.get(one.frame) ?? []) {
      const { condition, clean, valid } = await one.cut(row, column);
      arrays.condition.set(condition, n * condition.length);
      arrays.clean.set(clean, n * clean.length);
      if (valid) arrays.valid?.set(valid, n * valid.length);
    }
  }
  const images = new ImagesInMemory({ height, width, channels, outputs, count, ...arrays });
  return Object.assign(images, { events, dropped });
}
