/**
 * Gromov–Wasserstein between measures that do not share a space (two grids, two graphs), known by their distances alone.
 * For small problems and as an oracle: O(n²m + nm²) a step. Not convex: what is found is a local optimum, and the
 * bracket says how far from the optimum it can be.
 */
import { checkNonNegative, checkWhole } from "../../engine/check-numbers.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { matrixProduct } from "../../engine/numerics/product.ts";
import { dot } from "../../engine/numerics/vectors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { assign } from "../exact/assignment.ts";
import { emd } from "../exact/emd.ts";
import { monotone } from "../line/monotone-plan.ts";
import { wasserstein1d } from "../line/wasserstein1d.ts";
import { balancedMasses, checkValues, explicitWeights, type MassOptions, massOf } from "../measure/measure.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { densePlan, type TransportPlan } from "../measure/transport-plan.ts";
import { sinkhorn } from "../sinkhorn/sinkhorn.ts";
import { costAt, difference, gradientAt, gradientOf, type Problem, plus, sandwich } from "./objective.ts";

/** A measure on `count` ≥ 1 points known by their distances. */
export interface MetricMeasure {
  /** [count, count] row after row, symmetric, finite. */
  readonly distances: Float64Array;
  readonly count: number;
  /** Non-negative mass of each point. @defaultValue equal weights */
  readonly weights?: ArrayLike<number>;
}

/** Options of {@link gromovWasserstein}. */
export interface GromovOptions extends MassOptions {
  /**
   * Entropy ε of the first stage, in the unit of squared distances; 0 leaves that stage out, which is some hundred times
   * quicker and ends in worse optima more often. @defaultValue 0.05 of the mean squared distance
   */
  readonly epsilon?: number;
  /** Follow the entropic stage by exact steps (Frank–Wolfe) at ε = 0. @defaultValue true */
  readonly polish?: boolean;
  /** Bound on the change of the plan (L1) at which a stage stops. @defaultValue 1e-9 */
  readonly tolerance?: number;
  /** Bound on the steps of each stage. @defaultValue 500 */
  readonly maxIterations?: number;
  /**
   * Starting plans, each used once, the best result counting: the product plan, the plan that sorts eccentricities, or one of your own,
   * [n, m]. @defaultValue ["product", "sorted"]
   */
  readonly starts?: readonly ("product" | "sorted" | Float64Array)[];
  /**
   * Called after every step: descents that are over, of how many, and the step of the one in progress. Each start has one with the
   * entropic stage and one without. @defaultValue none
   */
  readonly onProgress?: (done: number, total: number, step: number) => void;
}

/**
 * GW₂² = min over plans P of Σ (D_ik − E_jl)² P_ij P_kl: first by mirror descent, each step one entropic transport
 * problem (Peyré, Cuturi and Solomon, ICML 2016, §3), then by Frank–Wolfe steps with exact line search.
 *
 * @returns Σ (D_ik − E_jl)² P_ij P_kl for the plan that was found. Its gradient: x in D, [n, n], and y in E, [m, m], with the plan as it is.
 * @throws ShapeError where matrices are not square or weights have another length
 * @throws DomainError where a number is not finite, or the sums of weights differ
 * @throws OptionsError where an option is out of range or a matrix is not symmetric
 */
export function gromovWasserstein(
  x: MetricMeasure,
  y: MetricMeasure,
  options: GromovOptions = {},
): TransportResult<TransportGradient<Float64Array, undefined>> & {
  /** GW₂² lies between these: Mémoli's first and second bounds below, `value` (of an admissible plan) above. */
  readonly bounds: readonly [number, number];
  /** Steps of both stages. */
  readonly iterations: number;
  /** True if each stage stopped by itself. */
  readonly converged: boolean;
  /** Its marginals are the weights, to rounding. */
  plan(): TransportPlan;
} {
  return search("gromovWasserstein", { ...prepare(x, y, options), alpha: 1, linear: undefined }, options);
}

type GromovResult = ReturnType<typeof gromovWasserstein>;

/**
 * Fused Gromov–Wasserstein: min over plans P of (1 − α) Σ M_ij P_ij + α Σ (D_ik − E_jl)² P_ij P_kl, where points have
 * features of one space as well, with costs M between them (Vayer, Chapel, Flamary, Tavenard and Courty, arXiv 1805.09114).
 *
 * @param options - also the costs between the spaces
 * @throws as {@link gromovWasserstein}; OptionsError where alpha is not in [0, 1]
 */
export function fusedGromovWasserstein(
  x: MetricMeasure,
  y: MetricMeasure,
  options: GromovOptions & {
    /** M [n, m], row after row, finite: costs between the spaces. */
    readonly cost: Float64Array;
    /** Share of the distances within the spaces, in [0, 1]; the costs between them have 1 − alpha. @defaultValue 0.5 */
    readonly alpha?: number;
  },
): GromovResult {
  const where = "fusedGromovWasserstein";
  const { alpha = 0.5, cost } = options;
  if (!(alpha >= 0 && alpha <= 1))
    throw new OptionsError(`${where}: alpha is ${alpha}, expected 0 to 1`, "alpha", alpha);
  const problem = prepare(x, y, options);
  if (cost.length !== problem.n * problem.m)
    throw new ShapeError(`${where}: cost`, [problem.n, problem.m], [cost.length]);
  checkValues(`${where}: cost`, cost);
  return search(where, { ...problem, alpha, linear: cost }, options);
}

function search(where: string, problem: Problem, options: GromovOptions): GromovResult {
  const { polish = true, tolerance = 1e-9, maxIterations = 500, starts = ["product", "sorted"] } = options;
  const { n, m, a, b, base } = problem;
  const spread = base.reduce((sum, v, k) => sum + v * a[Math.floor(k / m)]! * b[k % m]!, 0);
  const epsilon = options.epsilon ?? Math.max(0.05 * spread, Number.MIN_VALUE);
  checkNonNegative(where, { epsilon, tolerance });
  checkWhole(where, { maxIterations });
  for (const own of starts.filter((one) => typeof one !== "string")) {
    if (own.length !== n * m) throw new ShapeError(`${where}: starts`, [n, m], [own.length]);
    massOf(`${where}: starts`, own, n * m);
  }
  if (starts.length === 0 || starts.some((one) => typeof one === "string" && one !== "product" && one !== "sorted")) {
    const expected = '"product", "sorted" or plans of your own';
    throw new OptionsError(`${where}: starts are [${starts}], expected ${expected}`, "starts", starts);
  }
  const product = () => Float64Array.from({ length: n * m }, (_, k) => a[Math.floor(k / m)]! * b[k % m]!);
  const from = starts.map((one) => {
    if (typeof one !== "string") return rounded(one, problem);
    return one === "product" ? product() : bySortedRows(problem);
  });
  const flat = spread === 0 && problem.linear === undefined;
  let best: { readonly value: number; readonly soft: Stage; readonly sharp: Stage } | undefined;
  // Each start with the entropic stage and without: neither is always the better one.
  const hot = !flat && epsilon > 0;
  const ways = hot && polish ? [true, false] : [hot];
  for (const [i, plan] of from.entries()) {
    for (const [j, warm] of ways.entries()) {
      const done = i * ways.length + j;
      const report = (step: number) => options.onProgress?.(done, from.length * ways.length, step);
      const limits = { tolerance, limit: maxIterations };
      const soft = warm ? entropic(problem, plan, epsilon, { ...limits, report }) : still(plan);
      const later = (step: number) => report(soft.iterations + step);
      const sharp = polish && !flat ? frankWolfe(problem, soft.plan, { ...limits, report: later }) : still(soft.plan);
      const value = costAt(problem, sharp.plan, sharp.inner ?? sandwich(problem, sharp.plan));
      if (best === undefined || value < best.value) best = { value, soft, sharp };
    }
  }
  const { value, soft, sharp } = best!;
  return printingFields(where, {
    value,
    bounds: [Math.min(fusedBound(problem), value), value] as const,
    iterations: soft.iterations + sharp.iterations,
    converged: soft.converged && sharp.converged,
    plan: () => densePlan(sharp.plan, [n, m]),
    gradient: () => slopes(problem, sharp.plan),
  });
}

/** Σ (D_ik − E_jl)² P_ij P_kl in D, 2 α (D_ik a_i a_k − (P E Pᵀ)_ik), and in E; the plan as it is. */
function slopes({ n, m, a, b, alpha, left, right }: Problem, plan: Float64Array) {
  const turned = Float64Array.from(plan, (_, k) => plan[(k % n) * m + Math.floor(k / n)]!);
  const along = (d: Float64Array, w: Float64Array, p: Float64Array, other: Float64Array, back: Float64Array) => {
    const [size, far] = [w.length, p.length / w.length];
    const moved = matrixProduct(matrixProduct(p, other, size, far, far), back, size, far, size);
    return moved.map((v, k) => 2 * alpha * (d[k]! * w[Math.floor(k / size)]! * w[k % size]! - v));
  };
  const [x, y] = [along(left, a, plan, right, turned), along(right, b, turned, left, plan)];
  return { x, y, xWeights: undefined, yWeights: undefined };
}

interface Stage {
  readonly plan: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
  /** D P E, where it is known. */
  readonly inner?: Float64Array;
}

const still = (plan: Float64Array): Stage => ({ plan, iterations: 0, converged: true });

/** End of a stage, and the callback for its steps. */
interface Limits {
  readonly tolerance: number;
  readonly limit: number;
  readonly report: (step: number) => void;
}

function entropic(problem: Problem, from: Float64Array, epsilon: number, { tolerance, limit, report }: Limits): Stage {
  const { n, m, a, b } = problem;
  let plan = from;
  for (let k = 1; k <= limit; k++) {
    const costs = { cost: gradientOf(problem, plan), rows: n, columns: m, xWeights: a, yWeights: b };
    const next = sinkhorn(costs, undefined, { epsilon, tolerance: 1e-10, maxIterations: 20_000 }).plan().toDense();
    const change = next.reduce((sum, p, i) => sum + Math.abs(p - plan[i]!), 0);
    plan = next;
    report(k);
    if (change <= tolerance) return { plan: rounded(plan, problem), iterations: k, converged: true };
  }
  return { plan: rounded(plan, problem), iterations: limit, converged: false };
}

function frankWolfe(problem: Problem, from: Float64Array, { tolerance, limit, report }: Limits): Stage {
  const { alpha } = problem;
  const plan = from.slice();
  const inner = sandwich(problem, plan);
  const solve = routesFor(problem);
  let last: { readonly target: Float64Array; readonly inner: Float64Array } | undefined;
  for (let k = 1; k <= limit; k++) {
    const gradient = gradientAt(problem, inner);
    const target = solve(gradient);
    const step = difference(target, plan);
    const slope = dot(gradient, step);
    if (slope >= -tolerance * Math.max(Math.abs(costAt(problem, plan, inner)), Number.MIN_VALUE)) {
      return { plan, iterations: k, converged: true, inner };
    }
    // The cost along the step is slope·t + curvature·t².
    // Of the rows that changed since the last step alone.
    last = {
      target,
      inner: last ? plus(last.inner, sandwich(problem, difference(target, last.target))) : sandwich(problem, target),
    };
    const innerStep = difference(last.inner, inner);
    const curvature = -2 * alpha * dot(innerStep, step);
    const t = curvature > 0 ? Math.min(1, -slope / (2 * curvature)) : slope + curvature < 0 ? 1 : 0;
    for (let i = 0; i < plan.length; i++) {
      plan[i]! += t * step[i]!;
      inner[i]! += t * innerStep[i]!;
    }
    report(k);
  }
  return { plan, iterations: limit, converged: false, inner };
}

/** Solves for the plans of least cost, one cost matrix after the other; equal weights begin at the prices of the one before. */
function routesFor({ n, m, a, b }: Problem): (cost: Float64Array) => Float64Array {
  const exact = (cost: Float64Array) => emd({ cost, rows: n, columns: m, xWeights: a, yWeights: b }).plan().toDense();
  const alike = n === m && [...a, ...b].every((w) => w === a[0]);
  if (!alike) return exact;
  let prices: Float64Array | undefined;
  return (cost) => {
    const matched = assign(cost, n, prices);
    prices = matched?.prices;
    if (matched === undefined) return exact(cost);
    const plan = new Float64Array(n * n);
    for (let i = 0; i < n; i++) plan[i * n + matched.columns[i]!] = a[i]!;
    return plan;
  };
}

/** Both parts bounded from below, each by itself. */
function fusedBound(problem: Problem): number {
  const { n, m, a, b, alpha, linear } = problem;
  const quadratic = lowerBound(problem);
  if (linear === undefined) return quadratic;
  const { value, dualityGap } = emd({ cost: linear, rows: n, columns: m, xWeights: a, yWeights: b });
  return alpha * quadratic + (1 - alpha) * (value - Math.abs(dualityGap * value));
}

/** Scaled down to the marginals row by row and column by column, and what is missing added (arXiv 1705.09634, alg. 2). */
function rounded(plan: Float64Array, { n, m, a, b }: Problem): Float64Array {
  const out = plan.slice();
  const rows = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < m; j++) sum += out[i * m + j]!;
    const factor = sum > a[i]! ? a[i]! / sum : 1;
    for (let j = 0; j < m; j++) out[i * m + j]! *= factor;
    rows[i] = Math.max(0, a[i]! - sum * factor);
  }
  const columns = new Float64Array(m);
  for (let j = 0; j < m; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += out[i * m + j]!;
    const factor = sum > b[j]! ? b[j]! / sum : 1;
    for (let i = 0; i < n; i++) {
      rows[i]! += out[i * m + j]! * (1 - factor);
      out[i * m + j]! *= factor;
    }
    columns[j] = Math.max(0, b[j]! - sum * factor);
  }
  const missing = columns.reduce((s, v) => s + v, 0);
  if (missing > 0) for (let k = 0; k < n * m; k++) out[k]! += (rows[Math.floor(k / m)]! * columns[k % m]!) / missing;
  return out;
}

/** The plan that moves mass in order of eccentricity. */
function bySortedRows({ n, m, left, right, a, b }: Problem): Float64Array {
  const ranked = (d: Float64Array, w: Float64Array) => {
    const far = eccentricities(d, w);
    return { order: Uint32Array.from(w.keys()).sort((i, k) => far[i]! - far[k]!), weights: w };
  };
  const { rows, columns, masses } = monotone(ranked(left, a), ranked(right, b));
  const plan = new Float64Array(n * m);
  for (const [k, mass] of masses.entries()) plan[rows[k]! * m + columns[k]!]! += mass;
  return plan;
}

/** (Σ_k w_k d_ik²)^½ */
function eccentricities(distances: Float64Array, w: Float64Array): Float64Array {
  const n = w.length;
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += w[k]! * distances[i * n + k]! ** 2;
    return Math.sqrt(sum);
  });
}

/** The larger of Mémoli's first bound (eccentricities) and second (all distances), doi:10.1007/s10208-011-9093-5, §6. */
function lowerBound({ left, right, a, b }: Problem): number {
  const pairs = (w: Float64Array) => {
    const n = w.length;
    return Float64Array.from({ length: n * n }, (_, k) => w[Math.floor(k / n)]! * w[k % n]!);
  };
  const between = (x: Float64Array, xWeights: Float64Array, y: Float64Array, yWeights: Float64Array) =>
    wasserstein1d({ values: x, weights: xWeights }, { values: y, weights: yWeights }, { p: 2, normalize: true }).value;
  return Math.max(
    between(eccentricities(left, a), a, eccentricities(right, b), b),
    between(left, pairs(a), right, pairs(b)),
  );
}

function prepare(x: MetricMeasure, y: MetricMeasure, options: GromovOptions): Omit<Problem, "alpha" | "linear"> {
  for (const [name, { distances, count }] of Object.entries({ x, y })) {
    const where = `gromovWasserstein: ${name}.distances`;
    if (!(Number.isInteger(count) && count >= 1) || distances.length !== count * count) {
      throw new ShapeError(where, [count, count], [distances.length]);
    }
    checkValues(where, distances);
    for (let k = 0; k < distances.length; k++) {
      const mirrored = distances[(k % count) * count + Math.floor(k / count)]!;
      if (Math.abs(distances[k]! - mirrored) <= 1e-9 * Math.abs(mirrored)) continue;
      throw new OptionsError(`${where} is not symmetric: ${distances[k]} against ${mirrored}`, name, distances[k]);
    }
  }
  const [n, m] = [x.count, y.count];
  const masses = balancedMasses("gromovWasserstein", x.weights, n, y.weights, m, options);
  const [a, b] = [explicitWeights(masses[0], n), explicitWeights(masses[1], m)];
  const [u, v] = [eccentricities(x.distances, a), eccentricities(y.distances, b)];
  const base = Float64Array.from({ length: n * m }, (_, k) => u[Math.floor(k / m)]! ** 2 + v[k % m]! ** 2);
  return { n, m, left: x.distances, right: y.distances, a, b, base };
}
