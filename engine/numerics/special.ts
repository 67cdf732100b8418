/** Special functions behind the closed-form scores, all in float64 to about 1e-15 relative. */
import { DomainError } from "../errors.ts";

/** c₀xⁿ + … + cₙ divided by d₀xⁿ + … + dₙ. */
function rational(x: number, c: readonly number[], d: readonly number[]): number {
  let [p, q] = [0, 0];
  for (let i = 0; i < c.length; i++) {
    p = p * x + c[i]!;
    q = q * x + d[i]!;
  }
  return p / q;
}

// Cody, "Rational Chebyshev approximations for the error function", Math. Comp. 23 (1969) 631–637,
// doi:10.1090/S0025-5718-1969-0247736-4, tables II–IV, highest power first.
const ERF_P = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694];
const ERF_Q = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const MID_P = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const MID_Q = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];
const FAR_P = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const FAR_Q = [
  1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
];
const INVERSE_SQRT_PI = 1 / Math.sqrt(Math.PI);

/** The error function. */
export function erf(x: number): number {
  return Math.abs(x) <= 0.46875 ? x * rational(x * x, ERF_P, ERF_Q) : 1 - erfc(x);
}

/** Cody's coefficients, highest power first: erf x = x·P(x²)/Q(x²) up to 0.46875, erfc x = exp(−x²)·P(x)/Q(x) from there to 4. */
export const erfCoefficients = { near: [ERF_P, ERF_Q], middle: [MID_P, MID_Q] } as const;

/** The complementary error function, erfc(x) = 1 − erf(x); keeps its relative accuracy in the far tail. */
export function erfc(x: number): number {
  const y = Math.abs(x);
  if (y <= 0.46875) return 1 - x * rational(x * x, ERF_P, ERF_Q);
  if (y > 27) return x < 0 ? 2 : 0; // below the smallest float64
  let tail: number;
  if (y <= 4) tail = rational(y, MID_P, MID_Q);
  else {
    const z = 1 / (y * y);
    tail = (INVERSE_SQRT_PI - z * rational(z, FAR_P, FAR_Q)) / y;
  }
  // exp(−y²) by a split of y into 1/16ths, whose square is exact (Cody's own remedy).
  const head = Math.trunc(y * 16) / 16;
  tail *= Math.exp(-head * head) * Math.exp(-(y - head) * (y + head));
  return x < 0 ? 2 - tail : tail;
}

/** Standard normal distribution function Φ(z). */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z * Math.SQRT1_2);
}

// Lanczos' approximation with g = 7, n = 9 (Numerical Recipes §6.1); relative error about 1e-15.
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0. @throws DomainError otherwise */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new DomainError(`logGamma: x is ${x}; it must be > 0`, x);
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let sum = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/**
 * Regularised lower incomplete gamma function P(a, x): the distribution function of Gamma(shape a, rate 1).
 * Series below a + 1, Lentz's continued fraction above (DLMF 8.7.1 and 8.9.2).
 *
 * @throws DomainError unless a > 0
 */
export function gammaCdf(a: number, x: number): number {
  if (!(a > 0)) throw new DomainError(`gammaCdf: shape is ${a}; it must be > 0`, a);
  if (!(x > 0)) return 0;
  if (x === Infinity) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return front * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1, change = 0; Math.abs(change - 1) > 1e-16 && n < 10000; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    change = c * d;
    h *= change;
  }
  return 1 - front * h;
}

/**
 * Regularised incomplete beta function I_x(a, b), by Lentz's continued fraction (DLMF 8.17.22) on the side where it
 * converges fast.
 *
 * @throws DomainError unless a > 0, b > 0 and 0 ≤ x ≤ 1
 */
export function betaCdf(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0)) throw new DomainError(`betaCdf: a is ${a}, b is ${b}; both must be > 0`, [a, b]);
  if (!(x >= 0 && x <= 1)) throw new DomainError(`betaCdf: x is ${x}; it must lie in [0, 1]`, x);
  if (x === 0 || x === 1) return x;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let [c, d] = [1, 1 / (1 - ((a + b) * x) / (a + 1))];
  let h = d;
  for (let m = 1, change = 0; Math.abs(change - 1) > 1e-15 && m < 10000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      change = c * d;
      h *= change;
    }
  }
  return front * h;
}

/** Distribution function of Student's t. @throws DomainError unless degrees > 0 */
export function studentCdf(t: number, degrees: number): number {
  const tail = 0.5 * betaCdf(degrees / 2, 0.5, degrees / (degrees + t * t));
  return t > 0 ? 1 - tail : tail;
}

/** Quantile of Student's t, by bisection. @throws DomainError unless degrees > 0 and 0 < p < 1 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1)) throw new DomainError(`studentQuantile: p is ${p}; it must lie in (0, 1)`, p);
  if (p < 0.5) return -studentQuantile(1 - p, degrees);
  let [low, high] = [0, 1];
  while (studentCdf(high, degrees) < p) high *= 2;
  while (high - low > 1e-14 * high) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (studentCdf(middle, degrees) < p) low = middle;
    else high = middle;
  }
  return high;
}
