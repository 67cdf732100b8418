/** Polynomials by their values at Gauss–Lobatto points (Canuto, Hussaini, Quarteroni and Zang 2006, Spectral Methods). */

/** Polynomials of one degree on [−1, 1]; matrices are row-major, [degree + 1, degree + 1]. */
export interface Lobatto {
  readonly nodes: Float64Array;
  /** Of the quadrature rule at the nodes. */
  readonly weights: Float64Array;
  /** Of barycentric interpolation. */
  readonly barycentric: Float64Array;
  /** From values to values of the first and of the second derivative. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** From values to coefficients of Legendre polynomials with mean square 1. */
  readonly modes: Float64Array;
}

const known = new Map<number, Lobatto>();

/** The polynomials of a degree ≥ 1. */
export function lobatto(degree: number): Lobatto {
  const found = known.get(degree) ?? made(degree);
  known.set(degree, found);
  return found;
}

function made(p: number): Lobatto {
  const n = p + 1;
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let x = -Math.cos((Math.PI * i) / p);
    // Newton's method on (1 − x²)·P′ from Chebyshev's points.
    for (let round = 0; round < 30; round++) {
      const [value, before] = legendre(p, x);
      const step = (x * value - before) / (n * value);
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    if (i === 0 || i === p) x = Math.sign(x);
    nodes[i] = x;
    weights[i] = 2 / (p * n * legendre(p, x)[0] ** 2);
  }
  const barycentric = Float64Array.from(weights, (w, i) => (i % 2 === 0 ? 1 : -1) * Math.sqrt(w));
  const first = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      first[i * n + j] = barycentric[j]! / barycentric[i]! / (nodes[i]! - nodes[j]!);
      first[i * n + i]! -= first[i * n + j]!;
    }
  }
  const second = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) second[i * n + j]! += first[i * n + k]! * first[k * n + j]!;
  const modes = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let k = 0; k <= p; k++) {
      // The rule makes of the last polynomial's square 2/p in the place of 2/(2p + 1).
      const norm = k === p ? p / (2 * p + 1) : 1;
      modes[k * n + j] = (norm * weights[j]! * legendre(k, nodes[j]!)[0] * Math.sqrt(2 * k + 1)) / 2;
    }
  }
  return { nodes, weights, barycentric, first, second, modes };
}

/** The Legendre polynomials of degrees p and p − 1 at x. */
function legendre(p: number, x: number): readonly [value: number, before: number] {
  let [value, before] = [1, 0];
  for (let k = 1; k <= p; k++) [value, before] = [((2 * k - 1) * x * value - (k - 1) * before) / k, value];
  return [value, before];
}

/** Values at x in [−1, 1] of the polynomials that are 1 at one node: into `out` from `at` on. */
export function cardinals({ nodes, barycentric }: Lobatto, x: number, out: Float64Array, at: number): void {
  const n = nodes.length;
  let sum = 0;
  for (let j = 0; j < n; j++) {
    const far = x - nodes[j]!;
    if (far === 0) {
      out.fill(0, at, at + n);
      out[at + j] = 1;
      return;
    }
    sum += out[at + j] = barycentric[j]! / far;
  }
  for (let j = 0; j < n; j++) out[at + j]! /= sum;
}
