/**
 * The adversary of adversarial adaptive sampling (arXiv 2305.18702) on a grid, with a positivity obstacle: maximise
 * ∫ f p − β∫|∇p|² over densities p ≥ ε/|Ω| of mass 1. By ADMM, one pair of cosine transforms an iteration, with a
 * certified distance from the maximum by duality.
 */

import { laplacianEigenvalues } from "../../engine/numerics/cosine-transform.ts";
import { fastCosineTransform } from "../../engine/numerics/fast-cosine.ts";
import { dualSobolevNorm } from "../../wasserstein/images/index.ts";

/** The problem of {@link obstacleMaximum}. */
export interface ObstacleProblem {
  /** f on the cells, row-major; r² in AAS. */
  readonly values: Float64Array;
  /** One to three sizes. */
  readonly shape: readonly number[];
  /** Length of a cell along each axis. */
  readonly spacing: readonly number[];
  /** ε, least density as a share of the uniform one, in (0, 1). */
  readonly floor: number;
  /** κ: β in units of the one at which the unconstrained maximiser just reaches the floor; 1 needs no constraint. */
  readonly kappa: number;
  /** β itself, in place of κ. */
  readonly beta?: number;
  /** Stop when the gap to the upper bound is below this share of the gain over the uniform density. */
  readonly tolerance: number;
  readonly maxIterations: number;
  /** The state in which a similar problem ended. */
  readonly warm?: ObstacleState;
}

/** The state of ADMM: split density z and scaled multiplier y, both per cell and relative to uniform, and the penalty. */
export interface ObstacleState {
  readonly z: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
}

/** The result of {@link obstacleMaximum}. */
export interface ObstacleResult {
  /** p: mass 1, ≥ ε/|Ω| everywhere. */
  readonly density: Float64Array;
  /** λ ≥ 0, the multiplier of p ≥ ε/|Ω|, in the unit of f; with it −2βΔp = f + λ − mean, up to the tolerance. */
  readonly multiplier: Float64Array;
  /** ∫ f p − β∫|∇p|² of this p: a lower bound of the maximum. */
  readonly value: number;
  /** An upper bound of the maximum, from λ. */
  readonly bound: number;
  /** (bound − value)/(bound − mean of f), 0 where f is constant. */
  readonly gap: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** β used. */
  readonly beta: number;
  readonly state: ObstacleState;
}

/** Length, as a share of the longest side, over which the first penalty couples. */
const REACH = 0.15;
const RELAXATION = 1.6;
const CHECK_EVERY = 5;
/** Iterations after which the penalty stays, so that ADMM converges. */
const ADAPT_UNTIL = 100;

/**
 * Solves the obstacle problem. All quantities are those of the finite-volume discretisation of `dualSobolevNorm`, exactly:
 * with κ ≥ 1 the result is its closed form.
 *
 * @throws ShapeError and DomainError as `dualSobolevNorm` does
 */
export function obstacleMaximum(problem: ObstacleProblem): ObstacleResult {
  const { values, shape, spacing, floor, tolerance, maxIterations } = problem;
  const closed = dualSobolevNorm({ values, shape }, { spacing, floor });
  const n = values.length;
  const volume = spacing.reduce((product, h) => product * h, 1) * n;
  const beta = problem.beta ?? closed.beta * problem.kappa;
  const mean = closed.mass / volume;
  if (closed.beta === 0) return uniformResult(problem, mean, volume);
  if (beta >= closed.beta) {
    const { optimalDensity: density, maximum } = dualSobolevNorm({ values, shape }, { spacing, beta });
    const state = {
      z: density.map((p) => p * volume),
      y: new Float64Array(n),
      rho: startPenalty(problem, beta / closed.beta),
    };
    const exact = { value: maximum, bound: maximum, gap: 0, iterations: 0, converged: true, beta };
    return { density, multiplier: new Float64Array(n), ...exact, state };
  }

  // In units of the uniform density, and divided by 2β/|Ω|: maximise mean(F z) − ½ mean|∇z|², mean z = 1, z ≥ ε.
  const unit = (2 * beta) / volume;
  const force = values.map((f) => (f - mean) / unit);
  const work = new Float64Array(n);
  const spectrum = force.slice();
  fastCosineTransform(spectrum, shape, work);
  const symbol = laplacianSymbol(shape, spacing);
  let rho = problem.warm?.rho ?? startPenalty(problem, beta / closed.beta);
  const z = problem.warm?.z.slice() ?? new Float64Array(n).fill(1);
  const y = problem.warm?.y.slice() ?? new Float64Array(n);
  const p = new Float64Array(n);
  let best = certificate({ z, y, rho, force, symbol, floor, shape });
  let iteration = 0;
  while (best.gap > tolerance && iteration < maxIterations) {
    iteration++;
    for (let i = 0; i < n; i++) p[i] = rho * (z[i]! - y[i]!);
    fastCosineTransform(p, shape, work);
    for (let i = 0; i < n; i++) p[i] = (p[i]! + spectrum[i]!) / (symbol[i]! + rho);
    p[0] = n;
    fastCosineTransform(p, shape, work, true);
    let [primal, dual, sizeZ, sizeY] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const before = z[i]!;
      const w = RELAXATION * p[i]! + (1 - RELAXATION) * before + y[i]!;
      const after = Math.max(w, floor);
      y[i] = w - after;
      z[i] = after;
      primal += (p[i]! - after) ** 2;
      dual += (after - before) ** 2;
      sizeZ += after * after;
      sizeY += (w - after) ** 2;
    }
    if (iteration % CHECK_EVERY > 0 && iteration < maxIterations) continue;
    best = certificate({ z, y, rho, force, symbol, floor, shape });
    if (iteration > ADAPT_UNTIL || sizeY === 0 || primal === 0 || dual === 0) continue;
    // Balance the two residuals (Boyd et al. 2011, §3.4.1), each relative to what it converges to.
    const ratio = Math.sqrt((primal * sizeY) / (sizeZ * dual));
    if (ratio > 0.5 && ratio < 2) continue;
    const factor = Math.min(5, Math.max(0.2, ratio));
    rho *= factor;
    for (let i = 0; i < n; i++) y[i]! /= factor;
  }
  return {
    density: best.z.map((value) => value / volume),
    multiplier: best.multiplier.map((value) => value * unit),
    value: mean + best.value * unit,
    bound: mean + best.bound * unit,
    gap: best.gap,
    iterations: iteration,
    converged: best.gap <= tolerance,
    beta,
    state: { z, y, rho },
  };
}

/** f is constant: any β gives the uniform density. */
function uniformResult(problem: ObstacleProblem, mean: number, volume: number): ObstacleResult {
  const n = problem.values.length;
  const state = { z: new Float64Array(n).fill(1), y: new Float64Array(n), rho: startPenalty(problem, 1) };
  const exact = { value: mean, bound: mean, gap: 0, iterations: 0, converged: true, beta: 0 };
  return { density: new Float64Array(n).fill(1 / volume), multiplier: new Float64Array(n), ...exact, state };
}

function startPenalty({ shape, spacing }: ObstacleProblem, kappa: number): number {
  const longest = Math.max(...shape.map((n, k) => n * spacing[k]!));
  return (Math.PI / (REACH * longest)) ** 2 / Math.sqrt(Math.min(kappa, 1));
}

interface Iterate {
  readonly z: Float64Array;
  readonly y: Float64Array;
  readonly rho: number;
  readonly force: Float64Array;
  readonly symbol: Float64Array;
  readonly floor: number;
  readonly shape: readonly number[];
}

/** A feasible z with its value, and from λ = −ρy ≥ 0 the bound max over all z of mean 1 of the Lagrangian. */
function certificate({ z, y, rho, force, symbol, floor, shape }: Iterate) {
  const n = z.length;
  const mean = z.reduce((sum, value) => sum + value, 0) / n;
  const stretch = mean > floor ? (1 - floor) / (mean - floor) : 0;
  const feasible = z.map((value) => (stretch > 0 ? floor + (value - floor) * stretch : 1));
  const multiplier = y.map((value) => -rho * value);
  const [zHat, gHat] = [feasible.slice(), force.map((f, i) => f + multiplier[i]!)];
  fastCosineTransform(zHat, shape, y.slice());
  fastCosineTransform(gHat, shape, y.slice());
  let [work, slack, gradient, dual] = [0, 0, 0, 0];
  const norms = cosineNorms(shape);
  for (let i = 0; i < n; i++) {
    work += force[i]! * feasible[i]!;
    slack += multiplier[i]!;
    if (i === 0) continue;
    gradient += norms[i]! * symbol[i]! * zHat[i]! ** 2;
    dual += (norms[i]! * gHat[i]! ** 2) / symbol[i]!;
  }
  const value = work / n - gradient / 2;
  const bound = (slack / n) * (1 - floor) + dual / 2;
  return { z: feasible, multiplier, value, bound, gap: bound > 0 ? Math.max(0, bound - value) / bound : 0 };
}

/** Eigenvalues of −Δ_h on cosines, Σ (2/h sin(πk/2n))², for all cells. */
function laplacianSymbol(shape: readonly number[], spacing: readonly number[]): Float64Array {
  return overCells(laplacianEigenvalues(shape, spacing), (sum, value) => sum + value);
}

const norms = new Map<string, Float64Array>();

/** Parseval's factors: mean of x² is Σ factor · X². */
function cosineNorms(shape: readonly number[]): Float64Array {
  const key = shape.join();
  const known = norms.get(key);
  if (known) return known;
  const axes = shape.map((n) => Float64Array.from({ length: n }, (_, k) => (k > 0 ? 2 : 1) / n ** 2));
  const made = overCells(axes, (product, value) => product * value);
  norms.set(key, made);
  return made;
}

/** Numbers of each axis put together in every cell, the last axis running fastest. */
const overCells = (axes: readonly Float64Array[], together: (a: number, b: number) => number): Float64Array =>
  axes.reduce((before, own) =>
    Float64Array.from({ length: before.length * own.length }, (_, i) =>
      together(before[Math.floor(i / own.length)]!, own[i % own.length]!),
    ),
  );
