/**
 * A Newton step on the semi-dual max_f D(f, g), the idea of Sinkhorn–Newton–Sparse (Tang, Shavlovsky, Rahmanian,
 * Tardini, Thekumparampil, Xiao, Ying; arXiv 2401.12253) in a form that cannot lose ascent: the Hessian of the
 * semi-dual is minus the Schur complement S = diag(Pᵀ1) − Pᵀ diag(P1)⁻¹ P over ε, so S q = b − Pᵀ1, g ← g + t ε q, with
 * the plus sign (the published write-ups have a minus, which descends). S is made from the entries of P that matter, of
 * which there are few where ε is small; its diagonal keeps all of them. Unbalanced marginals add to the diagonals.
 */
import { ShapeError } from "../../engine/errors.ts";
import { cholesky } from "../../engine/numerics/cholesky.ts";
import { dot } from "../../engine/numerics/vectors.ts";
import { exp } from "./exp.ts";
import type { Sweeper } from "./sweep.ts";

/** Largest number of columns for the dense factor. */
export const newtonLimit = 3000;

export interface NewtonStep {
  readonly accepted: boolean;
  readonly sweeps: number;
  readonly error: number;
}

/** Entries of P below this part of the smaller of their row and column sum are left out of S. */
const threshold = 1e-15;

/** @throws ShapeError above {@link newtonLimit} columns */
export function checkNewton(where: string, columns: number): void {
  if (columns <= newtonLimit) return;
  const hint = 'leave out refine: "newton", or give the smaller measure as y';
  throw new ShapeError(`${where}: refine`, `at most ${newtonLimit} points in y`, `${columns}`, hint);
}

/**
 * One step from a sweeper that has just swept, with backtracking; ends after a sweep. Where no step length helps, g is
 * as it was.
 */
export function newtonStep(sweeper: Sweeper, error: number, budget: number): NewtonStep {
  const { g, epsilon } = sweeper;
  const start = Float64Array.from(g);
  const value = sweeper.value();
  const { direction, slope } = solveDirection(sweeper, error);
  const trial = new Float64Array(g.length);
  let sweeps = 0;
  for (let t = 1; t > 1e-4 && sweeps < budget; t /= t > 0.2 ? 2 : 4) {
    for (let j = 0; j < trial.length; j++) trial[j] = start[j]! + t * epsilon * direction[j]!;
    sweeper.place(trial);
    sweeper.sweep(true);
    sweeps++;
    const now = sweeper.error();
    // Near the optimum the values no longer differ in their digits, and the error decides.
    if (now < (1 - t / 2) * error || sweeper.value() >= value + 1e-4 * t * epsilon * slope) {
      if (Number.isFinite(now)) return { accepted: true, sweeps, error: now };
    }
  }
  sweeper.place(start);
  sweeper.sweep(true);
  return { accepted: false, sweeps: sweeps + 1, error: sweeper.error() };
}

interface Direction {
  readonly direction: Float64Array;
  /** Derivative of the semi-dual along it, over ε. */
  readonly slope: number;
}

function solveDirection(sweeper: Sweeper, error: number): Direction {
  const { problem, f, g, epsilon, columns } = sweeper;
  const { geometry, a, b, rho } = problem;
  const m = geometry.columns;
  const balanced = rho === Number.POSITIVE_INFINITY;
  const residual = new Float64Array(m);
  const diagonal = new Float64Array(m);
  for (let j = 0; j < m; j++) {
    const wanted = balanced ? b[j]! : b[j]! * Math.exp(-g[j]! / rho);
    residual[j] = wanted - columns[j]!;
    // A column that the plan hardly reaches would make the step infinite.
    diagonal[j] = Math.max(columns[j]!, 1e-3 * wanted) + (balanced ? 0 : (epsilon / rho) * wanted);
  }
  const heights = new Float64Array(m);
  for (let j = 0; j < m; j++) heights[j] = g[j]! / epsilon + Math.log(b[j]!);
  const schur = new Float64Array(m * m);
  const index = new Int32Array(m);
  const entries = new Float64Array(m);
  for (let i = 0; i < geometry.rows; i++) {
    const cost = geometry.row(i);
    const height = f[i]! / epsilon + Math.log(a[i]!);
    const mass = balanced ? a[i]! : a[i]! * Math.exp(-f[i]! / rho) * (1 + epsilon / rho);
    const floor = Math.log(threshold * mass);
    let count = 0;
    for (let j = 0; j < m; j++) {
      const z = height + heights[j]! - cost[j]! / epsilon;
      if (z < floor) continue;
      index[count] = j;
      entries[count++] = exp(z);
    }
    for (let s = 0; s < count; s++) {
      const row = index[s]! * m;
      const weight = entries[s]! / mass;
      for (let t = 0; t <= s; t++) schur[row + index[t]!]! -= weight * entries[t]!;
    }
  }
  // The balanced S has the null vector 1, and components of the plan with hardly any mass between them make it nearly
  // so in more directions: a shift that fades with the error keeps the factor positive.
  const own = diagonal.map((_, j) => schur[j * m + j]!);
  for (let shift = Math.max(1e-13, Math.min(1e-4, error * 1e-3)); shift < 1; shift *= 30) {
    for (let j = 0; j < m; j++) schur[j * m + j] = own[j]! + diagonal[j]! * (1 + shift);
    const factor = cholesky(schur, m);
    if (!factor || diagonal.some((d, j) => !(factor.lower[j * m + j]! ** 2 > 1e-16 * d))) continue;
    const direction = factor.solve(residual);
    const slope = dot(direction, residual);
    if (Number.isFinite(slope)) return { direction, slope };
  }
  const direction = residual.map((r, j) => r / diagonal[j]!);
  return { direction, slope: dot(direction, residual) };
}
