/** All scores of one tile: an ensemble of fields against the observed field. */

import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import { crps } from "./crps.ts";
import { countRanks, type RankOptions, spreadAndError } from "./rank.ts";
import { rapsd } from "./spectrum.ts";

type Numbers = Float32Array | Float64Array;

/** Scores of one tile. Means run over its pixels, and over members where members are scored singly. */
export interface TileScores {
  /** Label of the event that the tile belongs to. */
  readonly event: string;
  /** Fair CRPS; with one member, its absolute error. In the fields' units, as all below unless said. */
  readonly crps: number;
  /** CRPS of the empirical distribution of the members. */
  readonly crpsEcdf: number;
  /** Mean absolute error of the ensemble mean. */
  readonly mae: number;
  /** Mean of ensemble mean − truth. */
  readonly bias: number;
  /** Mean squared error of the ensemble mean, units². */
  readonly squaredError: number;
  /** Mean unbiased variance of the members, units²; NaN with one member. */
  readonly variance: number;
  /** For each requested q: the truth's quantile, the members' mean quantile, and their mean absolute difference. */
  readonly quantiles: readonly TileQuantile[];
  /** Share of pixels at or above the wet threshold, in all members together. */
  readonly wetForecast: number;
  /** The same share in the truth. */
  readonly wetTruth: number;
  /** Root mean square difference between the block means of each member and the coarse field. */
  readonly blockRmse: number;
  /** Points at each rank of the truth, M + 1 of them; empty with one member. */
  readonly ranks: Float64Array;
  /** Radially averaged power of the fields and of ln(1 + field); members' mean and truth. */
  readonly power: { readonly linear: TilePower; readonly log: TilePower };
}

/** One quantile of a tile and of its members. */
export interface TileQuantile {
  /** Level in (0, 1). */
  readonly q: number;
  /** Quantile of the truth, in the fields' units. */
  readonly truth: number;
  /** Mean over members of their quantiles, in the fields' units. */
  readonly forecast: number;
  /** Mean over members of |quantile − true quantile|, in the fields' units. */
  readonly error: number;
}

/** Mean power of a tile by wavenumber. */
export interface TilePower {
  /** One value per wavenumber 1 … ⌊n/2⌋ − 1: mean over members. */
  readonly forecast: Float64Array;
  /** One value for each of the same wavenumbers. */
  readonly truth: Float64Array;
}

/** One tile: `ensemble` is `[members, height, width]`; rain below the wet threshold is already 0, here and in `truth`. */
export interface Tile {
  readonly event: string;
  readonly ensemble: Numbers;
  readonly truth: Numbers;
  readonly coarse: Numbers;
  readonly members: number;
  readonly height: number;
  readonly width: number;
  readonly factor: number;
}

export interface TileOptions extends RankOptions {
  readonly quantiles: readonly number[];
}

/** Scores one tile; the input has been checked by the caller. */
export function scoreTile(tile: Tile, options: TileOptions): TileScores {
  const { ensemble, truth, members } = tile;
  const ranks = new Float64Array(members > 1 ? members + 1 : 0);
  if (members > 1) countRanks(ranks, ensemble, truth, options);
  const { variance, squaredError } = spreadAndError(ensemble, truth, members);
  const points = truth.length;
  return {
    event: tile.event,
    ...meanScores(tile),
    squaredError: squaredError / points,
    variance: variance / points,
    quantiles: tileQuantiles(tile, options.quantiles),
    wetForecast: wetCells(ensemble) / ensemble.length,
    wetTruth: wetCells(truth) / points,
    blockRmse: blockRmse(tile),
    ranks,
    power: { linear: tilePower(tile, (v) => v), log: tilePower(tile, (v) => v.map(Math.log1p)) },
  };
}

/** Part of a tile that scores of single pixels need. */
type Pixels = Pick<Tile, "ensemble" | "truth" | "members">;

/** Means over pixels. */
export function meanScores({
  ensemble,
  truth,
  members,
}: Pixels): Pick<TileScores, "crps" | "crpsEcdf" | "mae" | "bias"> {
  const points = truth.length;
  const column = new Float64Array(members);
  const sums = { distance: 0, ecdf: 0, mae: 0, bias: 0 };
  for (let i = 0; i < points; i++) {
    const y = truth[i]!;
    let total = 0;
    for (let m = 0; m < members; m++) {
      column[m] = ensemble[m * points + i]!;
      total += column[m]!;
      sums.distance += Math.abs(column[m]! - y) / members;
    }
    sums.ecdf += crps(column, y, { variant: "ecdf" });
    sums.mae += Math.abs(total / members - y);
    sums.bias += total / members - y;
  }
  // ecdf = distance − S/M² and fair = distance − S/(M(M − 1)) share the sum S over pairs.
  const fair = sums.distance - ((sums.distance - sums.ecdf) * members) / (members - 1);
  return {
    crps: (members > 1 ? fair : sums.ecdf) / points,
    crpsEcdf: sums.ecdf / points,
    mae: sums.mae / points,
    bias: sums.bias / points,
  };
}

/** Quantiles of the truth and of each member. */
export function tileQuantiles({ ensemble, truth, members }: Pixels, levels: readonly number[]): TileQuantile[] {
  const points = truth.length;
  const observed = truth.slice().sort();
  const sorted = Array.from({ length: members }, (_, m) => ensemble.slice(m * points, (m + 1) * points).sort());
  return levels.map((q) => {
    const t = quantileOfSorted(observed, q);
    let [forecast, error] = [0, 0];
    for (const member of sorted) {
      const p = quantileOfSorted(member, q);
      forecast += p / members;
      error += Math.abs(p - t) / members;
    }
    return { q, truth: t, forecast, error };
  });
}

/** Number of values above 0. */
export function wetCells(values: Numbers): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > 0) count++;
  return count;
}

function blockRmse({ ensemble, coarse, members, height, width, factor }: Tile): number {
  return blockMeanRmse(ensemble, coarse, members, height, width, factor);
}

/**
 * Root mean square difference between the block means of `count` fields `[height, width]` and one coarse field
 * `[height/factor, width/factor]`, in float64; 0 where the fields conserve it. Of a tile, it is `blockRmse` of {@link
 * TileScores}.
 *
 * @param values - `[count, height, width]`
 * @param coarse - `[height/factor, width/factor]`, in the same units
 * @param height - rows of a fine field, a multiple of `factor`
 * @param width - columns of a fine field, a multiple of `factor`
 * @param factor - side of a block in fine pixels, ≥ 1
 */
export function blockMeanRmse(
  values: Numbers,
  coarse: Numbers,
  count: number,
  height: number,
  width: number,
  factor: number,
): number {
  const columns = width / factor;
  const sums = new Float64Array(coarse.length);
  let total = 0;
  for (let m = 0; m < count; m++) {
    sums.fill(0);
    for (let y = 0, at = m * height * width; y < height; y++) {
      const row = Math.floor(y / factor) * columns;
      for (let x = 0; x < width; x++, at++) sums[row + Math.floor(x / factor)]! += values[at]!;
    }
    for (let b = 0; b < sums.length; b++) total += (sums[b]! / (factor * factor) - coarse[b]!) ** 2;
  }
  return Math.sqrt(total / (count * coarse.length));
}

function tilePower({ ensemble, truth, height, width }: Tile, map: (values: Numbers) => Numbers): TilePower {
  return { forecast: rapsd(map(ensemble), height, width), truth: rapsd(map(truth), height, width) };
}
