/** Textures of the coarse channels on the fine grid, in cells of their own spacing: those of training, and how an input's differ. */

import { wetThresholdIn } from "../../io/rain/index.ts";
import type { Channel } from "../model/channel.ts";
import { type FineGrid, sizeOfGrid, spacingOf } from "../model/fine-grid.ts";
import {
  evenly,
  type SeenTexture,
  seenTexture,
  type Texture,
  type TextureOptions,
  textureOff,
  texturesOf,
  WINDOW,
} from "../model/texture.ts";
import { channelMaps } from "./channels/channel-maps.ts";
import { gridAt, type MatchedFields, type MatchedPairs } from "./match.ts";

/** By the names of coarse channels. */
type SeenTextures = Readonly<Record<string, SeenTexture>>;

/** Most times that are read, of training and of an input. */
const MOST = { training: 200, input: 32 } as const;

/** Pixels from one cell of a channel to the next, along y and x; undefined where spacings are not known or not comparable. */
function strideOf({ spacing }: Channel, grid: FineGrid): readonly [number, number] | undefined {
  const own = spacingOf(grid);
  if (own === undefined || spacing === undefined || own.units !== spacing.units) return undefined;
  return [Math.max(1, Math.round(spacing.y[0] / own.y)), Math.max(1, Math.round(spacing.x[0] / own.x))];
}

/** Textures of some times, by channel. @param how - of each channel, in which none is measured without it */
async function texturesAt(
  channels: readonly Channel[],
  fields: MatchedFields,
  gridOf: (time: number) => FineGrid,
  times: readonly number[],
  how: (channel: Channel) => TextureOptions | undefined,
): Promise<ReadonlyMap<string, readonly Texture[]>> {
  const grid = gridOf(0);
  const coarse = channels.flatMap((channel) => {
    const [stride, options] = [strideOf(channel, grid), how(channel)];
    return channel.role === "coarse" && stride && options ? [{ channel, stride, options }] : [];
  });
  const found = new Map(coarse.map(({ channel }) => [channel.name, [] as Texture[]]));
  if (coarse.length === 0) return found;
  const maps = channelMaps(
    coarse.map(({ channel }) => channel),
    fields,
    grid,
  );
  for (const n of times) {
    const read = await maps.inputs(n);
    const [height, width] = sizeOfGrid(gridOf(n));
    for (const { channel, stride, options } of coarse) {
      const map = read.get(channel.name)!;
      const [rows, columns] = [Math.ceil(height / stride[0]), Math.ceil(width / stride[1])];
      const cells = Float32Array.from({ length: rows * columns }, (_, i) => {
        return map[Math.floor(i / columns) * stride[0] * width + (i % columns) * stride[1]]!;
      });
      found.get(channel.name)!.push(...texturesOf(cells, [rows, columns], WINDOW, options));
    }
  }
  return found;
}

const optionsOf = ({ transform, units, interval }: Channel): TextureOptions =>
  transform.kind === "log" ? { wet: wetThresholdIn(units!, interval), unit: transform.unit } : {};

/** Textures of the times to learn from. */
export async function seenTextures(
  channels: readonly Channel[],
  pairs: MatchedPairs,
  times: readonly number[],
): Promise<SeenTextures> {
  const some = evenly(times.length, MOST.training).map((i) => times[i]!);
  const found = await texturesAt(channels, pairs, (n) => gridAt(pairs, n), some, optionsOf);
  return Object.fromEntries(
    channels.flatMap((channel) => {
      const seen = seenTexture(found.get(channel.name) ?? [], optionsOf(channel));
      return seen ? [[channel.name, seen] as const] : [];
    }),
  );
}

/** Differences of an input's textures from those of training, in words. */
export async function unlikeTextures(
  channels: readonly Channel[],
  seen: SeenTextures,
  fields: MatchedFields,
  grid: FineGrid,
): Promise<readonly string[]> {
  const times = evenly(fields.times.length, MOST.input);
  const found = await texturesAt(
    channels,
    fields,
    () => grid,
    times,
    ({ name }) => seen[name],
  );
  return [...found].flatMap(([name, textures]) =>
    textureOff(seen[name]!, textures).map((text) => `${name} is ${text}`),
  );
}
