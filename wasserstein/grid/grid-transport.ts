/**
 * Entropic transport between two fields on a grid, without a plan: the kernel exp(−C/ε) of a cost that is a sum over
 * the axes is a product of one small kernel an axis (Solomon et al., doi:10.1145/2766963, §4.1; Peyré and Cuturi, arXiv
 * 1803.00567, remark 4.17). Host, float64.
 */

import { checkOptions } from "../../engine/checks.ts";
import { sum } from "../../engine/numerics/vectors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { checkRange } from "../measure/measure.ts";
import type { EntropicResult, TransportGradient } from "../measure/result.ts";
import { weightGradient } from "../sinkhorn/gradient.ts";
import { greatCircle } from "./axes.ts";
import {
  type GridMass,
  type GridSupport,
  type GridTransportOptions,
  gridChecks,
  type PreparedGrid,
  prepareGrid,
} from "./input.ts";
import { resultNotes } from "./notes.ts";
import { type Solved, solveTransport } from "./solved.ts";

/**
 * Transport between two fields a and b on one grid, with the cost Σ over the axes of |Δ|^p: min over P ≥ 0 of ⟨P, C⟩ +
 * ε KL(P | a⊗b) with P1 = a, Pᵀ1 = b, or with `reach` + ρ KL(P1 | a) + ρ KL(Pᵀ1 | b) in their place (arXiv 1803.00567,
 * eq. 4.2 and 10.6). `sinkhorn` between the cells gives the same numbers, and at 64 × 64 cells takes some thirty times
 * longer.
 *
 * Masses are scaled to sum to one (the two sums must agree, or `normalize`); with `reach` they stay as they are.
 *
 * @param x - mass of each cell, ≥ 0
 * @param y - on the same grid
 * @throws OptionsError for an option out of range
 * @throws ShapeError where shapes, axes or masks do not fit
 * @throws DomainError where a mass is negative or not finite outside the mask, the sums differ without `reach` or
 * `normalize`, a side
 *   is empty, or ε is below 1e-12 of the range of the costs
 */
export function gridTransport(
  x: GridMass,
  y: GridMass,
  options: GridTransportOptions = {},
): EntropicResult<
  TransportGradient<undefined> & {
    /** In the spacing of each axis; undefined where the axes were not given by it. */
    readonly spacing: Float64Array | undefined;
  }
> & {
  /** Passes over coarser grids. */
  readonly coarseIterations: number;
  /** Sentences to read before the numbers are used: not converged, or bounds that leave the exact cost open. Often empty. */
  readonly notes: readonly string[];
  /** ⟨P, |Δ|^p⟩ of each axis; undefined on great circles. */
  readonly costByAxis: Float64Array | undefined;
  /** With `sphere`: what the separable metric costs. 0 on great circles; undefined without `sphere`. */
  readonly metricError:
    | {
        /** Length. */
        readonly distance: number;
        /** Length^p: values for a unit of mass are at most this far apart, but for what lies between the places. */
        readonly cost: number;
        /** Latitude φ₀ in degrees at which lengths are true. */
        readonly trueLatitude: number;
      }
    | undefined;
  /** Row and column sums of the plan over the whole grid, a unit of mass together where the masses are equal. */
  marginals(): { readonly x: Float64Array; readonly y: Float64Array };
  /** Mean displacement of each cell's mass, in the unit of length; with `sphere` northward and eastward. */
  displacement(): { readonly x: readonly Float64Array[]; readonly y: readonly Float64Array[] };
} {
  checkOptions("gridTransport", options, gridChecks);
  const prepared = prepareGrid("gridTransport", x, y, options);
  const solved = solveTransport(prepared, prepared.x.side, prepared.y.side);
  const { value: entropicValue, marginalError, iterations, coarseIterations, converged, epsilon } = solved;
  checkRange("gridTransport: the cost", entropicValue);
  const proof = () => solved.proof();
  let potentials: readonly [Float64Array, Float64Array] | undefined;
  const everywhere = () => {
    potentials ??= solved.everywhere();
    return potentials;
  };
  return printingFields("gridTransport", {
    get value() {
      return proof().cost;
    },
    entropicValue,
    marginalError,
    iterations,
    coarseIterations,
    converged,
    epsilon,
    get linearCost() {
      return proof().linearCost;
    },
    get costByAxis() {
      return proof().costByAxis;
    },
    get bounds() {
      return proof().bounds;
    },
    get dualityGap() {
      return proof().dualityGap;
    },
    get notes() {
      const { cost, linearCost, bounds } = proof();
      return resultNotes({ value: cost, bounds, planCost: linearCost, converged, marginalError, iterations });
    },
    get f() {
      return outside(everywhere()[0], prepared.x.mask, Number.NaN);
    },
    get g() {
      return outside(everywhere()[1], prepared.y.mask, Number.NaN);
    },
    get metricError() {
      return metricError(prepared);
    },
    marginals: () => ({
      x: onGrid(prepared, prepared.x, proof().rows),
      y: onGrid(prepared, prepared.y, proof().columns),
    }),
    displacement: () => solved.displacement(),
    plan: () => solved.plan(),
    gradient: () => ({
      ...massGradients(prepared, solved, everywhere()),
      spacing: spacingGradient(prepared, proof().costByAxis),
    }),
  });
}

/** A copy with another value at masked cells. */
function outside(values: Float64Array, mask: GridSupport["mask"], filler: number): Float64Array {
  return mask === undefined ? values : values.map((v, i) => (mask[i] ? v : filler));
}

function onGrid({ shape }: PreparedGrid, { side }: GridSupport, values: Float64Array): Float64Array {
  const all = new Float64Array(shape.reduce((product, n) => product * n, 1));
  for (const [k, cell] of side.cells.entries()) all[cell] = values[k]!;
  return all;
}

/** Derivatives in both masses as they were given. */
export function massGradients(
  { x, y, rho }: PreparedGrid,
  { epsilon }: Pick<Solved, "epsilon">,
  [f, g]: readonly [Float64Array, Float64Array],
): TransportGradient<undefined, Float64Array> {
  const of = ({ side, total, mask }: GridSupport, all: Float64Array, other: GridSupport) => {
    const support = { kept: side.cells, weights: side.weights, total };
    const slopes = weightGradient(support, all, { rho, epsilon, otherMass: sum(other.side.weights) });
    return outside(slopes, mask, 0);
  };
  return { x: undefined, y: undefined, xWeights: of(x, f, y), yWeights: of(y, g, x) };
}

/** ∂/∂h of Σ P |h Δ|^p along an axis: p/h times its cost. */
function spacingGradient(
  { options, p, shape }: PreparedGrid,
  costs: Float64Array | undefined,
): Float64Array | undefined {
  const { spacing = 1, coordinates, sphere } = options;
  if (coordinates !== undefined || sphere !== undefined || costs === undefined) return undefined;
  return Float64Array.from(shape, (_, k) => (p * costs[k]!) / (typeof spacing === "number" ? spacing : spacing[k]!));
}

const mostPlaces = 33;

function metricError({ shape, axes, p, options }: PreparedGrid): ReturnType<typeof gridTransport>["metricError"] {
  const { sphere } = options;
  if (sphere === undefined) return undefined;
  const [down, across] = [axes.at(-2)!, axes.at(-1)!];
  // The scale of the longitudes holds φ₀.
  const { radius = 6371.0088, latitude, longitude } = sphere;
  const cosine = across.period! / (2 * Math.PI * radius);
  const trueLatitude = sphere.trueLatitude ?? (Math.acos(Math.min(1, cosine)) * 180) / Math.PI;
  if (sphere.metric === "great-circle") return { distance: 0, cost: 0, trueLatitude };
  const some = (n: number) => {
    const count = Math.min(n, mostPlaces);
    return Array.from({ length: count }, (_, i) => Math.round((i * (n - 1)) / Math.max(1, count - 1)));
  };
  let [distance, cost] = [0, 0];
  const rows = some(shape.at(-2)!);
  for (const i of rows) {
    for (const j of rows) {
      for (const k of some(shape.at(-1)!)) {
        const turn = Math.abs(across.at[k]! - across.at[0]!);
        const wide = Math.min(turn, across.period! - turn);
        const high = Math.abs(down.at[i]! - down.at[j]!);
        const true_ = greatCircle(latitude[i]!, longitude[0]!, latitude[j]!, longitude[k]!, radius);
        distance = Math.max(distance, Math.abs((high ** p + wide ** p) ** (1 / p) - true_));
        cost = Math.max(cost, Math.abs(high ** p + wide ** p - true_ ** p));
      }
    }
  }
  return { distance, cost, trueLatitude };
}
