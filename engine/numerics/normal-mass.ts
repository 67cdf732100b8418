/** Mass of the standard normal distribution in intervals, and this distribution truncated to them, exact in the tails. */
import { normalQuantile } from "./normal-quantile.ts";

const ROOT_2PI = Math.sqrt(2 * Math.PI);

/**
 * 1 − Φ(x) for x ≥ 0, relative error about 1e-15: Marsaglia's series near 0 (J. Stat. Softw. 11 (2004) 4), Laplace's
 * continued fraction in the tail.
 */
function upperTail(x: number): number {
  const peak = Math.exp((-x * x) / 2) / ROOT_2PI;
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let k = 3; sum + term !== sum; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 - peak * sum;
  }
  if (x === Number.POSITIVE_INFINITY) return 0;
  let fraction = x;
  for (let k = Math.ceil(30 + 600 / (x * x)); k >= 1; k--) fraction = x + k / fraction;
  return peak / fraction;
}

/** Φ(high) − Φ(low) for low ≤ high. */
export function normalMass(low: number, high: number): number {
  if (low >= 0) return upperTail(low) - upperTail(high);
  if (high <= 0) return upperTail(-high) - upperTail(-low);
  return 1 - upperTail(-low) - upperTail(high);
}

/**
 * Quantiles of the normal distribution between low and high: the number z there below which a share u ∈ (0, 1) of its
 * mass lies.
 */
export function truncatedQuantiles(low: number, high: number): (u: number) => number {
  if (low + high > 0) {
    const mirrored = truncatedQuantiles(-high, -low);
    return (u) => -mirrored(1 - u);
  }
  const below = low <= 0 ? upperTail(-low) : 1 - upperTail(low);
  const mass = normalMass(low, high);
  return (u) => Math.min(Math.max(normalQuantile(below + u * mass), low), high);
}
