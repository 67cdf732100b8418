/** Quasi-uniform points on a line or surface inside of a domain that is given by a function which vanishes there. */
import { DomainError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { BoundaryPoints } from "./boundary.ts";

/** φ = 0. */
export interface Surface {
  /** For messages. */
  readonly text: string;
  /** φ at points [n, axes]. */
  values(points: Float64Array): Float64Array;
  /** ∂φ along every axis at points; 0 along time, in which points are not moved. */
  slopes(points: Float64Array): readonly Float64Array[];
}

/** The domain around. */
interface Space {
  readonly dimension: number;
  readonly volume: number;
  interior(count: number, rng: Rng): Float64Array;
  contains(points: Float64Array): Uint8Array;
}

/** Candidates for each point that is wanted, and Newton steps to the surface. */
const [candidates, steps] = [64, 12];

/**
 * Points where φ vanishes, with ∇φ/|∇φ|: those of many quasi-uniform points of the domain that are nearest to it,
 * brought there by Newton's method along the gradient.
 *
 * @throws DomainError where the surface does not pass through the domain
 */
export function surfacePoints(space: Space, surface: Surface, count: number, rng: Rng): BoundaryPoints {
  const d = space.dimension;
  const all = space.interior(Math.max(4096, candidates * count), rng);
  const distances = distancesOf(surface, all);
  const order = Array.from(distances.keys()).sort((a, b) => distances[a]! - distances[b]!);
  const found: number[] = [];
  const normals: number[] = [];
  let farthest = 0;
  for (const batch of [order.slice(0, 2 * count), order.slice(2 * count, 16 * count)]) {
    if (found.length >= count * d) break;
    const points = Float64Array.from(batch.flatMap((i) => Array.from(all.subarray(i * d, (i + 1) * d))));
    const start = points.slice();
    const unit = project(surface, points, d);
    const left = distancesOf(surface, points);
    const inside = space.contains(points);
    for (let i = 0; i < batch.length && found.length < count * d; i++) {
      if (!(inside[i] === 1 && left[i]! < 1e-9)) continue;
      found.push(...points.subarray(i * d, (i + 1) * d));
      normals.push(...unit.subarray(i * d, (i + 1) * d));
      let squares = 0;
      for (let k = i * d; k < (i + 1) * d; k++) squares += (points[k]! - start[k]!) ** 2;
      farthest = Math.max(farthest, Math.sqrt(squares));
    }
  }
  if (found.length < count * d) {
    const way = "give a line or surface that passes through it";
    throw new DomainError(`Domain: "${surface.text}" is not met in the domain; ${way}`, surface.text);
  }
  return {
    points: Float64Array.from(found),
    normals: Float64Array.from(normals),
    weights: new Float64Array(count).fill(1 / count),
    // The volume of a band of this half-width is that of the surface times twice the width.
    measure: farthest > 0 ? (count / order.length) * (space.volume / (2 * farthest)) : 0,
    measureError: 0,
  };
}

/** |φ|/|∇φ|, ∞ where there is no slope. */
function distancesOf(surface: Surface, points: Float64Array): Float64Array {
  const slopes = surface.slopes(points);
  return surface.values(points).map((v, i) => {
    const size = Math.sqrt(slopes.reduce((sum, s) => sum + s[i]! ** 2, 0));
    return v === 0 ? 0 : size > 0 ? Math.abs(v) / size : Number.POSITIVE_INFINITY;
  });
}

/** Moves points to the surface in place. @returns ∇φ/|∇φ| there */
function project(surface: Surface, points: Float64Array, d: number): Float64Array {
  const count = points.length / d;
  const unit = new Float64Array(points.length);
  for (let step = 0; step <= steps; step++) {
    const [values, slopes] = [surface.values(points), surface.slopes(points)];
    for (let i = 0; i < count; i++) {
      const squares = slopes.reduce((sum, s) => sum + s[i]! ** 2, 0);
      if (!(squares > 0)) continue;
      for (let k = 0; k < d; k++) {
        unit[i * d + k] = slopes[k]![i]! / Math.sqrt(squares);
        if (step < steps) points[i * d + k]! -= (values[i]! * slopes[k]![i]!) / squares;
      }
    }
  }
  return unit;
}
