/**
 * Scores of an ensemble from sums over blocks of evaluated tiles, so that a set with redrawn blocks is scored without its fields.
 * Units are mm/h; rain below the wet threshold counts as 0.
 */

/** Sums over one block of tiles of the observed rain. */
export interface TruthBlock {
  readonly tiles: number;
  /** Sum over the tiles of the share of wet pixels. */
  readonly wet: number;
  /** Sum over the tiles of the power of ln(1 + R) at wavenumbers 1 … n/2 − 1. */
  readonly power: readonly number[];
  /** Pixels in each bin of {@link TailBins}; trailing zeros are left out. */
  readonly tail: readonly number[];
}

/** The same of an ensemble, means over its members, and what compares it with the truth. */
export interface EnsembleBlock extends TruthBlock {
  /** Sums over the tiles of the fair CRPS, the absolute and the squared error of the ensemble mean, and the members' variance. */
  readonly crps: number;
  readonly mae: number;
  readonly squaredError: number;
  readonly variance: number;
}

/** Bins of strong rain: the k-th holds rates from first · ratio^k to below first · ratio^(k + 1). */
export interface TailBins {
  readonly first: number;
  readonly ratio: number;
  /** Pixels of a tile, those below the first bin included. */
  readonly pixels: number;
}

/** Sums of one set of tiles, from which it is scored. */
export interface Evaluated {
  readonly bins: TailBins;
  readonly truth: readonly TruthBlock[];
  readonly members: number;
  readonly blocks: readonly EnsembleBlock[];
}

/** Scores of one arm on one set. */
export interface CellScores {
  readonly crps: number;
  readonly mae: number;
  /** Relative bias of the pooled 0.999 quantile. */
  readonly tail: number;
  /** √((M + 1)/M · variance) / RMSE, 1 if calibrated; NaN with one member. */
  readonly spread: number;
  /** Root mean square over wavenumbers of the difference of the mean spectra of ln(1 + R), dB. */
  readonly ralsd: number;
  /** Relative bias of the share of wet pixels. */
  readonly wet: number;
}

/**
 * Scores of the blocks, each counted as often as `times` says.
 *
 * @param times - one entry a block. @defaultValue each once
 */
export function scoresOf({ bins, truth, members, blocks }: Evaluated, times?: ArrayLike<number>): CellScores {
  // Redrawn thousands of times: plain loops, in the order of the blocks.
  const sum = { tiles: 0, crps: 0, mae: 0, squaredError: 0, variance: 0, wet: 0 };
  let wetTruth = 0;
  const wavenumbers = blocks[0]!.power.length;
  const [seen, made] = [new Float64Array(wavenumbers), new Float64Array(wavenumbers)];
  for (let b = 0; b < blocks.length; b++) {
    const [block, observed, often] = [blocks[b]!, truth[b]!, times?.[b] ?? 1];
    sum.tiles += often * block.tiles;
    sum.crps += often * block.crps;
    sum.mae += often * block.mae;
    sum.squaredError += often * block.squaredError;
    sum.variance += often * block.variance;
    sum.wet += often * block.wet;
    wetTruth += often * observed.wet;
    for (let k = 0; k < wavenumbers; k++) {
      seen[k]! += often * observed.power[k]!;
      made[k]! += often * block.power[k]!;
    }
  }
  const difference = Array.from(made, (power, k) => 10 * Math.log10(power / seen[k]!));
  const size = sum.tiles * bins.pixels;
  return {
    crps: sum.crps / sum.tiles,
    mae: sum.mae / sum.tiles,
    tail: quantileOf(blocks, times, bins, size) / quantileOf(truth, times, bins, size) - 1,
    spread: Math.sqrt((((members + 1) / members) * sum.variance) / sum.squaredError),
    ralsd: Math.sqrt(difference.reduce((total, d) => total + d * d, 0) / wavenumbers),
    wet: sum.wet / wetTruth - 1,
  };
}

const LEVEL = 0.999;

/** The 0.999 quantile by the bins, geometric within one; the first edge where it lies below. */
function quantileOf(
  blocks: readonly TruthBlock[],
  times: ArrayLike<number> | undefined,
  { first, ratio }: TailBins,
  size: number,
): number {
  const counts = new Float64Array(Math.max(...blocks.map(({ tail }) => tail.length)));
  for (let b = 0; b < blocks.length; b++) {
    const [{ tail }, often] = [blocks[b]!, times?.[b] ?? 1];
    if (often > 0) for (let k = 0; k < tail.length; k++) counts[k]! += often * tail[k]!;
  }
  let above = (1 - LEVEL) * size;
  for (let k = counts.length - 1; k >= 0; k--) {
    const count = counts[k]!;
    if (count >= above && count > 0) return first * ratio ** (k + 1 - above / count);
    above -= count;
  }
  return first;
}

/** Counts of the values in the bins, divided by `share`. */
export function binned(values: Iterable<number>, { first, ratio }: TailBins, share: number): number[] {
  const counts: number[] = [];
  for (const rate of values) {
    if (rate < first) continue;
    const k = Math.floor(Math.log(rate / first) / Math.log(ratio));
    while (counts.length <= k) counts.push(0);
    counts[k]! += 1 / share;
  }
  return counts;
}
