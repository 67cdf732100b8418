/** Images of matched fields: whole maps where the grid is small, else tiles that cover it. */
import { OptionsError } from "../../../engine/errors.ts";
import { transformed } from "../../model/channel.ts";
import type { ModelDescription } from "../../model/configuration.ts";
import { sizeOfGrid } from "../../model/fine-grid.ts";
import { backgroundOf, conditionOf } from "../../model/standardise.ts";
import { channelMaps } from "../channels/channel-maps.ts";
import { clutterLimits } from "../channels/quantity.ts";
import { targetMaps } from "../channels/target-maps.ts";
import { gridAt, type MatchedPairs } from "../match.ts";
import { type ImageSource, usualShares } from "./choose.ts";
import type { Image } from "./images.ts";

/** Rules by which images of pairs are cut. */
export const usualImages = {
  ...usualShares,
  /** Most rows and columns of an image, in pixels; a grid that is no larger is taken whole, at all times. */
  tile: 64,
  /** Images with a larger value of a precipitation target, in its units, are dropped as clutter; undefined: by its interval. */
  largest: undefined as number | undefined,
  /** Rows and columns are filled up to a multiple of this: edges repeated, no values to learn. */
  multiple: 4,
};

/** Sizes of an image: filled up, and without. */
export type ImageSize = Record<"height" | "width" | "rows" | "columns", number>;

/**
 * Images of some times of pairs.
 *
 * @param times - indices into `pairs.times`
 * @param description - of {@link measureChannels}, on these pairs or on others
 * @throws OptionsError for options out of range
 */
export function pairImages(
  pairs: MatchedPairs,
  times: readonly number[],
  description: ModelDescription,
  { tile, largest, multiple }: Pick<typeof usualImages, "tile" | "largest" | "multiple">,
): ImageSource {
  if (!(Number.isInteger(tile / multiple) && tile > 0)) {
    const expected = `a positive whole number of pixels that ${multiple} divides`;
    throw new OptionsError(`train: tile is ${tile}; expected ${expected}`, "tile", tile);
  }
  const { channels, targets } = description;
  const sizes = (pairs.grids ?? [pairs.grid]).map(sizeOfGrid);
  const [rows, columns] = [0, 1].map((k) => Math.min(tile, ...sizes.map((size) => size[k]!))) as [number, number];
  const [height, width] = [rows, columns].map((n) => Math.ceil(n / multiple) * multiple) as [number, number];
  const clutter = clutterLimits(targets, largest);
  const frame = pairFrames(pairs, description, { height, width, rows, columns });
  const event = { name: "" };
  return {
    ...{ height, width, size: [rows, columns], channels: channels.length, outputs: targets.length, masked: true },
    whole: sizes.every((size) => size.every((n) => n <= tile)),
    rain: targets.findIndex(({ wetThreshold }) => wetThreshold !== undefined),
    // With the least overlap.
    starts(line, length) {
      const count = Math.ceil(line / length);
      return Array.from({ length: count }, (_, i) =>
        count === 1 ? 0 : Math.round((i * (line - length)) / (count - 1)),
      );
    },
    async *frames() {
      for (const time of times) {
        const [down, across] = sizeOfGrid(gridAt(pairs, time));
        yield { event, frame: time, rows: down, columns: across, clutter, ...frame(time) };
      }
    },
  };
}

/** Reads the targets of a time, and cuts images out of it. */
export function pairFrames(pairs: MatchedPairs, { channels, targets }: ModelDescription, size: ImageSize) {
  const { height, width, rows, columns } = size;
  const [inputs, outputs] = [channelMaps(channels, pairs, pairs.grid), targetMaps(targets, pairs)];
  return (time: number) => {
    let [values, maps]: Promise<readonly Float32Array[]>[] = [];
    const [, across] = sizeOfGrid(gridAt(pairs, time));
    const read = () => (values ??= outputs.read(time));
    return {
      read,
      async cut(row: number, column: number): Promise<Required<Image>> {
        maps ??= inputs.read(time);
        // Beyond the last row and column, these are repeated.
        const cutOf = (map: Float32Array): Float32Array => {
          const out = new Float32Array(height * width);
          for (let y = 0, i = 0; y < height; y++) {
            const from = (row + Math.min(y, rows - 1)) * across + column;
            for (let x = 0; x < width; x++) out[i++] = map[from + Math.min(x, columns - 1)]!;
          }
          return out;
        };
        const condition = conditionOf((await maps).map(cutOf), channels);
        const background = backgroundOf(condition, channels, targets);
        const clean = new Float32Array(background.length);
        const valid = new Uint8Array(background.length);
        for (const [o, map] of (await read()).entries()) {
          const { transform, deviation } = targets[o]!;
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
        return { condition, clean, valid };
      },
    };
  };
}
