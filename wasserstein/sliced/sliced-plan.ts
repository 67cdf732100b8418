/**
 * Plans from projections: the plan that is optimal along one direction is a plan between the clouds themselves, whose
 * cost bounds W_p^p from above. The best of many directions (min-SWGG: Mahey, Chapel, Gasso, Bonet and Courty, arXiv
 * 2307.01770), or the mean of their plans (Liu, Díaz Martín, Bai, Shahbazi, Thorpe, Aldroubi and Kolouri, arXiv
 * 2410.12176).
 */
import { among, checkOptions } from "../../engine/checks.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { pairGradient } from "../exact/costs.ts";
import { monotone, type OrderedMasses, type Routes } from "../line/monotone-plan.ts";
import {
  balancedMasses,
  type Cloud,
  checkOrder,
  checkSameSpace,
  cloudPoints,
  explicitWeights,
} from "../measure/measure.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { drawChecks } from "./directions.ts";
import { directionsFor, slicedChecks } from "./input.ts";
import type { SlicedOptions } from "./sliced.ts";

/**
 * A transport plan in O(directions · n log n), for clouds too large for `emd`.
 *
 * @param options - order, kind and directions
 * @returns Σ mass·‖x − y‖^p, an upper bound of W_p^p.
 * @throws as `slicedWasserstein`
 */
export function slicedPlan(
  x: Cloud,
  y: Cloud,
  options: Pick<SlicedOptions, "p" | "directions" | "seed" | "rng" | "normalize"> & {
    /** `"best"`: the plan of least cost; `"mean"`: the mean of all plans. @defaultValue "best" */
    readonly kind?: "best" | "mean";
  },
): TransportResult<TransportGradient<Float64Array, undefined>> & {
  /** The direction whose plan it is, [dim], of norm 1; undefined for the mean. */
  readonly direction: Float64Array | undefined;
  /** Between the clouds themselves. */
  plan(): TransportPlan;
  /** With the plan as it is. */
  gradient(): TransportGradient<Float64Array, undefined>;
} {
  checkOptions("slicedPlan", options, { ...drawChecks, ...slicedChecks, kind: among("best", "mean") });
  const where = "slicedPlan";
  const { p = 2, kind = "best", directions: wanted = 64 } = options;
  checkOrder(where, p);
  checkSameSpace(where, x, y);
  const [px, py] = [cloudPoints(`${where}: x`, x), cloudPoints(`${where}: y`, y)];
  const { dim } = x;
  const directions = directionsFor(where, dim, { ...options, directions: wanted, kind: "orthonormal" });
  const masses = balancedMasses(where, x.weights, x.count, y.weights, y.count, options);
  const [a, b] = [explicitWeights(masses[0], x.count), explicitWeights(masses[1], y.count)];
  const costOf = (routes: Routes) => {
    let value = 0;
    for (let k = 0; k < routes.masses.length; k++) {
      let square = 0;
      for (let c = 0; c < dim; c++) square += (px[routes.rows[k]! * dim + c]! - py[routes.columns[k]! * dim + c]!) ** 2;
      value += routes.masses[k]! * (p === 2 ? square : square ** (p / 2));
    }
    return value;
  };
  let best: { readonly value: number; readonly routes: Routes; readonly at: number } | undefined;
  const all: Routes[] = [];
  for (let l = 0; l < directions.count; l++) {
    const theta = directions.points.subarray(l * dim, (l + 1) * dim);
    const routes = monotone(ranked(px, theta, a), ranked(py, theta, b));
    if (kind === "mean") all.push(routes);
    else {
      const value = costOf(routes);
      if (best === undefined || value < best.value) best = { value, routes, at: l };
    }
  }
  const routes = kind === "mean" ? merged(all, y.count) : best!.routes;
  const plan = transportPlan(routes.rows, routes.columns, routes.masses, [x.count, y.count]);
  return printingFields(where, {
    value: best?.value ?? costOf(routes),
    direction: best && directions.points.slice(best.at * dim, (best.at + 1) * dim),
    plan: () => plan,
    gradient() {
      const { x: ofX, y: ofY } = pairGradient({ x, y }, plan, p);
      return { x: ofX!, y: ofY!, xWeights: undefined, yWeights: undefined };
    },
  });
}

/** A cloud in order of its projections. */
function ranked(points: Float64Array, theta: Float64Array, weights: Float64Array): OrderedMasses {
  const dim = theta.length;
  const t = new Float64Array(points.length / dim);
  for (let i = 0; i < t.length; i++) for (let c = 0; c < dim; c++) t[i]! += points[i * dim + c]! * theta[c]!;
  return { order: Uint32Array.from(t.keys()).sort((i, k) => t[i]! - t[k]! || i - k), weights };
}

/** The mean of plans, each route once. */
function merged(all: readonly Routes[], m: number): Routes {
  const sums = new Map<number, number>();
  for (const { rows, columns, masses } of all) {
    for (let k = 0; k < masses.length; k++) {
      if (masses[k] === 0) continue;
      const key = rows[k]! * m + columns[k]!;
      sums.set(key, (sums.get(key) ?? 0) + masses[k]! / all.length);
    }
  }
  const keys = Float64Array.from(sums.keys()).sort();
  return {
    rows: Int32Array.from(keys, (key) => Math.floor(key / m)),
    columns: Int32Array.from(keys, (key) => key % m),
    masses: Float64Array.from(keys, (key) => sums.get(key)!),
  };
}
