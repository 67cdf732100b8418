/**
 * Gromov–Wasserstein between samples on the line by sorting. What it is: the better of the two monotone plans, hence an
 * upper bound, with a lower bound from sorted eccentricities. What it is not: the optimum. That sorting solves the
 * problem on the line was claimed and refuted (Beinert, Heiss and Steidl, arXiv 2205.09006); it often does.
 */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/printed.ts";
import { type Wasserstein1dOptions, wasserstein1d, wasserstein1dGradient } from "../line/wasserstein1d.ts";
import { balancedMasses, checkValues, type Mass, type MassOptions } from "../measure/measure.ts";

/** Options of {@link gromovWasserstein1d}. */
export interface GromovLineOptions extends MassOptions {
  /** Non-negative weight of each element of `x`. @defaultValue equal weights */
  readonly xWeights?: ArrayLike<number>;
  /** Non-negative weight of each element of `y`. @defaultValue equal weights */
  readonly yWeights?: ArrayLike<number>;
}

/** What {@link gromovWasserstein1d} returns. */
export interface GromovLineResult {
  /** Cost of the better monotone plan: an upper bound. */
  readonly value: number;
  /** GW₂² lies between these. The lower bound compares sorted eccentricities. */
  readonly bounds: readonly [number, number];
  /** Which plan: in order of rank, or against it (the line turned over). */
  readonly matching: "increasing" | "decreasing";
  /** Gradient of `value` in each element of x. */
  readonly x: Float64Array;
  /** Gradient of `value` in each element of y. */
  readonly y: Float64Array;
}

/**
 * GW₂² = min over plans of Σ (|x_i − x_k| − |y_j − y_l|)² P_ij P_kl, from above and from below, in O(n log n). Blind to
 * shifts and reflections of either sample.
 *
 * From above: on a plan that keeps the order the two absolute values open alike, so its cost is twice the variance of
 * x − y on it, that is 2 W₂² between the centred samples; and so for y turned over.
 * From below: W₂² between the eccentricities (Σ_k w_k |x_i − x_k|²)^½, Mémoli's first bound
 * (doi:10.1007/s10208-011-9093-5, §6.1), without its factor ½. Sorting row sums of similarities, as fast distillation
 * losses do, is this bound: it can be 0 between different measures.
 *
 * @param x - finite values, at least one
 * @param y - finite values, at least one; another number is fine
 * @throws as {@link wasserstein1d}
 */
export function gromovWasserstein1d(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: GromovLineOptions = {},
): GromovLineResult {
  const squared: Wasserstein1dOptions = { ...options, p: 2 };
  for (const [name, values] of Object.entries({ x, y })) {
    if (values.length === 0) throw new ShapeError(`gromovWasserstein1d: ${name}`, "at least one value", "none");
    checkValues(`gromovWasserstein1d: ${name}`, values);
  }
  const masses = balancedMasses("gromovWasserstein1d", options.xWeights, x.length, options.yWeights, y.length, options);
  const [u, v] = [centred(x, masses[0]), centred(y, masses[1])];
  const kept = wasserstein1dGradient(u, v, squared);
  const turned = wasserstein1dGradient(
    u,
    v.map((t) => -t),
    squared,
  );
  const matching = kept.value <= turned.value ? "increasing" : "decreasing";
  const { value, x: dx, y: dy } = matching === "increasing" ? kept : turned;
  const sign = matching === "increasing" ? 2 : -2;
  const lower = wasserstein1d(eccentricities(u, masses[0]), eccentricities(v, masses[1]), squared);
  return printingFields("gromovWasserstein1d", {
    value: 2 * value,
    bounds: [Math.min(lower, 2 * value), 2 * value],
    matching,
    // The plan's slopes sum to 0 on centred samples, so that the shift of the mean adds nothing.
    x: dx.map((g) => 2 * g),
    y: dy.map((g) => sign * g),
  });
}

function centred(values: ArrayLike<number>, { weights }: Mass): Float64Array {
  const n = values.length;
  let mean = 0;
  for (let i = 0; i < n; i++) mean += values[i]! * (weights === undefined ? 1 / n : weights[i]!);
  if (!Number.isFinite(mean)) {
    throw new DomainError(`gromovWasserstein1d: the mean exceeds the range of float64; rescale the values`, mean);
  }
  return Float64Array.from(values, (v) => v - mean);
}

/** Root mean square distance from each element to all: with mean 0, (x_i² + Σ w x²)^½. */
function eccentricities(values: Float64Array, { weights }: Mass): Float64Array {
  const n = values.length;
  let variance = 0;
  for (let i = 0; i < n; i++) variance += values[i]! ** 2 * (weights === undefined ? 1 / n : weights[i]!);
  return values.map((v) => Math.sqrt(v * v + variance));
}
