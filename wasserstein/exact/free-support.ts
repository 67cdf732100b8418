/** Barycenters of clouds whose points are free to move (Cuturi and Doucet, arXiv 1310.4375, algorithm 2). */
import { anything, checkOptions, real, whole } from "../../engine/checks.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import {
  type Cloud,
  checkedWeights,
  checkSameSpace,
  cloudPoints,
  explicitWeights,
  massOf,
} from "../measure/measure.ts";
import { emd } from "./emd.ts";

/**
 * Σ_k share_k W₂²(·, cloud_k), lowered over the places of the points of `start`: each goes to the mean of the places
 * that its mass goes to, by exact plans. Every step lowers the value; where it ends is a local minimum.
 *
 * @param clouds - at least one, all in the space of `start`
 * @param options - start, shares and stopping rule
 * @throws as `emd`
 */
export function freeSupportBarycenter(
  clouds: readonly Cloud[],
  options: {
    /** Starting points: their number and weights are those of the barycenter. */
    readonly start: Cloud;
    /** Share of each measure; only their proportions count. @defaultValue equal */
    readonly weights?: ArrayLike<number>;
    /**
     * Stop where no coordinate moves by more than this, in the unit of the coordinates. @defaultValue 1e-9 of the
     * extent of `start` and the clouds
     */
    readonly tolerance?: number;
    /** Whole, ≥ 1. @defaultValue 100 */
    readonly maxIterations?: number;
  },
): {
  /** Σ share_k W₂²(barycenter, cloud_k) at `cloud`. */
  readonly value: number;
  /** The barycenter, with the weights of `start`. */
  readonly cloud: Cloud;
  /** Times that all plans were found. */
  readonly iterations: number;
  /** True if the points came to rest. */
  readonly converged: boolean;
} {
  const where = "freeSupportBarycenter";
  checkOptions(where, options, { start: anything, weights: anything, tolerance: real(0), maxIterations: whole() });
  const { start, maxIterations = 100 } = options;
  if (clouds.length === 0) throw new ShapeError(`${where}: clouds`, "at least one cloud", "none");
  const { count, dim } = start;
  const share = checkedWeights(`${where}: weights`, options.weights ?? clouds.map(() => 1), clouds.length);
  const total = share.reduce((s, w) => s + w, 0);
  if (!(total > 0))
    throw new OptionsError(`${where}: weights sum to ${total}, expected a positive sum`, "weights", total);
  const weights = explicitWeights(massOf(`${where}: weights of start`, start.weights, count), count);
  let points = Float64Array.from(cloudPoints(`${where}: start`, start));
  let extent = 0;
  for (const [k, cloud] of clouds.entries()) {
    checkSameSpace(where, start, cloud);
    for (const v of cloudPoints(`${where}: clouds[${k}]`, cloud)) extent = Math.max(extent, Math.abs(v - points[0]!));
  }
  const tolerance = options.tolerance ?? 1e-9 * extent;
  const here = (): Cloud => ({ points, count, dim, weights });
  let value = Number.POSITIVE_INFINITY;
  for (let k = 1; ; k++) {
    const next = new Float64Array(points.length);
    value = 0;
    for (const [l, cloud] of clouds.entries()) {
      const { value: cost, plan } = emd(here(), cloud, { normalize: true });
      const { rows, columns, masses } = plan();
      value += (share[l]! / total) * cost;
      for (const [r, mass] of masses.entries()) {
        const [i, j] = [rows[r]! * dim, columns[r]! * dim];
        const part = ((share[l]! / total) * mass) / weights[i / dim]!;
        for (let c = 0; c < dim; c++) next[i + c]! += part * cloud.points[j + c]!;
      }
    }
    // A point without weight stays.
    let moved = 0;
    for (let at = 0; at < next.length; at++) {
      if (weights[Math.floor(at / dim)] === 0) next[at] = points[at]!;
      moved = Math.max(moved, Math.abs(next[at]! - points[at]!));
    }
    const converged = moved <= tolerance;
    if (converged || k >= maxIterations) {
      return printingFields(where, { value, cloud: here(), iterations: k, converged });
    }
    points = next;
  }
}
