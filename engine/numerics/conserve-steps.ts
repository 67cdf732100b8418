/** Conservation in space and time: the values of all steps in a cell get the mean that the coarse field prescribes. */

/** Cells and means that fine values must have. */
export interface StepCells {
  /** Cell of each pixel; −1 for pixels that belong to none. */
  readonly cellOf: Int32Array;
  /** Mean of each cell; NaN where nothing is prescribed. */
  readonly means: ArrayLike<number>;
  /**
   * Values are at least 0 and are scaled, by at most 10: what is then still missing is added evenly, so that an (almost) dry cell gets the
   * coarse value as drizzle. Otherwise the difference is added to all values. @defaultValue false
   */
  readonly positive?: boolean;
}

const [CAP, EMPTY] = [10, 1e-6];

/**
 * Gives the values of each cell, over its pixels and all steps, the mean of the coarse field.
 *
 * @param values - `[pixels, steps]`, changed in place; pixels that are NaN at a step do not count
 */
export function conserveSteps(
  values: Float32Array | Float64Array,
  steps: number,
  { cellOf, means, positive = false }: StepCells,
): void {
  const [sums, counts] = [new Float64Array(means.length), new Float64Array(means.length)];
  for (let i = 0; i < values.length; i++) {
    const cell = cellOf[Math.floor(i / steps)]!;
    if (cell < 0 || Number.isNaN(values[i]!)) continue;
    sums[cell]! += values[i]!;
    counts[cell]!++;
  }
  const [scales, offsets] = [new Float64Array(means.length).fill(1), new Float64Array(means.length)];
  for (let c = 0; c < means.length; c++) {
    const [wanted, mean] = [means[c]!, sums[c]! / Math.max(1, counts[c]!)];
    if (Number.isNaN(wanted)) continue;
    if (positive) {
      scales[c] = Math.min(wanted / Math.max(mean, EMPTY), CAP);
      offsets[c] = Math.max(wanted - scales[c]! * mean, 0);
    } else offsets[c] = wanted - mean;
  }
  for (let i = 0; i < values.length; i++) {
    const cell = cellOf[Math.floor(i / steps)]!;
    if (cell >= 0) values[i] = scales[cell]! * values[i]! + offsets[cell]!;
  }
}
