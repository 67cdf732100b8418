/**
 * The cut-off of an archive: many have no rain between 0 and a least rate. In every block the most of the largest cells stay for which,
 * scaled to what the block had, none falls below it; one at least stays, and the others become 0
 * (research/rain-calibration-results.md).
 */

/** Places of blocks among values. */
export interface BlockGrid {
  /** Fine cells along a side of a block. */
  readonly factor: number;
  /** Columns of the fine cells, a multiple of `factor`. */
  readonly width: number;
  /** Fine cells that count, 0 for those that do not. @defaultValue all */
  readonly valid?: Uint8Array | undefined;
}

/** Cuts every block of whole rows, in place; sums of blocks stay. @param values - rain ≥ 0, [rows, width] */
export function cutBlocks(values: Float32Array, cutOff: number, grid: BlockGrid): void {
  const count = values.length / grid.factor ** 2;
  for (let block = 0; block < count; block++) cutBlock(values, block, cutOff, grid);
}

/** Cuts one block, in place. @param block - its number, from the left and then from the top */
export function cutBlock(
  values: Float32Array,
  block: number,
  cutOff: number,
  { factor, width, valid }: BlockGrid,
): void {
  const across = width / factor;
  const corner = (Math.floor(block / across) * width + (block % across)) * factor;
  const wet: number[] = [];
  let [total, least] = [0, Number.POSITIVE_INFINITY];
  for (let row = 0; row < factor; row++) {
    for (let at = corner + row * width, end = at + factor; at < end; at++) {
      const value = values[at]!;
      if (!(value > 0) || valid?.[at] === 0) continue;
      wet.push(at);
      total += value;
      least = Math.min(least, value);
    }
  }
  if (wet.length === 0 || least >= cutOff) return;
  wet.sort((a, b) => values[b]! - values[a]! || a - b);
  let [kept, sum] = [1, values[wet[0]!]!];
  for (; kept < wet.length; kept++) {
    const next = sum + values[wet[kept]!]!;
    // The smallest of those that stay, scaled: it falls with their number.
    if ((values[wet[kept]!]! * total) / next < cutOff) break;
    sum = next;
  }
  for (const [n, at] of wet.entries()) values[at] = n < kept ? (values[at]! * total) / sum : 0;
}
