/** Mixtures of normal distributions with independent coordinates, truncated to a box: density, drawing, fitting. */
import { normalMass, truncatedQuantiles } from "../../engine/numerics/normal-mass.ts";

/** Components k of weights Σ = 1, means and standard deviations `[components, dimension]`, truncated to [low, high]. */
export interface Mixture {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly weights: Float64Array;
  readonly means: Float64Array;
  readonly deviations: Float64Array;
}

/** Limits that keep {@link fitted} away from degenerate mixtures. */
export interface FitLimits {
  /** Factor on the fitted standard deviations. */
  readonly inflation: number;
  /** Least weight of a component. */
  readonly leastWeight: number;
}

/** Standard deviations stay between these shares of the box's sides. */
const NARROWEST = 1e-4;
const WIDEST = 1;

/** log of weight · density of every component at every point, `[n, components]`. */
function logParts(mixture: Mixture, points: Float64Array): Float64Array {
  const { low, high, weights, means, deviations } = mixture;
  const d = low.length;
  const parts = weights.length;
  const count = points.length / d;
  const out = new Float64Array(count * parts);
  for (let c = 0; c < parts; c++) {
    let constant = Math.log(weights[c]!);
    for (let k = 0; k < d; k++) {
      const [mean, deviation] = [means[c * d + k]!, deviations[c * d + k]!];
      const mass = normalMass((low[k]! - mean) / deviation, (high[k]! - mean) / deviation);
      constant -= Math.log(deviation * mass * Math.sqrt(2 * Math.PI));
    }
    for (let i = 0; i < count; i++) {
      let square = 0;
      for (let k = 0; k < d; k++) square += ((points[i * d + k]! - means[c * d + k]!) / deviations[c * d + k]!) ** 2;
      out[i * parts + c] = constant - square / 2;
    }
  }
  return out;
}

/** Density per unit volume at points of the box; it integrates to 1 there. */
export function mixtureDensity(mixture: Mixture, points: Float64Array): Float64Array {
  const parts = mixture.weights.length;
  const logs = logParts(mixture, points);
  return Float64Array.from({ length: logs.length / parts }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < parts; c++) sum += Math.exp(logs[i * parts + c]!);
    return sum;
  });
}

/** Points of the mixture from points of (0, 1)^{d+1}: the first coordinate chooses the component. */
export function mixturePoints(mixture: Mixture, unit: Float64Array): Float64Array {
  const { low, high, weights, means, deviations } = mixture;
  const d = low.length;
  const quantiles = Array.from(means, (mean, at) =>
    truncatedQuantiles((low[at % d]! - mean) / deviations[at]!, (high[at % d]! - mean) / deviations[at]!),
  );
  const points = new Float64Array((unit.length / (d + 1)) * d);
  for (let i = 0; i < points.length / d; i++) {
    let c = 0;
    for (let rest = unit[i * (d + 1)]!; c < weights.length - 1 && rest >= weights[c]!; c++) rest -= weights[c]!;
    for (let k = 0; k < d; k++) {
      const [mean, deviation] = [means[c * d + k]!, deviations[c * d + k]!];
      const z = quantiles[c * d + k]!(unit[i * (d + 1) + 1 + k]!);
      points[i * d + k] = Math.min(Math.max(mean + deviation * z, low[k]!), high[k]!);
    }
  }
  return points;
}

/**
 * One round of expectation–maximisation on weighted points: weights, means and standard deviations of each component's share
 * of them. The truncation is left out of the moments, and the standard deviations are inflated.
 *
 * @param pointWeights - ≥ 0, with a positive sum
 */
export function fitted(
  mixture: Mixture,
  points: Float64Array,
  pointWeights: Float64Array,
  { inflation, leastWeight }: FitLimits,
): Mixture {
  const { low, high, weights: old } = mixture;
  const d = low.length;
  const parts = old.length;
  const logs = logParts(mixture, points);
  const mass = new Float64Array(parts);
  const first = new Float64Array(parts * d);
  const second = new Float64Array(parts * d);
  const scale = pointWeights.reduce((sum, w) => sum + w, 0);
  for (let i = 0; i < pointWeights.length; i++) {
    if (!(pointWeights[i]! > 0)) continue;
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < parts; c++) top = Math.max(top, logs[i * parts + c]!);
    let total = 0;
    for (let c = 0; c < parts; c++) total += Math.exp(logs[i * parts + c]! - top);
    for (let c = 0; c < parts; c++) {
      const w = ((pointWeights[i]! / scale) * Math.exp(logs[i * parts + c]! - top)) / total;
      mass[c]! += w;
      for (let k = 0; k < d; k++) {
        // Centred at the old mean, so that small deviations are not lost to rounding.
        const x = points[i * d + k]! - mixture.means[c * d + k]!;
        first[c * d + k]! += w * x;
        second[c * d + k]! += w * x * x;
      }
    }
  }
  const means = mixture.means.slice();
  const deviations = mixture.deviations.slice();
  for (let c = 0; c < parts; c++) {
    // A component without a share stays as it is.
    if (!(mass[c]! > 0)) continue;
    for (let k = 0; k < d; k++) {
      const at = c * d + k;
      const side = high[k]! - low[k]!;
      const shift = first[at]! / mass[c]!;
      const variance = Math.max(0, second[at]! / mass[c]! - shift * shift);
      means[at]! += shift;
      deviations[at] = Math.min(Math.max(inflation * Math.sqrt(variance), NARROWEST * side), WIDEST * side);
    }
  }
  const floored = mass.map((m) => Math.max(m, leastWeight));
  const sum = floored.reduce((total, m) => total + m, 0);
  return { low, high, weights: floored.map((m) => m / sum), means, deviations };
}
