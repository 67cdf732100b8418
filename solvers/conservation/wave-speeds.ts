/** The least and the largest wave speed of a system of conservation laws: the ends of the spectrum of (∂Q/∂w)⁻¹ ∂F/∂w. */

/** Smallest share of the square of the mean speed by which squares may fall short of real eigenvalues, by rounding. */
const rounding = 1e-9;

/**
 * Ends of the spectra at many points.
 *
 * @param conserved - ∂Q_i/∂w_j, [equations · equations] columns
 * @param flux - ∂F_i/∂w_j, likewise
 * @param least - takes the least of what it holds and the least eigenvalue
 * @param most - likewise the largest
 * @returns the number of points at which eigenvalues are not real
 */
export function widen(
  conserved: readonly Float64Array[],
  flux: readonly Float64Array[],
  least: Float64Array,
  most: Float64Array,
): number {
  const m = Math.round(Math.sqrt(flux.length));
  if (m === 1) {
    const [q, f] = [conserved[0]!, flux[0]!];
    for (let i = 0; i < least.length; i++) {
      const speed = f[i]! / q[i]!;
      if (speed < least[i]!) least[i] = speed;
      if (speed > most[i]!) most[i] = speed;
    }
    return 0;
  }
  const [a, b] = [new Float64Array(m * m), new Float64Array(m * m)];
  const scratch = { c: new Float64Array(m + 1), ends: new Float64Array(2), power: b.slice(), next: b.slice() };
  let complex = 0;
  for (let i = 0; i < least.length; i++) {
    for (let k = 0; k < m * m; k++) {
      a[k] = conserved[k]![i]!;
      b[k] = flux[k]![i]!;
    }
    divided(a, b, m);
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
  readonly power: Float64Array;
  readonly next: Float64Array;
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
 * 1968, doi:10.1080/01621459.1968.10480944), which Newton's method on the characteristic polynomial tightens.
 *
 * @returns whether the eigenvalues can be real
 */
function spectrum(b: Float64Array, m: number, scratch: Scratch): boolean {
  const { c, ends } = scratch;
  let trace = 0;
  let square = 0;
  for (let i = 0; i < m; i++) {
    trace += b[i * m + i]!;
    for (let j = 0; j < m; j++) square += b[i * m + j]! * b[j * m + i]!;
  }
  const mean = trace / m;
  const variance = square / m - mean * mean;
  const isReal = variance >= -rounding * Math.max(square / m, mean * mean);
  const radius = Math.sqrt(Math.max(variance, 0) * (m - 1));
  ends[0] = mean - radius;
  ends[1] = mean + radius;
  if (m === 2 || radius === 0 || !isReal) return isReal;
  characteristic(b, m, scratch);
  // From outside of all roots Newton's method comes down to the outermost, and never passes it.
  for (let k = 0; k < 2; k++) {
    let x = ends[k]!;
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
    ends[k] = x;
  }
  return true;
}

/** The characteristic polynomial x^m + c_1 x^(m−1) + …, by Faddeev and LeVerrier's recursion. */
function characteristic(b: Float64Array, m: number, { c, power, next }: Scratch): void {
  c[0] = 1;
  power.fill(0);
  for (let k = 1; k <= m; k++) {
    for (let i = 0; i < m; i++) power[i * m + i]! += c[k - 1]!;
    let trace = 0;
    for (let i = 0; i < m; i++)
      for (let j = 0; j < m; j++) {
        let sum = 0;
        for (let l = 0; l < m; l++) sum += b[i * m + l]! * power[l * m + j]!;
        next[i * m + j] = sum;
        if (i === j) trace += sum;
      }
    power.set(next);
    c[k] = -trace / k;
  }
}
