/**
 * Distributional slicing: the mean transport cost over directions gathered around the best one,
 * v-DSW_p^p = max_ε E_{θ ~ vMF(ε, κ)} W_p^p(⟨θ, x⟩, ⟨θ, y⟩) (arXiv 2301.04791). κ = 0 is sliced, κ → ∞ max-sliced: from
 * below like 1/κ where the maximum is smooth, like 1/√κ where it is at a kink, as for small samples.
 *
 * The location is found by ascent instead of being predicted by an attention network: the same draws follow the location
 * smoothly, and the gradient is scaled so that for p = 2 the step is that of the power iteration of max-slicing.
 */
import { checkWhole } from "../../engine/check-numbers.ts";
import { OptionsError } from "../../engine/errors.ts";
import { addScaled, dot } from "../../engine/numerics/vectors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { type Cloud, checkRange } from "../measure/measure.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import type { Directions } from "./directions.ts";
import { standardError } from "./estimators.ts";
import { readPair } from "./input.ts";
import type { LineTransport } from "./line-transport.ts";
import { checkAscent, chosen, sliceAt } from "./max-sliced.ts";
import { slicedWasserstein } from "./sliced.ts";
import { inUnits, lineOf, type SlicePair, sweep } from "./slices.ts";
import { climbSphere, polishSummit, type SphereValue, type Summit } from "./sphere-ascent.ts";
import {
  checkConcentration,
  drawAroundPole,
  meanResultantLength,
  type PolarDraws,
  placeAround,
  pullThroughPlacing,
} from "./von-mises-fisher.ts";

/**
 * v-DSW_p^p between two clouds. O(restarts·steps·count·n (log n + dim)).
 *
 * @param options - concentration, number of directions and stopping rule
 * @returns the mean over `directions`, which are drawn afresh, free of the bias of having chosen the location on them.
 * @throws DomainError where points, weights or the concentration are out of range, or the result exceeds that of float64
 * @throws OptionsError where an option is out of range
 * @throws ShapeError where sizes do not fit
 */
export function distributionalSlicedWasserstein(
  x: Cloud,
  y: Cloud,
  options: {
    /** κ ≥ 0: how closely the directions gather. The mean of ⟨location, θ⟩ is about κ/dim for small κ. */
    readonly concentration: number;
    /** Order p ≥ 1. @defaultValue 2 */
    readonly p?: number;
    /** Directions in the mean, ≥ 2. @defaultValue 64 */
    readonly count?: number;
    /** Advanced by the draws. */
    readonly rng: Rng;
    /** Ascents. @defaultValue 2 */
    readonly restarts?: number;
    /** Most steps of each ascent. @defaultValue 200 */
    readonly maxIterations?: number;
    /**
     * An ascent has converged when no step with 1 − ⟨ε', ε⟩ above this leads upwards; at a kink the mean over its draws is
     * then short by about the square root of this, relative. @defaultValue 1e-8
     */
    readonly tolerance?: number;
    /** Return the distance instead of its power p. @defaultValue false */
    readonly root?: boolean;
    /** Scale each side's weights to sum 1, whatever they sum to. @defaultValue false: sums that differ are an error */
    readonly normalize?: boolean;
  },
): TransportResult & {
  /** Monte Carlo error of `value`. */
  readonly standardError: number;
  /** The best mean direction found, [dim], of norm 1. */
  readonly location: Float64Array;
  /** Directions around it. */
  readonly directions: Directions;
  /** Steps of the ascent. */
  readonly iterations: number;
  /** True if the location came to rest. */
  readonly converged: boolean;
  /** The location held (envelope theorem). */
  gradient(): TransportGradient;
} {
  const caller = "distributionalSlicedWasserstein";
  const { concentration, count = 64, restarts = 2, maxIterations = 200, tolerance = 1e-8, root = false, rng } = options;
  checkWhole(caller, { count }, 2);
  checkAscent(caller, { restarts, maxIterations, tolerance });
  if (rng === undefined) throw new OptionsError(`${caller}: directions are drawn around it; pass \`rng\``, "rng");
  checkConcentration(caller, concentration);
  const { pair } = readPair(caller, x, y, options);
  const { dim, p, scale } = pair;
  const draws = drawAroundPole(count, dim, concentration, rng);
  const line = lineOf(pair);
  const starts = chosen(caller, pair, line, { restarts, rng });
  let best: Summit | undefined;
  const around = (centre: Float64Array) => meanAround(pair, line, draws, centre);
  // Around all directions alike there is nothing to find.
  const limits = { maxIterations: concentration === 0 ? 1 : maxIterations, tolerance, halvings: 5 };
  for (const start of concentration === 0 ? starts.slice(0, 1) : starts) {
    const summit = climbSphere((centre) => steepened(pair, line, concentration, centre, around(centre)), start, limits);
    if (best === undefined || summit.value > best.value) best = summit;
  }
  const {
    direction: location,
    iterations,
    converged,
  } = concentration === 0 ? best! : polishSummit(around, { ...best!, ...around(best!.direction) }, limits);
  const fresh = placeAround(drawAroundPole(count, dim, concentration, rng), location);
  const directions: Directions = { points: fresh, count, dim, kind: "vonMisesFisher" };
  const costs = new Float64Array(count);
  sweep(pair, directions, undefined, (l, u, v) => {
    costs[l] = line.value(u, v);
  });
  const mean = costs.reduce((sum, w) => sum + w, 0) / count;
  const unit = root ? scale : scale ** p;
  const slope = root ? (mean > 0 ? mean ** (1 / p - 1) / p : 0) : 1;
  const value = inUnits(root ? mean ** (1 / p) : mean, unit);
  checkRange(`${caller}: the distance${root ? "" : " to the power p (see `root`)"}`, value);
  const error = inUnits(standardError(costs, 1)! * slope, unit);
  checkRange(`${caller}: the standard error`, error);
  return printingFields(caller, {
    value,
    standardError: error,
    location,
    directions,
    iterations,
    converged: concentration === 0 || converged,
    gradient: () => slicedWasserstein(x, y, { p, root, normalize: options.normalize ?? false, directions }).gradient(),
  });
}

/** Mean over the draws placed around `centre`, with its gradient in the centre. */
function meanAround(pair: SlicePair, line: LineTransport, draws: PolarDraws, centre: Float64Array): SphereValue {
  const { dim } = pair;
  const count = draws.gaps.length;
  const points = placeAround(draws, centre);
  const gradient = new Float64Array(dim);
  let value = 0;
  for (let l = 0; l < count; l++) {
    const theta = points.subarray(l * dim, (l + 1) * dim);
    const slice = sliceAt(pair, line, theta);
    value += slice.value / count;
    addScaled(gradient, 1 / count, pullThroughPlacing(draws, l, centre, slice.gradient));
  }
  // Along the centre that of a function of degree p.
  addScaled(gradient, pair.p * value - dot(gradient, centre), centre);
  return { value, gradient };
}

/**
 * The gradient made for normalised-gradient steps: for θᵀMθ the mean is contrast·εᵀMε + a constant, and the contrast,
 * I_{d/2+1}(κ)/I_{d/2−1}(κ), is divided out.
 */
function steepened(
  pair: SlicePair,
  line: LineTransport,
  concentration: number,
  centre: Float64Array,
  { value, gradient: along }: SphereValue,
): SphereValue {
  const { dim, p } = pair;
  const contrast = meanResultantLength(dim, concentration) * meanResultantLength(dim + 2, concentration);
  const gradient = dim > 1 && contrast > 0 ? along.map((g) => g / contrast) : along.slice();
  addScaled(gradient, p * sliceAt(pair, line, centre).value - dot(gradient, centre), centre);
  return { value, gradient };
}
