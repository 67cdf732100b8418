/** An archive of synthetic rain, split in time: tiles to train on, held-out days to score, and their exact law. */
import { blockMean } from "../../engine/numerics/grid.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { Rng } from "../../engine/rng.ts";
import { applyQuantileMap, bilinear, fitQuantileMap } from "../baseline/index.ts";
import { ConditionalRain, heldOutPeriod, type SyntheticRain, sliceDays, syntheticRain } from "../synthetic/index.ts";
import { cutTiles, cutTilesAt, type RainFrames, type TileArchive } from "./archive/index.ts";

/** Options of {@link syntheticArchive}. */
export interface SyntheticArchiveOptions {
  /** Seed of the climate and its days. */
  readonly seed: number;
  /** Days in all. */
  readonly days: number;
  /** Days at the end that are held out; 30 days before them are dropped. */
  readonly heldOut: number;
  /** Refinement; divides 64, the side of a field. @defaultValue 4 */
  readonly factor?: number;
}

/** Days that training never sees. Rates in mm/h, those below 0.1 set to 0. */
export interface HeldOutDays {
  /** Number of the first day. */
  readonly firstDay: number;
  /** [days, size, size] */
  readonly truth: ShapedArray;
  /** Block means of the truth, [days, size / factor, size / factor]. */
  readonly coarse: ShapedArray;
}

/** Result of {@link syntheticArchive}. */
export interface SyntheticArchive {
  readonly training: TileArchive;
  readonly heldOut: HeldOutDays;
  readonly rain: SyntheticRain;
  readonly factor: number;
}

const SIZE = 64;

/**
 * @param random - chooses the training tiles
 * @throws OptionsError when too few days are left to train on
 */
export async function syntheticArchive(options: SyntheticArchiveOptions, random: Rng): Promise<SyntheticArchive> {
  const { seed, days, heldOut, factor = 4 } = options;
  const periods = heldOutPeriod(days, { share: heldOut / days });
  const rain = syntheticRain({ seed, days, size: SIZE, factor });
  const frames = (name: string, from: number, to: number): RainFrames => {
    const values = Float32Array.from(sliceDays(rain.fine, from, to).values);
    return { name, values, time: to - from, height: SIZE, width: SIZE };
  };
  const { train, heldOut: held } = periods;
  const training = await cutTiles([frames("synthetic rain", train.from, train.to)], random, { size: SIZE });
  const count = held.to - held.from;
  const places = Array.from({ length: count }, (_, frame) => ({ frame, row: 0, column: 0 }));
  const { values } = cutTilesAt(frames("held-out days", held.from, held.to), places, { size: SIZE });
  const coarse = blockMean(values, count, SIZE, SIZE, factor);
  return {
    training,
    heldOut: {
      firstDay: held.from,
      truth: { values, shape: [count, SIZE, SIZE] },
      coarse: { values: coarse, shape: [count, SIZE / factor, SIZE / factor] },
    },
    rain,
    factor,
  };
}

/** Bilinear interpolation of the held-out days, and the same mapped to the quantiles of the training tiles. */
export function interpolations({ training, heldOut, factor }: SyntheticArchive): {
  readonly bilinear: ShapedArray;
  readonly quantileMapped: ShapedArray;
} {
  const { count, size, values } = training;
  const side = size / factor;
  const coarse = { values: blockMean(values, count, size, size, factor), shape: [count, side, side] };
  const map = fitQuantileMap(bilinear(coarse, factor).values, values);
  const smooth = bilinear(heldOut.coarse, factor);
  return { bilinear: smooth, quantileMapped: applyQuantileMap(map, smooth) };
}

/**
 * Members of the exact law of the held-out days given the block means of their *latent* field, [days, members, size,
 * size] in mm/h. A yardstick: that input says something else than the block means of the rain.
 */
export function exactEnsemble({ rain, heldOut }: SyntheticArchive, members: number, random: Rng): ShapedArray {
  const [days, height, width] = heldOut.truth.shape as [number, number, number];
  const law = new ConditionalRain(rain.climate);
  const values = new Float32Array(days * members * height * width);
  for (let n = 0; n < days; n++) {
    const day = heldOut.firstDay + n;
    const latent = sliceDays(rain.latentCoarse, day, day + 1).values;
    values.set(law.sample(latent, members, random.split(day)), n * members * height * width);
  }
  return { values, shape: [days, members, height, width] };
}
