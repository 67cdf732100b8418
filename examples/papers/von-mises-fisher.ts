/**
 * The von Mises–Fisher distribution on the sphere, density proportional to exp(κ⟨centre, θ⟩), in parts: the angle to the centre and
 * the sideways direction are drawn first, the centre comes in afterwards. The same draws then move smoothly with it.
 */
import { DomainError } from "../../engine/errors.ts";
import { addScaled, dot, normalize } from "../../engine/numerics/vectors.ts";
import type { Rng } from "../../engine/random/rng.ts";

/** Samples of the von Mises–Fisher distribution before they are placed around a direction. */
export interface PolarDraws {
  readonly dim: number;
  /** 1 − cosine of the angle to the mean direction, in [0, 2], one a draw. */
  readonly gaps: Float64Array;
  /** `dim` standard normal numbers a draw; their part across the mean direction gives the sideways direction. */
  readonly normals: Float64Array;
}

/**
 * @throws DomainError where the concentration is negative or not finite
 */
export function checkConcentration(where: string, concentration: number): void {
  if (Number.isFinite(concentration) && concentration >= 0) return;
  const wanted = "expected a finite number ≥ 0 (for one fixed direction give that direction)";
  throw new DomainError(`${where}: concentration is ${concentration}, ${wanted}`, concentration);
}

/** The parts of von Mises–Fisher draws that do not depend on the mean direction. */
export function drawAroundPole(count: number, dim: number, concentration: number, rng: Rng): PolarDraws {
  const gaps = Float64Array.from({ length: count }, () => drawGap(dim, concentration, rng));
  return { dim, gaps, normals: rng.normal(count * dim) };
}

function drawGap(dim: number, kappa: number, rng: Rng): number {
  if (dim === 1) return rng.uniform() < 1 / (1 + Math.exp(-2 * kappa)) ? 0 : 2;
  if (dim === 3) {
    const u = rng.uniform();
    return kappa === 0 ? 2 * u : Math.min(2, -Math.log1p(u * Math.expm1(-2 * kappa)) / kappa);
  }
  const n = dim - 1;
  const root = Math.hypot(2 * kappa, n);
  const b = n / (2 * kappa + root);
  const a = (n + 2 * kappa + root) / 4;
  const bound = (4 * a * b) / (1 + b) - n * Math.log(n);
  for (;;) {
    const normal = rng.normal(dim);
    // A symmetric Beta(n/2, n/2) number: a coordinate of a uniform direction, moved to [0, 1].
    const e = (1 + normal[0]! / Math.sqrt(dot(normal, normal))) / 2;
    const scale = 1 - (1 - b) * e;
    const t = (2 * a * b) / scale;
    if (n * Math.log(t) - t + bound > Math.log(1 - rng.uniform())) return (2 * b * e) / scale;
  }
}

/** Places draws around a unit vector: θ = w·centre + √(1 − w²)·v, v the normalised part of the normals across it. */
export function placeAround(draws: PolarDraws, centre: Float64Array): Float64Array {
  const { dim, gaps, normals } = draws;
  const points = normals.slice();
  for (const [l, gap] of gaps.entries()) {
    const row = points.subarray(l * dim, (l + 1) * dim);
    if (dim > 1) {
      addScaled(row, -dot(row, centre), centre);
      normalize(row);
      addScaled(row, -dot(row, centre), centre);
    }
    const side = dim > 1 ? Math.sqrt(gap * (2 - gap)) : 0;
    for (let k = 0; k < dim; k++) row[k] = side * row[k]! + (1 - gap) * centre[k]!;
    normalize(row);
  }
  return points;
}

/** Takes a gradient in the placed direction `l` back to the centre: the transposed derivative of {@link placeAround}. */
export function pullThroughPlacing(
  { dim, gaps, normals }: PolarDraws,
  l: number,
  centre: Float64Array,
  gradient: Float64Array,
): Float64Array {
  const gap = gaps[l]!;
  const out = gradient.map((g) => (1 - gap) * g);
  if (dim === 1) return out;
  const z = normals.subarray(l * dim, (l + 1) * dim);
  const side = z.slice();
  addScaled(side, -dot(z, centre), centre);
  const length = Math.sqrt(dot(side, side));
  const turned = gradient.slice();
  addScaled(turned, -dot(gradient, side) / length ** 2, side);
  const factor = Math.sqrt(gap * (2 - gap)) / length;
  addScaled(out, -factor * dot(turned, centre), z);
  addScaled(out, -factor * dot(z, centre), turned);
  return out;
}

/**
 * Mean of ⟨centre, θ⟩: A_d(κ) = I_{d/2}(κ)/I_{d/2−1}(κ), by Gauss' continued fraction 1/(d/κ + 1/((d+2)/κ + …)).
 *
 * @param dim - d ≥ 1
 * @param concentration - κ ≥ 0
 */
export function meanResultantLength(dim: number, concentration: number): number {
  if (concentration === 0) return 0;
  if (dim === 1) return Math.tanh(concentration);
  if (dim === 3 && concentration > 1) return 1 / Math.tanh(concentration) - 1 / concentration;
  // Backwards from where the terms exceed κ by far. Beyond κ = 1e5 the large-argument series has all digits.
  if (concentration > 1e5) {
    const n = dim - 1;
    return 1 - n / (2 * concentration) + (n * (dim - 3)) / (8 * concentration ** 2);
  }
  let tail = 0;
  for (let k = Math.ceil(2 * concentration) + 60; k >= 0; k--) tail = 1 / ((dim + 2 * k) / concentration + tail);
  return tail;
}
