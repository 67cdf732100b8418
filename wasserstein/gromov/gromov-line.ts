/**
 * Gromov–Wasserstein between samples on the line by sorting. What it is: the better of the two monotone plans, hence an
 * upper bound, with a lower bound from sorted eccentricities. What it is not: the optimum. That sorting solves the
 * problem on the line was claimed and refuted (Beinert, Heiss and Steidl, arXiv 2205.09006); it often does.
 */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { lineGradient, wasserstein1d } from "../line/wasserstein1d.ts";
import { balancedMasses, checkValues, type Mass } from "../measure/measure.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { type Samples, samplesOf } from "../measure/samples.ts";
import type { TransportPlan } from "../measure/transport-plan.ts";

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
 * @param options - treatment of masses
 * @returns the cost of the better monotone plan, an upper bound.
 * @throws as {@link wasserstein1d}
 */
export function gromovWasserstein1d(
  x: Samples,
  y: Samples,
  options: {
    /** Scale each side's weights to sum 1, whatever they sum to. @defaultValue false: sums that differ are an error */
    readonly normalize?: boolean;
  } = {},
): TransportResult<TransportGradient<Float64Array, undefined>> & {
  /** GW₂² lies between these. The lower bound compares sorted eccentricities. */
  readonly bounds: readonly [number, number];
  /** Orientation of the plan: in order of rank, or against it (the line turned over). */
  readonly matching: "increasing" | "decreasing";
  /** The monotone plan. */
  plan(): TransportPlan;
} {
  const where = "gromovWasserstein1d";
  const squared = { ...options, p: 2 };
  const sides = [samplesOf(`${where}: x`, x), samplesOf(`${where}: y`, y)] as const;
  for (const [k, { values }] of sides.entries()) {
    const name = `${where}: ${k === 0 ? "x" : "y"}`;
    if (values.length === 0) throw new ShapeError(name, "at least one value", "none");
    checkValues(name, values);
  }
  const [first, second] = sides;
  const masses = balancedMasses(
    where,
    first.weights,
    first.values.length,
    second.weights,
    second.values.length,
    options,
  );
  const [u, v] = [centred(first.values, masses[0]), centred(second.values, masses[1])];
  const placed = (values: Float64Array, k: 0 | 1): Samples => ({ values, weights: sides[k].weights });
  const [left, right] = [placed(u, 0), placed(v, 1)];
  const turnedOver = placed(
    v.map((t) => -t),
    1,
  );
  const [kept, turned] = [wasserstein1d(left, right, squared), wasserstein1d(left, turnedOver, squared)];
  const increasing = kept.value <= turned.value;
  const { value, plan } = increasing ? kept : turned;
  const lower = wasserstein1d(
    placed(eccentricities(u, masses[0]), 0),
    placed(eccentricities(v, masses[1]), 1),
    squared,
  ).value;
  return printingFields(where, {
    value: 2 * value,
    bounds: [Math.min(lower, 2 * value), 2 * value] as const,
    matching: increasing ? "increasing" : "decreasing",
    plan,
    gradient() {
      const { x: dx, y: dy } = lineGradient(left, increasing ? right : turnedOver, squared);
      // The plan's slopes sum to 0 on centred samples, so that the shift of the mean adds nothing.
      const ofY = dy.map((g) => (increasing ? 2 : -2) * g);
      return { x: dx.map((g) => 2 * g), y: ofY, xWeights: undefined, yWeights: undefined };
    },
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
