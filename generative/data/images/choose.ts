/** Images to learn from: places of frames with values, mostly wet, found in one pass; and a seeded choice among them. */
import { DomainError } from "../../../engine/errors.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import type { Image, Images } from "./images.ts";

/** Shares by which images are chosen. */
export const usualShares = {
  /** Least share of wet pixels, of those with values, of a wet image; only of precipitation. */
  wetShare: 0.1,
  /** Least share of wet pixels of a drier image; images below it are dropped. */
  drierShare: 0.01,
  /** Part of the images taken from the drier ones, in [0, 1). */
  drierPart: 0.2,
  /** Least share of pixels of an image where a target has a value, where frames are larger than an image. */
  validShare: 0.5,
  /** Most images of an event. */
  limit: Number.POSITIVE_INFINITY,
};
export type ImageShares = typeof usualShares;

/** Frame, and row and column of the first pixel of an image, each from 0. */
export interface ImagePlace {
  /** Among those of its event. */
  readonly frame: number;
  readonly row: number;
  readonly column: number;
}

/** An event, or all frames that images are chosen from together, which have no name. */
export interface ImageEvent {
  readonly name: string;
  /** Most images taken from it. @defaultValue that of the shares */
  readonly limit?: number;
}

export interface ImageFrame {
  /** The same object for all frames of an event; they follow each other. */
  readonly event: ImageEvent;
  readonly frame: number;
  readonly rows: number;
  readonly columns: number;
  /** Larger values of each target are clutter. */
  readonly clutter: readonly number[];
  /** Targets, [rows, columns] each: NaN where missing, 0 where dry. */
  read(): Promise<readonly Float32Array[]>;
  cut(row: number, column: number): Promise<Image>;
}

export interface ImageSource extends Pick<Images, "height" | "width" | "channels" | "outputs" | "masked"> {
  /** Rows and columns of an image before it is filled up to `height` and `width`. */
  readonly size: readonly [rows: number, columns: number];
  /** True if no frame is larger than an image: all with values are taken, however dry. */
  readonly whole: boolean;
  /** Number of the target that is wet or dry; −1: none. */
  readonly rain: number;
  /** First positions of images of a length along a line. */
  starts(line: number, length: number): readonly number[];
  /** All frames in order; a second pass gives them again. */
  frames(): AsyncIterable<ImageFrame>;
}

export interface FoundImage extends ImagePlace {
  /** True if it is a wet one, not a drier one. */
  readonly wet: boolean;
}

/** All images that could be taken, in the order of frames, rows and columns. */
export interface FoundImages {
  /** With the number of images found in each. */
  readonly events: readonly (ImageEvent & { readonly count: number })[];
  readonly images: readonly FoundImage[];
  /** Frames that were looked at. */
  readonly frames: number;
  /** Places that were left out: without (enough) values, too dry, with clutter. */
  readonly dropped: { readonly empty: number; readonly dry: number; readonly clutter: number };
}

export interface EventTiles {
  readonly name: string;
  readonly begin: number;
  /** Index one past its last image. */
  readonly end: number;
  /** Wet images found, before the choice. */
  readonly wetFound: number;
  readonly drierFound: number;
  readonly wetKept: number;
  readonly drierKept: number;
  /** Place of each image, in the order of the images. */
  readonly places: readonly ImagePlace[];
}

export interface ChosenImages extends Images {
  /** In the order of the images. */
  readonly events: readonly EventTiles[];
  /** Images that were left out: without (enough) values, too dry, with clutter, beyond the limit or the part of drier ones. */
  readonly dropped: FoundImages["dropped"] & {
    readonly surplus: number;
    /** Those of `surplus` that are beyond the part of drier ones. */
    readonly drier: number;
  };
}

/** Places of a frame, wet and drier. @param dropped - counts the others */
export function* placesIn(
  maps: readonly Float32Array[],
  { rows, columns, clutter }: Pick<ImageFrame, "rows" | "columns" | "clutter">,
  { size, whole, rain, starts }: Pick<ImageSource, "size" | "whole" | "rain" | "starts">,
  { wetShare, drierShare, validShare }: ImageShares,
  dropped: { empty: number; dry: number; clutter: number },
): Generator<Omit<FoundImage, "frame">> {
  const [height, width] = size;
  for (const row of starts(rows, height)) {
    for (const column of starts(columns, width)) {
      const seen = lookAt(maps, clutter, rain, { columns, row, column, height, width });
      const valid = seen.valid / (height * width);
      const share = seen.there > 0 ? seen.wet / seen.there : 0;
      if (seen.clutter) dropped.clutter++;
      else if (valid === 0 || (!whole && valid < validShare)) dropped.empty++;
      else if (whole || rain < 0 || share >= wetShare) yield { row, column, wet: true };
      else if (share >= drierShare) yield { row, column, wet: false };
      else dropped.dry++;
    }
  }
}

/** Pixels where any map has a value; where the rain has one, and is wet (above 0); whether any value is clutter. */
function lookAt(
  maps: readonly ArrayLike<number>[],
  limits: readonly number[],
  rain: number,
  at: { readonly columns: number; readonly row: number; readonly column: number } & Pick<Images, "height" | "width">,
) {
  let [valid, there, wet, clutter] = [0, 0, 0, false];
  for (let y = at.row; y < at.row + at.height; y++) {
    for (let i = y * at.columns + at.column; i < y * at.columns + at.column + at.width; i++) {
      let any = 0;
      for (let o = 0; o < maps.length; o++) {
        const value = maps[o]![i]!;
        if (Number.isNaN(value)) continue;
        any = 1;
        if (value > limits[o]!) clutter = true;
        if (o === rain) {
          there++;
          if (value > 0) wet++;
        }
      }
      valid += any;
    }
  }
  return { valid, there, wet, clutter };
}

/** Looks at all frames once. @param keep - is given each image that is found @throws DomainError where there is none */
export async function findImages(
  source: ImageSource,
  shares: ImageShares,
  keep?: (image: Image) => Promise<void>,
): Promise<FoundImages> {
  const events: (ImageEvent & { count: number })[] = [];
  const images: FoundImage[] = [];
  const dropped = { empty: 0, dry: 0, clutter: 0 };
  let [event, frames]: [ImageEvent | undefined, number] = [undefined, 0];
  for await (const one of source.frames()) {
    frames++;
    if (one.event !== event) events.push({ ...one.event, count: 0 });
    event = one.event;
    for (const place of placesIn(await one.read(), one, source, shares, dropped)) {
      images.push({ frame: one.frame, ...place });
      events.at(-1)!.count++;
      await keep?.(await one.cut(place.row, place.column));
    }
  }
  const found = { events, images, frames, dropped };
  if (images.length === 0) throw noneLeft(found, source);
  return found;
}

function noneLeft({ frames, dropped }: FoundImages, { size, masked }: Pick<ImageSource, "size" | "masked">) {
  const what = `no ${masked ? "image" : "tile"} of ${size.join(" x ")} is left of ${frames} times`;
  const why = `${dropped.empty} had too few values, ${dropped.dry} were too dry, ${dropped.clutter} had clutter`;
  const way = masked ? "" : "; what has gaps is learned from as `fine` instead of `data`";
  return new DomainError(`train: ${what}: ${why}; give other times, or a smaller \`tile\`${way}`, 0);
}

/** Images of {@link chooseImages}, and the number of each among those that were found. */
export type Choice = Pick<ChosenImages, "events" | "dropped"> & { readonly order: readonly number[] };

/**
 * A seeded choice in each event: up to (1 − drierPart) · limit wet images, and drier ones in the ratio drierPart : 1 − drierPart to
 * those. Images of a named event come as they were drawn, the wet ones first; others in the order in which they were found.
 *
 * @param rng - an event with a name has a stream of its own
 * @throws DomainError where no image is left
 */
export function chooseImages(
  found: FoundImages,
  source: Pick<ImageSource, "size" | "whole" | "rain" | "masked">,
  { limit: most, drierPart: part }: ImageShares,
  rng: Rng,
): Choice {
  const { images } = found;
  const drierPart = source.whole || source.rain < 0 ? 0 : part;
  const order: number[] = [];
  const events: EventTiles[] = [];
  let first = 0;
  for (const { name, count, limit = most } of found.events) {
    const own = Array.from({ length: count }, (_, n) => first + n);
    const [wet, drier] = [own.filter((n) => images[n]!.wet), own.filter((n) => !images[n]!.wet)];
    const wetKept = Math.min(wet.length, Math.floor(limit * (1 - drierPart) + 1e-9));
    const drierKept = Math.min(drier.length, Math.floor((wetKept * drierPart) / (1 - drierPart) + 1e-9));
    const stream = name === "" ? rng : rng.split(name);
    const drawn = (from: readonly number[], many: number, one: Rng) =>
      Array.from(one.permutation(from.length).subarray(0, many), (i) => from[i]!);
    const kept = [...drawn(wet, wetKept, stream.split("wet")), ...drawn(drier, drierKept, stream.split("drier"))];
    if (name === "") kept.sort((a, b) => a - b);
    const places = kept.map((n) => ({ frame: images[n]!.frame, row: images[n]!.row, column: images[n]!.column }));
    const counts = { wetFound: wet.length, drierFound: drier.length, wetKept, drierKept };
    events.push({ name, begin: order.length, end: order.length + kept.length, ...counts, places });
    order.push(...kept);
    first += count;
  }
  if (order.length === 0) throw noneLeft(found, source);
  const drier = events.reduce((sum, { drierFound, drierKept }) => sum + drierFound - drierKept, 0);
  return { events, order, dropped: { ...found.dropped, surplus: images.length - order.length, drier } };
}
