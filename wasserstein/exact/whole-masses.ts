/** Weights as whole numbers of equal sum, with which flows are exact. */

/** Masses as whole numbers. */
export interface WholeMasses {
  readonly supply: Float64Array;
  readonly demand: Float64Array;
  readonly total: number;
  /** True if these are the weights, and not the nearest multiples of a unit. */
  readonly exact: boolean;
}

/** Weights that are counts, or all alike, as exact whole numbers; undefined where one side is neither. */
export function wholeCounts(
  a: ArrayLike<number> | undefined,
  n: number,
  b: ArrayLike<number> | undefined,
  m: number,
): WholeMasses | undefined {
  const [left, right] = [countsOf(a, n), countsOf(b, m)];
  if (!left || !right) return undefined;
  const [mine, other] = [left, right].map((counts) => counts.reduce((sum, q) => sum + q, 0)) as [number, number];
  if (!(mine * other < 2 ** 53)) return undefined;
  if (mine === other) return { supply: left, demand: right, total: mine, exact: true };
  return { supply: left.map((q) => q * other), demand: right.map((q) => q * mine), total: mine * other, exact: true };
}

function countsOf(weights: ArrayLike<number> | undefined, count: number): Float64Array | undefined {
  if (weights === undefined || alike(weights)) return new Float64Array(count).fill(1);
  const copy = Float64Array.from(weights);
  return copy.every(Number.isInteger) ? copy : undefined;
}

export function alike(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** Both sides' weights in units of 2⁻⁵², each summing to exactly 2⁵²; a weight has at least one. */
export function wholeMasses(a: Float64Array, b: Float64Array): WholeMasses {
  const total = 2 ** 52;
  const [supply, demand] = [a, b].map((weights) => {
    const units = weights.map((w) => (w > 0 ? Math.max(1, Math.round(w * total)) : 0));
    let rest = total;
    let largest = 0;
    for (const [i, q] of units.entries()) {
      rest -= q;
      if (q > units[largest]!) largest = i;
    }
    units[largest]! += rest;
    return units;
  }) as [Float64Array, Float64Array];
  return { supply, demand, total, exact: false };
}
