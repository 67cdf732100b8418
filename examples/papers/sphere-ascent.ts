/**
 * Ascent of a function on the unit sphere: by normalised gradients, without a step size, and over kinks.
 *
 * The functions are minima of smooth ones (over matchings), so their maxima lie at kinks as a rule, where the gradient of
 * one side leads down the other. There the shortest vector in the hull of nearby gradients leads upwards, or is 0 at the
 * maximum (Wolfe's bundle, doi:10.1007/BFb0120703; by semiconcavity end points of failed steps are enough).
 */
import { addScaled, dot, normalize } from "../../engine/numerics/vectors.ts";

/** Value and Euclidean gradient at a unit vector. */
export interface SphereValue {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** End of an ascent. */
export interface Summit extends SphereValue {
  readonly direction: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/** A direction next to a summit, with its share in the hull of gradients whose shortest vector is (nearly) 0. */
export interface Witness {
  readonly direction: Float64Array;
  readonly weight: number;
}

/** A summit with the directions around it whose mean gradient vanishes: with these the envelope theorem holds at kinks. */
export interface PolishedSummit extends Summit {
  readonly witnesses: readonly Witness[];
}

/** When an ascent ends. */
export interface AscentOptions {
  /** Most steps. */
  readonly maxIterations: number;
  /** Steps with 1 − ⟨θ', θ⟩ below this are not taken. */
  readonly tolerance: number;
}

/**
 * θ ← ∇f/‖∇f‖, drawn back half-way towards θ as long as f would fall. For f = θᵀMθ this is the power iteration; the
 * drawing back makes the ascent monotone where M changes with θ, and finds maxima at kinks.
 *
 * @param f - must have ⟨∇f, θ⟩ ≥ 0, as functions of positive degree of homogeneity have
 * @param start - a unit vector
 * @param halvings - number of times that a step is shortened before the ascent ends
 */
export function climbSphere(
  f: (direction: Float64Array) => SphereValue,
  start: Float64Array,
  { maxIterations, tolerance }: AscentOptions,
  halvings = 60,
): Summit {
  let direction = start;
  let at = f(start);
  for (let iterations = 0; iterations < maxIterations; iterations++) {
    const trial = at.gradient.slice();
    const largest = trial.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    if (largest === 0) return { ...at, direction, iterations, converged: true };
    for (let k = 0; k < trial.length; k++) trial[k]! /= largest;
    normalize(trial);
    let next: SphereValue | undefined;
    for (let tries = 0; tries <= halvings && gapOf(trial, direction) > tolerance; tries++) {
      const found = f(trial);
      if (found.value > at.value) {
        next = found;
        break;
      }
      for (let k = 0; k < trial.length; k++) trial[k]! += direction[k]!;
      normalize(trial);
    }
    if (next === undefined) return { ...at, direction, iterations, converged: true };
    at = next;
    direction = trial;
  }
  return { ...at, direction, iterations: maxIterations, converged: false };
}

/** 1 − cosine of the angle between unit vectors, without cancellation. */
function gapOf(a: Float64Array, b: Float64Array): number {
  const difference = a.map((v, k) => v - b[k]!);
  return dot(difference, difference) / 2;
}

/** Predicted rise that a step must deliver a tenth of. */
const sufficient = 0.1;
/** Gradients collected at one radius. */
const mostTries = 40;
/** Rises below this times √(2·tolerance), relative, are left: that is what a kink leaves at the last radius. */
const goodEnough = 0.1;
/** First radius; radii shrink by the factor. */
const firstRadius = 0.05;
const shrink = 0.25;

/**
 * Goes on from where {@link climbSphere} ended, over kinks: within a radius that shrinks to √(2·tolerance)
 * it collects the gradients of failed steps until a direction leads upwards or none does.
 *
 * @param balance - go on until the gradients of the witnesses balance, however little is gained
 */
export function polishSummit(
  f: (direction: Float64Array) => SphereValue,
  summit: Summit,
  { maxIterations, tolerance }: AscentOptions,
  balance = false,
): PolishedSummit {
  const least = Math.sqrt(2 * tolerance);
  let { direction, iterations } = summit;
  let at: SphereValue = summit;
  let witnesses: readonly Witness[] = [{ direction, weight: 1 }];
  for (let delta = firstRadius; delta >= least; ) {
    if (iterations >= maxIterations) return { ...at, direction, iterations, converged: false, witnesses };
    const found = stepOverKinks(f, direction, at, delta, balance ? 0 : least * goodEnough);
    witnesses = found.witnesses;
    if (found.next === undefined) {
      delta *= shrink;
      continue;
    }
    at = found.next;
    direction = found.direction;
    iterations++;
  }
  return { ...at, direction, iterations, converged: true, witnesses };
}

interface KinkStep {
  /** Undefined where no step of this radius leads upwards. */
  readonly next: SphereValue | undefined;
  readonly direction: Float64Array;
  readonly witnesses: readonly Witness[];
}

function stepOverKinks(
  f: (direction: Float64Array) => SphereValue,
  direction: Float64Array,
  at: SphereValue,
  delta: number,
  relative: number,
): KinkStep {
  const size = Math.sqrt(dot(at.gradient, at.gradient));
  let trials = [{ direction, weight: 1, gradient: tangent(at.gradient, direction) }];
  for (let tries = 0; ; tries++) {
    const { point, weights } = shortestInHull(
      trials.map((t) => t.gradient),
      trials.map((t) => t.weight),
    );
    const slope = Math.sqrt(dot(point, point));
    // Those without a share have done their part.
    trials = trials.map((t, k) => ({ ...t, weight: weights[k]! })).filter(({ weight }) => weight > 0);
    // Within the radius gradients turn by delta·size anyway, and less than relative·value is not worth a step.
    if (slope <= delta * size || delta * slope <= relative * at.value || tries === mostTries) {
      return { next: undefined, direction, witnesses: trials };
    }
    const trial = direction.slice();
    addScaled(trial, delta / slope, point);
    normalize(trial);
    const next = f(trial);
    if (next.value >= at.value + sufficient * delta * slope) {
      return { next, direction: trial, witnesses: [{ direction: trial, weight: 1 }] };
    }
    trials.push({ direction: trial, weight: 0, gradient: tangent(next.gradient, direction) });
  }
}

function tangent(gradient: Float64Array, direction: Float64Array): Float64Array {
  const out = gradient.slice();
  addScaled(out, -dot(gradient, direction), direction);
  return out;
}

/**
 * The shortest convex combination of vectors: mass moves from the vector furthest ahead to the one furthest behind.
 *
 * @param start - weights to begin with, sum 1
 */
export function shortestInHull(
  vectors: readonly Float64Array[],
  start: readonly number[] = vectors.map((_, k) => (k === 0 ? 1 : 0)),
): { readonly point: Float64Array; readonly weights: Float64Array } {
  const weights = Float64Array.from(start);
  const point = new Float64Array(vectors[0]!.length);
  for (const [k, v] of vectors.entries()) addScaled(point, weights[k]!, v);
  for (let sweep = 0; sweep < 300; sweep++) {
    const along = vectors.map((v) => dot(v, point));
    let behind = 0;
    let ahead = -1;
    for (const [k, a] of along.entries()) {
      if (a < along[behind]!) behind = k;
      if (weights[k]! > 0 && (ahead < 0 || a > along[ahead]!)) ahead = k;
    }
    const gain = along[ahead]! - along[behind]!;
    const difference = vectors[behind]!.map((v, k) => v - vectors[ahead]![k]!);
    const square = dot(difference, difference);
    if (!(gain > 1e-9 * dot(point, point)) || square === 0) break;
    const step = Math.min(weights[ahead]!, gain / square);
    weights[ahead] = step === weights[ahead] ? 0 : weights[ahead]! - step;
    weights[behind]! += step;
    addScaled(point, step, difference);
  }
  return { point, weights };
}
