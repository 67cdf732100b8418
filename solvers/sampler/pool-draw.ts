/** Drawing without replacement from a pool, with unequal chances, and what is then known of the points. */
import type { Rng } from "../../engine/random/rng.ts";

/** Chances that were meant to be 0 are this much of the mean, so that enough points can be drawn. */
const LEAST_CHANCE = 1e-9;

/** Relative chances |r|^k / mean(|r|^k) + c of pool points; `values` are scaled to a greatest one of 1, or all 0. */
export function chances(values: Float64Array, k: number, c: number): Float64Array {
  const powers = values.map((value) => value ** k);
  const mean = powers.reduce((sum, value) => sum + value, 0) / powers.length;
  return powers.map((value) => (mean > 0 ? value / mean : 1) + c + LEAST_CHANCE);
}

/**
 * The chance of each pool point to be among `count` drawn: count · chance / Σ chance, but at most 1; what is cut off goes
 * to the others in proportion. They add up to `count`, which is at most the size of the pool.
 */
export function inclusions(chance: Float64Array, count: number): Float64Array {
  const result = new Float64Array(chance.length);
  const sure = new Uint8Array(chance.length);
  for (let open = count, more = true; more; ) {
    let total = 0;
    for (let i = 0; i < chance.length; i++) total += sure[i] === 1 ? 0 : chance[i]!;
    more = false;
    const room = open;
    for (let i = 0; i < chance.length; i++) {
      if (sure[i] === 1) continue;
      result[i] = Math.min(1, (room * chance[i]!) / total);
      if (result[i] === 1) {
        sure[i] = 1;
        open--;
        more = true;
      }
    }
  }
  return result;
}

/**
 * Systematic sampling (Madow 1949) in random order: `count` pool indices, i among them with exactly the chance
 * `inclusion[i]`. In the order of a Sobol pool, steps could fall in with its period and miss half of the domain.
 */
export function drawSystematic(inclusion: Float64Array, count: number, rng: Rng): Uint32Array {
  const drawn = new Uint32Array(count);
  const start = rng.uniform();
  const order = rng.permutation(inclusion.length);
  const total = inclusion.reduce((sum, value) => sum + value, 0);
  let found = 0;
  let sum = 0;
  for (let i = 0; i < inclusion.length && found < count; i++) {
    sum += inclusion[order[i]!]!;
    // Rounding must not lose the last one.
    if (sum * (count / total) > start + found || inclusion.length - i === count - found) drawn[found++] = order[i]!;
  }
  return drawn;
}

/** The rows of `points` that `indices` name. */
export function rows(points: Float64Array, dimension: number, indices: ArrayLike<number>): Float64Array {
  const out = new Float64Array(indices.length * dimension);
  for (let i = 0; i < indices.length; i++) {
    out.set(points.subarray(indices[i]! * dimension, (indices[i]! + 1) * dimension), i * dimension);
  }
  return out;
}
