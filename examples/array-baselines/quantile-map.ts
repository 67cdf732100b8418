/** Empirical quantile mapping: the value at probability p of one distribution becomes the value at p of another. */
import { DomainError } from "../../engine/errors.ts";
import { quantileOfSorted, sortedCopy } from "../../engine/numerics/quantile.ts";
import { checkFinite, checkOption, type ShapedArray } from "../../engine/numerics/shaped-array.ts";

/** A fitted map: the piecewise linear function through (from[i], to[i]). Plain JSON. */
export interface QuantileMap {
  /** Length n, ascending, with repeats where the distribution has an atom (dry pixels). */
  readonly from: readonly number[];
  /** Length n, ascending. */
  readonly to: readonly number[];
}

/** Options of {@link applyQuantileMap}. */
export interface QuantileMapOptions {
  /**
   * Values above the largest fitted one: `"constant"` holds the largest target, `"scale"` keeps its ratio.
   * @defaultValue "constant"
   */
  readonly tail?: "constant" | "scale";
  /**
   * Values up to this stay what dry is, exactly 0, whatever the map says: no drizzle over dry land.
   * @defaultValue 0
   */
  readonly dryUpTo?: number;
}

/** 2,000 levels evenly over [0, 0.99], then 599 that approach 1 geometrically down to 1 − 10⁻⁶. */
export const defaultLevels: readonly number[] = [
  ...Array.from({ length: 2000 }, (_, i) => (0.99 * i) / 1999),
  ...Array.from({ length: 599 }, (_, i) => 1 - 0.01 * 10 ** ((-4 * (i + 1)) / 599)),
];

/**
 * Fits the map from the distribution of `from` (bilinear coarse rain of the training period, say) to that of `to` (fine rain of
 * the same period). The pairing of the values plays no part.
 *
 * @param levels Probabilities, ascending in [0, 1]. @defaultValue `defaultLevels`
 * @throws DomainError for empty or non-finite values; OptionsError for levels that do not ascend in [0, 1]
 */
export function fitQuantileMap(
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  levels: readonly number[] = defaultLevels,
): QuantileMap {
  for (const [name, values] of Object.entries({ from, to })) {
    if (values.length === 0) throw new DomainError(`fitQuantileMap: ${name} has no values; give at least one`);
    checkFinite(`fitQuantileMap: ${name}`, values);
  }
  const ascending = levels.length > 0 && levels.every((p, i) => p >= (levels[i - 1] ?? 0) && p <= 1);
  checkOption("fitQuantileMap", "levels", `${levels.length} levels`, ascending, "they must ascend within [0, 1]");
  const [sortedFrom, sortedTo] = [sortedCopy(from), sortedCopy(to)];
  return {
    from: levels.map((p) => quantileOfSorted(sortedFrom, p)),
    to: levels.map((p) => quantileOfSorted(sortedTo, p)),
  };
}

/**
 * Maps every value; monotone, and the identity where both distributions are the same.
 *
 * @returns The shape and the number type of `fields`
 * @throws DomainError for non-finite values; OptionsError
 */
export function applyQuantileMap(map: QuantileMap, fields: ShapedArray, options: QuantileMapOptions = {}): ShapedArray {
  const { tail = "constant", dryUpTo = 0 } = options;
  checkOption("applyQuantileMap", "tail", tail, tail === "constant" || tail === "scale", 'use "constant" or "scale"');
  checkOption("applyQuantileMap", "dryUpTo", dryUpTo, dryUpTo >= 0, "it must be ≥ 0");
  checkFinite("applyQuantileMap: fields", fields.values);
  const last = map.from.length - 1;
  const [topFrom, topTo] = [map.from[last]!, map.to[last]!];
  const values = fields.values.map((x) => {
    if (x <= dryUpTo) return 0;
    if (x > topFrom && tail === "scale" && topFrom > 0) return (x * topTo) / topFrom;
    return interpolate(map, x);
  });
  return { values, shape: fields.shape };
}

/** Linear interpolation, constant outside; at a repeated abscissa the last ordinate counts (as in numpy's `interp`). */
function interpolate({ from, to }: QuantileMap, x: number): number {
  let [low, high] = [-1, from.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (from[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  if (low < 0) return to[0]!;
  if (low === from.length - 1) return to[low]!;
  const slope = (to[low + 1]! - to[low]!) / (from[low + 1]! - from[low]!);
  return to[low]! + slope * (x - from[low]!);
}
