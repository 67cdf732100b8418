/**
 * Periodic semilinear equations u_t = L u + M g(u) in one dimension, L and M diagonal in Fourier space, by the
 * exponential Runge–Kutta method of fourth order (S. M. Cox and P. C. Matthews 2002) with contour-integral
 * coefficients (A.-K. Kassam and L. N. Trefethen 2005, doi:10.1137/S1064827502410633).
 */
import { ConvergenceError, OptionsError } from "../../engine/errors.ts";
import { type ComplexArray, fft2, inverseFft2, wavenumbers } from "../../engine/numerics/fft.ts";
import { FourierEvolution } from "./fourier-evolution.ts";

/** A complex number. */
export type Complex = readonly [re: number, im: number];

/** A periodic semilinear equation. */
export interface SemilinearEquation {
  /** The period runs from here … */
  readonly low: number;
  /** … to here. */
  readonly high: number;
  /** Symbol of L at the angular wavenumber κ (∂_x is iκ). */
  linear(kappa: number): Complex;
  /** The pointwise nonlinear term g. */
  nonlinear(u: number): number;
  /** Symbol of M; `@defaultValue 1`. */
  readonly outer?: (kappa: number) => Complex;
}

/** Options of {@link etdrk4}. */
export interface EvolutionOptions {
  /** Number of points and Fourier modes, even. */
  readonly modes: number;
  /** Last moment; the first is 0. */
  readonly until: number;
  /** Equal steps to it. */
  readonly steps: number;
  /** Number of equal intervals between kept moments; divides `steps`. `@defaultValue` steps */
  readonly snapshots?: number;
}

/**
 * Evolve an initial state.
 *
 * @param initial a function of x; or as `coefficients` the Fourier coefficients c_k, k = 0 … modes/2, of a real
 *   function of θ = 2π(x−low)/(high−low), for functions that samples would alias
 * @throws OptionsError for sizes that do not fit
 * @throws ConvergenceError when the state stops being finite
 */
export function etdrk4(
  equation: SemilinearEquation,
  initial: ((x: number) => number) | { readonly coefficients: (k: number) => Complex },
  options: EvolutionOptions,
): FourierEvolution {
  const { modes, until, steps, snapshots = steps } = options;
  for (const [name, value, unit] of [
    ["modes", modes, 2],
    ["steps", steps, snapshots],
    ["snapshots", snapshots, 1],
  ] as const) {
    if (!(Number.isInteger(value) && value > 0 && value % unit === 0)) {
      const message = `etdrk4: ${name} is ${value}; give a positive multiple of ${unit}`;
      throw new OptionsError(message, name, value);
    }
  }
  if (!(until > 0)) throw new OptionsError(`etdrk4: until is ${until}; give a positive time`, "until", until);
  const { low, high } = equation;
  const kappas = Float64Array.from(wavenumbers(modes), (k) => (2 * Math.PI * k) / (high - low));
  const symbol = (f: (kappa: number) => Complex): ComplexArray => {
    const values = Array.from(kappas, f);
    values[modes / 2] = [values[modes / 2]![0], 0]; // the highest mode is a cosine: odd derivatives of it are 0 on the grid
    return { re: Float64Array.from(values, (v) => v[0]), im: Float64Array.from(values, (v) => v[1]) };
  };
  const outer = symbol(equation.outer ?? (() => [1, 0]));
  const c = coefficients(
    symbol((kappa) => equation.linear(kappa)),
    until / steps,
  );
  const nonlinear = (v: ComplexArray): ComplexArray => {
    const u = inverseFft2(v, 1, modes).re;
    for (let i = 0; i < modes; i++) u[i] = equation.nonlinear(u[i]!);
    return product(outer, fft2(u, 1, modes));
  };
  let v =
    typeof initial === "function"
      ? fromFunction(initial, equation, modes)
      : fromCoefficients(initial.coefficients, modes);
  const kept = [v];
  for (let n = 1; n <= steps; n++) {
    const nv = nonlinear(v);
    const a = combine(modes, [c.half, v], [c.q, nv]);
    const na = nonlinear(a);
    const b = combine(modes, [c.half, v], [c.q, na]);
    const nb = nonlinear(b);
    const nc = nonlinear(combine(modes, [c.half, a], [c.q, plus(2, nb, -1, nv)]));
    const middle = plus(1, na, 1, nb);
    v = combine(modes, [c.full, v], [c.f1, nv], [c.f2, middle], [c.f3, nc]);
    if (!Number.isFinite(v.re[1]!)) {
      const message = `etdrk4: the state is not finite after step ${n} of ${steps}; take more steps`;
      throw new ConvergenceError(message, "diverged", n);
    }
    if (n % (steps / snapshots) === 0) kept.push(v);
  }
  return new FourierEvolution(low, high, until, kept);
}

function fromFunction(f: (x: number) => number, { low, high }: SemilinearEquation, modes: number): ComplexArray {
  return fft2(
    Float64Array.from({ length: modes }, (_, i) => f(low + ((high - low) * i) / modes)),
    1,
    modes,
  );
}

function fromCoefficients(coefficient: (k: number) => Complex, modes: number): ComplexArray {
  const out = { re: new Float64Array(modes), im: new Float64Array(modes) };
  for (let k = 0; k <= modes / 2; k++) {
    const [re, im] = coefficient(k);
    for (const [at, sign] of [
      [k, 1],
      [(modes - k) % modes, -1],
    ] as const) {
      out.re[at] = modes * re;
      out.im[at] = at === k && k % (modes / 2) === 0 ? 0 : sign * modes * im;
    }
  }
  return out;
}

function product(a: ComplexArray, b: ComplexArray): ComplexArray {
  return combine(a.re.length, [a, b]);
}

/** s·a + t·b. */
function plus(s: number, a: ComplexArray, t: number, b: ComplexArray): ComplexArray {
  const [re, im] = [new Float64Array(a.re.length), new Float64Array(a.re.length)];
  const [p, q, r, u] = [a.re, b.re, a.im, b.im];
  for (let i = 0; i < re.length; i++) {
    re[i] = s * p[i]! + t * q[i]!;
    im[i] = s * r[i]! + t * u[i]!;
  }
  return { re, im };
}

/** Σ of the pointwise products. */
function combine(n: number, ...terms: readonly (readonly [ComplexArray, ComplexArray])[]): ComplexArray {
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  const { re, im } = out;
  for (const [{ re: p, im: q }, { re: r, im: s }] of terms) {
    for (let i = 0; i < n; i++) {
      re[i]! += p[i]! * r[i]! - q[i]! * s[i]!;
      im[i]! += p[i]! * s[i]! + q[i]! * r[i]!;
    }
  }
  return out;
}

/**
 * The method's coefficients, as means over 64 points of a unit circle around each z = hL: no cancellation at small z.
 */
function coefficients(linear: ComplexArray, h: number) {
  const n = linear.re.length;
  const make = (): ComplexArray => ({ re: new Float64Array(n), im: new Float64Array(n) });
  const out = { full: make(), half: make(), q: make(), f1: make(), f2: make(), f3: make() };
  const points = 64;
  for (let k = 0; k < n; k++) {
    const z0: Complex = [h * linear.re[k]!, h * linear.im[k]!];
    const put = (to: ComplexArray, [re, im]: Complex, factor = 1) => {
      to.re[k]! += factor * re;
      to.im[k]! += factor * im;
    };
    put(out.full, exp(z0));
    put(out.half, exp([z0[0] / 2, z0[1] / 2]));
    for (let m = 0; m < points; m++) {
      const angle = (2 * Math.PI * (m + 0.5)) / points;
      const z: Complex = [z0[0] + Math.cos(angle), z0[1] + Math.sin(angle)];
      const e = exp(z);
      const z2 = times(z, z);
      const z3 = times(z2, z);
      const weight = h / points;
      put(out.q, over(sum([-1, 0], exp([z[0] / 2, z[1] / 2])), z), weight);
      put(out.f1, over(sum([-4, 0], scaled(-1, z), times(e, sum([4, 0], scaled(-3, z), z2))), z3), weight);
      put(out.f2, over(sum([2, 0], z, times(e, sum([-2, 0], z))), z3), 2 * weight);
      put(out.f3, over(sum([-4, 0], scaled(-3, z), scaled(-1, z2), times(e, sum([4, 0], scaled(-1, z)))), z3), weight);
    }
  }
  return out;
}

const exp = ([re, im]: Complex): Complex => [Math.exp(re) * Math.cos(im), Math.exp(re) * Math.sin(im)];
const times = (a: Complex, b: Complex): Complex => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
const scaled = (s: number, a: Complex): Complex => [s * a[0], s * a[1]];
const sum = (...terms: readonly Complex[]): Complex =>
  terms.reduce((a, b): Complex => [a[0] + b[0], a[1] + b[1]], [0, 0]);
const over = (a: Complex, b: Complex): Complex => {
  const size = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / size, (a[1] * b[0] - a[0] * b[1]) / size];
};
