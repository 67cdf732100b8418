/**
 * Splines along one axis of a table: the knots, the matrix that makes coefficients of values, and the basis at a place
 * (de Boor, A Practical Guide to Splines, 1978, chapters IX, X and XIII).
 */

/** Interpolation along an axis: of cells alone, by lines, by cubic splines, or such that cells have the means given. */
export const interpolations = ["nearest", "linear", "cubic", "means"] as const;
export type Interpolation = (typeof interpolations)[number];

/** B-splines along an axis. */
export interface SplineAxis {
  readonly degree: number;
  /** Rising, `count + degree + 1`. */
  readonly knots: Float64Array;
  /** Number of coefficients. */
  readonly count: number;
}

/** The ends of cells about nodes: halfway between them, and as far beyond the first and the last. */
export function edgesAbout(nodes: Float64Array): Float64Array {
  const n = nodes.length;
  if (n === 1) return Float64Array.of(nodes[0]! - 0.5, nodes[0]! + 0.5);
  return Float64Array.from({ length: n + 1 }, (_, i) => {
    if (i === 0) return nodes[0]! - (nodes[1]! - nodes[0]!) / 2;
    if (i === n) return nodes[n - 1]! + (nodes[n - 1]! - nodes[n - 2]!) / 2;
    return (nodes[i - 1]! + nodes[i]!) / 2;
  });
}

/** Splines of a degree through as many nodes as coefficients; the second and the last but one are no knots of cubic ones. */
function splinesThrough(nodes: Float64Array, most: number): SplineAxis {
  const n = nodes.length;
  const degree = Math.min(most, n - 1);
  const inner =
    degree === 3 ? nodes.subarray(2, n - 2) : degree === 1 ? nodes.subarray(1, n - 1) : nodes.subarray(0, 0);
  const ends = (x: number): number[] => Array<number>(degree + 1).fill(x);
  return { degree, count: n, knots: Float64Array.from([...ends(nodes[0]!), ...inner, ...ends(nodes[n - 1]!)]) };
}

/** An axis, and the coefficients of values at its nodes, in place: `values[first + stride*i]`. */
export interface FittedAxis {
  readonly axis: SplineAxis;
  readonly fit: (values: Float64Array, first: number, stride: number) => void;
}

/** Splines of a kind over nodes, or over cells with these ends. */
export function fittedAxis(kind: Interpolation, nodes: Float64Array, edges: Float64Array): FittedAxis {
  const n = nodes.length;
  if (kind === "nearest" || n === 1) return { axis: { degree: 0, count: n, knots: edges }, fit: () => undefined };
  if (kind !== "means") {
    const axis = splinesThrough(nodes, kind === "cubic" ? 3 : 1);
    if (axis.degree === 1) return { axis, fit: () => undefined };
    const solve = collocation(axis, nodes);
    return { axis, fit: (values, first, stride) => solve(values, first, stride) };
  }
  // The derivative of the cubic spline through the integrals up to each edge.
  const primitive = splinesThrough(edges, 3);
  const solve = collocation(primitive, edges);
  const sums = new Float64Array(n + 1);
  const fit: FittedAxis["fit"] = (values, first, stride) => {
    for (let i = 0; i < n; i++) sums[i + 1] = sums[i]! + values[first + stride * i]! * (edges[i + 1]! - edges[i]!);
    const coefficients = sums.slice();
    solve(coefficients, 0, 1);
    for (let i = 0; i < n; i++)
      values[first + stride * i] = slopeOf(primitive, i) * (coefficients[i + 1]! - coefficients[i]!);
  };
  return { axis: derivativeAxis(primitive), fit };
}

/** Factor of the difference of coefficients i and i + 1 in the i-th coefficient of the derivative. */
export const slopeOf = ({ degree, knots }: SplineAxis, i: number): number =>
  degree / (knots[i + degree + 1]! - knots[i + 1]!);

/** The splines of derivatives; of degree > 0. */
export const derivativeAxis = ({ degree, knots, count }: SplineAxis): SplineAxis => ({
  ...{ degree: degree - 1, count: count - 1, knots: knots.slice(1, -1) },
});

/** The interval of knots that a place lies in; places beyond the ends are in the first or the last one. */
export function intervalOf({ degree, knots, count }: SplineAxis, x: number): number {
  let [low, high] = [degree, count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (knots[middle]! <= x) low = middle;
    else high = middle - 1;
  }
  return low;
}

const [left, right] = [new Float64Array(4), new Float64Array(4)];

/** The `degree + 1` splines that are not zero in an interval, at a place; beyond the ends as the polynomials go on. */
export function splinesAt({ degree, knots }: SplineAxis, interval: number, x: number, out: Float64Array): void {
  out[0] = 1;
  for (let j = 1; j <= degree; j++) {
    left[j] = x - knots[interval + 1 - j]!;
    right[j] = knots[interval + j]! - x;
    let saved = 0;
    for (let r = 0; r < j; r++) {
      const part = out[r]! / (right[r + 1]! + left[j - r]!);
      out[r] = saved + right[r + 1]! * part;
      saved = left[j - r]! * part;
    }
    out[j] = saved;
  }
}

/** Solves for the coefficients of a spline through values at nodes; the matrix is totally positive and needs no pivots. */
function collocation(axis: SplineAxis, nodes: Float64Array) {
  const { degree: p, count: n } = axis;
  const width = 2 * p + 1;
  const band = new Float64Array(n * width);
  const basis = new Float64Array(p + 1);
  for (let i = 0; i < n; i++) {
    const interval = intervalOf(axis, nodes[i]!);
    splinesAt(axis, interval, nodes[i]!, basis);
    for (let q = 0; q <= p; q++) band[i * width + (interval - p + q) - i + p] = basis[q]!;
  }
  for (let k = 0; k < n; k++)
    for (let i = k + 1; i <= Math.min(n - 1, k + p); i++) {
      const factor = band[i * width + k - i + p]! / band[k * width + p]!;
      band[i * width + k - i + p] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j <= Math.min(n - 1, k + p); j++)
        band[i * width + j - i + p]! -= factor * band[k * width + j - k + p]!;
    }
  return (values: Float64Array, first: number, stride: number): void => {
    const at = (i: number) => first + stride * i;
    for (let i = 0; i < n; i++)
      for (let k = Math.max(0, i - p); k < i; k++) values[at(i)]! -= band[i * width + k - i + p]! * values[at(k)]!;
    for (let i = n - 1; i >= 0; i--) {
      for (let j = i + 1; j <= Math.min(n - 1, i + p); j++)
        values[at(i)]! -= band[i * width + j - i + p]! * values[at(j)]!;
      values[at(i)]! /= band[i * width + p]!;
    }
  };
}
