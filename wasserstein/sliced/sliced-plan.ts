/**
 * Plans from projections: the plan that is optimal along one direction is a plan between the clouds themselves, whose cost
 * bounds W_p^p from above. The best of many directions (min-SWGG: Mahey, Chapel, Gasso, Bonet and Courty, arXiv 2307.01770),
 * or the mean of their plans (Liu, Díaz Martín, Bai, Shahbazi, Thorpe, Aldroubi and Kolouri, arXiv 2410.12176).
 */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/printed.ts";
import type { Rng } from "../../engine/rng.ts";
import { pairGradient } from "../exact/costs.ts";
import {
  balancedMasses,
  type Cloud,
  checkOrder,
  checkSameSpace,
  cloudPoints,
  explicitWeights,
  type MassOptions,
} from "../measure/measure.ts";
import { type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { type Directions, sampleDirections } from "./directions.ts";

/** Options of {@link slicedPlan}. */
export interface SlicedPlanOptions extends MassOptions {
  /** Order p ≥ 1 of the cost ‖x − y‖^p. @defaultValue 2 */
  readonly p?: number;
  /** `"best"`: the plan of least cost; `"mean"`: the mean of all plans. @defaultValue "best" */
  readonly kind?: "best" | "mean";
  /** Directions, or how many to draw. @defaultValue 64 */
  readonly directions?: number | Directions;
  /** Needed, and advanced, where directions are drawn. */
  readonly rng?: Rng;
  /** One weight per point of x, before those in the cloud. @defaultValue those of the cloud, else equal */
  readonly a?: ArrayLike<number>;
  /** One weight per point of y, before those in the cloud. @defaultValue those of the cloud, else equal */
  readonly b?: ArrayLike<number>;
}

/** What {@link slicedPlan} returns. */
export interface SlicedPlanResult {
  /** Σ mass·‖x − y‖^p: an upper bound of W_p^p. */
  readonly value: number;
  /** Between the clouds themselves. */
  readonly plan: TransportPlan;
  /** The direction whose plan it is, [dim], of norm 1; undefined for the mean. */
  readonly direction: Float64Array | undefined;
  /** With the plan as it is. */
  gradient(): { readonly x: Float64Array; readonly y: Float64Array };
}

/**
 * A transport plan in O(directions · n log n), for clouds too large for `emd`.
 *
 * @throws as `slicedWasserstein`
 */
export function slicedPlan(x: Cloud, y: Cloud, options: SlicedPlanOptions): SlicedPlanResult {
  const where = "slicedPlan";
  const { p = 2, kind = "best", directions: wanted = 64, rng } = options;
  checkOrder(where, p);
  if (kind !== "best" && kind !== "mean") {
    throw new OptionsError(`${where}: kind is ${kind}, expected "best" or "mean"`, "kind", kind);
  }
  checkSameSpace(where, x, y);
  const [px, py] = [cloudPoints(`${where}: x`, x), cloudPoints(`${where}: y`, y)];
  const { dim } = x;
  if (typeof wanted === "number" && rng === undefined) {
    throw new OptionsError(`${where}: expected directions, or an rng to draw them`, "rng", undefined);
  }
  const drawn = typeof wanted === "number";
  const directions = drawn ? sampleDirections(wanted, dim, { kind: "orthonormal", rng: rng! }) : wanted;
  if (directions.dim !== dim) throw new ShapeError(`${where}: dim of directions`, [dim], [directions.dim]);
  const masses = balancedMasses(where, options.a ?? x.weights, x.count, options.b ?? y.weights, y.count, options);
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
    const routes = monotone(project(px, theta), a, project(py, theta), b);
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
    plan,
    direction: best && directions.points.slice(best.at * dim, (best.at + 1) * dim),
    gradient: () => pairGradient({ x, y }, plan, p) as { x: Float64Array; y: Float64Array },
  });
}

interface Routes {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly masses: Float64Array;
}

function project(points: Float64Array, theta: Float64Array): Float64Array {
  const dim = theta.length;
  const out = new Float64Array(points.length / dim);
  for (let i = 0; i < out.length; i++) for (let c = 0; c < dim; c++) out[i]! += points[i * dim + c]! * theta[c]!;
  return out;
}

/** The plan in order of rank. */
function monotone(u: Float64Array, a: Float64Array, v: Float64Array, b: Float64Array): Routes {
  const sorted = (t: Float64Array) => Uint32Array.from(t.keys()).sort((i, k) => t[i]! - t[k]! || i - k);
  const [left, right] = [sorted(u), sorted(v)];
  const [rows, columns, masses] = [[] as number[], [] as number[], [] as number[]];
  for (let i = 0, j = 0, s = a[left[0]!]!, t = b[right[0]!]!; ; ) {
    const mass = Math.min(s, t);
    rows.push(left[i]!);
    columns.push(right[j]!);
    masses.push(mass);
    [s, t] = [s - mass, t - mass];
    if (i === left.length - 1 && j === right.length - 1) break;
    // Equal weights of both sides end together; what rounding leaves is below their digits.
    if (j === right.length - 1 || (i < left.length - 1 && s <= t)) s += a[left[++i]!]!;
    else t += b[right[++j]!]!;
  }
  return { rows: Int32Array.from(rows), columns: Int32Array.from(columns), masses: Float64Array.from(masses) };
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
