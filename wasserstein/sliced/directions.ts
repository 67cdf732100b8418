/**
 * Random directions for sliced distances: independent, or in orthonormal blocks.
 *
 * Orthonormal blocks are the rows of a Haar-distributed orthogonal matrix. Every row alone is uniform on the sphere, so
 * averages over blocks stay unbiased, and a full block has Σ_k ⟨θ_k, v⟩² = ‖v‖² for every v: the part of a sliced
 * distance that comes from a shift is exact, whatever the draw.
 */
import { among, checkOptions, kind as kindOf, whole } from "../../engine/checks.ts";
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { addScaled, dot, normalize } from "../../engine/numerics/vectors.ts";
import { Rng, rng as seeded } from "../../engine/random/rng.ts";

/** Unit vectors, one a row. Also a point cloud: what takes clouds takes directions. */
export interface Directions {
  /** `count` rows of `dim` numbers, each row of norm 1 to rounding. */
  readonly points: Float64Array;
  /** Number of directions, ≥ 1. */
  readonly count: number;
  /** Coordinates of each. */
  readonly dim: number;
  /** Their distribution. "orthonormal" means blocks of `dim` rows, the last block possibly cut. */
  readonly kind: "uniform" | "orthonormal";
}

/** Checks of what directions are drawn by. */
export const drawChecks = {
  kind: among("uniform", "orthonormal"),
  seed: whole(0),
  rng: kindOf("random numbers, as `rng(seed)` makes them", (value) => value instanceof Rng),
};

/**
 * Draws `count` directions in `dim` dimensions.
 *
 * "uniform": normalised normal vectors. "orthonormal": blocks of `dim` rows, each the Q of a normal matrix by
 * Gram–Schmidt with positive diagonal of R, hence Haar (Mezzadri, arXiv math-ph/0609050); cost O(count·dim·min(count,
 * dim)).
 *
 * @param count - rows, a whole number ≥ 1
 * @param dim - dimension, a whole number ≥ 1; in one dimension directions are ±1
 * @param options - distribution and random numbers
 * @throws DomainError where `count` or `dim` is out of range
 * @throws OptionsError where `kind` is unknown
 */
export function sampleDirections(
  count: number,
  dim: number,
  options: {
    /** Their distribution. @defaultValue "uniform" */
    readonly kind?: Directions["kind"];
    /** Seed of the draw. @defaultValue 0 */
    readonly seed?: number;
    /** Random numbers to draw from, which are advanced, in place of `seed`. */
    readonly rng?: Rng;
  },
): Directions {
  checkOptions("sampleDirections", options, drawChecks);
  const { kind = "uniform", seed = 0, rng = seeded(seed) } = options;
  if (options.seed !== undefined && options.rng !== undefined)
    throw new OptionsError(
      "sampleDirections: seed and rng are two ways to say one thing; give one",
      "seed",
      options.seed,
    );
  for (const [name, value] of Object.entries({ count, dim })) {
    if (!(Number.isSafeInteger(value) && value >= 1)) {
      throw new DomainError(`sampleDirections: ${name} is ${value}, expected a whole number ≥ 1`, value);
    }
  }
  if (kind === "uniform") return { points: uniformRows(count, dim, rng), count, dim, kind };
  return { points: orthonormalRows(count, dim, rng), count, dim, kind };
}

function uniformRows(count: number, dim: number, rng: Rng): Float64Array {
  const points = rng.normal(count * dim);
  for (let l = 0; l < count; l++) normalize(points.subarray(l * dim, (l + 1) * dim));
  return points;
}

function orthonormalRows(count: number, dim: number, rng: Rng): Float64Array {
  const points = rng.normal(count * dim);
  for (let start = 0; start < count; start += dim) {
    for (let l = start; l < Math.min(start + dim, count); l++) {
      const row = points.subarray(l * dim, (l + 1) * dim);
      // The second sweep removes what rounding left of the first: twice is enough.
      for (let sweep = 0; sweep < 2; sweep++) {
        for (let k = start; k < l; k++) {
          const other = points.subarray(k * dim, (k + 1) * dim);
          addScaled(row, -dot(row, other), other);
        }
        normalize(row);
      }
    }
  }
  return points;
}

/** Row `l` of the directions: a view. */
export function rowOf(directions: Directions, l: number): Float64Array {
  return directions.points.subarray(l * directions.dim, (l + 1) * directions.dim);
}
