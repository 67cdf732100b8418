/** Statistics of the values of a period, cell by cell, as they come. NaN stands for missing. */

/** A statistic of values along time. */
export interface Statistic {
  /** Word of CF's `cell_methods`, but for the count. */
  readonly method: "sum" | "mean" | "maximum" | "minimum" | "count";
  /** Value of a cell before its first. */
  readonly start: number;
  /**
   * Takes the values of one time; missing ones change nothing.
   *
   * @param at - where they begin
   * @param length - time that they stand for
   */
  add(taken: Float64Array, values: Float32Array | Float64Array, at: number, length: number): void;
}

/** Statistics by name. A mean is a sum of values times their lengths until it is divided by the sum of lengths. */
export const statistics = {
  sum: {
    method: "sum",
    start: 0,
    add: (sums, values, at) => addProducts(sums, values, at, 1),
  },
  mean: { method: "mean", start: 0, add: addProducts },
  maximum: {
    method: "maximum",
    start: -Infinity,
    add(most, values, at) {
      for (let c = 0; c < most.length; c++) if (values[at + c]! > most[c]!) most[c] = values[at + c]!;
    },
  },
  minimum: {
    method: "minimum",
    start: Infinity,
    add(least, values, at) {
      for (let c = 0; c < least.length; c++) if (values[at + c]! < least[c]!) least[c] = values[at + c]!;
    },
  },
  count: {
    method: "count",
    start: 0,
    add: (counts, values, at) => addLengths(counts, values, at, 1),
  },
} as const satisfies Readonly<Record<string, Statistic>>;

function addProducts(sums: Float64Array, values: Float32Array | Float64Array, at: number, length: number): void {
  for (let c = 0; c < sums.length; c++) {
    const value = values[at + c]!;
    if (!Number.isNaN(value)) sums[c]! += length * value;
  }
}

/** Adds a length wherever a value is there. */
export function addLengths(sums: Float64Array, values: Float32Array | Float64Array, at: number, length: number): void {
  for (let c = 0; c < sums.length; c++) if (!Number.isNaN(values[at + c]!)) sums[c]! += length;
}

/** True where a value of a time may be missing: the sum of all is NaN then. */
export function hasGaps(values: Float32Array | Float64Array, at: number, cells: number): boolean {
  let sum = 0;
  for (let c = at; c < at + cells; c++) sum += values[c]!;
  return Number.isNaN(sum);
}
