/** The least and the largest wave speed of a system of conservation laws: the ends of the spectrum of (∂Q/∂w)⁻¹ ∂F/∂w. */

/** Smallest share of the square of the mean speed by which squares may fall short of real eigenvalues, by rounding. */
const rounding = 1e-9;

/**
 * Ends of the spectra at many points.
 *
 * @param conserved - ∂Q_i/∂w_j, [equations · equations] columns; undefined where unknowns are conserved as they are
 * @param flux - ∂F_i/∂w_j, likewise
 * @param least - takes the least of what it holds and the least eigenvalue
 * @param most - likewise the largest
 * @returns the number of points at which eigenvalues are not real
 */
export function widen(
  conserved: readonly Float64Array[] | undefined,
  flux: readonly Float64Array[],
  least: Float64Array,
  most: Float64Array,
): number {
  const m = Math.round(Math.sqrt(flux.length));
  if (m === 1) {
    const [q, f] = [conserved?.[0], flux[0]!];
    for (let i = 0; i < least.length; i++) {
      const speed = q ? f[i]! / q[i]! : f[i]!;
      if (speed < least[i]!) least[i] = speed;
      if (speed > most[i]!) most[i] = speed;
    }
    return 0;
  }
  const [a, b] = [new Float64Array(m * m), new Float64Array(m * m)];
  const scratch: Scratch = {
    ...{ c: new Float64Array(m + 1), ends: new Float64Array(2), traces: new Float64Array(m + 1) },
    powers: Array.from({ length: Math.ceil(m / 2) }, () => new Float64Array(m * m)),
  };
  let complex = 0;
  for (let i = 0; i < least.length; i++) {
    for (let k = 0; k < m * m; k++) b[k] = flux[k]![i]!;
    if (conserved) {
      for (let k = 0; k < m * m; k++) a[k] = conserved[k]![i]!;
      divided(a, b, m);
    }
    if (!spectrum(b, m, scratch)) complex++;
    if (scratch.ends[0]! < least[i]!) least[i] = scratch.ends[0]!;
    if (scratch.ends[1]! > most[i]!) most[i] = scratch.ends[1]!;
  }
  return complex;
}

interface Scratch {
  /** Of the characteristic polynomial. */
  readonly c: Float64Array;
  readonly ends: Float64Array;
  /** A power of the matrix each, up to half of its size. */
  readonly powers: readonly Float64Array[];
  readonly traces: Float64Array;
}

/** B ← A⁻¹ B by elimination with pivots; A is lost. */
function divided(a: Float64Array, b: Float64Array, m: number): void {
  for (let k = 0; k < m; k++) {
    let pivot = k;
    for (let i = k + 1; i < m; i++) if (Math.abs(a[i * m + k]!) > Math.abs(a[pivot * m + k]!)) pivot = i;
    if (pivot !== k) {
      swapRows(a, k, pivot, m);
      swapRows(b, k, pivot, m);
    }
    const scale = 1 / a[k * m + k]!;
    for (let j = 0; j < m; j++) {
      a[k * m + j]! *= scale;
      b[k * m + j]! *= scale;
    }
    for (let i = 0; i < m; i++) {
      const factor = a[i * m + k]!;
      if (i === k || factor === 0) continue;
      for (let j = 0; j < m; j++) {
        a[i * m + j]! -= factor * a[k * m + j]!;
        b[i * m + j]! -= factor * b[k * m + j]!;
      }
    }
  }
}

function swapRows(a: Float64Array, i: number, k: number, m: number): void {
  for (let j = 0; j < m; j++) {
    const v = a[i * m + j]!;
    a[i * m + j] = a[k * m + j]!;
    a[k * m + j] = v;
  }
}

/**
 * Ends of the spectrum of a matrix with real eigenvalues: bounds by the mean and the variance of the eigenvalues (Samuelson
 * 1968, doi:10.1080/01621459.1968.10480944), which Newton's method on the characteristic polynomial tightens. The mean is
 * taken from the diagonal of `b`.
 *
 * @returns whether the eigenvalues can be real
 */
function spectrum(b: Float64Array, m: number, scratch: Scratch): boolean {
  const { c, ends } = scratch;
  let trace = 0;
  for (let i = 0; i < m; i++) trace += b[i * m + i]!;
  const mean = trace / m;
  let square = 0;
  for (let i = 0; i < m; i++) {
    b[i * m + i]! -= mean;
    square += b[i * m + i]! ** 2;
    for (let j = 0; j < i; j++) square += 2 * b[i * m + j]! * b[j * m + i]!;
  }
  const isReal = square >= -rounding * m * mean * mean;
  const radius = Math.sqrt((Math.max(square, 0) * (m - 1)) / m);
  ends[0] = mean - radius;
  ends[1] = mean + radius;
  if (m === 2 || radius === 0 || !isReal) return isReal;
  characteristic(b, m, scratch);
  // From outside of all roots Newton's method comes down to the outermost, and never passes it.
  for (let k = 0; k < 2; k++) {
    let x = k === 0 ? -radius : radius;
    for (let step = 0; step < 3; step++) {
      let p = 1;
      let slope = 0;
      for (let j = 1; j <= m; j++) {
        slope = slope * x + p;
        p = p * x + c[j]!;
      }
      const move = p / slope;
      if (!(Math.abs(move) > 1e-2 * radius)) break;
      const next = x - move;
      if (k === 0 ? next < x : next > x) break;
      x = next;
    }
    ends[k] = mean + x;
  }
  return true;
}

/** The characteristic polynomial x^m + c_1 x^(m−1) + … of a matrix, by Newton's identities from the traces of its powers. */
function characteristic(b: Float64Array, m: number, { c, powers, traces }: Scratch): void {
  powers[0]!.set(b);
  for (let k = 1; k < powers.length; k++) product(powers[k - 1]!, b, m, powers[k]!);
  traces[1] = 0;
  for (let i = 0; i < m; i++) traces[1]! += b[i * m + i]!;
  // The trace of a product of two powers needs no product.
  for (let k = 2; k <= m; k++) traces[k] = traceOfProduct(powers[(k >> 1) - 1]!, powers[((k + 1) >> 1) - 1]!, m);
  c[0] = 1;
  for (let k = 1; k <= m; k++) {
    let sum = 0;
    for (let j = 1; j <= k; j++) sum += c[k - j]! * traces[j]!;
    c[k] = -sum / k;
  }
}

function product(a: Float64Array, b: Float64Array, m: number, out: Float64Array): void {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let l = 0; l < m; l++) sum += a[i * m + l]! * b[l * m + j]!;
      out[i * m + j] = sum;
    }
}

function traceOfProduct(a: Float64Array, b: Float64Array, m: number): number {
  let sum = 0;
  for (let i = 0; i < m; i++) for (let j = 0; j < m; j++) sum += a[i * m + j]! * b[j * m + i]!;
  return sum;
}
