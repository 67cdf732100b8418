/**
 * Functions by their values at nodes of [−1, 1] (Canuto, Hussaini, Quarteroni and Zang 2006, Spectral Methods):
 * polynomials at the points of Gauss and Lobatto, and trigonometric ones at points of a period that lie evenly.
 */

/** Functions of one degree; matrices are row-major, [degree + 1, degree + 1]. */
export interface Nodal {
  readonly nodes: Float64Array;
  /** Of the quadrature rule at the nodes. */
  readonly weights: Float64Array;
  /** From values to values of the first and of the second derivative. */
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** From values to coefficients of orthogonal functions with mean square 1, smooth ones first. */
  readonly modes: Float64Array;
  /** Writes the values at x of the functions that are 1 at one node and 0 at others. */
  cardinals(x: number, out: Float64Array): void;
}

const [polynomials, waves] = [new Map<number, Nodal>(), new Map<number, Nodal>()];

/** Polynomials of a degree ≥ 1. */
export function lobatto(degree: number): Nodal {
  const found = polynomials.get(degree) ?? polynomialsOf(degree);
  polynomials.set(degree, found);
  return found;
}

/** Trigonometric polynomials of half of an even degree, of period 2. */
export function fourier(degree: number): Nodal {
  const found = waves.get(degree) ?? wavesOf(degree + 1);
  waves.set(degree, found);
  return found;
}

function wavesOf(n: number): Nodal {
  const nodes = Float64Array.from({ length: n }, (_, j) => (2 * j) / n - 1);
  const [first, modes] = [new Float64Array(n * n), new Float64Array(n * n)];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i !== j) first[i * n + j] = (((i - j) % 2 === 0 ? 1 : -1) * Math.PI) / 2 / Math.sin((Math.PI * (i - j)) / n);
      const angle = Math.PI * Math.ceil(i / 2) * nodes[j]!;
      modes[i * n + j] = i === 0 ? 1 / n : (Math.SQRT2 / n) * (i % 2 === 1 ? Math.cos(angle) : Math.sin(angle));
    }
  }
  return {
    ...{ nodes, weights: new Float64Array(n).fill(2 / n), first, second: squared(first, n), modes },
    cardinals(x, out) {
      for (let j = 0; j < n; j++) {
        const angle = (Math.PI * (x - nodes[j]!)) / 2;
        const sine = Math.sin(angle);
        out[j] = Math.abs(sine) < 1e-15 ? 1 : Math.sin(n * angle) / (n * sine);
      }
    },
  };
}

function squared(a: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < n; k++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * n + k]! * a[k * n + j]!;
  return out;
}

function polynomialsOf(p: number): Nodal {
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
  const modes = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    for (let k = 0; k <= p; k++) {
      // The rule makes of the last polynomial's square 2/p in the place of 2/(2p + 1).
      const norm = k === p ? p / (2 * p + 1) : 1;
      modes[k * n + j] = (norm * weights[j]! * legendre(k, nodes[j]!)[0] * Math.sqrt(2 * k + 1)) / 2;
    }
  }
  return {
    ...{ nodes, weights, first, second: squared(first, n), modes },
    cardinals: (x, out) => interpolate(nodes, barycentric, x, out),
  };
}

/** The Legendre polynomials of degrees p and p − 1 at x. */
function legendre(p: number, x: number): readonly [value: number, before: number] {
  let [value, before] = [1, 0];
  for (let k = 1; k <= p; k++) [value, before] = [((2 * k - 1) * x * value - (k - 1) * before) / k, value];
  return [value, before];
}

/** Barycentric interpolation (Berrut and Trefethen 2004). */
function interpolate(nodes: Float64Array, barycentric: Float64Array, x: number, out: Float64Array): void {
  let sum = 0;
  for (let j = 0; j < nodes.length; j++) {
    const far = x - nodes[j]!;
    if (far === 0) {
      out.fill(0);
      out[j] = 1;
      return;
    }
    out[j] = barycentric[j]! / far;
    sum += out[j]!;
  }
  for (let j = 0; j < nodes.length; j++) out[j]! /= sum;
}
