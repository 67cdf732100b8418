/** Seeded training batches from a tile archive: random crops under the eight symmetries of the square. */
import { OptionsError } from "../../../engine/errors.ts";
import type { Rng } from "../../../engine/random/rng.ts";
import { type StoredTiles, type TileArchive, type Tiles, tileOf } from "./tiles.ts";

/** Options of {@link drawCrops}. */
export interface CropOptions {
  /** Number of crops. */
  readonly count: number;
  /** Height and width of a crop in pixels. */
  readonly size: number;
  /** Crops begin at multiples of this, so that coarse cells stay whole. */
  readonly factor: number;
}

/** The tiles that {@link drawCrops} takes with the same generator. */
export const tilesDrawn = (archive: Tiles, rng: Rng, count: number): Int32Array =>
  rng.split("tile").integers(count, 0, archive.count);

/** The number of the event that a tile was cut from. */
export const eventOf = ({ events }: Tiles, tile: number): number =>
  events.findIndex(({ begin, end }) => begin <= tile && tile < end);

/**
 * Crops of random tiles at random places, each under a random symmetry.
 *
 * @param rng - draws tile, symmetry and place; a batch is a function of this stream alone
 * @returns rain rates in mm/h, [count, size, size]
 * @throws OptionsError when a crop does not fit a tile or is no multiple of the factor
 */
export function drawCrops(
  archive: TileArchive | StoredTiles,
  rng: Rng,
  { count, size, factor }: CropOptions,
): Float32Array {
  const places = (archive.size - size) / factor + 1;
  if (!(Number.isInteger(size / factor) && places >= 1)) {
    const wanted = `a multiple of ${factor} up to the tile size ${archive.size}`;
    throw new OptionsError(`drawCrops: size is ${size}, expected ${wanted}`, "size", size);
  }
  const tiles = tilesDrawn(archive, rng, count);
  const symmetries = rng.split("symmetry").integers(count, 0, 8);
  const rows = rng.split("row").integers(count, 0, Math.floor(places));
  const columns = rng.split("column").integers(count, 0, Math.floor(places));
  const out = new Float32Array(count * size * size);
  for (let n = 0; n < count; n++) {
    const top = rows[n]! * factor;
    const left = columns[n]! * factor;
    const tile = tileOf(archive, tiles[n]!);
    const read = symmetry(symmetries[n]!, size, (y, x) => tile[(top + y) * archive.size + left + x]!);
    for (let y = 0, at = n * size * size; y < size; y++) for (let x = 0; x < size; x++, at++) out[at] = read(y, x);
  }
  return out;
}

/**
 * An image under symmetry `k` of the square: bit 0 transposes, then bit 1 mirrors the columns, then bit 2 the rows.
 *
 * @param k - 0 … 7
 * @param size - height and width of the image
 * @param image - reads the image at (row, column)
 */
export function symmetry<T>(k: number, size: number, image: (row: number, column: number) => T): typeof image {
  return (row, column) => {
    const y = k & 4 ? size - 1 - row : row;
    const x = k & 2 ? size - 1 - column : column;
    return k & 1 ? image(x, y) : image(y, x);
  };
}
