/**
 * Piecewise polynomials on a line as B-splines (de Boor and Swartz 1973, doi:10.1137/0710052): g Gauss points in every
 * cell, and m − 1 continuous derivatives, so that collocation of an equation of order m at these points leaves m
 * conditions at the ends.
 */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";

/** Splines with their points of collocation. */
export interface SplineSpace {
  /** Ends of the cells, rising. */
  readonly edges: Float64Array;
  readonly gauss: number;
  /** Order m: m − 1 derivatives are continuous; of m = 0 not even values are. */
  readonly order: number;
  readonly periodic: boolean;
  /** Number of coefficients. */
  readonly size: number;
  /** gauss + order: functions on a cell. */
  readonly local: number;
  readonly knots: Float64Array;
}

export function splineSpace(edges: Float64Array, gauss: number, order: number, periodic: boolean): SplineSpace {
  const cells = edges.length - 1;
  const local = gauss + order;
  const knots: number[] = [];
  const length = edges[cells]! - edges[0]!;
  if (periodic) {
    // Each edge with multiplicity g, for as many cells on either side as functions reach.
    const more = Math.ceil(local / gauss) + 1;
    const at = (k: number) => edges[((k % cells) + cells) % cells]! + length * Math.floor(k / cells);
    for (let k = -more; k <= cells + more; k++) for (let q = 0; q < gauss; q++) knots.push(at(k));
  } else {
    for (let q = 0; q < local; q++) knots.push(edges[0]!);
    for (let k = 1; k < cells; k++) for (let q = 0; q < gauss; q++) knots.push(edges[k]!);
    for (let q = 0; q < local; q++) knots.push(edges[cells]!);
  }
  const size = periodic ? cells * gauss : cells * gauss + order;
  return { edges, gauss, order, periodic, size, local, knots: Float64Array.from(knots) };
}

/** Gauss points of all cells, in order. */
export function collocationPoints(edges: Float64Array, gauss: number): Float64Array {
  const { nodes } = gaussLegendre(gauss);
  const own = Float64Array.from(nodes).sort();
  return Float64Array.from({ length: (edges.length - 1) * gauss }, (_, i) => {
    const cell = Math.floor(i / gauss);
    return edges[cell]! + (edges[cell + 1]! - edges[cell]!) * own[i % gauss]!;
  });
}

/** The cell of a place; at an edge the right one, at the end the last. */
export function cellOf({ edges }: Pick<SplineSpace, "edges">, x: number): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edges[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Column of the q-th function on a cell. */
export const columnOf = ({ gauss, size, periodic }: SplineSpace, cell: number, q: number): number =>
  periodic ? (cell * gauss + q) % size : cell * gauss + q;

interface Scratch {
  readonly ndu: Float64Array;
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly a: readonly [Float64Array, Float64Array];
}
const scratches: Scratch[] = [];

/** Arrays of {@link basisAt}, which writes them before it reads. */
function scratchFor(local: number): Scratch {
  const known = scratches[local];
  if (known) return known;
  const line = () => new Float64Array(local);
  const made: Scratch = { ndu: new Float64Array(local * local), left: line(), right: line(), a: [line(), line()] };
  scratches[local] = made;
  return made;
}

/**
 * Values at a place, of derivatives up to some order, of the functions on a cell: `into[at + r·local + q]` (Piegl
 * and Tiller, The NURBS Book, A2.3).
 *
 * @param most - highest derivative
 */
export function basisAt(space: SplineSpace, cell: number, x: number, most: number, into: Float64Array, at = 0): void {
  const { gauss, local, knots, periodic } = space;
  const degree = local - 1;
  // The knot at the left end of the cell, the last of its copies.
  const more = periodic ? (Math.ceil(local / gauss) + 1) * gauss : 0;
  const span = periodic ? more + cell * gauss + gauss - 1 : degree + cell * gauss;
  const { ndu, left, right, a } = scratchFor(local);
  ndu[0] = 1;
  for (let j = 1; j <= degree; j++) {
    left[j] = x - knots[span + 1 - j]!;
    right[j] = knots[span + j]! - x;
    let saved = 0;
    for (let r = 0; r < j; r++) {
      const sum = right[r + 1]! + left[j - r]!;
      ndu[j * local + r] = sum;
      const part = ndu[r * local + j - 1]! / sum;
      ndu[r * local + j] = saved + right[r + 1]! * part;
      saved = left[j - r]! * part;
    }
    ndu[j * local + j] = saved;
  }
  for (let q = 0; q <= degree; q++) into[at + q] = ndu[q * local + degree]!;
  if (most === 0) return;
  for (let q = 0; q <= degree; q++) {
    let [s1, s2] = [0, 1];
    a[0].fill(0);
    a[0][0] = 1;
    for (let k = 1; k <= most; k++) {
      if (k > degree) {
        into[at + k * local + q] = 0;
        continue;
      }
      let d = 0;
      const [one, two] = [a[s1]!, a[s2]!];
      const [rk, pk] = [q - k, degree - k];
      if (q >= k) {
        two[0] = one[0]! / ndu[(pk + 1) * local + rk]!;
        d = two[0]! * ndu[rk * local + pk]!;
      }
      const from = rk >= -1 ? 1 : -rk;
      const to = q - 1 <= pk ? k - 1 : degree - q;
      for (let j = from; j <= to; j++) {
        two[j] = (one[j]! - one[j - 1]!) / ndu[(pk + 1) * local + rk + j]!;
        d += two[j]! * ndu[(rk + j) * local + pk]!;
      }
      if (q <= pk) {
        two[k] = -one[k - 1]! / ndu[(pk + 1) * local + q]!;
        d += two[k]! * ndu[q * local + pk]!;
      }
      into[at + k * local + q] = d;
      [s1, s2] = [s2, s1];
    }
  }
  for (let k = 1, factor = degree; k <= Math.min(most, degree); k++) {
    for (let q = 0; q <= degree; q++) into[at + k * local + q]! *= factor;
    factor *= degree - k;
  }
}
