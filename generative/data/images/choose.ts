/** Images to learn from: whole maps where the grid is small, else tiles of it with values, mostly wet. */
import { DomainError, OptionsError } from "../../../engine/errors.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import { type Target, transformed } from "../../model/channel.ts";
import type { ModelDescription } from "../../model/configuration.ts";
import { sizeOfGrid } from "../../model/fine-grid.ts";
import { backgroundOf, conditionOf } from "../../model/standardise.ts";
import { channelMaps } from "../channels/channel-maps.ts";
import { clutterLimits } from "../channels/quantity.ts";
import { targetMaps } from "../channels/target-maps.ts";
import { gridAt, type MatchedPairs } from "../match.ts";
import { type Image, type Images, ImagesInMemory } from "./images.ts";
import { chooseWet, lookAt, usualShares } from "./wet-images.ts";

/** Rules by which {@link chooseImages} chooses. */
export const usualImages = {
  ...usualShares,
  /** Most rows and columns of an image, in pixels; a grid that is no larger is taken whole, at all times. */
  tile: 64,
  /** Least share of pixels of a tile where a target has a value. */
  validShare: 0.5,
  /** Images with a larger value of a precipitation target, in its units, are dropped as clutter; undefined: by its interval. */
  largest: undefined as number | undefined,
  /** Most images. */
  limit: Number.POSITIVE_INFINITY,
  /** Rows and columns are filled up to a multiple of this: edges repeated, no values to learn. */
  multiple: 4,
};

/** The rules, and the stream that chooses among tiles where not all are taken. */
type ImageRules = typeof usualImages & { readonly rng: Rng };

/** Time and first pixel of an image. */
export interface ImagePlace {
  /** Index into `pairs.times`. */
  readonly time: number;
  /** Of its first pixel, from 0. */
  readonly row: number;
  /** Of its first pixel, from 0. */
  readonly column: number;
}

/** Places of images, and counts of what was left out. */
export interface ImageOrigin {
  /** One for each image, in their order. */
  readonly places: readonly ImagePlace[];
  /** Images that were left out: without (enough) values, too dry, with clutter, beyond the limit or the part of drier ones. */
  readonly dropped: {
    readonly empty: number;
    readonly dry: number;
    readonly clutter: number;
    readonly surplus: number;
    /** Those of `surplus` that are beyond the part of drier ones. @defaultValue unknown, as in stores of before this was counted */
    readonly drier?: number;
  };
}

/** Bytes above which an archive is not held in memory. */
const MOST = 8e9;

/** Images that were chosen, and are not cut yet. */
export interface ChosenImages extends ImageOrigin, Pick<Images, "height" | "width" | "count" | "channels" | "outputs"> {
  /** Of all images in memory. */
  readonly bytes: number;
  /** Of the rules. */
  readonly limit: number;
  /** Cuts them, in order. */
  images(): AsyncGenerator<Required<Image>>;
}

/**
 * Looks at the targets of some times, and chooses the images.
 *
 * @param times - indices into `pairs.times`
 * @param description - of {@link measureChannels}, on these pairs or on others
 * @throws DomainError where no image is left; OptionsError for options out of range
 */
export async function chooseImages(
  pairs: MatchedPairs,
  times: readonly number[],
  description: ModelDescription,
  rules: ImageRules,
): Promise<ChosenImages> {
  const { channels, targets } = description;
  const { places, dropped, rows, columns } = await choose(pairs, times, targets, rules);
  const { multiple, limit } = rules;
  const [height, width] = [rows, columns].map((n) => Math.ceil(n / multiple) * multiple) as [number, number];
  const count = places.length;
  return {
    ...{ height, width, count, channels: channels.length, outputs: targets.length, places, dropped },
    bytes: count * height * width * (4 * channels.length + 5 * targets.length),
    limit,
    images: () => cutImages(pairs, description, places, { height, width, rows, columns }),
  };
}

/** Chosen images in memory. @throws OptionsError where they take more than 8 GB */
export async function heldInMemory({
  images,
  bytes,
  limit,
  ...of
}: ChosenImages): Promise<ImagesInMemory & ImageOrigin> {
  const { count, height, width, channels, outputs } = of;
  if (bytes > MOST) {
    const what = `${count} images of ${height} x ${width} with ${channels} channels take ${(bytes / 1e9).toFixed(1)} GB`;
    throw new OptionsError(
      `train: ${what}; give a \`limit\`, or \`out\`, which keeps them on the disk`,
      "limit",
      limit,
    );
  }
  const plane = height * width;
  const arrays = {
    condition: new Float32Array(count * plane * channels),
    clean: new Float32Array(count * plane * outputs),
    valid: new Uint8Array(count * plane * outputs),
  };
  let n = 0;
  for await (const { condition, clean, valid } of images()) {
    arrays.condition.set(condition, n * condition.length);
    arrays.clean.set(clean, n * clean.length);
    arrays.valid.set(valid, n * valid.length);
    n++;
  }
  const { places, dropped } = of;
  return Object.assign(new ImagesInMemory({ ...of, ...arrays }), { places, dropped });
}

export async function* cutImages(
  pairs: MatchedPairs,
  { channels, targets }: ModelDescription,
  places: readonly ImagePlace[],
  size: { readonly height: number; readonly width: number; readonly rows: number; readonly columns: number },
): AsyncGenerator<Required<Image>> {
  const { height, width, rows, columns } = size;
  const [inputs, outputs] = [channelMaps(channels, pairs, pairs.grid), targetMaps(targets, pairs)];
  const plane = height * width;
  let [held, maps, values]: [number, readonly Float32Array[], readonly Float32Array[]] = [-1, [], []];
  for (const { time, row, column } of places) {
    if (time !== held) [held, maps, values] = [time, await inputs.read(time), await outputs.read(time)];
    const [, across] = sizeOfGrid(gridAt(pairs, time));
    // Beyond the last row and column, these are repeated.
    const cut = (map: Float32Array): Float32Array => {
      const out = new Float32Array(plane);
      for (let y = 0, i = 0; y < height; y++) {
        const from = (row + Math.min(y, rows - 1)) * across + column;
        for (let x = 0; x < width; x++) out[i++] = map[from + Math.min(x, columns - 1)]!;
      }
      return out;
    };
    const condition = conditionOf(maps.map(cut), channels);
    const background = backgroundOf(condition, channels, targets);
    const clean = new Float32Array(background.length);
    const valid = new Uint8Array(background.length);
    for (const [o, { transform, deviation }] of targets.entries()) {
      const map = values[o]!;
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          const value = map[(row + y) * across + column + x]!;
          if (Number.isNaN(value)) continue;
          const to = (y * width + x) * targets.length + o;
          clean[to] = (transformed(transform, value) - background[to]!) / deviation;
          valid[to] = 1;
        }
      }
    }
    yield { condition, clean, valid };
  }
}

interface Chosen extends ImageOrigin {
  /** Of an image, before it is filled up. */
  readonly rows: number;
  readonly columns: number;
}

/** Looks at the targets alone, and chooses. */
async function choose(
  pairs: MatchedPairs,
  times: readonly number[],
  targets: readonly Target[],
  o: ImageRules,
): Promise<Chosen> {
  checkTile(o);
  const sizes = (pairs.grids ?? [pairs.grid]).map(sizeOfGrid);
  const [height, width] = [0, 1].map((k) => Math.min(o.tile, ...sizes.map((size) => size[k]!))) as [number, number];
  const whole = sizes.every((size) => size.every((n) => n <= o.tile));
  const rain = targets.findIndex(({ wetThreshold }) => wetThreshold !== undefined);
  const limits = clutterLimits(targets, o.largest);
  const dropped = { empty: 0, dry: 0, clutter: 0 };
  const [wet, drier]: [ImagePlace[], ImagePlace[]] = [[], []];
  const outputs = targetMaps(targets, pairs);
  for (const time of times) {
    const maps = await outputs.read(time);
    const [rows, columns] = sizeOfGrid(gridAt(pairs, time));
    for (const row of starts(rows, height)) {
      for (const column of starts(columns, width)) {
        const seen = lookAt(maps, limits, rain, { columns, row, column, height, width });
        const valid = seen.valid / (height * width);
        const share = seen.there > 0 ? seen.wet / seen.there : 0;
        if (seen.clutter) dropped.clutter++;
        else if (valid === 0 || (!whole && valid < o.validShare)) dropped.empty++;
        else if (whole || rain < 0 || share >= o.wetShare) wet.push({ time, row, column });
        else if (share >= o.drierShare) drier.push({ time, row, column });
        else dropped.dry++;
      }
    }
  }
  const drierPart = whole || rain < 0 ? 0 : o.drierPart;
  const chosen = chooseWet(wet, drier, { limit: o.limit, drierPart, rng: o.rng });
  const kept = [...chosen.wet, ...chosen.drier].sort((a, b) => a.time - b.time || a.row - b.row || a.column - b.column);
  if (kept.length === 0) {
    const { empty, dry, clutter } = dropped;
    const what = `no image of ${height} x ${width} is left of ${times.length} times`;
    const why = `${empty} had too few values, ${dry} were too dry, ${clutter} had clutter`;
    throw new DomainError(`train: ${what}: ${why}; give other times, or a smaller \`tile\``, 0);
  }
  const surplus = wet.length + drier.length - kept.length;
  return {
    places: kept,
    dropped: { ...dropped, surplus, drier: drier.length - chosen.drier.length },
    rows: height,
    columns: width,
  };
}

/** First positions of tiles that cover a line with the least overlap. */
function starts(length: number, tile: number): readonly number[] {
  const count = Math.ceil(length / tile);
  return Array.from({ length: count }, (_, i) => (count === 1 ? 0 : Math.round((i * (length - tile)) / (count - 1))));
}

function checkTile({ tile, multiple }: ImageRules): void {
  if (Number.isInteger(tile / multiple) && tile > 0) return;
  const expected = `a positive whole number of pixels that ${multiple} divides`;
  throw new OptionsError(`train: tile is ${tile}; expected ${expected}`, "tile", tile);
}
