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
  const often = (b: number) => times?.[b] ?? 1;
  const total = (read: (b: number) => number) => blocks.reduce((sum, _, b) => sum + often(b) * read(b), 0);
  const tiles = total((b) => blocks[b]!.tiles);
  const squaredError = total((b) => blocks[b]!.squaredError);
  const wavenumbers = blocks[0]!.power.length;
  const [seen, made] = [new Float64Array(wavenumbers), new Float64Array(wavenumbers)];
  for (const [b, block] of blocks.entries()) {
    for (let k = 0; k < wavenumbers; k++) {
      seen[k]! += often(b) * truth[b]!.power[k]!;
      made[k]! += often(b) * block.power[k]!;
    }
  }
  const difference = Array.from(made, (power, k) => 10 * Math.log10(power / seen[k]!));
  const size = tiles * bins.pixels;
  return {
    crps: total((b) => blocks[b]!.crps) / tiles,
    mae: total((b) => blocks[b]!.mae) / tiles,
    tail: quantileOf(blocks, often, bins, size) / quantileOf(truth, often, bins, size) - 1,
    spread: Math.sqrt((((members + 1) / members) * total((b) => blocks[b]!.variance)) / squaredError),
    ralsd: Math.sqrt(difference.reduce((sum, d) => sum + d * d, 0) / wavenumbers),
    wet: total((b) => blocks[b]!.wet) / total((b) => truth[b]!.wet) - 1,
  };
}

const LEVEL = 0.999;

/** The 0.999 quantile by the bins, geometric within one; the first edge where it lies below. */
function quantileOf(
  blocks: readonly TruthBlock[],
  often: (b: number) => number,
  { first, ratio }: TailBins,
  size: number,
): number {
  let above = (1 - LEVEL) * size;
  const longest = Math.max(...blocks.map(({ tail }) => tail.length));
  for (let k = longest - 1; k >= 0; k--) {
    const count = blocks.reduce((sum, { tail }, b) => sum + often(b) * (tail[k] ?? 0), 0);
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
