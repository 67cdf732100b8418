/**
 * Self-scaled Broyden (Al-Baali's family, in the form of Urbán, Stefanou & Pons 2025, J. Comput. Phys. 523, 113656,
 * arXiv 2405.04230): a quasi-Newton method with a dense inverse Hessian, the choice for some thousand parameters where
 * Gauss–Newton's Jacobian is too large.
 */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import { type ActiveOptimizer, dot, storedNumbers } from "./optimizer.ts";
import { type CurvatureModel, startQuasiNewton, type WolfeOptions, wolfeOptions } from "./quasi-newton.ts";

/** Options of {@link ssBroyden}. */
export type SsBroydenOptions = WolfeOptions;

/** Self-scaled Broyden as plain data. */
export interface SsBroyden extends Required<SsBroydenOptions> {
  readonly kind: "ss-broyden";
}

/**
 * Self-scaled Broyden with a strong Wolfe search. Memory is n²/2 numbers; a step costs one or two gradients and about
 * 5·n² operations. Across a change of points H is kept where Cholesky finds it positive definite, else it begins again
 * as the identity.
 *
 * @throws OptionsError where a number is out of range
 */
export function ssBroyden(options: SsBroydenOptions = {}): SsBroyden {
  return Object.freeze({ kind: "ss-broyden", ...wolfeOptions("ssBroyden", options) });
}

/** Sets {@link ssBroyden} to work on `size` parameters. */
export function startSsBroyden(options: SsBroyden, size: number): ActiveOptimizer {
  return startQuasiNewton("ssBroyden", selfScaledBroyden(size), size, options);
}

/** The model: H as the rows of its lower triangle, one after the other, so that it is symmetric by construction. */
export function selfScaledBroyden(size: number): CurvatureModel & { readonly matrix: () => Float64Array } {
  let h = identity(size);
  let fresh = true;
  const reset = () => {
    h = identity(size);
    fresh = true;
  };
  const matrix = () => unpack(h, size);
  return {
    get fresh() {
      return fresh;
    },
    direction: (gradient) => multiply(h, gradient).map((v) => -v),
    update(s, y, gradient, stepLength) {
      if (learn(h, s, y, gradient, stepLength)) fresh = false;
    },
    reset,
    changed() {
      if (!fresh && !cholesky(matrix(), size)) reset();
    },
    state: () => ({
      inverseHessian: { shape: [h.length], data: h.slice() },
      fresh: { shape: [], data: Float64Array.of(Number(fresh)) },
    }),
    restore(tensors) {
      const stored = storedNumbers("ssBroyden", tensors, "inverseHessian", h.length);
      fresh = storedNumbers("ssBroyden", tensors, "fresh", 1)[0] === 1;
      h = stored.slice();
    },
    matrix,
  };
}

const packedLength = (n: number): number => (n * (n + 1)) / 2;

function identity(n: number): Float64Array {
  const h = new Float64Array(packedLength(n));
  for (let i = 0; i < n; i++) h[packedLength(i + 1) - 1] = 1;
  return h;
}

function unpack(h: Float64Array, n: number): Float64Array {
  const full = new Float64Array(n * n);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j <= i; j++, at++) {
      full[i * n + j] = h[at]!;
      full[j * n + i] = h[at]!;
    }
  return full;
}

/** H·x, reading every entry once. */
function multiply(h: Float64Array, x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0, row = 0; i < x.length; i++, row += i) {
    const xi = x[i]!;
    let sum = h[row + i]! * xi;
    for (let j = 0; j < i; j++) {
      const v = h[row + j]!;
      sum += v * x[j]!;
      out[j]! += v * xi;
    }
    out[i]! += sum;
  }
  return out;
}

/** Scaling (τ) and mixing (φ) of H for given a, b, h of the paper. */
function scaling(a: number, b: number, h: number, n: number): { tau: number; phi: number } {
  // Where s and Hy are parallel the whole family is one update: that of BFGS.
  if (!(a > 1e-10) || n === 1) return { tau: Math.min(1, 1 / b), phi: 1 };
  const c = Math.sqrt(a / (1 + a));
  const rho = Math.min(1, h * (1 - c));
  const theta = Math.max((rho - 1) / a, Math.min(1 / rho, (1 - b) / b));
  const sigma = 1 + theta * a;
  const root = Math.abs(sigma) ** (1 / (1 - n));
  const least = Math.min(1, 1 / b);
  const tau = theta <= 0 ? Math.min(least * root, sigma) : least * Math.min(root, 1 / theta);
  return { tau, phi: (1 - theta) / (1 + a * theta) };
}

/** Updates H in place; false where the pair says nothing (no positive curvature, or numbers out of range). */
function learn(h: Float64Array, s: Float64Array, y: Float64Array, gradient: Float64Array, stepLength: number): boolean {
  const n = s.length;
  const curvature = dot(y, s);
  if (!(curvature > 0)) return false;
  const hy = multiply(h, y);
  const yhy = dot(y, hy);
  const rho = 1 / curvature;
  const ratio = rho * yhy;
  const b = -stepLength * rho * dot(s, gradient);
  const { tau, phi } = scaling(ratio * b - 1, b, ratio, n);
  if (!(yhy > 0 && b > 0 && tau > 0 && Number.isFinite(rho) && Number.isFinite(tau) && Number.isFinite(phi))) {
    return false;
  }
  const v = s.map((si, i) => rho * si - hy[i]! / yhy);
  const [scale, first, second] = [1 / tau, 1 / (tau * yhy), (phi * yhy) / tau];
  for (let i = 0, row = 0; i < n; i++, row += i) {
    const [wi, vi, si] = [first * hy[i]!, second * v[i]!, rho * s[i]!];
    for (let j = 0; j <= i; j++) h[row + j] = scale * h[row + j]! - wi * hy[j]! + vi * v[j]! + si * s[j]!;
  }
  return true;
}
