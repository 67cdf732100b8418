/**
 * The max-sliced Wasserstein distance, max over unit θ of W_p^p(⟨θ, x⟩, ⟨θ, y⟩) (Deshpande et al., arXiv 1904.05877).
 *
 * With the matching that is optimal along θ kept, W_2²(θ) = θᵀMθ with M the covariance of the matched pairs' differences,
 * and its normalised gradient is a step of the power iteration. No step size; 2 to 20 steps as a rule. Matchings change
 * at kinks, where the power iteration stops short by some 1e-4; a bundle of gradients takes the best direction on.
 */
import { checkWhole } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { addScaled, dot, normalize } from "../../engine/numerics/vectors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { type Cloud, checkRange } from "../../wasserstein/measure/measure.ts";
import type { TransportGradient, TransportResult } from "../../wasserstein/measure/result.ts";
import { type Directions, rowOf, sampleDirections } from "../../wasserstein/sliced/directions.ts";
import { directionsFor, readPair } from "../../wasserstein/sliced/input.ts";
import type { LineTransport } from "../../wasserstein/sliced/line-transport.ts";
import type { SlicedOptions } from "../../wasserstein/sliced/sliced.ts";
import {
  emptyPull,
  gradientsOf,
  inUnits,
  lineOf,
  meanOf,
  project,
  pull,
  type SlicePair,
  sweep,
} from "../../wasserstein/sliced/slices.ts";
import { climbSphere, polishSummit, type SphereValue, type Summit } from "./sphere-ascent.ts";

/**
 * The max-sliced distance by power iteration with restarts. O((2·dim + restarts·steps) n (log n + dim)).
 *
 * POT's function of that name is the maximum over random directions without ascent: a lower bound that falls short by up
 * to a quarter in ten dimensions.
 *
 * @param options - order, starts and stopping rule
 * @returns W_p^p (W_p with `root`) along `direction`, a lower bound of the maximum, as every direction gives one.
 * @throws DomainError where points or weights are not finite, weights are negative or of different sum, or the result
 *   exceeds the range of float64
 * @throws OptionsError where an option is out of range, or neither `rng` nor `starts` is given
 * @throws ShapeError where sizes do not fit
 */
export function maxSlicedWasserstein(
  x: Cloud,
  y: Cloud,
  options: Pick<SlicedOptions, "p" | "rng" | "root" | "normalize"> & {
    /**
     * Ascents: one from the shift of the means, the others from the best of 2·dim (at most 128) random orthonormal
     * directions. @defaultValue 4
     */
    readonly restarts?: number;
    /** Ascend from these directions alone; without them `rng` is needed, and advanced. */
    readonly starts?: Directions;
    /** Most steps of each ascent. @defaultValue 200 */
    readonly maxIterations?: number;
    /**
     * The ascent has converged when no step with 1 − ⟨θ', θ⟩ above this leads upwards. The value is then short of the
     * nearest maximum by about its square root, relative, at a kink, and by itself elsewhere. @defaultValue 1e-12
     */
    readonly tolerance?: number;
  } = {},
): TransportResult & {
  /** The best unit vector found; of the two signs the one along which y lies above x. */
  readonly direction: Float64Array;
  /** Steps of the ascent that led there. */
  readonly iterations: number;
  /** True if that ascent ended because nothing near was higher. The highest point of all is not certified. */
  readonly converged: boolean;
  /**
   * Without a derivative of the direction (envelope theorem). Where the best direction is at a kink, as it is for small samples, a
   * mean over the matchings that meet there: the one whose derivative in the direction vanishes, which takes some more ascent.
   */
  gradient(): TransportGradient;
} {
  const caller = "maxSlicedWasserstein";
  const { root = false, maxIterations = 200, tolerance = 1e-12 } = options;
  checkAscent(caller, { maxIterations, tolerance, restarts: options.restarts ?? 4 });
  const { pair, masses } = readPair(caller, x, y, options);
  const line = lineOf(pair);
  const starts = options.starts ? given(caller, pair, options.starts) : chosen(caller, pair, line, options);
  let best: Summit | undefined;
  const f = (theta: Float64Array) => sliceAt(pair, line, theta);
  for (const start of starts) {
    const summit = climbSphere(f, start, { maxIterations, tolerance: Math.max(tolerance, 1e-10) }, 5);
    if (best === undefined || summit.value > best.value) best = summit;
  }
  const { direction, value, iterations, converged } = polishSummit(f, best!, { maxIterations, tolerance });
  const { p, scale } = pair;
  const unit = root ? scale : scale ** p;
  const found = inUnits(root ? value ** (1 / p) : value, unit);
  checkRange(`${caller}: the distance${root ? "" : " to the power p (see `root`)"}`, found);
  return printingFields(caller, {
    value: found,
    direction: upwards(pair, direction),
    iterations,
    converged,
    gradient() {
      const { witnesses, value: top } = polishSummit(f, best!, { maxIterations, tolerance }, true);
      const take = (weights: boolean) => {
        const along = lineOf(pair, weights);
        const sum = emptyPull(pair, weights);
        for (const witness of witnesses) {
          sliceAt(pair, along, witness.direction);
          pull(sum, along, witness.direction, witness.weight);
        }
        return sum;
      };
      const slope = unit * (root ? (top > 0 ? top ** (1 / p - 1) / p : 0) : 1);
      return gradientsOf(caller, take, pair, masses, slope);
    },
  });
}

/** W_p^p along θ and its gradient in θ. */
export function sliceAt(pair: SlicePair, line: LineTransport, theta: Float64Array): SphereValue {
  const [u, v] = [new Float64Array(pair.n), new Float64Array(pair.m)];
  project(pair.x, theta, pair.dim, [u]);
  project(pair.y, theta, pair.dim, [v]);
  const value = line.gradient(u, v);
  const gradient = new Float64Array(pair.dim);
  addColumns(gradient, pair.x, line.du);
  addColumns(gradient, pair.y, line.dv);
  return { value, gradient };
}

function addColumns(into: Float64Array, points: Float64Array, shares: Float64Array): void {
  const dim = into.length;
  for (let i = 0, at = 0; i < shares.length; i++) {
    const share = shares[i]!;
    for (let k = 0; k < dim; k++) into[k]! += share * points[at++]!;
  }
}

function given(caller: string, pair: SlicePair, starts: Directions): Float64Array[] {
  directionsFor(caller, pair.dim, { directions: starts });
  return Array.from({ length: starts.count }, (_, l) => {
    const start = rowOf(starts, l).slice();
    normalize(start);
    return start;
  });
}

/** The shift of the means, and the best of some orthonormal directions. */
export function chosen(
  caller: string,
  pair: SlicePair,
  line: LineTransport,
  { restarts = 4, rng }: { readonly restarts?: number; readonly rng?: Rng },
): Float64Array[] {
  if (rng === undefined) {
    throw new OptionsError(`${caller}: starting directions are drawn; pass \`rng\`, or \`starts\` of your own`, "rng");
  }
  const { dim } = pair;
  const count = Math.max(Math.min(2 * dim, 128), restarts);
  const candidates = sampleDirections(count, dim, { kind: "orthonormal", rng });
  const values = new Float64Array(count);
  sweep(pair, candidates, (l, u, v) => {
    values[l] = line.value(u, v);
  });
  const ranking = Array.from(values.keys()).sort((k, l) => values[l]! - values[k]!);
  const starts: Float64Array[] = ranking.map((l) => rowOf(candidates, l).slice());
  const shift = meanOf(pair.x, dim, pair.a);
  addScaled(shift, -1, meanOf(pair.y, dim, pair.b));
  const size = Math.sqrt(dot(shift, shift));
  if (size > 0) {
    normalize(shift);
    starts.unshift(shift);
  }
  return starts.slice(0, restarts);
}

/** Of θ and −θ the one along which the mean of y is not below that of x; where equal, the first entry is positive. */
function upwards(pair: SlicePair, theta: Float64Array): Float64Array {
  const rise = dot(theta, meanOf(pair.y, pair.dim, pair.b)) - dot(theta, meanOf(pair.x, pair.dim, pair.a));
  const first = theta.find((t) => t !== 0) ?? 1;
  return rise < 0 || (rise === 0 && first < 0) ? theta.map((t) => 0 - t) : theta;
}

/** @throws OptionsError where the limits of an ascent are out of range */
export function checkAscent(
  caller: string,
  { tolerance, ...counts }: Readonly<Record<"tolerance" | "maxIterations" | "restarts", number>>,
): void {
  checkWhole(caller, counts);
  if (tolerance > 0 && tolerance < 1) return;
  throw new OptionsError(`${caller}: tolerance is ${tolerance}, expected a number in (0, 1)`, "tolerance", tolerance);
}
