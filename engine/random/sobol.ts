/**
 * Sobol sequences in up to 64 dimensions with the direction numbers of S. Joe and F. Y. Kuo, "Constructing Sobol
 * sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30 (2008) 2635, doi:10.1137/070709359 (their
 * table new-joe-kuo-6, © 2008 S. Joe and F. Y. Kuo, BSD licence), and nested uniform (Owen) scrambling by hashing: S.
 * Laine and T. Karras 2011; B. Burley, "Practical hash-based Owen scrambling", JCGT 9 (2020) 4, with N. Vegdahl's hash
 * of 2021.
 */
import { OptionsError } from "../errors.ts";
import type { Rng } from "./rng.ts";

/** For dimensions 2 to 64: the inner coefficients a of the primitive polynomial, then m₁, m₂, … as many as its degree. */
const joeKuo = `
  0 1|1 1 3|1 1 3 1|2 1 1 1|1 1 1 3 3|4 1 3 5 13|2 1 1 5 5 17|4 1 1 5 5 5|7 1 1 7 11 19|11 1 1 5 1 1|
  13 1 1 1 3 11|14 1 3 5 5 31|1 1 3 3 9 7 49|13 1 1 1 15 21 21|16 1 3 1 13 27 49|19 1 1 1 15 7 5|
  22 1 3 1 15 13 25|25 1 1 5 5 19 61|1 1 3 7 11 23 15 103|4 1 3 7 13 13 15 69|7 1 1 3 13 7 35 63|
  8 1 3 5 9 1 25 53|14 1 3 1 13 9 35 107|19 1 3 1 5 27 61 31|21 1 1 5 11 19 41 61|28 1 3 5 3 3 13 69|
  31 1 1 7 13 1 19 1|32 1 3 7 5 13 19 59|37 1 1 3 9 25 29 41|41 1 3 5 13 23 1 55|42 1 3 7 3 13 59 17|
  50 1 3 1 3 5 53 69|55 1 1 5 5 23 33 13|56 1 1 7 7 1 61 123|59 1 1 7 9 13 61 49|62 1 3 3 5 3 55 33|
  14 1 3 1 15 31 13 49 245|21 1 3 5 15 31 59 63 97|22 1 3 1 11 11 11 77 249|38 1 3 1 11 27 43 71 9|
  47 1 1 7 15 21 11 81 45|49 1 3 7 3 25 31 65 79|50 1 3 1 1 19 11 3 205|52 1 1 5 9 19 21 29 157|
  56 1 3 7 11 1 33 89 185|67 1 3 3 3 15 9 79 71|70 1 3 7 11 15 39 119 27|84 1 1 3 1 11 31 97 225|
  97 1 1 1 3 23 43 57 177|103 1 3 7 7 17 17 37 71|115 1 3 1 5 27 63 123 213|122 1 1 3 5 11 43 53 133|
  8 1 3 5 5 29 17 47 173 479|13 1 3 3 11 3 1 109 9 69|16 1 1 1 5 17 39 23 5 343|22 1 3 1 5 25 15 31 103 499|
  25 1 1 1 11 11 17 63 105 183|44 1 1 5 11 9 29 97 231 363|47 1 1 5 15 19 45 41 7 383|
  52 1 3 7 7 31 19 83 137 221|55 1 1 1 3 23 15 111 223 83|59 1 1 5 13 31 15 55 25 161|
  62 1 1 3 13 25 47 39 87 257`;

/** Most dimensions of a {@link sobolSequence}. */
export const maxSobolDimension = 64;

const BITS = 32;
let directions: readonly Uint32Array[] | undefined;
/** The same with the bits of every word reversed, as scrambling wants them. */
let mirrored: readonly Uint32Array[] | undefined;

/** A Sobol sequence that can be continued. */
export interface SobolSequence {
  readonly dimension: number;
  /** The next `count` points of [0, 1)^d, row-major. Blocks of 2^m points from a multiple of 2^m on are digital nets. */
  next(count: number): Float64Array;
}

/**
 * A Sobol sequence in Gray-code order. Without `rng` it is the published one, which begins with the origin. With `rng`
 * it is scrambled: every point is uniform on (0, 1)^d, the net property stays, and each stream gives other points. One
 * number a dimension is drawn from `rng`.
 *
 * @param dimension - 1 to 64
 * @throws OptionsError for another dimension
 */
export function sobolSequence(dimension: number, rng?: Rng): SobolSequence {
  if (!(Number.isInteger(dimension) && dimension >= 1 && dimension <= maxSobolDimension)) {
    const way = "use latinHypercube or uniform above 64 dimensions";
    throw new OptionsError(
      `sobolSequence: dimension is ${dimension}, expected 1 to 64; ${way}`,
      "dimension",
      dimension,
    );
  }
  directions ??= directionNumbers();
  mirrored ??= directions.map((column) => column.map(reverse));
  const columns = (rng ? mirrored : directions).slice(0, dimension);
  const seeds = rng && Uint32Array.from(rng.integers(dimension, -(2 ** 31), 2 ** 31));
  const state = new Uint32Array(dimension);
  let index = 0;
  const next = (count: number): Float64Array => {
    const points = new Float64Array(count * dimension);
    for (let i = 0, at = 0; i < count; i++) {
      for (let k = 0; k < dimension; k++, at++) {
        // Scrambled points sit in the middle of their cell of width 2⁻³²: never on the boundary.
        points[at] = seeds ? (scramble(state[k]!, seeds[k]!) + 0.5) * 2 ** -BITS : state[k]! * 2 ** -BITS;
      }
      index++;
      const bit = 31 - Math.clz32(index & -index);
      for (let k = 0; k < dimension; k++) state[k]! ^= columns[k]![bit]!;
    }
    return points;
  };
  return { dimension, next };
}

/** Nested uniform scrambling of a reversed word: every bit is flipped by a hash of the bits below it alone. */
function scramble(reversed: number, seed: number): number {
  let x = reversed;
  x ^= Math.imul(x, 0x3d20adea);
  x = (x + seed) | 0;
  x = Math.imul(x, (seed >>> 16) | 1);
  x ^= Math.imul(x, 0x05526c56);
  x ^= Math.imul(x, 0x53a22864);
  return reverse(x);
}

function reverse(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}

/** V[k][j], the words that coordinate k takes up when bit j of the index changes. */
function directionNumbers(): readonly Uint32Array[] {
  const first = Uint32Array.from({ length: BITS }, (_, j) => 1 << (BITS - 1 - j));
  const others = joeKuo
    .trim()
    .split("|")
    .map((row) => {
      const [a, ...m] = row.trim().split(" ").map(Number) as [number, ...number[]];
      const degree = m.length;
      const v = Uint32Array.from({ length: BITS }, (_, j) => (j < degree ? m[j]! << (BITS - 1 - j) : 0));
      for (let j = degree; j < BITS; j++) {
        v[j] = v[j - degree]! ^ (v[j - degree]! >>> degree);
        for (let k = 1; k < degree; k++) {
          if ((a >>> (degree - 1 - k)) & 1) v[j]! ^= v[j - k]!;
        }
      }
      return v;
    });
  return [first, ...others];
}
