/** Tiles of rain as examples of block means: crops with what the network sees of them, and held-out tiles. */
import { blockMean } from "../../../engine/numerics/grid.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import { archiveList } from "../../model/archives.ts";
import { type Conditions, conditionsOf, type Normalization } from "../../model/blocks.ts";
import type { CropSource, Crops, HeldOut } from "../examples.ts";
import { drawCrops, eventOf, tilesDrawn } from "./crops.ts";
import { type StoredTiles, type TileArchive, tileOf } from "./tiles.ts";

/** Value of the field in conditions that are missing or withheld: no rain has it. */
export const WITHHELD = -1;

/** Options of drawing crops. */
export interface TileCropOptions {
  readonly batch: number;
  /** Side of a crop in fine pixels. */
  readonly crop: number;
  /** Share of the crops whose coarse rain is withheld: f is −1 in the conditions. @defaultValue 0 */
  readonly dropout?: number;
  /** Of each event, where the network is given it. @defaultValue it is not */
  readonly archives?: readonly string[] | undefined;
  /** Archives in the order of their channels. @defaultValue those of `archives` */
  readonly names?: readonly string[] | undefined;
}

/** Crops of tiles. */
export function tileSource(
  archive: TileArchive | StoredTiles,
  constants: Normalization,
  o: TileCropOptions,
): CropSource {
  return { height: o.crop, width: o.crop, gaps: false, crops: (stream) => tileCrops(archive, stream, constants, o) };
}

/** One batch. @param stream - decides all of it */
export function tileCrops(
  archive: TileArchive | StoredTiles,
  stream: Rng,
  constants: Normalization,
  { batch, crop, dropout = 0, archives, names = archiveList(archives ?? []) }: TileCropOptions,
): Required<Omit<Crops, "valid">> {
  const { factor, unit = 1, divisor = 1 } = constants;
  const rain = drawCrops(archive, stream.split("crops"), { count: batch, size: crop, factor });
  const coarse = blockMean(rain, batch, crop, crop, factor);
  const side = crop / factor;
  const labels = archives && {
    names,
    of: Array.from(tilesDrawn(archive, stream.split("crops"), batch), (tile) =>
      names.indexOf(archives[eventOf(archive, tile)]!),
    ),
  };
  const { condition, background }: Conditions = conditionsOf(coarse, batch, side, side, constants, labels);
  if (dropout > 0) withhold(condition, stream.split("dropout"), { batch, crop, dropout }, constants);
  const clean = rain.map((r, i) => Math.log1p(r / unit) / divisor - background[i]!);
  return { clean, condition, background, blocks: { coarse, field: rain.map((r) => Math.log1p(r / unit) / divisor) } };
}

/** Takes the rain out of the conditions of some crops; which archive they are from stays. */
function withhold(
  condition: Float32Array,
  stream: Rng,
  { batch, crop, dropout }: { readonly batch: number; readonly crop: number; readonly dropout: number },
  { conditionMean, conditionStd }: Normalization,
): void {
  const channels = condition.length / (batch * crop ** 2);
  const value = (WITHHELD - conditionMean) / conditionStd;
  for (const [image, u] of stream.uniform(batch).entries()) {
    if (u >= dropout) continue;
    const end = (image + 1) * crop ** 2 * channels;
    for (let i = image * crop ** 2 * channels; i < end; i += channels) condition.fill(value, i, i + 2);
  }
}

/** Tiles to validate on: each is to be drawn from its block means. @param archives - of each event, where the network is given it */
export function heldTiles(
  archive: TileArchive | StoredTiles,
  factor: number,
  archives: readonly string[] | undefined,
): HeldOut {
  const { size, count } = archive;
  const side = size / factor;
  return {
    count,
    read(tile) {
      const truth = tileOf(archive, tile);
      const values = blockMean(truth, 1, size, size, factor);
      const label = archives && { archive: archives[eventOf(archive, tile)]! };
      return { input: { values, height: side, width: side }, truth, ...label };
    },
  };
}
