/** Ascent of a function on the unit sphere by normalised gradients, without a step size. */
import { dot, normalize } from "./vectors.ts";

/** Value and Euclidean gradient at a unit vector. */
export interface SphereValue {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Where an ascent ended. */
export interface Summit extends SphereValue {
  readonly direction: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

/** When an ascent ends. */
export interface AscentOptions {
  /** Most steps. */
  readonly maxIterations: number;
  /** The ascent has converged when no step with 1 − ⟨θ', θ⟩ above this leads upwards. */
  readonly tolerance: number;
}

/**
 * θ ← ∇f/‖∇f‖, drawn back half-way towards θ as long as f would fall. For f = θᵀMθ this is the power iteration; the
 * drawing back makes the ascent monotone where M changes with θ, and finds maxima at kinks.
 *
 * @param f - must have ⟨∇f, θ⟩ ≥ 0, as functions of positive degree of homogeneity have
 * @param start - a unit vector
 */
export function climbSphere(
  f: (direction: Float64Array) => SphereValue,
  start: Float64Array,
  { maxIterations, tolerance }: AscentOptions,
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
    while (gapOf(trial, direction) > tolerance) {
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
